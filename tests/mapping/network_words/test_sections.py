"""Every template of the words is true for none, one, two and many, whatever people call themselves."""

from __future__ import annotations

import uuid

import pytest
from django.utils.html import strip_tags

from mapping.network_words import bridges, centre, distance, edge, groups, ties
from mapping.network_words.writing import far, fill, listed, share

NASTY = "<b>{name}</b> %(n)s “Q” & {0} %s"


def node(name="Sale Choir", degree=2, number=1, **more):
    return {"uuid": str(uuid.UUID(int=number)), "name": name, "degree": degree, **more}


def text(section) -> str:
    """All that a section says, its heading apart; a line for each item."""
    return "\n".join(strip_tags(str(it)).strip() for it in (section.text, *section.items) if it)


def markup(section) -> str:
    return "\n".join(str(it) for it in (section.text, *section.items))


class TestBest:
    def test_nobody_has_two(self):
        assert centre.best([]) is None

    @pytest.mark.parametrize(
        ("degree", "said"), [(1, "1 connection"), (2, "2 connections"), (1204, "1,204 connections")]
    )
    def test_one_and_many(self, degree, said):
        assert text(centre.best([node(degree=degree)])) == f"Sale Choir {said}"


ALONE = "Without X, {} would have no connection to anyone else here"
PARTS = ", and the others would fall into {} parts."


class TestApart:
    @pytest.mark.parametrize(
        ("alone", "pieces", "cut_off", "said"),
        [
            (0, 0, 0, "Without X, everyone else would still be joined as before."),
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
        falling = {"alone": 1, "pieces": 0, "cut_off": 1}
        found = bridges.bridges([(node(number=n), falling) for n in range(number)])
        assert text(found).splitlines()[0] == said
        assert len(found.items) == number


class TestGroups:
    def group(self, size=3, sorts=(), name="Trust"):
        return groups.Group(node(name), size, sorts)

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

    def test_what_stands_everywhere_names_no_group(self):
        school = {"what": "Schools", "everywhere": False}
        thing = {"what": "Defibrillators", "everywhere": True}
        assert groups.sorts_of([school, school, thing, thing, thing]) == ("Schools",)

    @pytest.mark.parametrize(
        ("whats", "sorts"),
        [
            ([], ()),
            (["Schools"], ()),
            (["Schools", "Clubs"], ()),
            (["Schools", "Schools"], ("Schools",)),
            (["Clubs", "Clubs", "Schools", "Schools", "Schools"], ("Schools", "Clubs")),
            (["A", "A", "B", "B", "C", "C"], ("A", "B")),
            (["Schools"] * 2 + ["Clubs"] * 8, ("Clubs",)),
        ],
    )
    def test_a_sort_is_common_or_names_nothing(self, whats, sorts):
        assert groups.sorts_of([{"what": it} for it in whats]) == sorts


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


class TestLeftOut:
    def more(self, count, kind="asset", verb="owns"):
        return {"node": 0, "verb": verb, "kind": kind, "count": count}

    def test_nothing(self):
        assert edge.left_out([], [], 0) is None

    @pytest.mark.parametrize(
        ("more", "missing", "said"),
        [
            ([], 1, "1 is left out of the picture, where a number says as much. It is in the table."),
            ([], 2, "2 are left out of the picture, where a number says as much. They are in the table."),
            ([(138, "asset")], 138, "Council owns 138 more places"),
            ([(3, "organisation")], 4, "Council owns 3 more groups\nand 1 more on the edge"),
            ([(3, "activity")], 9, "Council owns 3 more activities\nand 6 more on the edge"),
            ([(3, "purpose")], 3, "Council owns 3 more"),
        ],
    )
    def test_one_and_many(self, more, missing, said):
        found = edge.left_out([self.more(*it) for it in more], [node("Council")], missing)
        assert text(found).endswith(said)


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
    @pytest.mark.parametrize(
        ("known", "within", "middle", "chance", "said"),
        [
            (1, [(500, 1)], 320.0, 0, "1 connection has both ends on the map. It is 320 m long."),
            (2, [(500, 0), (1000, 2)], 700.0, 0,
             "2 connections have both ends on the map. All of them are within 1 km. Half are no longer than 700 m."),
            (410, [(2000, 200), (5000, 250)], 4200.0, 4700.0,
             "410 connections have both ends on the map. Most of them, 250 (61%), are within 5 km. Half are no "
             "longer than "
             "4.2 km. Two picked by lot would be 4.7 km apart, so what is near is connected more often."),
            (3, [(50000, 0)], 60_000.0, 60_000.0,
             "3 connections have both ends on the map. Half are no longer than 60 km. Two picked by lot would be 60 "
             "km apart, "
             "so being near makes little difference here."),
        ],
    )  # fmt: skip
    def test_one_and_many(self, known, within, middle, chance, said):
        assert text(distance.distance(known=known, within=within, middle=middle, chance=chance)) == said

    def test_nothing_on_the_map(self):
        assert distance.distance(known=0, within=[], middle=0, chance=0) is None


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
        assert told.startswith("Of the six kinds of wealth that a place lives on, 6 are in this network.\n")
        assert "Not there" not in told


def sections(name):
    """Every section that names a node, a verb or a category, with that name."""
    it = node(name)
    falling = {"alone": 1, "pieces": 2, "cut_off": 5}
    return [
        centre.best([it]),
        bridges.bridges([(it, falling)]),
        groups.groups([groups.Group(it, 3, (name, name))], [it, it, it]),
        edge.edge(hubs=[it, it], hub_only=2, single=2, parts=3, second=2),
        edge.left_out([{"node": 0, "verb": name, "kind": "asset", "count": 5}], [it], 9),
        ties.types([{"forward": name, "count": 2, "nodes": 3, "density": 0.5}]),
    ]


@pytest.mark.parametrize("number", range(6))
def test_no_name_can_break_out_of_a_sentence(number):
    section = sections(NASTY)[number]
    assert "<b>" not in markup(section) and "&lt;b&gt;{name}&lt;/b&gt; %(n)s" in markup(section)


@pytest.mark.parametrize("number", range(6))
def test_every_section_says_how_it_was_worked_out(number):
    section = sections("X")[number]
    assert len(section.how) > 40 and section.heading


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0%"), (0, 5, "0%"), (1, 1000, "less than 1%"), (1, 3, "33%"), (999, 1000, "over 99%"), (5, 5, "100%")],
)
def test_shares_are_never_rounded_to_nothing_or_all(part, whole, said):
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "0 m"),
        (4, "0 m"),
        (346, "350 m"),
        (949, "950 m"),
        (1000, "1 km"),
        (1240, "1.2 km"),
        (9940, "9.9 km"),
        (14_400, "14 km"),
    ],
)
def test_distances_are_as_people_say_them(metres, said):
    assert far(metres) == said


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_lists(names, said):
    assert listed(names) == said


def test_texts_are_escaped_and_links_are_not():
    assert fill("{a} {b}", a="<i>", b=fill("<i>{c}", c="")) == "&lt;i&gt; <i>"
