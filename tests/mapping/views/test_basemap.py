"""Basemaps over HTTP: ranges as RFC 9110 has them."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mapping.maps.basemap import Basemap
from mapping.views.ranged import CHUNK

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * (CHUNK // 128)  # two chunks
URL = "/basemap/trafford.0123456789ab.pmtiles"
TAG = '"0123456789ab"'


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.BASEMAP_ROOT = tmp_path
    made = Basemap("trafford", "0123456789ab", "", (0, 0, 1, 1), 8, 14, len(CONTENT))
    made.path.write_bytes(CONTENT)
    made.path.with_suffix(".json").write_text(json.dumps(asdict(made)))
    return made


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_whole_file_may_be_kept_for_ever(client):
    response = client.get(URL)
    assert response.status_code == 200 and body(response) == CONTENT
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (response["Accept-Ranges"], response["ETag"]) == ("bytes", TAG)
    assert int(response["Content-Length"]) == len(CONTENT)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-16383", 0, 16383),
        ("bytes=100-", 100, len(CONTENT) - 1),
        ("bytes=-5", len(CONTENT) - 5, len(CONTENT) - 1),
        ("bytes=-99999999", 0, len(CONTENT) - 1),
        (f"bytes={len(CONTENT) - 1}-99999999", len(CONTENT) - 1, len(CONTENT) - 1),
    ],
)
def test_a_part(client, header, first, last):
    response = client.get(URL, headers={"range": header})
    assert response.status_code == 206
    assert body(response) == CONTENT[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert int(response["Content-Length"]) == last - first + 1


@given(first=st.integers(0, len(CONTENT) + 10), length=st.integers(0, len(CONTENT) + 10))
@hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_part_is_that_of_the_file(client, first, length):
    response = client.get(URL, headers={"range": f"bytes={first}-{first + length}"})
    if first >= len(CONTENT):
        assert response.status_code == 416
    else:
        assert body(response) == CONTENT[first : first + length + 1]


@pytest.mark.parametrize("header", [f"bytes={len(CONTENT)}-", "bytes=99999999-99999999", "bytes=-0"])
def test_a_part_past_the_end_is_416(client, header):
    response = client.get(URL, headers={"range": header})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("header", ["bytes=5-2", "lines=0-1", "bytes=a-b", "bytes=-", "bytes=0-1,5-6", "x" * 5000])
def test_what_is_no_single_range_is_ignored(client, header):
    assert client.get(URL, headers={"range": header}).status_code == 200


def test_if_range_of_another_file_gets_the_whole(client):
    ask = {"range": "bytes=0-9"}
    assert client.get(URL, headers={**ask, "if-range": TAG}).status_code == 206
    for other in ('"another"', f"W/{TAG}", "Wed, 21 Oct 2015 07:28:00 GMT"):
        assert client.get(URL, headers={**ask, "if-range": other}).status_code == 200


def test_head_has_no_body_and_ignores_ranges(client):
    response = client.head(URL, headers={"range": "bytes=0-9"})
    assert (response.status_code, body(response)) == (200, b"")
    assert int(response["Content-Length"]) == len(CONTENT)


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"x", {TAG}', "*"])
def test_a_file_that_the_reader_has_is_304(client, header):
    response = client.get(URL, headers={"if-none-match": header, "range": "bytes=0-9"})
    assert (response.status_code, body(response), response["ETag"]) == (304, b"", TAG)


@pytest.mark.parametrize(
    "name",
    ["trafford.000000000000.pmtiles", "trafford.0123456789ab.json", "..%2fsecret_key", "trafford.pmtiles", ".x"],
)
def test_nothing_else_of_the_folder_is_given_out(client, name):
    assert client.get(f"/basemap/{name}").status_code == 404


def test_it_can_only_be_read(client):
    assert client.post(URL).status_code == 405
