"""Every call of a library that could take long has its bound in docs/bounds.md, and what is written there is called.

Found by reading the code: methods of igraph's graphs, and what is imported from scipy, networkit, shapely's trees and
networkx. A new call fails here until somebody has written down what bounds its time.
"""

import ast
import re
import warnings
from pathlib import Path

import igraph
import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "bounds.md"
APPS = ("mapping", "listings", "cms", "config")
METHODS = {name for name in dir(igraph.Graph) if not name.startswith("_")}
# They cost what it costs to look at the graph once, or less; sets and dicts have methods of these names.
PLAIN = {"es", "vs", "vcount", "ecount", "copy", "clear", "union", "difference", "degree", "neighbors", "strength"}
LIBRARIES = ("scipy", "networkit", "networkx", "igraph")
TREES = {"STRtree", "cKDTree", "KDTree"}
ROW = re.compile(r"^\| `([\w/]+\.py)` \| `(\w+)` \| (.+) \|$", re.MULTILINE)


def sources():
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def calls(text: str) -> set[str]:
    """Names of calls into the libraries."""
    tree = ast.parse(text)
    imported, uses_igraph = set(), "igraph" in text
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in LIBRARIES:
            imported |= {it.asname or it.name for it in node.names}
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in imported:
            found.add(node.func.id)
        elif isinstance(node.func, ast.Attribute):
            name = node.func.attr
            of_igraph = uses_igraph and name in METHODS - PLAIN and not _is_module(node.func.value)
            if of_igraph or name in TREES:
                found.add(name)
    return found - {"coo_array"}


def _is_module(value: ast.expr) -> bool:
    """Modules of ours have functions of the same names: `measures.betweenness`."""
    return isinstance(value, ast.Name) and value.id in {"measures", "centrality", "cohesion", "layout", "self", "np"}


def written() -> dict[tuple[str, str], str]:
    return {(file, name): bound for file, name, bound in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_every_call_of_a_library_has_its_bound():
    found = {(file, name) for file, text in sources() for name in calls(text)}
    assert found - set(written()) == set(), "write down in docs/bounds.md what bounds the time of these"
    assert set(written()) - found == set(), "docs/bounds.md tells of calls that are not there"


def test_a_new_call_would_be_noticed():
    assert calls("import igraph\ng = igraph.Graph()\ng.canonical_permutation()") >= {"canonical_permutation"}
    assert calls("from scipy.optimize import linear_sum_assignment as it\nit([])") == {"it"}
    assert calls("import shapely\nshapely.STRtree([])") == {"STRtree"}


def test_nothing_asks_for_what_has_no_bound():
    unbounded = {
        "canonical_permutation", "automorphism_group", "count_automorphisms", "isomorphic", "isomorphic_bliss",
        "isomorphic_vf2", "subisomorphic_vf2", "subisomorphic_lad", "cliques", "maximal_cliques", "largest_cliques",
        "clique_number", "independence_number", "independent_vertex_sets", "get_all_simple_paths", "all_st_cuts",
        "community_optimal_modularity", "community_spinglass", "motifs_randesu", "feedback_arc_set",
        "minimum_size_separators",
    }  # fmt: skip
    found = {(file, name) for file, text in sources() for name in calls(text) & unbounded}
    assert found == set()


def expressions():
    """Every regular expression that is written down whole, where it is used."""
    for file, text in sources():
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "re":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield f"{file}:{node.lineno}", first.value


EXPRESSIONS = list(expressions())


@pytest.mark.parametrize(("where", "pattern"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
def test_no_regular_expression_repeats_a_repetition(where, pattern):
    """`(a+)+` takes time that doubles with every letter. Repetitions within repetitions must be told apart by what
    stands between them, and each starts with something that the last cannot end with."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from re import _parser

        assert not _nested(_parser.parse(pattern), False), pattern


def _begins(body) -> bool:
    """Whether what is repeated begins with a letter of its own: then it can only be split in one way."""
    from re import _constants as op

    if not len(body):
        return False
    kind, value = body[0]
    if kind == op.SUBPATTERN:
        return _begins(value[3])
    if kind == op.BRANCH:
        return all(_begins(it) or [one for one, _ in it] == [op.IN] for it in value[1])
    return kind == op.LITERAL


def _nested(parsed, inside: bool) -> bool:
    from re import _constants as op

    for kind, value in parsed:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            _, high, body = value
            many = high == op.MAXREPEAT
            fixed = _begins(body)
            if many and inside:
                return True
            if _nested(body, inside or (many and not fixed)):
                return True
        elif kind == op.SUBPATTERN:
            if _nested(value[3], inside):
                return True
        elif kind == op.BRANCH:
            if any(_nested(it, inside) for it in value[1]):
                return True
    return False
