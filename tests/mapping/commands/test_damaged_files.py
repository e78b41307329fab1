"""A damaged gzip, a number of thousands of digits, a mapping nested without end: one line, exit 1, nothing kept."""

from __future__ import annotations

import gzip
import io

import pytest
from django.core.management import CommandError, call_command

from mapping.models import Node
from mapping.readers.geojson import Digits

pytestmark = pytest.mark.django_db

DIGITS = "9" * 6000
TABLE = "id,name,lon,lat\n" + "".join(f"{n},Hall {n},-2.3,53.42\n" for n in range(200))
GRAPH = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    '<graph edgedefault="directed"><node id="a"/></graph></graphml>'
)
MAPPING = """
kind = "asset"
category = "hall"
[source]
title = "Halls"
[columns]
key = "id"
name = "name"
[location]
x = "lon"
y = "lat"
"""
NETWORK = """
[source]
title = "Net"
publisher = "We"
licence = "CC0"
[type]
default = "works_with"
"""


def flipped(data: bytes) -> bytes:
    """A gzip file with a byte turned over in its middle."""
    packed = bytearray(gzip.compress(data))
    packed[len(packed) // 2] ^= 0xFF
    return bytes(packed)


def cut(data: bytes) -> bytes:
    packed = gzip.compress(data)
    return packed[: len(packed) // 2]


FILES = {
    "table.csv.gz": (flipped(TABLE.encode()), "unpacked"),
    "cut.csv.gz": (cut(TABLE.encode()), "unpacked"),
    "big.geojson": (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":1,"name":"A","n":%s},'
        b'"geometry":{"type":"Point","coordinates":[-2.3,53.4]}}]}' % DIGITS.encode(),
        "thousands of digits",
    ),
}
GRAPHS = {
    "net.graphml.gz": (flipped(GRAPH.encode() * 50), "unpacked"),
    "net.json": (
        f'{{"nodes":[{{"id":{DIGITS},"name":"A"}},{{"id":2,"name":"B"}}],"links":[{{"source":{DIGITS},"target":2}}]}}'.encode(),
        "thousands of digits",
    ),
}
MAPPINGS = {
    "lists": ("a = " + "[" * 2000 + "]" * 2000, "nested too deeply|not valid TOML"),
    "tables": ("a = " + "{a=" * 1500 + "1" + "}" * 1500, "nested too deeply|not valid TOML"),
    "digits": (f"a = {DIGITS}", "thousands of digits|not valid TOML"),
}


def refused(*words, **options) -> str:
    with pytest.raises(CommandError) as error:
        call_command(*words, **options)
    assert "\n" not in str(error.value) and "Traceback" not in str(error.value)
    assert not Node.objects.exists()
    return str(error.value)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_table_is_refused_in_a_line(tmp_path, place, name):
    data, said = FILES[name]
    (tmp_path / name).write_bytes(data)
    (tmp_path / "map.toml").write_text(MAPPING)
    words = refused("import_nodes", str(tmp_path / name), mapping=str(tmp_path / "map.toml"), place="trafford")
    assert said in words and name in words


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("command", ["analyse_graph", "import_connections"])
def test_a_damaged_network_is_refused_in_a_line(tmp_path, place, name, command):
    data, said = GRAPHS[name]
    (tmp_path / name).write_bytes(data)
    if command == "analyse_graph":
        words = refused(command, str(tmp_path / name))
    else:
        (tmp_path / "map.toml").write_text(NETWORK)
        words = refused(command, str(tmp_path / name), mapping=str(tmp_path / "map.toml"), place="trafford")
    assert said in words or "thousands" in words or "unpacked" in words, words


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_without_end_is_refused_in_a_line(tmp_path, place, name):
    text, said = MAPPINGS[name]
    (tmp_path / "map.toml").write_text(text)
    (tmp_path / "halls.csv").write_text(TABLE)
    words = refused("import_nodes", str(tmp_path / "halls.csv"), mapping=str(tmp_path / "map.toml"), place="trafford")
    assert any(it in words for it in said.split("|")), words


@pytest.mark.parametrize("command", ["import_grants", "analyse_graph"])
def test_no_parser_is_given_a_number_that_is_too_long(tmp_path, place, monkeypatch, command):
    # A short one, at a lowered limit: what a parser makes of a long one is its own affair.
    monkeypatch.setattr("mapping.readers.geojson.MAX_DIGITS", 20)
    (tmp_path / "grants.json").write_text('{"grants": [{"id": "x", "amountAwarded": 123456789012345678901234}]}')
    options = {"place": "trafford"} if command == "import_grants" else {}
    call_command("load_vocabulary", verbosity=0, stdout=io.StringIO())
    assert "thousands of digits" in refused(command, str(tmp_path / "grants.json"), **options)


def test_runs_of_digits_are_counted_across_chunks():
    digits = Digits()
    assert [digits.feed(it) for it in (b"a 123", b"456", b"78 9", b"", b"0x12")] == [3, 6, 8, 1, 2]


def test_a_mapping_with_an_endless_line_is_refused_at_once(tmp_path, place):
    (tmp_path / "map.toml").write_text(".".join(["a"] * 9_000) + " = 1")
    (tmp_path / "halls.csv").write_text(TABLE)
    words = refused("import_nodes", str(tmp_path / "halls.csv"), mapping=str(tmp_path / "map.toml"), place="trafford")
    assert "too long" in words
