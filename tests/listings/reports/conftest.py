"""What the tests of reports share: categories, bodies, a report as somebody sends it."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from PIL import Image

from cms.commands import ensure_pages
from listings.commands import reports, responsible_bodies
from listings.models import ReportCategory, ResponsibleBody
from mapping.models import Actor

REPORTER = "rita@example.org"
HERE = Point(-2.32, 53.42, srid=4326)
TEST = Actor.command("test")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def town(place):
    """The place, with its pages and the usual categories."""
    ensure_pages(place, TEST)
    responsible_bodies.ensure_usual_categories(actor=TEST, place=place)
    return place


@pytest.fixture
def category(town):
    return ReportCategory.objects.get(place=town, slug="play-sport")


@pytest.fixture
def body(town):
    """A body for everything, whose address is confirmed."""
    made = ResponsibleBody(place=town, name="Example Works", email="works@example.org")
    responsible_bodies.save_body(actor=TEST, body=made, categories=[])
    responsible_bodies.confirm_body(body=made)
    return made


def make_report(category, *, confirmed=True, point=HERE, email=REPORTER, **more):
    """A report, and whoever reported it."""
    values = {"title": "The swing has lost a chain", "words": "Left one of three.", **more}
    report, reporter = reports.make(place=category.place, category=category, point=point, email=email, **values)
    if confirmed:
        reports.confirm(follower=reporter)
    return report, reporter


def path_in_letter(name: str = "yours", number: int = -1) -> str:
    """The path of a link in a letter."""
    return re.search(rf"/reports/{name}/[0-9a-f-]{{36}}/", mail.outbox[number].body)[0]


def a_photo(size=(640, 480), format="JPEG", mode="RGB", **more) -> io.BytesIO:
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(made, format, **more)
    made.seek(0)
    made.name = f"photo.{format.lower()}"
    return made
