"""What people ask of the search box, and whether it is answered: `tests/search/questions.toml`.

A question is answered when all that its row says holds of the answer on the list of its place:

- `first`: the first result has this name; `names`: one of the first five holds one of these in its name;
- `category`: the first is of one of these categories;
- `asks`: these parameters were read from the words;
- `said`: the page says what it did (here: that it knows no opening hours);
- `none`: there is nothing of it, so the answer is empty, or the page says that nothing is of that kind.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.http import QueryDict

from mapping import search
from mapping.commands import opening_hours
from mapping.models import Category, GazetteerEntry, LocationPrecision, LocationSource, Node, NodeState, Place
from mapping.readers.hours import ReadHours
from mapping.search import Found, spelling

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "search"
MADE_UP = "made_up_questions.toml"
KINDS = ("what", "name", "slip", "where", "street", "near me", "when", "for whom")
FIRST = 5
NEAREST = 3
STEP = 0.001


def questions(name: str = "questions.toml") -> list[dict[str, Any]]:
    """The rows of a file, in its order: of the demo's places, or of the made-up one (`MADE_UP`)."""
    return tomllib.loads((FOLDER / name).read_text())["question"]


def asked(question: dict[str, Any], place: Place) -> Found:
    """What the list of the place says, after the redirect where there is one."""
    path = "/list/"
    found = search.answer(QueryDict(mutable=True) | {"q": question["q"]}, place, path=path, lenient=True)
    for _ in range(3):
        if not found.elsewhere:
            break
        found = search.answer(QueryDict(found.elsewhere.partition("?")[2]), place, path=path, lenient=True)
    return found


def faults(question: dict[str, Any], found: Found) -> list[str]:
    """What of a row does not hold, in words; none: it is answered."""
    nodes = found.results.nodes[:FIRST]
    if not nodes and found.query.centre is not None:
        # The page then shows the nearest that does match.
        nodes = list(found.nearest[:NEAREST])
    names = [_plain(node.name) for node in nodes]
    seen = "; ".join(node.name for node in nodes) or "nothing"
    wrong = []
    if question.get("none") and nodes and not found.meaning.is_missing:
        wrong.append(f"found {seen}")
    if question.get("said") and not found.meaning.note:
        wrong.append("said nothing")
    if "first" in question and names[:1] != [_plain(question["first"])]:
        wrong.append(f"first was {seen}")
    if "names" in question and not any(_plain(part) in name for part in question["names"] for name in names):
        wrong.append(f"found {seen}")
    if "category" in question:
        wanted = Category.objects.with_descendants(question["category"])
        if not nodes or not wanted & set(nodes[0].category_ids or ()):
            wrong.append(f"first was {seen}")
    given = found.query.to_params()
    for name, value in question.get("asks", {}).items():
        got = given.get(name, "")
        if value != got and [value] != got:
            wrong.append(f"{name} was {got!r}")
    return wrong


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


def answered(places: Iterable[Place], name: str = "questions.toml") -> list[tuple[dict[str, Any], list[str]]]:
    """Every question of a file about these places, with what was wrong with its answer."""
    by_slug = {place.slug: place for place in places}
    rows = [it for it in questions(name) if it["place"] in by_slug]
    return [(it, faults(it, asked(it, by_slug[it["place"]]))) for it in rows]


def make_second_place() -> Place:
    """Brackenford, with what is on its map. The categories have to be there."""
    told = tomllib.loads((FOLDER / "second_place.toml").read_text())
    lon, lat = told["middle"]
    place = Place.objects.create(
        name=told["name"],
        slug=told["slug"],
        kind="district",
        code=told["code"],
        release=datetime.date(2026, 1, 1),
        boundary=MultiPolygon(Polygon.from_bbox(told["box"]), srid=4326),
        is_home=True,
    )
    for it in told["locality"]:
        point = Point(lon + it["at"] * STEP, lat, srid=4326)
        GazetteerEntry.objects.create(name=it["name"], district=place.name, point=point)
    categories = {it.slug: it for it in Category.objects.all()}
    hours = {}
    for row in told["node"]:
        node = Node.objects.create(
            place=place,
            kind="asset",
            name=row["name"],
            category=categories[row["category"]],
            address=row["address"],
            summary=row.get("summary", ""),
            features=row.get("features", []),
            audiences=row.get("audiences", []),
            step_free="yes" if "step-free" in row.get("features", []) else "",
            location=Point(lon + row["at"] * STEP, lat, srid=4326),
            location_source=LocationSource.EXACT,
            location_precision=LocationPrecision.EXACT,
            state=NodeState.LIVE,
            search_extra="\n".join([*_words(categories[row["category"]]), row["address"]]),
        )
        if "hours" in row:
            hours[node.pk] = ReadHours(row["hours"], row["hours"], (), ())
    opening_hours.keep(hours)
    spelling.rebuild()
    return place


def _words(category: Category | None) -> list[str]:
    words = []
    while category is not None:
        words += [word for word in (category.name, category.plural) if word]
        category = category.parent
    return words
