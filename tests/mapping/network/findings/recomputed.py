"""What 300 networks of many shapes say, and how the numbers in a sentence are read back."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from itertools import combinations

import networkx
import pytest
from django.utils.html import strip_tags

from mapping.graph.analysis import analyse
from mapping.network.findings import Words
from mapping.network.findings import facts as findings_facts

from .graphs import networks

NETWORKS = networks(300)
EACH = pytest.mark.parametrize(("graph", "snapshot"), [it[1:] for it in NETWORKS], ids=[it[0] for it in NETWORKS])
NUMBER = r"(\d[\d,]*(?:\.\d+)?)"


def numbers(text: str) -> list[float]:
    """The figures of a text in their order; names of nodes and words in brackets with a unit aside."""
    return [float(it.replace(",", "")) for it in re.findall(NUMBER, re.sub(r"Node \d+", "Node", text))]


def plain(markup) -> str:
    return unescape(strip_tags(str(markup)))


def matched(pattern: str, text: str) -> list[int] | None:
    """The figures where {} stands in a pattern, or None when the text has no such sentence."""
    found = re.search(re.escape(pattern).replace(r"\{\}", NUMBER).replace(r"\{name\}", "(?:Node \\d+)"), text)
    return [int(it.replace(",", "")) for it in found.groups()] if found else None


def parts_of(graph: networkx.Graph) -> list[set[int]]:
    """Components of two and more, the largest first."""
    return sorted((it for it in networkx.connected_components(graph) if len(it) > 1), key=len, reverse=True)


@cache
def told(snapshot):
    analysis = analyse(snapshot)
    facts = findings_facts.gather(snapshot, analysis)
    return analysis, facts, {it.slug: it for it in Words(facts).sections}


def node_in(text: str) -> int:
    return int(re.search(r"Node (\d+)", text)[1])


def check_apart(text: str, graph: networkx.Graph, gone: set[int]) -> None:
    """What would come apart without some nodes: each sentence beside what networkx finds."""
    left = graph.copy()
    left.remove_nodes_from(gone)
    mine = [it for it in networkx.connected_components(graph) if it & gone and len(it) > 1]
    there = set().union(*mine) - gone
    after = [it for it in networkx.connected_components(left) if it <= there]
    alone = sum(len(it) == 1 for it in after)
    pieces = sorted((len(it) for it in after if len(it) > 1), reverse=True)
    held = sum(bool(it - gone) for it in mine)
    told_alone = matched(", {} would have no connection to anyone else here.", text)
    assert told_alone == ([alone] if alone else None), text
    apart = matched("would fall into {} parts; the largest would have {}.", text)
    assert apart == ([len(pieces), pieces[0]] if len(pieces) > held else None), text
    if apart:
        who = matched("the {} others in the same", text) or matched("The other {} in the same", text)
        assert who == [sum(pieces)], text
        assert (matched("in the same {} parts", text) or [1]) == [held]
        now = len(parts_of(graph))
        whole = matched("In all there would be {} parts of two or more; there are {} now.", text)
        assert whole == ([len(parts_of(left)), now] if now > held else None), text
    if "everyone else would still be joined as before" in text:
        assert all(networkx.has_path(left, *pair) for it in mine for pair in combinations(sorted(it - gone), 2))
