"""The demo's second place: made from an OpenStreetMap extract by the commands that a steward would run.

They are those of docs/new-place.md, one by one and in this order (a test compares). What draws the ground and works out
the network is run by `make demo` after all that is in the database (config/machine/demo.py), as for any place.
"""

from __future__ import annotations

from django.conf import settings

FIXTURES = settings.ROOT / "fixtures" / "bristol-centre"
EXTRACT = FIXTURES / "bristol-centre-2025.osm.pbf"
PLACE = "bristol-centre"
NAME = "Bristol city centre"
# The day of the newest object in the extract.
RELEASE = "2025-10-04"


def commands(steward: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is done, in words, and the words of the command that does it."""
    return (
        (
            f"{NAME}: the place",
            (
                "import_places", str(EXTRACT), "--name", NAME, "--slug", PLACE, "--kind", "neighbourhood",
                "--release", RELEASE, "--nation", "england", "--home",
            ),
        ),
        (f"{NAME}: names of places nearby", ("import_gazetteer", str(FIXTURES / "gazetteer.tsv"))),
        (f"{NAME}: postcodes", ("import_postcodes", str(FIXTURES / "postcodes.csv"))),
        (f"{NAME}: streets", ("import_streets", str(EXTRACT), "--place", PLACE)),
        (f"{NAME}: what is there", ("import_osm", str(EXTRACT), "--place", PLACE)),
        (f"{NAME}: its page, and who looks after it", ("make_steward", steward, "--place", PLACE)),
    )  # fmt: skip
