"""What is said of connections themselves, of distances and of kinds of wealth: true for none, one and many."""

from __future__ import annotations

import uuid

import pytest
from django.utils.html import strip_tags

from mapping.network.findings import distance, ties
from mapping.network.findings.facts import Named


def node(name="Sale Choir", degree=2, number=1) -> Named:
    return Named(number, uuid.UUID(int=number), name, degree)


def text(section) -> str:
    """All that a section says, its heading apart; a line for each item."""
    return "\n".join(strip_tags(str(it)).strip() for it in (section.text, *section.items) if it)


def markup(section) -> str:
    return "\n".join(str(it) for it in (section.text, *section.items))


RULES = "worked out by rules, such as meeting in the same hall, and nobody has stated"


class TestTies:
    @pytest.mark.parametrize(
        ("count", "nodes", "density", "said"),
        [
            (1, 2, 1.0, "“funds”: 1 connection among 2, 100% of the pairs that there could be among them"),
            (322, 323, 0.006, "“funds”: 322 connections among 323, less than 1% of the pairs that there could be "
             "among them"),
            (1, 0, 0, "“funds”: 1 connection"),
        ],
    )  # fmt: skip
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
            ((1, 0, 0, 0), "Of the 1 connection it is known what it does for those it joins.\n"
             "1 holds a group together (bonding): 100%\n"
             "0 lead to those with power or means (linking): 0%\n0 reach across between groups (bridging): 0%"),
            ((1, 49, 322, 9), "Of 372 of the 381 connections it is known what they do for those they join.\n"
             "322 lead to those with power or means (linking): 87%\n49 reach across between groups (bridging): 13%\n"
             "1 holds a group together (bonding): less than 1%"),
        ],
    )  # fmt: skip
    def test_balance(self, numbers, said):
        found = ties.balance(**dict(zip(("bonding", "bridging", "linking", "unknown"), numbers, strict=True)))
        assert sorted(text(found).splitlines()) == sorted(said.splitlines())


class TestDistance:
    def distance(self, known, within, middle, near=(250, 0, 0), far=(4000, 0, 0), **more):
        return distance.distance(
            ties=more.pop("ties", 744), known=known, within=within, middle=middle, near=near, far=far, **more
        )

    def test_the_only_one(self):
        said = "The one pair that is connected has both ends on the map. They are about 350 yards apart."
        assert text(self.distance(1, [(500, 1)], 320.0, ties=1)) == said

    @pytest.mark.parametrize(
        ("known", "within", "middle", "said"),
        [
            (
                1,
                [(500, 1)],
                320.0,
                "1 of the 744 pairs that are connected has both ends on the map. They are about 350 yards apart.",
            ),
            (
                2,
                [(500, 0), (1000, 2)],
                700.0,
                "2 of the 744 pairs that are connected have both ends on the map. All of them are within 0.6 miles. "
                "Half are no longer than about 0.4 miles.",
            ),
            (
                410,
                [(2000, 200), (5000, 250)],
                4200.0,
                "410 of the 744 pairs that are connected have both ends on the map. Most of them, 250 (61%), are "
                "within 3.1 miles. Half are no longer than about 2.6 miles.",
            ),
        ],
    )
    def test_one_and_many(self, known, within, middle, said):
        assert text(self.distance(known, within, middle)) == said

    @pytest.mark.parametrize(
        ("near", "far", "said"),
        [
            (
                (9, 100),
                (1, 1000),
                "Of the 100 pairs less than 270 yards apart 9 are connected (9%), of the 1,000 pairs 2.5 miles apart "
                "or more 1 (less than 1%). What is near is connected more often.",
            ),
            ((5, 100), (5, 100), "Neither is connected more than twice as often as the other."),
            ((1, 100), (9, 100), "What is far is connected more often."),
        ],
    )
    def test_near_and_far_pairs_are_compared(self, near, far, said):
        assert said in text(self.distance(5, [(500, 5)], 100.0, (250, *near), (4000, *far)))

    @pytest.mark.parametrize(("near", "far"), [((0, 22), (30, 900)), ((60, 99), (60, 900)), ((4, 900), (5, 900))])
    def test_too_few_pairs_are_not_compared(self, near, far):
        said = text(self.distance(5, [(500, 5)], 100.0, (250, *near), (4000, *far)))
        assert "apart" not in said and "more often" not in said

    def test_what_was_drawn_says_how_far_off_it_may_be(self):
        given = ((250, 90, 12_000), (4000, 20, 7_000_000))
        said = text(self.distance(500, [(500, 500)], 100.0, *given, errors=(900, 4_000)))
        assert "Of about 12,000 pairs less than 270 yards apart (give or take 900) 90 are connected" in said
        assert "more often" not in text(self.distance(500, [(500, 500)], 100.0, *given, errors=(11_950, 4_000)))

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
            "Of the six kinds of wealth that a place lives on, 1 is among the 2 in this network. "
            "Not there: natural, human, intellectual, physical, financial.",
            said,
        ]

    def test_all(self):
        every = [{"capital": it, "nodes": 5} for it in distance.NAMES]
        told = text(distance.capitals(every, 1204))
        assert told.startswith("All six kinds of wealth that a place lives on are among the 1,204 in this network.\n")
        assert "Not there" not in told
