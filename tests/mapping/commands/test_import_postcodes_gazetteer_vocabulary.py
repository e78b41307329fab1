"""import_postcodes, import_gazetteer, load_vocabulary; and what all imports share."""

from __future__ import annotations

import importlib

import pytest

from mapping.models import AuditEntry, Category, ConnectionType, GazetteerEntry, Postcode
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "t.csv"
        path.write_text(text)
        return path

    return write


def test_postcodes_are_added_moved_and_left_alone(table, run):
    words = "import_postcodes", table("postcode,lon,lat,ward\nM32 0TH,-2.285,53.459,E1\nM33,-2.32,53.42,\n")
    assert run(*words)[-1] == "created 2, updated 0, unchanged 0, rejected 0"
    assert run(*words)[-1] == "created 0, updated 0, unchanged 2, rejected 0"
    assert Postcode.objects.get(pk="M320TH").ward == "E1"
    moved = table("postcode,lon,lat,la_code\nM32 0TH,-2.28,53.46,E08000009\n")
    assert run("import_postcodes", moved)[-1] == "created 0, updated 1, unchanged 0, rejected 0"
    postcode = Postcode.objects.get(pk="M320TH")
    assert postcode.point.coords == (-2.28, 53.46)
    assert (postcode.ward, postcode.district) == ("E1", "E08000009")


def test_the_directory_of_a_district_is_loaded(run):
    assert run("import_postcodes", district=["E06000017"])[-1].startswith("created 1")  # Rutland, the smallest
    assert Postcode.objects.filter(district="E06000017").count() > 1000


def test_bad_postcodes(table, run, refused, tmp_path):
    path = table("postcode,lon,lat\nM32 0TH,-2.285,53.459\nM33 1AA,53.4,-2.3\n")
    assert "row 3, lon '53.4, -2.3': Longitude and latitude look swapped" in refused("import_postcodes", path)
    assert not Postcode.objects.exists()
    assert run("import_postcodes", path, "--dry-run", "--rejects", tmp_path / "r")[-1].startswith("created 1,")
    assert not Postcode.objects.exists()
    assert "not the code of a district" in refused("import_postcodes", district=["Trafford"])


def test_names_are_added_once(tmp_path, run):
    path = tmp_path / "g.tsv"
    path.write_text("Sale\tTrafford\tt\t53.42\t-2.32\nM33\tTrafford\t\t53.42\t-2.32\n")
    lines = run("import_gazetteer", path)
    assert lines == [
        "1 postcode districts among the names left out.",
        "created 1, updated 0, unchanged 0, rejected 0",
    ]
    assert run("import_gazetteer", path)[-1] == "created 0, updated 0, unchanged 1, rejected 0"
    entry = GazetteerEntry.objects.get()
    assert (entry.name, entry.kind, entry.point.coords) == ("Sale", "town", (-2.32, 53.42))


def test_the_vocabulary_is_loaded_and_brought_up_to_date(run, place):
    assert run("load_vocabulary")[-1].startswith("created 1")
    assert run("load_vocabulary")[-1].startswith("created 0, updated 0, unchanged 1")
    Category.objects.filter(slug="library").update(name="Books")
    own = ConnectionType.objects.create(slug="sings_with", forward="sings with", reverse="sings with", place=place)
    assert run("load_vocabulary")[-1].startswith("created 0, updated 1,")
    library = Category.objects.get(slug="library")
    assert (library.name, library.parent.slug, library.group) == ("Library", "learning", "learning")
    assert ConnectionType.objects.filter(pk=own.pk).exists()
    assert AuditEntry.objects.filter(action="load vocabulary").count() == 2


IMPORTS = (
    "import_places", "import_nodes", "import_postcodes", "import_gazetteer", "import_osm", "import_grants",
    "load_vocabulary",
)  # fmt: skip


@pytest.mark.parametrize("name", IMPORTS)
def test_help_has_an_example_and_every_option(name):
    module = importlib.import_module(f"mapping.management.commands.{name}")
    text = module.Command().create_parser("manage.py", name).format_help()
    assert f"Example: manage.py {name}" in " ".join(text.split())
    assert "--dry-run" in text


@pytest.mark.parametrize("name", IMPORTS)
def test_every_import_is_documented(name):
    from pathlib import Path

    text = (Path(__file__).resolve().parents[3] / "docs/importing.md").read_text()
    assert f"`{name}`" in text or f"`{name} " in text


def test_a_rejects_file_that_cannot_be_written_stops_the_import_at_once(table, refused, tmp_path):
    path = table("postcode,lon,lat\nM32 0TH,-2.285,53.459\n")
    said = refused("import_postcodes", path, "--rejects", tmp_path / "no" / "r.csv")
    assert "cannot be written" in said
    assert not Postcode.objects.exists()


def test_the_factories_use_the_vocabulary_of_the_house(vocabulary):
    assert factories.CategoryFactory(slug="food-bank").group == "food-help"
