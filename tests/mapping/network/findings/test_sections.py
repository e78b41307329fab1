"""Every template of the words is true for none, one, two and many, whatever people call themselves."""

from __future__ import annotations

import uuid

import pytest
from django.utils.html import strip_tags

from mapping.graph.measures import Falling
from mapping.network.findings import bridges, central, missing, periphery, ties
from mapping.network.findings import communities as groups
from mapping.network.findings.facts import Group, Named
from mapping.network.findings.phrases import link

NASTY = "<b>{name}</b> %(n)s “Q” & {0} %s"


def node(name="Sale Choir", degree=2, number=1) -> Named:
    return Named(number, uuid.UUID(int=number), name, degree)


def text(section) -> str:
    """All that a section says, its heading apart; a line for each item."""
    return "\n".join(strip_tags(str(it)).strip() for it in (section.text, *section.items) if it)


def markup(section) -> str:
    return "\n".join(str(it) for it in (section.text, *section.items))


class TestBest:
    def test_nobody_has_two(self):
        assert central.best([], 0) is None

    @pytest.mark.parametrize(("degree", "said"), [(1, "1 other"), (2, "2 others"), (1204, "1,204 others")])
    def test_one_and_many(self, degree, said):
        told = text(central.best([node(degree=degree)], 1300)).splitlines()
        assert told == ["The first of 1,300 that are connected.", f"Sale Choir connected to {said}"]


ALONE = "Without X, {} would have no connection to anyone else here."
FALL = "would fall into {} parts; the largest would have {}."
WHOLE = " In all there would be {} parts of two or more; there are {} now."


def lost(alone=0, pieces=(), held=1, beside=0) -> Falling:
    """What is left of `held` parts: `alone` of them alone, and `pieces`; `beside` parts have nothing to do with it."""
    largest = max((*pieces, int(alone > 0)), default=0)
    return Falling(
        node=0,
        alone=alone,
        pieces=len(pieces),
        cut_off=alone + sum(pieces) - largest,
        others=alone + sum(pieces),
        held=held,
        largest=largest,
        before=held + beside,
        after=beside + len(pieces),
    )


class TestApart:
    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({}, "Without X, everyone else would still be joined as before."),
            ({"pieces": (4,)}, "Without X, everyone else would still be joined as before."),
            ({"alone": 1}, ALONE.format(1)),
            ({"alone": 2000}, ALONE.format("2,000")),
            ({"alone": 5, "pieces": (7,)}, ALONE.format(5)),
            ({"alone": 5, "pieces": (7, 2)}, f"{ALONE.format(5)} The other 9 in the same part {FALL.format(2, 7)}"),
            ({"pieces": (2, 2)}, f"Without X, the 4 others in the same part {FALL.format(2, 2)}"),
            (
                {"alone": 447, "pieces": (10, *[2] * 71), "beside": 36},
                f"{ALONE.format(447)} The other 152 in the same part {FALL.format(72, 10)}{WHOLE.format(108, 37)}",
            ),
            # Two of two parts, each of which holds together: nothing falls apart.
            ({"alone": 1, "pieces": (4, 3), "held": 2}, ALONE.format(1)),
            (
                {"pieces": (4, 3, 2), "held": 2, "beside": 1},
                f"Without X, the 9 others in the same 2 parts {FALL.format(3, 4)}{WHOLE.format(4, 3)}",
            ),
        ],
    )
    def test_what_comes_apart(self, given, said):
        assert bridges.apart("X", lost(**given)) == said

    @pytest.mark.parametrize(
        ("number", "holding", "said"),
        [
            (0, 0, "If any one of them closed, all others that have a way to each other now would still have one."),
            (1, 1, "1 of the 90 that are connected holds others that have no second way to each other."),
            (2, 2, "2 of the 90 that are connected hold others that have no second way to each other."),
            (5, 8, "8 of the 90 that are connected hold others that have no second way to each other. "
             "Here are 5 of them."),
        ],
    )  # fmt: skip
    def test_none_one_and_many_bridges(self, number, holding, said):
        found = bridges.bridges([(node(number=n), lost(alone=1)) for n in range(number)], holding, 90)
        assert text(found).splitlines()[0] == said
        assert len(found.items) == number


class TestGroups:
    def group(self, size=3, sorts=(), name="Trust"):
        return Group(node(name), size, sorts)

    def test_no_two_islands_have_one_name(self):
        schools = [self.group(sorts=("Primary schools",), name=name) for name in ("The Dean Trust", "Bright Futures")]
        others = [self.group(sorts=("Libraries", "PTAs")), self.group(name="Town Hall")]
        assert groups.short_names([*schools, *others]) == [
            "Primary schools around The Dean Trust",
            "Primary schools around Bright Futures",
            "Libraries, PTAs",
            "Around Town Hall",
        ]

    def test_an_island_that_does_much_says_what_most_of_it_does(self):
        much = ("Secondary schools", "Primary schools", "Sixth forms")
        assert groups.short_names([self.group(sorts=much)]) == ["Secondary schools"]

    def test_groups_that_depend_on_the_order_of_entering_say_so(self):
        said = text(groups.groups([self.group()] * 2, [], connected=9, grouped=6, settled=False))
        assert "there may be other groups that are as good" in said
        assert "as good" not in text(groups.groups([self.group()] * 2, [], connected=9, grouped=6))

    @pytest.mark.parametrize(
        ("sorts", "said"),
        [
            ((), "Around Trust"),
            (("Primary schools",), "Primary schools around Trust"),
            (("Primary schools", "PTAs and friends"), "Primary schools and PTAs and friends around Trust"),
        ],
    )
    def test_a_group_is_named_after_its_sorts_and_its_middle(self, sorts, said):
        assert groups.name_of(self.group(sorts=sorts)) == said

    @pytest.mark.parametrize(
        ("number", "hubs", "said"),
        [
            (0, 0, "Nobody here forms a group of three or more yet."),
            (0, 1, "Apart from H0 (connected to 22), nobody here forms a group yet."),
            (0, 2, "Apart from H0 (connected to 22) and H1 (connected to 22), nobody here forms a group yet."),
            (1, 0, "1 group holds together more closely than the rest. 60 of the 76 that are connected are in one."),
            (2, 0, "2 groups hold together more closely than the rest. 60 of the 76 that are connected are in one."),
            (
                1,
                1,
                "Leaving H0 (connected to 22) aside, 1 group holds together by itself. "
                "60 of the 76 that are connected are in one.",
            ),
            (
                26,
                2,
                "Leaving H0 (connected to 22) and H1 (connected to 22) aside, 26 groups hold together by "
                "themselves. 60 of the 76 that are connected are in one.",
            ),
        ],
    )
    def test_none_one_and_many(self, number, hubs, said):
        some = [node(f"H{n}", degree=22) for n in range(hubs)]
        found = groups.groups([self.group()] * number, some, connected=76, grouped=60)
        assert text(found).splitlines()[0] == said

    @pytest.mark.parametrize(("number", "last"), [(6, "Around Trust: 3 members"), (7, "and 1 more"), (9, "and 3 more")])
    def test_the_others_are_counted(self, number, last):
        assert text(groups.groups([self.group()] * number, [], connected=76, grouped=60)).splitlines()[-1] == last


class TestEdge:
    def edge(self, hub_only=0, single=0, pieces=(76,), hubs=1):
        some = [node(f"H{n}") for n in range(hubs)]
        return periphery.edge(hubs=some, hub_only=hub_only, single=single, pieces=pieces, connected=900)

    def test_nobody(self):
        assert self.edge() is None
        assert self.edge(hub_only=3, hubs=0) is None

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"hub_only": 1}, "1 of the 900 that are connected is connected to nobody but H0."),
            (
                {"hub_only": 447, "hubs": 2},
                "447 of the 900 that are connected are connected to nobody but H0 and H1.",
            ),
            ({"single": 1}, "1 of 900 is connected to one other only."),
            ({"single": 2}, "2 of 900 are connected to one other only."),
            (
                {"pieces": (7, 2)},
                "All 900 are in 2 parts that are not joined to each other: the largest has 7 members, the next 2.",
            ),
            (
                {"pieces": (1200, *[8] * 30)},
                "All 900 are in 31 parts that are not joined to each other: the largest has 1,200 members, the next 8.",
            ),
        ],
    )
    def test_one_and_many(self, given, said):
        assert text(self.edge(**given)) == said


class TestBetween:
    def test_nobody(self):
        assert central.between([], 0.0, 9) is None

    @pytest.mark.parametrize(("part", "said"), [(0.001, "less than 1%"), (0.74, "74%"), (1.0, "100%")])
    def test_shares(self, part, said):
        assert text(central.between([(node(), part)], 0.0, 9)).endswith(f"Sale Choir {said}")

    def test_a_sample_says_how_far_it_may_be_off(self):
        assert central.between([(node(), 0.5)], 0.0, 9).how.endswith("Exact.")
        found = central.between([(node(), 0.5), (node("Small"), 0.01)], 0.0123, 9)
        assert "at most 1.23 percentage points" in found.how
        assert "From a sample: off by at most 1.23 percentage points." in text(found)
        # What the sample cannot tell from nothing is not told.
        assert "Small" not in text(found)


class TestInmost:
    @pytest.mark.parametrize(("many", "each"), [(0, 0), (2, 1), (700, 1), (2, 2)])
    def test_a_chain_has_no_middle(self, many, each):
        assert central.inmost(many, each, 1, 900) is None

    def test_many(self):
        said = "1,204 of the 2,000 that are connected are each connected to at least 12 others among them."
        assert text(central.inmost(1204, 12, 1, 2000)) == said
        more = "They are in 31 parts that are joined, if at all, over others."
        assert text(central.inmost(1204, 12, 31, 2000)) == f"{said} {more}"


class TestMissing:
    def missing(self, terms=(), pairs=0, unmet=0, alone=0):
        return missing.missing(terms=terms, pairs=pairs, unmet=unmet, alone=alone, url="/x/")

    def term(self, groups, connected):
        return {"term": "food", "groups": groups, "connected": connected, "what": "Food banks"}

    def test_nothing(self):
        assert self.missing() is None
        assert self.missing([self.term(0, 0)]) is None

    @pytest.mark.parametrize(
        ("groups", "connected", "said"),
        [
            (1, 0, "1 group mentions food; it is connected to none of the food banks."),
            (1, 1, "1 group mentions food; it is connected to one of the food banks."),
            (2, 0, "2 groups mention food; none is connected to any of the food banks."),
            (2, 1, "2 groups mention food; 1 is connected to one of the food banks."),
            (2, 2, "2 groups mention food; each is connected to one of the food banks."),
            (12, 5, "12 groups mention food; 5 are connected to one of the food banks."),
        ],
    )
    def test_who_mentions_what(self, groups, connected, said):
        assert text(self.missing([self.term(groups, connected)])).splitlines()[1] == said

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"pairs": 1}, "At least 1 pair of groups within has much in common and hardly a connection."),
            ({"pairs": 2}, "At least 2 pairs of groups within have much in common and hardly a connection."),
            ({"unmet": 1}, "At least 1 pair is close by and alike, and far apart in the network."),
            ({"unmet": 22}, "At least 22 pairs are close by and alike, and far apart in the network."),
            ({"alone": 1}, "At least 1 has no connection at all, though one like it is nearby."),
            ({"alone": 37}, "At least 37 have no connection at all, though one like them is nearby."),
        ],
    )
    def test_one_and_many(self, given, said):
        assert text(self.missing(**given)).splitlines()[1] == said


def sections(name):
    """Every section that names a node, a verb or a category, with that name."""
    it = node(name)
    falling = lost(alone=1, pieces=(5, 4))
    return [
        central.best([it], 9),
        bridges.bridges([(it, falling)], 3, 9),
        groups.groups([Group(it, 3, (name, name))], [it, it, it], connected=9, grouped=3),
        periphery.edge(hubs=[it, it], hub_only=2, single=2, pieces=(3, 2), connected=9),
        central.between([(it, 0.5)], 0.0, 9),
        bridges.without([link(it)], falling),
        missing.missing(
            terms=[{"term": name, "groups": 2, "connected": 1, "what": name.upper()}],
            pairs=1,
            unmet=1,
            alone=1,
            url="/x/",
        ),
        ties.types([{"forward": name, "count": 2, "nodes": 3, "density": 0.5}]),
    ]


@pytest.mark.parametrize("number", range(8))
def test_no_name_can_break_out_of_a_sentence(number):
    section = sections(NASTY)[number]
    assert "<b>" not in markup(section) and "&lt;b&gt;{name}&lt;/b&gt; %(n)s" in markup(section)


@pytest.mark.parametrize("number", range(8))
def test_every_section_says_how_it_was_worked_out(number):
    section = sections("X")[number]
    assert len(section.how) > 40 and section.heading
