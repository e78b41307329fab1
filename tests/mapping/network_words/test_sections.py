"""Every template of the words is true for none, one, two and many, whatever people call themselves."""

from __future__ import annotations

import uuid

import pytest
from django.utils.html import strip_tags

from mapping.graph.measures import Falling
from mapping.network_facts import Group, Named
from mapping.network_words import bridges, centre, distance, edge, groups, missing, ties
from mapping.network_words.writing import link

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
        assert centre.best([]) is None

    @pytest.mark.parametrize(
        ("degree", "said"), [(1, "1 other"), (2, "2 others"), (1204, "1,204 others")]
    )
    def test_one_and_many(self, degree, said):
        assert text(centre.best([node(degree=degree)])) == f"Sale Choir connected to {said}"


ALONE = "Without X, {} would have no connection to anyone else here"
PARTS = ", and the others would fall into {} parts."


class TestApart:
    @pytest.mark.parametrize(
        ("alone", "pieces", "cut_off", "said"),
        [
            (0, 0, 0, "Without X, everyone else would still be joined as before."),
            (1, 0, 0, ALONE.format(1) + "."),
            (2, 0, 1, ALONE.format(2) + "."),
            (1, 0, 1, ALONE.format(1) + "."),
            (5, 0, 5, ALONE.format(5) + "."),
            (5, 1, 5, ALONE.format(5) + "."),
            (5, 2, 9, ALONE.format(5) + PARTS.format(2)),
            (1, 2, 3, ALONE.format(1) + PARTS.format(2)),
            (0, 2, 1, "Without X, 1 would lose touch with the rest."),
            (0, 3, 7, "Without X, 7 would lose touch with the rest."),
            (2000, 72, 3000, ALONE.format("2,000") + PARTS.format(72)),
        ],
    )
    def test_what_comes_apart(self, alone, pieces, cut_off, said):
        assert bridges.apart("X", alone=alone, pieces=pieces, cut_off=cut_off) == said

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (0, "Everything here would still hold together if any one of them closed."),
            (1, "One is held on to by others that have no second way."),
            (2, "These are held on to by others that have no second way."),
            (5, "These are held on to by others that have no second way."),
        ],
    )
    def test_none_one_and_many_bridges(self, number, said):
        falling = Falling(node=0, alone=1, pieces=0, cut_off=1)
        found = bridges.bridges([(node(number=n), falling) for n in range(number)])
        assert text(found).splitlines()[0] == said
        assert len(found.items) == number


class TestGroups:
    def group(self, size=3, sorts=(), name="Trust"):
        return Group(node(name), size, sorts)

    def test_groups_that_depend_on_the_order_of_entering_say_so(self):
        said = text(groups.groups([self.group()] * 2, [], settled=False))
        assert "there may be other groups that are as good" in said
        assert "as good" not in text(groups.groups([self.group()] * 2, []))

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
            (0, 1, "Apart from H0, nobody here forms a group yet."),
            (0, 2, "Apart from H0 and H1, nobody here forms a group yet."),
            (1, 0, "1 group holds together more closely than the rest."),
            (2, 0, "2 groups hold together more closely than the rest."),
            (1, 1, "Leaving H0 aside, 1 group holds together by itself."),
            (26, 3, "Leaving H0, H1 and H2 aside, 26 groups hold together by themselves."),
        ],
    )
    def test_none_one_and_many(self, number, hubs, said):
        found = groups.groups([self.group()] * number, [node(f"H{n}") for n in range(hubs)])
        assert text(found).splitlines()[0] == said

    @pytest.mark.parametrize(
        ("number", "last"), [(6, "Around Trust: 3 members"), (7, "and 1 smaller one"), (9, "and 3 smaller ones")]
    )
    def test_the_small_ones_are_counted(self, number, last):
        assert text(groups.groups([self.group()] * number, [])).splitlines()[-1] == last


class TestEdge:
    def edge(self, hub_only=0, single=0, parts=1, second=0, hubs=1):
        return edge.edge(
            hubs=[node(f"H{n}") for n in range(hubs)], hub_only=hub_only, single=single, parts=parts, second=second
        )

    def test_nobody(self):
        assert self.edge() is None
        assert self.edge(hub_only=3, hubs=0) is None

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"hub_only": 1}, "1 is connected to nobody but H0."),
            ({"hub_only": 447, "hubs": 2}, "447 are connected to nobody but H0 and H1."),
            ({"single": 1}, "1 has a single connection."),
            ({"single": 2}, "2 have a single connection."),
            ({"parts": 2, "second": 1}, "1 part is not joined to the rest at all; the largest has 1 member."),
            ({"parts": 37, "second": 8}, "36 parts are not joined to the rest at all; the largest has 8 members."),
        ],
    )
    def test_one_and_many(self, given, said):
        assert text(self.edge(**given)) == said


class TestBetween:
    def test_nobody(self):
        assert centre.between([], 0.0) is None

    @pytest.mark.parametrize(("part", "said"), [(0.001, "less than 1%"), (0.74, "74%"), (1.0, "100%")])
    def test_shares(self, part, said):
        assert text(centre.between([(node(), part)], 0.0)).endswith(f"Sale Choir {said}")

    def test_a_sample_says_how_far_it_may_be_off(self):
        assert centre.between([(node(), 0.5)], 0.0).how.endswith("Exact.")
        assert "at most 1.2 percentage points" in centre.between([(node(), 0.5)], 0.0123).how.replace("1.23", "1.2")


class TestInmost:
    @pytest.mark.parametrize(("many", "each"), [(0, 0), (2, 1), (700, 1), (2, 2)])
    def test_a_chain_has_no_middle(self, many, each):
        assert centre.inmost(many, each) is None

    def test_many(self):
        assert text(centre.inmost(1204, 12)) == "1,204 are each connected to at least 12 others among them."


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
            ({"pairs": 1}, "1 pair of groups within has much in common and hardly a connection."),
            ({"pairs": 2}, "2 pairs of groups within have much in common and hardly a connection."),
            ({"unmet": 1}, "1 pair is close by and alike, and far apart in the network."),
            ({"unmet": 22}, "22 pairs are close by and alike, and far apart in the network."),
            ({"alone": 1}, "1 has no connection at all, though one like it is nearby."),
            ({"alone": 37}, "37 have no connection at all, though one like them is nearby."),
        ],
    )
    def test_one_and_many(self, given, said):
        assert text(self.missing(**given)).splitlines()[1] == said


RULES = "worked out by rules, such as meeting in the same hall, and nobody has stated"


class TestTies:
    @pytest.mark.parametrize(
        ("count", "nodes", "density", "said"),
        [
            (1, 2, 1.0, "“funds”: 1 connection among 2, 100% of the pairs that there could be"),
            (322, 323, 0.006, "“funds”: 322 connections among 323, less than 1% of the pairs that there could be"),
            (1, 0, 0, "“funds”: 1 connection"),
        ],
    )
    def test_types(self, count, nodes, density, said):
        found = ties.types([{"forward": "funds", "count": count, "nodes": nodes, "density": density}])
        assert text(found) == f"There is 1 kind of connection here.\n{said}"

    def test_no_types(self):
        assert ties.types([]) is None
        assert ties.types([{"forward": "funds", "count": 0}]) is None

    @pytest.mark.parametrize(
        ("numbers", "said"),
        [
            (
                (1, 0, 0, 0),
                "1 connection was stated by somebody. None of them was stated by both ends yet. None is disputed.",
            ),
            (
                (2, 1, 1, 1),
                f"2 connections were stated by somebody. 1 of them was stated by both ends. 1 more was {RULES} it. "
                "1 is disputed: somebody says that it does not hold.",
            ),
            (
                (744, 90, 12, 3),
                "744 connections were stated by somebody. 12 of them were stated by both ends. "
                f"90 more were {RULES} them. "
                "3 are disputed: somebody says that they do not hold.",
            ),
            ((0, 2, 0, 0), f"2 more were {RULES} them. None is disputed."),
        ],
    )
    def test_who_says_so(self, numbers, said):
        assert text(ties.said(**dict(zip(("stated", "derived", "mutual", "disputed"), numbers, strict=True)))) == said

    def test_nobody_says_anything(self):
        assert ties.said(stated=0, derived=0, mutual=0, disputed=0) is None
        assert ties.balance(bonding=0, bridging=0, linking=0, unknown=0) is None

    @pytest.mark.parametrize(
        ("numbers", "said"),
        [
            ((0, 0, 0, 1), "Of 1 connection here it is not known which it does."),
            ((0, 0, 0, 5), "Of the 5 connections here it is not known which they do."),
            ((1, 0, 0, 0), "Of 1 connection it is known what it does for those it joins.\n"
             "1 holds a group together (bonding): 100%\n"
             "0 lead to those with power or means (linking): 0%\n0 reach across between groups (bridging): 0%"),
            ((1, 49, 322, 9), "Of 372 connections it is known what they do for those they join.\n"
             "322 lead to those with power or means (linking): 87%\n49 reach across between groups (bridging): 13%\n"
             "1 holds a group together (bonding): less than 1%"),
        ],
    )  # fmt: skip
    def test_balance(self, numbers, said):
        found = ties.balance(**dict(zip(("bonding", "bridging", "linking", "unknown"), numbers, strict=True)))
        assert sorted(text(found).splitlines()) == sorted(said.splitlines())


class TestDistance:
    def distance(self, known, within, middle, near=(250, 0, 0), far=(4000, 0, 0)):
        return distance.distance(known=known, within=within, middle=middle, near=near, far=far)

    @pytest.mark.parametrize(
        ("known", "within", "middle", "said"),
        [
            (1, [(500, 1)], 320.0, "1 connection has both ends on the map. It is 320 m long."),
            (
                2,
                [(500, 0), (1000, 2)],
                700.0,
                "2 connections have both ends on the map. All of them are within 1 km. Half are no longer than "
                "700 m.",
            ),
            (
                410,
                [(2000, 200), (5000, 250)],
                4200.0,
                "410 connections have both ends on the map. Most of them, 250 (61%), are within 5 km. Half are no"
                " longer "
                "than 4.2 km.",
            ),
            (3, [(50000, 0)], 60_000.0, "3 connections have both ends on the map. Half are no longer than 60 km."),
        ],
    )
    def test_one_and_many(self, known, within, middle, said):
        assert text(self.distance(known, within, middle)) == said

    @pytest.mark.parametrize(
        ("near", "far", "said"),
        [
            ((1, 2), (0, 100), "50% are connected, of those 4 km apart or more 0%. What is near is connected more"),
            ((1, 100), (1, 100), "1% are connected, of those 4 km apart or more 1%. Being near makes little"),
            ((0, 5), (3, 5), "0% are connected, of those 4 km apart or more 60%. What is far is connected more"),
            ((0, 5), (0, 5), "No pair less than 250 m apart is connected, and none 4 km apart or more."),
        ],
    )
    def test_near_and_far_pairs_are_compared(self, near, far, said):
        assert said in text(self.distance(5, [(500, 5)], 100.0, (250, *near), (4000, *far)))

    def test_what_has_no_pair_is_not_compared(self):
        assert "Of the pairs" not in text(self.distance(5, [(500, 5)], 100.0, (250, 1, 2), (4000, 0, 0)))

    def test_nothing_on_the_map(self):
        assert self.distance(0, [], 0) is None


class TestCapitals:
    def test_none(self):
        assert distance.capitals([], 0) is None
        assert distance.capitals([{"capital": "", "nodes": 3}], 3) is None

    @pytest.mark.parametrize(
        ("nodes", "said"),
        [(1, "social: groups and meeting places: 1 (50%)"), (2, "social: groups and meeting places: 2 (100%)")],
    )
    def test_one_and_two(self, nodes, said):
        told = text(distance.capitals([{"capital": "social", "nodes": nodes}], 2)).splitlines()
        assert told == [
            "Of the six kinds of wealth that a place lives on, 1 is in this network. "
            "Not there: natural, human, intellectual, physical, financial.",
            said,
        ]

    def test_all(self):
        every = [{"capital": it, "nodes": 5} for it in distance.NAMES]
        told = text(distance.capitals(every, 1204))
        assert told.startswith("All six kinds of wealth that a place lives on are in this network.\n")
        assert "Not there" not in told


def sections(name):
    """Every section that names a node, a verb or a category, with that name."""
    it = node(name)
    falling = Falling(node=0, alone=1, pieces=2, cut_off=5)
    return [
        centre.best([it]),
        bridges.bridges([(it, falling)]),
        groups.groups([Group(it, 3, (name, name))], [it, it, it]),
        edge.edge(hubs=[it, it], hub_only=2, single=2, parts=3, second=2),
        centre.between([(it, 0.5)], 0.0),
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
