"""Load the demo: Trafford, from the open data in fixtures/trafford/, and a second place from an extract."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from cms import demo_events, demo_extract, demo_reports
from cms.commands import ensure_pages, ensure_steward
from cms.models import PlacePage, TourPage
from cms.tour_draft import draft_tour
from listings.commands import listings
from listings.commands.details import Details, Where
from listings.models import Listing, ListingKind
from listings.schedules.schedule import Schedule, Slot
from mapping.answers import bounds
from mapping.commands import connections
from mapping.commands.change import change
from mapping.management.base import PlainCommand
from mapping.models import Actor, AuditEntry, Category, Connection, Identifier, Node, Place, Source, SourceRecord
from mapping.readers.identifiers import split_org_id

FIXTURES = settings.ROOT / "fixtures" / "trafford"
VOCABULARY = settings.ROOT / "mapping" / "vocabulary"
NOTE = settings.VAR / "demo-steward.txt"
PLACE = "trafford"
STEWARD = "steward@example.org"
# Posts something for the steward to decide: what stewards post is live at once.
NEIGHBOUR = "neighbour@example.org"
ACTION = "load demo"
EXAMPLE = uuid.UUID("6f1d3c1e-5b0e-4c62-9a53-0f5f5b7a7e01")

# The day from which the boundaries count: the data says 2023, and that is when the wards came into force.
RELEASE = "2023-05-04"
BOUNDARIES = (
    ("places_district.geojson", "district", True),
    ("places_wards.geojson", "ward", True),
    ("places_localities.geojson", "locality", False),
    ("places_town_centres.geojson", "town", False),
)
BOUNDARY_SOURCE = {
    "source_title": "Boundaries of Trafford",
    "source_publisher": "Trafford Data Lab",
    "source_licence": "OGL-UK-3.0",
    "source_attribution": "Trafford Data Lab, Open Government Licence v3.0. Contains OS data and National Statistics "
    "data (c) Crown copyright and database right.",
}
GRANT_SOURCE = {
    "source_slug": "grants",
    "source_title": "Trafford Council voluntary sector grants",
    "source_publisher": "Trafford Council",
    "source_licence": "OGL-UK-3.0",
    "source_attribution": "Contains data from Trafford Council, Open Government Licence v3.0.",
    "source_url": "https://www.trafford.gov.uk/",
}
STREET_SOURCE = {
    "source_title": "Streets of Trafford with highway trees",
    "source_publisher": "Trafford Council",
    "source_licence": "OGL-UK-3.0",
    "source_attribution": "Contains data from Trafford Council, Open Government Licence v3.0. Trafford Data Lab.",
    "source_url": "https://www.trafforddatalab.io/",
}
# Organisations first: grants and connections then find them by the numbers that registers gave them.
NODES = (
    ("organisations", "The council and school trusts"),
    ("charities", "Charities"),
    ("food_banks", "Food banks"),
    ("community_hubs", "Community hubs"),
    ("libraries", "Libraries"),
    ("childrens_centres", "Children's centres"),
    ("schools", "Schools"),
    ("general_practices", "Doctors' surgeries"),
    ("pharmacies", "Pharmacies"),
    ("defibrillators", "Defibrillators"),
    ("council_assets", "Council land and buildings"),
    ("sports_sites", "Sports sites"),
    ("sports_clubs", "Sports clubs"),
    ("greenspaces", "Parks and green spaces"),
    ("nature_reserves", "Nature reserves"),
    ("allotments", "Allotments"),
    ("places_of_worship", "Places of worship"),
    ("listed_buildings", "Listed buildings"),
    ("plaques", "Plaques"),
    ("post_offices", "Post offices"),
    ("tram_stops", "Tram stops"),
)
ORGANISATION_IDS = "organisation id"


@dataclass(frozen=True)
class Step:
    """One part of loading: what people read, and what is done (it returns what to say of it)."""

    title: str
    work: Callable[[], str]


class Command(PlainCommand):
    help = (
        "Load the demo: Trafford, with its boundaries, postcodes, what is there, grants, connections, pages and a "
        "steward; and Bristol city centre, from an OpenStreetMap extract. Running it again does nothing unless the "
        "files have changed.\n\n"
        "Example: manage.py load_demo"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--again", action="store_true", help="read every file again, changed or not")

    def handle(self, *args, again: bool = False, **options) -> None:
        if not FIXTURES.is_dir():
            raise CommandError(f"{FIXTURES} is not there: the demo place comes with a full checkout only.")
        digest = fingerprint()
        if not again and loaded(digest):
            self.stdout.write("The demo place is loaded already; nothing to do (--again reads every file again).")
            self.say_how_to_sign_in()
            return
        started = time.monotonic()
        steps = list(self.steps())
        for number, step in enumerate(steps, 1):
            self.stdout.write(f"[{number:2}/{len(steps)}] {step.title}: ", ending="")
            self.stdout.flush()
            self.stdout.write(step.work())
        place = the_place()
        with change(actor=Actor.command("load_demo"), action=ACTION, place=None, target=place) as it:
            it.data.update(digest=digest, seconds=round(time.monotonic() - started, 1))
        for it in (place, Place.objects.current().get(slug=demo_extract.PLACE)):
            self.stdout.write(
                f"{it.name} is loaded: {Node.objects.filter(place=it).count():,} nodes, "
                f"{Connection.objects.of_place(it).count():,} connections."
            )
        self.stdout.write(f"It took {time.monotonic() - started:.0f} seconds.")
        self.say_how_to_sign_in()

    def steps(self) -> Iterator[Step]:
        yield Step("Categories and kinds of connection", lambda: run("load_vocabulary"))
        for file, kind, has_code in BOUNDARIES:
            yield Step(f"Boundaries ({kind})", lambda f=file, k=kind, c=has_code: boundaries(f, k, c))
        yield Step("Postcodes", lambda: run("import_postcodes", FIXTURES / "postcodes.csv"))
        yield Step("Postcode areas nearby", lambda: run("import_postcodes", FIXTURES / "postcode_areas.csv"))
        yield Step("Names of places nearby", lambda: run("import_gazetteer", FIXTURES / "gazetteer.tsv"))
        yield Step("Names of streets", lambda: run("import_streets", FIXTURES / "streets.csv", **STREET_SOURCE))
        for stem, title in NODES:
            yield Step(title, lambda s=stem: nodes(s))
        yield Step("Grants", lambda: run("import_grants", FIXTURES / "grants.csv", place=PLACE, **GRANT_SOURCE))
        yield Step("Who owns, runs, hosts and supports what", connect)
        yield Step("Pages", lambda: ensure_pages(the_place(), actor()).get_url() or "/")
        yield Step("A steward", steward)
        yield Step("Something for the steward to decide", example)
        yield Step("A calendar of made-up events", events)
        yield Step("Made-up reports of what needs care", reported)
        yield Step("A tour of the network underneath", tour)
        for title, (name, *words) in demo_extract.commands(STEWARD):
            yield Step(title, lambda n=name, w=words: run(n, *w))
        yield Step("Words that search corrects to", lambda: run("rebuild_search_words"))
        yield Step("Statistics for the database's planner", analyse)

    def say_how_to_sign_in(self) -> None:
        self.stdout.write(NOTE.read_text(encoding="utf-8").replace("{base}", "").rstrip())


def actor() -> Actor:
    return Actor.command("load_demo")


def the_place() -> Place:
    return Place.objects.current().get(slug=PLACE)


def fingerprint() -> str:
    """What the files of the demo and the vocabulary hold, in 32 letters."""
    summed = hashlib.sha256()
    for folder in (FIXTURES, demo_extract.FIXTURES, VOCABULARY):
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.parent.name != "layers"):
            summed.update(path.relative_to(folder).as_posix().encode())
            summed.update(path.read_bytes())
    return summed.hexdigest()[:32]


def loaded(digest: str) -> bool:
    """Whether these very files were loaded to the end, and the place is still there."""
    if not NOTE.exists() or not Node.objects.filter(place__slug=PLACE).exists():
        return False
    last = AuditEntry.objects.filter(action=ACTION).order_by("-pk").first()
    return last is not None and last.data.get("digest") == digest


def run(name: str, *words: Path | str, **options) -> str:
    """Run one of our commands; return its last line ("created N, updated N, ...")."""
    said = io.StringIO()
    call_command(name, *(str(word) for word in words), stdout=said, stderr=said, **options)
    lines = [line.strip() for line in said.getvalue().replace("\r", "\n").splitlines() if line.strip()]
    return lines[-1] if lines else "done"


def boundaries(file: str, kind: str, has_code: bool) -> str:
    fields = {"name_field": "name", "slug_field": "slug"}
    if has_code:
        fields["code_field"] = "code"
    if kind == "district":
        fields["home"] = True
    else:
        fields["parent"] = PLACE
    return run("import_places", FIXTURES / file, kind=kind, release=RELEASE, **fields, **BOUNDARY_SOURCE)


def nodes(stem: str) -> str:
    file = next(p for p in (FIXTURES / f"{stem}.csv", FIXTURES / f"{stem}.geojson") if p.exists())
    return run("import_nodes", file, mapping=str(FIXTURES / "mappings" / f"{stem}.toml"))


def connect() -> str:
    """State what connections.csv says; every line names the dataset that says so."""
    with (FIXTURES / "connections.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    ends = node_ids(rows)
    found = Node.objects.in_bulk(set(ends.values()))
    sources = {source.slug: source for source in Source.objects.all()}
    claims, lost = [], 0
    for row in rows:
        source = found.get(ends.get((row["source_dataset"], row["source_key"])))
        target = found.get(ends.get((row["target_dataset"], row["target_key"])))
        by = sources.get(row["said_by"])
        if source is None or target is None or by is None or source == target:
            lost += 1
            continue
        claims.append(
            connections.Claim(
                source=source,
                target=target,
                type=row["type"],
                by_source=by,
                key=f"{row['type']} {row['statement_key']}",
                said_on=datetime.date.fromisoformat(row["said_on"]) if row["said_on"] else None,
                note=row["note"],
            )
        )
    done = connections.state_many(actor=actor(), claims=claims, place=the_place())
    return f"created {done.created}, updated {done.updated}, unchanged {done.unchanged}, rejected {lost}"


def node_ids(rows: list[dict[str, str]]) -> dict[tuple[str, str], int]:
    """(dataset, key) -> id of the node: by the row it was read from, or by a register's number."""
    wanted = {(row[f"{end}_dataset"], row[f"{end}_key"]) for row in rows for end in ("source", "target")}
    records = SourceRecord.objects.filter(source__slug__in={dataset for dataset, _ in wanted})
    found = {(slug, key): node for slug, key, node in records.values_list("source__slug", "key", "node_id")}
    for dataset, key in wanted:
        if dataset == ORGANISATION_IDS and (parts := split_org_id(key)):
            node = Identifier.objects.filter(scheme=parts[0], value=parts[1]).values_list("node_id", flat=True)
            if node:
                found[dataset, key] = node[0]
    return found


def steward() -> str:
    ensure_steward(STEWARD, the_place(), actor())
    NOTE.parent.mkdir(parents=True, exist_ok=True)
    NOTE.write_text(
        f"the steward  {{base}}/accounts/login/ as {STEWARD} (the code is shown at {{base}}/demo/mail/)\n",
        encoding="utf-8",
    )
    return STEWARD


def example() -> str:
    """One made-up listing that waits: nobody but the steward sees it, and its name says what it is."""
    if Listing.objects.filter(uuid=EXAMPLE).exists():
        return "unchanged"
    zone = ZoneInfo(settings.TIME_ZONE)
    today = timezone.now().astimezone(zone).date()
    neighbour, _made = get_user_model().objects.get_or_create(email=NEIGHBOUR, defaults={"username": NEIGHBOUR})
    listings.post(
        actor=actor(),
        user=neighbour,
        place=the_place(),
        uuid=EXAMPLE,
        details=Details(
            name="Example: a coffee morning that is made up",
            summary="This is only here so that there is something to approve or send back. It does not take place.",
            listing_kind=ListingKind.ACTIVITY,
            category=Category.objects.get(slug="community-space"),
            organiser_name="Nobody: an example",
            where=Where(),
            schedule=Schedule(
                first=today + datetime.timedelta(days=7),
                times=(Slot(datetime.time(10), datetime.time(11, 30)),),
                zone=zone,
            ),
        ),
    )
    return "one listing waits"


def events() -> str:
    found = demo_events.load(FIXTURES, the_place(), actor())
    return f"{found.made} made, {found.kept} there already"


def reported() -> str:
    made = demo_reports.load(FIXTURES, the_place(), actor())
    return f"{made} made"


def tour() -> str:
    """A tour as it is drafted, published: what a steward begins with. One that is there, changed or not, stays."""
    if TourPage.objects.child_of(PlacePage.objects.get(place=the_place())).exists():
        return "unchanged"
    with bounds.lifted():
        return draft_tour(actor=actor(), place=the_place(), publish=True).get_url() or "done"


def analyse() -> str:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return "done"
