from __future__ import annotations

import re

import pytest

from cms.commands import ensure_pages, ensure_steward
from cms.models import PlacePage
from cms.tour_draft import draft_tour
from mapping.models import Actor
from tests.factories import StatementFactory

ACTOR = Actor.command("test")
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\ssrc=)(?![^>]*type=\"(?:application/json|text/x-template|text/template)\")[^>]*>"
)
HANDLER = re.compile(r"<[^>]+\son[a-z]+=")


@pytest.mark.parametrize(
    "url",
    [
        "/admin/",
        "/admin/pages/",
        "/admin/pages/{page}/edit/",
        "/admin/pages/{page}/history/",
        "/admin/queue/",
        "/admin/queue/scheduled/",
        "/admin/live/",
        "/admin/widgets/",
        "/admin/widgets/new/",
        "/admin/tours/",
        "/admin/background/",
        "/admin/imports/",
        "/admin/pages/{tour}/edit/",
        "/admin/account/",
        "/django-admin/login/",
    ],
)
def test_the_admin_runs_under_a_strict_policy(client, place, url):
    ensure_pages(place, ACTOR)
    client.force_login(ensure_steward("ann@example.org", place))
    StatementFactory()
    tour = draft_tour(actor=ACTOR, place=place) if "{tour}" in url else None
    response = client.get(url.format(page=PlacePage.objects.get().pk, tour=tour and tour.pk), follow=True)
    assert response.status_code == 200
    assert "unsafe" not in response["Content-Security-Policy"]
    page = response.content.decode()
    assert not INLINE_SCRIPT.findall(page)
    assert not HANDLER.findall(page)


def test_date_choosers_are_started_by_our_script(client, place):
    ensure_pages(place, ACTOR)
    client.force_login(ensure_steward("ann@example.org", place))
    page = client.get(f"/admin/pages/{PlacePage.objects.get().pk}/edit/").content.decode()
    assert 'data-chooser="initDateTimeChooser"' in page
    assert "cms/js/date_chooser.js" in page
