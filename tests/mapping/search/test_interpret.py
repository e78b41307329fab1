"""What people mean by what they type."""

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.models import GazetteerEntry, NodeState, Postcode, SearchWord, Viewer, Visibility
from mapping.search import spelling
from mapping.search.interpret import interpret
from mapping.search.query import Query
from tests.factories import NodeFactory, PlaceFactory, opens

pytestmark = pytest.mark.django_db


def at(lon, lat):
    return Point(lon, lat, srid=4326)


@pytest.fixture
def town(place):
    """Trafford with a few things in it, and names of places."""
    bank = NodeFactory(name="Stretford Food Bank", search_extra="Food help\nChester Road, Stretford")
    opens(bank, "Mo-Su 00:00-24:00")
    NodeFactory(name="Sale Library", search_extra="Library\nTatton Road, Sale")
    NodeFactory(name="Longford Park", search_extra="Park\nPlayground")
    Postcode.objects.create(code="M320TH", point=at(-2.30, 53.45))
    Postcode.objects.create(code="M32", point=at(-2.305, 53.455))
    for name, district, lon, lat in [
        ("Sale", "Trafford", -2.32, 53.42),
        ("Library", "Somewhere", -3.0, 51.0),
        ("Ladywood", "Birmingham", -1.93, 52.48),
        ("Ladywood", "Telford and Wrekin", -2.48, 52.62),
        ("Old Trafford", "Trafford", -2.28, 53.46),
    ]:
        GazetteerEntry.objects.create(name=name, district=district, point=at(lon, lat))
    spelling.rebuild()
    return place


@pytest.mark.parametrize(
    ("text", "kind", "near", "words"),
    [
        ("", "empty", None, ""),
        ("   ", "empty", None, ""),
        ("M32 0TH", "postcode", "M32 0TH", ""),
        (" m320th ", "postcode", "M32 0TH", ""),
        ("near M32 0TH", "postcode", "M32 0TH", ""),
        ("M32", "postcode", "M32", ""),
        ("53.42, -2.32", "postcode", "53.42,-2.32", ""),
        ("food bank M32", "postcode", "M32", "food bank"),
        ("food bank m32 0th", "postcode", "M32 0TH", "food bank"),
        ("M32 food bank", "postcode", "M32", "food bank"),
        ("food bank near M320TH", "postcode", "M32 0TH", "food bank"),
        ("Sale", "places", "Sale, Trafford", ""),
        ("in sale", "places", "Sale, Trafford", ""),
        ("food bank in Sale", "places", "Sale, Trafford", "food bank"),
        ("food bank near old trafford", "places", "Old Trafford, Trafford", "food bank"),
        ("park sale", "places", "Sale, Trafford", "park"),
        ("library sale", "text", None, "library sale"),
        ("Chester Road", "text", None, "Chester Road"),
        ("food bank", "text", None, "food bank"),
        # A village elsewhere is not meant where the word finds something here.
        ("library", "text", None, "library"),
    ],
)
def test_what_is_meant(town, text, kind, near, words):
    found = interpret(text, town)
    assert (found.kind, found.words) == (kind, words)
    assert (found.spot.near if found.spot else None) == near
    assert not found.note


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("food bnak", "food bank"),
        ("fod bank", "food bank"),  # too short to mend by letters: the most alike word
        ("foood bank", "food bank"),
        ("libary", "library"),
        ("longfrod park", "longford park"),
        ("Strtford", "stretford"),
        ("playgr", "playgr*"),
        ("Librarry Sale", "library"),  # near Sale
        ("food bnak in Sale", "food bank"),
        ("Chester Cl Stretford", "Chester Stretford"),
        ("quantum food bank", "food bank"),
        ("library food bank", "food bank"),
    ],
)
def test_slips_are_mended_and_it_is_said(town, text, better):
    found = interpret(text, town)
    assert found.corrected_text == (better or "")
    assert bool(found.note) is bool(better)


def test_what_finds_something_is_never_corrected(town):
    NodeFactory(name="Bnak Records")
    spelling.rebuild()
    assert interpret("bnak", town).corrected_text == ""


def test_what_cannot_be_mended_is_left_alone(town):
    found = interpret("xylophone quartet", town)
    assert (found.kind, found.words, found.note) == ("text", "xylophone quartet", "")


@pytest.mark.parametrize(
    ("text", "when", "words", "near"),
    [
        ("food bank open now", "now", "food bank", ""),
        ("food bank open on Wednesday", "wed", "food bank", ""),
        ("open wednesdays food bank", "wed", "food bank", ""),
        ("food bank open Thurs in Sale", "thu", "food bank", "Sale, Trafford"),
        ("open now", "now", "", ""),
        ("open sat M32", "sat", "", "M32"),
        ("open space", "", "open space", ""),
        ("open sunshine", "", "open sunshine", ""),
    ],
)
def test_when_it_has_to_be_open(town, text, when, words, near):
    query = interpret(text, town).change(Query(place=town))
    assert (query.when, query.q, query.near) == (when, words, near)


def test_several_places_of_one_name_are_asked_about(town):
    found = interpret("Ladywood", town)
    assert found.kind == "places" and found.point is None
    assert [choice.district for choice in found.choices] == ["Birmingham", "Telford and Wrekin"] or len(
        found.choices
    ) == 2
    assert "Which" in found.note


def test_an_unknown_postcode_is_named_as_such(town):
    found = interpret("ZZ9 9ZZ", town)
    assert found.kind == "postcode" and found.spot is None
    assert "ZZ9 9ZZ" in found.note


def test_corrections_tell_nothing_that_the_viewer_may_not_see(town):
    NodeFactory(name="Refuge Zanzibar", visibility=Visibility.MEMBERS)
    NodeFactory(name="Kumquat", state=NodeState.DRAFT)
    spelling.rebuild()
    assert not SearchWord.objects.filter(word__in=["zanzibar", "kumquat"]).exists()
    assert interpret("zanzibra", town).corrected_text == ""
    assert interpret("zanzibar", town).corrected_text == ""
    member = Viewer(user_id=1, place_ids=frozenset({town.pk}))
    assert interpret("Refuge Zanzibr", town, member).corrected_text == "Refuge Zanzibar"


def test_the_query_is_changed_to_what_is_meant(town):
    query = interpret("food bnak M32", town).change(Query(place=town, kind=("asset",), bbox=(1, 2, 3, 4)))
    assert query.to_params() == {"kind": ["asset"], "near": "M32", "q": "food bank", "within": "3000"}


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["in", "near", "sale", "m32", "*", '"', "-", "or", "x" * 80])).map(" ".join)
)
def test_nothing_that_can_be_typed_is_an_error(text):
    found = interpret(text, PlaceFactory())
    assert found.kind in {"postcode", "places", "text", "empty"}


def test_words_are_learnt_one_record_at_a_time(town):
    node = NodeFactory(name="Trampoline Club")
    hidden = NodeFactory(name="Secret Garden", visibility=Visibility.MEMBERS)
    spelling.learn([node, hidden])
    spelling.learn([node])
    assert spelling.correct("tramploine") == "trampoline"
    assert not SearchWord.objects.filter(word="secret").exists()


def test_the_command_counts_words_anew(town, capsys):
    SearchWord.objects.create(word="obsolete")
    call_command("rebuild_search_words")
    assert "different words" in capsys.readouterr().out
    assert not SearchWord.objects.filter(word="obsolete").exists()
    assert SearchWord.objects.get(word="sale").occurrences == 1


@pytest.mark.parametrize("text", ["library Sibson Road", "library Sibson Rd", "Sibson Lane library"])
def test_road_is_left_out_with_the_name_that_nobody_knows(town, text):
    NodeFactory(name="Rd, Road and Lane Museum")
    spelling.rebuild()
    assert interpret(text, town).corrected_text == "library"


def test_a_park_of_an_unknown_name_is_still_a_park(town):
    assert interpret("playground Sibson Park", town).corrected_text == "playground Park"
