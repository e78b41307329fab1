"""The demo place's reports: four made-up ones and a made-up body, each marked as an example. Nobody is written to."""

from __future__ import annotations

import datetime
import tomllib
import uuid
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from listings.commands import reports, responsible_bodies
from listings.models import Report, ReportCategory, ReportFollower, ReportUpdate, ResponsibleBody
from mapping.commands.change import change
from mapping.models import Actor, Place

FILE = "example_reports.toml"
NAMES = uuid.UUID("6f1d3c1e-5b0e-4c62-9a53-0f5f5b7a7e03")
REPORTER = "example-reporter@example.org"


def load(folder: Path, place: Place, actor: Actor) -> int:
    """Make what `FILE` in `folder` says; what is there already, changed or not, stays. Returns how many were made.

    Raises KeyError when it names a category that is not there.
    """
    said = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    responsible_bodies.ensure_usual_categories(actor=actor, place=place)
    categories = {it.slug: it for it in ReportCategory.objects.filter(place=place)}
    [body] = [_body(it, place, actor) for it in said["body"]]
    made = 0
    for report in said["report"]:
        key = uuid.uuid5(NAMES, report["title"])
        if not Report.objects.filter(uuid=key).exists():
            _report(report, key, place, categories[report["category"]], body, actor)
            made += 1
    return made


def _body(said: dict[str, Any], place: Place, actor: Actor) -> ResponsibleBody:
    """A body that has not confirmed its address, so that letters go to nobody."""
    body = ResponsibleBody.objects.filter(place=place, name=said["name"]).first()
    if body is None:
        body = ResponsibleBody(place=place, name=said["name"], email=said["email"])
        responsible_bodies.save_body(actor=actor, body=body, categories=[])
    return body


def _report(
    said: dict[str, Any], key: uuid.UUID, place: Place, category: ReportCategory, body: ResponsibleBody, actor: Actor
) -> None:
    lat, lon = said["point"]
    with change(actor=actor, action="load demo", place=place) as it:
        it.places.clear()
        it.data["report"] = str(key)
        report, reporter = reports.make(
            place=place,
            category=category,
            point=Point(lon, lat, srid=4326),
            title=said["title"],
            words=said["words"],
            email=REPORTER,
            uuid=key,
            actor=actor,
        )
        reports.confirm(follower=reporter)
        # Nobody is to be told anything of what is made up.
        ReportFollower.objects.filter(report=report).delete()
        Report.objects.filter(pk=report.pk).update(created_at=_ago(said), confirmed_at=_ago(said))
        for told in said.get("update", ()):
            update = reports.tell(
                actor=actor,
                report=report,
                by=told["by"],
                by_name=body.name if told["by"] == "body" else "",
                status=told["status"],
                words=told["words"],
            )
            ReportUpdate.objects.filter(pk=update.pk).update(created_at=_ago(told))
            Report.objects.filter(pk=report.pk, closed_at__isnull=False).update(closed_at=_ago(told))


def _ago(said: dict[str, Any]) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=said["days"])
