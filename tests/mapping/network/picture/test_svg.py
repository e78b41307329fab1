"""The server's picture of a network: what it draws, what it colours, what it says it leaves out."""

from __future__ import annotations

import datetime
import re
import uuid
from dataclasses import replace

import numpy as np
import pytest

from mapping.graph import callouts
from mapping.graph.snapshot import Snapshot
from mapping.network.picture import appearance, svg
from mapping.network.view.state import NetworkView
from tests.mapping.graph.test_packed import picture_of, snapshot_of

RING = [(n, (n + 1) % 20) for n in range(20)] + [(0, n) for n in range(2, 12)]


@pytest.fixture
def snapshot():
    return snapshot_of(20, RING)


def drawn(snapshot: Snapshot, **state):
    return svg.draw(snapshot, picture_of(snapshot), NetworkView(**{"stated": "all", **state}))


def uuid_at(snapshot: Snapshot, index: int) -> uuid.UUID:
    return uuid.UUID(bytes=snapshot.uuids[index].tobytes())


def lines(drawing) -> int:
    return sum(it["count"] for it in drawing.lines)


def test_every_node_and_connection_of_a_small_network_is_drawn(snapshot):
    drawing = drawn(snapshot)
    assert len(drawing.dots) == drawing.nodes == 20
    assert lines(drawing) == drawing.connections == len(RING)
    assert drawing.notes == []


def test_dots_lie_in_the_box_with_room_around(snapshot):
    drawing = drawn(snapshot)
    left, top, wide, high = drawing.box
    assert all(left < it["x"] - it["r"] < it["x"] + it["r"] < left + wide for it in drawing.dots)
    assert all(top < it["y"] < top + high for it in drawing.dots)


def test_few_stops_for_the_tab_key(snapshot):
    assert sum(it["stop"] for it in drawn(snapshot).dots) == svg.STOPS


def test_stated_and_derived_are_drawn_apart(snapshot):
    assert lines(drawn(snapshot, stated="derived")) == int(snapshot.derived.sum())
    looks = {it["look"] for it in drawn(snapshot).lines}
    assert "derived" in looks
    assert "derived" not in {it["look"] for it in drawn(snapshot, stated="stated").lines}


def test_what_is_not_near_the_focus_is_faded(snapshot):
    drawing = drawn(snapshot, focus=uuid_at(snapshot, 15))
    bright = {it["name"] for it in drawing.dots if not it["faded"]}
    assert bright == {snapshot.names[i] for i in (14, 15, 16)}
    assert {it["look"] for it in drawing.lines} > {"faded"}


def test_the_way_between_two_is_marked(snapshot):
    drawing = drawn(snapshot, source=uuid_at(snapshot, 14), target=uuid_at(snapshot, 16))
    (marked,) = [it for it in drawing.lines if it["look"] == "marked"]
    assert marked["count"] == 2


def test_two_without_a_way_between_them_are_told_of():
    apart = snapshot_of(4, [(0, 1), (2, 3)])
    drawing = drawn(apart, source=uuid_at(apart, 0), target=uuid_at(apart, 3))
    assert drawing.notes == ["No way was found between the two over what is shown."]


def test_what_is_taken_away_is_an_empty_dot_without_connections(snapshot):
    drawing = drawn(snapshot, without=(uuid_at(snapshot, 0),))
    assert [it["name"] for it in drawing.dots if it["gone"]] == [snapshot.names[0]]
    assert lines(drawing) == len(RING) - 12


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"layout": "ground"}, "the dots stay"),
        ({"since": datetime.date(2020, 1, 1)}, "what has changed"),
        ({"scenario": "central"}, "what a scenario takes away"),
    ],
)
def test_what_it_cannot_draw_is_said_in_words(snapshot, state, said):
    (note,) = drawn(snapshot, **state).notes
    assert said in note


@pytest.mark.parametrize("colour", ["kind", "community", "capital", "place"])
def test_the_legend_names_every_colour_in_use(snapshot, colour):
    drawing = drawn(snapshot, colour=colour)
    assert {it["colour"] for it in drawing.dots} == {it["slug"] for it in drawing.colours}
    assert sum(it["count"] for it in drawing.colours) == drawing.nodes
    assert all(it["name"] for it in drawing.colours)


def test_one_colour_needs_no_legend(snapshot):
    drawing = drawn(snapshot, colour="none")
    assert drawing.colours == []
    assert len({it["colour"] for it in drawing.dots}) == 1


def test_size_goes_by_the_measure_asked_for(snapshot):
    assert len({it["r"] for it in drawn(snapshot, size="same").dots}) == 1
    picture = picture_of(snapshot)
    measure = next(key for key in picture.measures if key != "connections")
    drawing = svg.draw(snapshot, picture, NetworkView(stated="all", size=measure))
    by_name = {it["name"]: it["r"] for it in drawing.dots}
    values = np.nan_to_num(picture.measures[measure])
    most, least = int(values.argmax()), int(values.argmin())
    assert by_name[snapshot.names[most]] > by_name[snapshot.names[least]]


def test_a_large_network_is_bounded_and_says_so():
    rng = np.random.default_rng(3)
    large = snapshot_of(3_000, rng.integers(0, 3_000, size=(9_000, 2)))
    drawing = drawn(large)
    assert len(drawing.dots) == svg.MAX_LINKS
    assert lines(drawing) == svg.MAX_LINES
    assert sum(it["d"].count("M") for it in drawing.marks) <= svg.MAX_DOTS - svg.MAX_LINKS
    assert len(drawing.notes) == 2
    strong = [it["count"] for it in drawing.lines if it["look"] == "strong"]
    assert sum(strong) <= appearance.MAX_STANDING_OUT


def test_nothing_that_passes_the_filters_is_an_empty_picture(snapshot):
    drawing = drawn(snapshot, types=("no-such-type",))
    assert (drawing.nodes, drawing.connections, drawing.dots, drawing.lines) == (0, 0, [], [])


@pytest.fixture
def families(snapshot):
    """All of the one colour of organisations, of three categories and none."""
    picture = picture_of(snapshot)
    slugs = ("charity", "trust", "community-group")
    categories = [{"slug": slug, "name": slug, "group": "organisation", "capital": "social"} for slug in slugs]
    told = replace(snapshot, tables={**snapshot.tables, "categories": categories})
    colours = [{"slug": appearance.MARKED, "label": "Organisations"}]
    return told, replace(picture, colour=np.zeros(snapshot.size, dtype=np.int64), colours=colours)


def test_families_of_organisations_are_told_apart_by_marks(families):
    snapshot, picture = families
    drawing = svg.draw(snapshot, picture, NetworkView(stated="all"))
    charities = int((snapshot.category == 0).sum())
    told = {it["name"]: it for it in drawing.colours}
    assert told["Charities"]["count"] == charities and told["Charities"]["mark"]
    assert told["Community groups and others"]["mark"] == ""
    assert sum(it["count"] for it in drawing.colours) == snapshot.size
    (inner,) = drawing.inner
    trusts = int((snapshot.category == 1).sum())
    assert inner["d"].count("M") == charities + 2 * trusts


@pytest.mark.parametrize("colour", ["community", "none", "place"])
def test_what_other_colours_say_has_no_marks(families, colour):
    snapshot, picture = families
    drawing = svg.draw(snapshot, picture, NetworkView(stated="all", colour=colour))
    assert drawing.inner == [] and all(it["mark"] == "" for it in drawing.colours)


@pytest.mark.parametrize("mark", sorted({*appearance.MARKS.values()}))
def test_a_mark_lies_within_its_dot(mark):
    numbers = [float(it) for it in re.findall(r"-?[\d.]+", appearance.mark_path(mark, 50, 50, 10).split("a")[0])]
    assert numbers and all(40 <= it <= 60 or abs(it) <= 10 for it in numbers)


def test_names_stay_on_a_sheet_of_whatever_form(snapshot):
    for focus in (0, 15):
        picture = picture_of(snapshot)
        drawing = svg.draw(snapshot, picture, NetworkView(stated="all", focus=uuid_at(snapshot, focus)), closer=True)
        left, top, wide, high = drawing.box
        assert drawing.names
        for it in drawing.names:
            half = callouts.half_size(it["text"], drawing.letters[it["size"]])[0]
            assert left <= it["x"] - half and it["x"] + half <= left + wide
            assert top <= it["y"] <= top + high
