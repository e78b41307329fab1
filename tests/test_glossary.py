"""One word for one thing: the words that docs/glossary.md retires stand in no public name.

Prose is free, and so are local and private names. What was promised before stays, with its reason (`ALLOWED`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from cms import routes
from tests.test_access import OURS
from tests.test_docs import exists

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
APPS = ("mapping", "listings", "cms", "config")

SWITCH = (
    "the switch “Look underneath” of a map: `?underneath=` is promised, docs/design.md names its module and template"
)
PACKED = "graph.bin is a format that others read (docs/network.md)"
ALLOWED: dict[tuple[str, str], str] = {
    ("file", "underneath"): SWITCH,
    ("file", "test_underneath"): SWITCH,
    ("script", "Underneath"): SWITCH,
    ("style", "underneath"): SWITCH,
    ("style", "underneath__*"): SWITCH,
    ("style", "hb-underneath"): SWITCH,
    ("template", "underneath"): SWITCH,
    ("template", "underneath__*"): SWITCH,
    ("template", "offline__underneath"): SWITCH,
    ("guide", "underneath"): SWITCH,
    ("guide", "ground"): PACKED,
    ("guide", "ground_?"): PACKED,
    ("guide", "recreation_ground"): "a value of OpenStreetMap's",
    ("guide", "*-ground"): "categories of ours, as addresses have them",
}
# Those of the site, and those below a place.
ADDRESSES = (*OURS, *(address for address, _name, _view in routes.TABLE))
# Words of addresses only: a new one says removal and findings.
PROMISED_WORDS = {
    "without": ("network/without/", "network/<str:revision>/without.json"),
    "words": ("network/words/", "<slug:place>/network/words/table.csv"),
}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading of the glossary."""
    section = GLOSSARY.read_text(encoding="utf-8").partition(f"{heading}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]


@cache
def retired() -> tuple[str, ...]:
    """The retired words as the glossary's table has them: `worked_out`, `*_MOST`, `of()`."""
    return tuple(word for row in rows("## Retired words") for word in re.findall(r"`([^`]+)`", row[0]))


def words(name: str) -> list[str]:
    """The words of an identifier: NotWorkedOut, not_worked_out and not-worked-out have the same."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_").split("_")


def is_retired(name: str, *, is_function_of_module: bool = False) -> bool:
    """Whether an identifier is made of a retired word, or with one."""
    own = words(name)
    for pattern in retired():
        if pattern.endswith("()"):
            if is_function_of_module and name == pattern[:-2]:
                return True
        elif "*" in pattern:
            if fnmatchcase(name, pattern) or name == pattern.removeprefix("*_"):
                return True
        else:
            sought = words(pattern)
            if any(own[at : at + len(sought)] == sought for at in range(len(own))):
                return True
    return False


# --- which names there are


def python_names(source: str) -> Iterator[tuple[str, bool]]:
    """Public names of a module, and whether each is a function of it: also parameters, fields and methods."""
    for node in ast.parse(source).body:
        for name in _defined(node):
            yield name, isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and name == node.name


def _defined(node: ast.stmt) -> Iterator[str]:
    found: list[str] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if node.name.startswith("_") and not node.name.startswith("__"):
            return
        found = [node.name]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        found += [it.arg for it in ast.walk(node.args) if isinstance(it, ast.arg)]
    elif isinstance(node, ast.ClassDef):
        for within in node.body:
            yield from _defined(within)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        found = [it.id for target in targets for it in ast.walk(target) if isinstance(it, ast.Name)]
    yield from (name for name in found if not name.startswith("_"))


def template_names(source: str) -> set[str]:
    """Variables, `data-` attributes, ids and classes of a template; not the words on the page."""
    found: set[str] = set()
    source = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", source, flags=re.DOTALL)
    for code in re.findall(r"{{(.*?)}}|{%(.*?)%}", source):
        code = re.sub(r"\"[^\"]*\"|'[^']*'", "", "".join(code))
        found.update(re.findall(r"[A-Za-z_]\w*", code))
    source = re.sub(r"{[{%].*?[}%]}", " ", source)
    found.update(re.findall(r"\bdata-([\w-]+)", source))
    for values in re.findall(r"\b(?:id|class)=\"([^\"]*)\"", source):
        found.update(values.split())
    return found


def script_names(source: str) -> set[str]:
    """What a script exports, the types that it defines, and the `data-` attributes that it reads."""
    found = set(
        re.findall(r"^export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+)", source, re.M)
    )
    for several in re.findall(r"^export\s*{([^}]*)}", source, re.M):
        found.update(re.findall(r"\w+", several))
    found.update(re.findall(r"@typedef\s+(?:{.*}\s+)?(\w+)\s*$", source, re.M))
    found.update(re.findall(r"\.dataset\.(\w+)", source))
    found.update(re.findall(r"\[data-([\w-]+)", source))
    return found


def style_names(source: str) -> set[str]:
    """The classes and custom properties of a style sheet."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return set(re.findall(r"\.([A-Za-z][\w-]*)", source)) | set(re.findall(r"--([\w-]+)\s*:", source))


def guide_names(source: str) -> set[str]:
    """The identifiers in the code spans of a guide."""
    source = re.sub(r"^```.*?^```", "", source, flags=re.DOTALL | re.M)
    return {name for span in re.findall(r"`([^`\n]+)`", source) for name in re.findall(r"[A-Za-z_][\w-]*", span)}


def files(*suffixes: str, within: str = "") -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            folders = path.relative_to(ROOT).parts
            if path.suffix in suffixes and within in path.as_posix() and "migrations" not in folders:
                yield path


def all_names() -> Iterator[tuple[str, Path, str, bool]]:
    """Sort, file, name, and whether it is a function of a module."""
    for path in files(".py"):
        for name, is_function in python_names(path.read_text(encoding="utf-8")):
            yield "python", path, name, is_function
    readers = (
        ("template", (".html", ".txt"), "/templates/", template_names),
        ("script", (".js", ".mjs"), "", script_names),
        ("style", (".css",), "", style_names),
    )
    for sort, suffixes, within, names in readers:
        for path in files(*suffixes, within=within):
            yield from ((sort, path, name, False) for name in sorted(names(path.read_text(encoding="utf-8"))))
    for path in (*files(".py", ".html", ".txt", ".js", ".mjs", ".css"), *(ROOT / "tests").rglob("*.py")):
        for name in path.relative_to(ROOT).with_suffix("").parts:
            yield "file", path, name, False
    for path in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"):
        if path != GLOSSARY:
            for name in sorted(guide_names(path.read_text(encoding="utf-8"))):
                yield "guide", path, name, False
    for address in ADDRESSES:
        for name in re.findall(r"[A-Za-z_][\w-]*", address):
            yield "address", ROOT / "docs" / "urls.md", name, False


@cache
def found() -> dict[tuple[str, str], list[str]]:
    """Every retired name by sort, and where it stands."""
    result: dict[tuple[str, str], list[str]] = {}
    for sort, path, name, is_function in all_names():
        if is_retired(name, is_function_of_module=is_function):
            result.setdefault((sort, name), []).append(str(path.relative_to(ROOT)))
    return result


def allowed(sort: str, name: str) -> list[tuple[str, str]]:
    return [it for it in ALLOWED if it[0] == sort and fnmatchcase(name, it[1])]


@pytest.mark.parametrize("sort", ["python", "template", "script", "style", "file", "guide", "address"])
def test_no_public_name_has_a_retired_word(sort):
    assert {name: where for (its, name), where in found().items() if its == sort and not allowed(its, name)} == {}


def test_every_exception_is_still_needed():
    needed = {it for sort, name in found() for it in allowed(sort, name)}
    assert set(ALLOWED) - needed == set()


@pytest.mark.parametrize(("word", "promised"), PROMISED_WORDS.items())
def test_words_of_promised_addresses_come_into_no_new_one(word, promised):
    assert sorted(it for it in ADDRESSES if word in re.findall(r"\w+", it)) == sorted(promised)


# --- that it would be found


@pytest.mark.parametrize(
    "word", ["meant", "worked_out", "voice", "voices", "ground", "told", "whereabouts", "underneath"]
)
def test_each_retired_word_is_found_however_it_is_written(word):
    camel = "".join(it.title() for it in word.split("_"))
    for name in (word, f"not_{word}", f"{word}_of", word.upper(), camel, f"is{camel}Now", word.replace("_", "-")):
        assert is_retired(name), name
    assert not is_retired(f"{word}ed")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def told(): ...", "told"),
        ("async def told(): ...", "told"),
        ("def tell(meant): ...", "meant"),
        ("def tell(*, meant=None): ...", "meant"),
        ("class Voice: ...", "Voice"),
        ("class A:\n    def worked_out(self): ...", "worked_out"),
        ("class A:\n    def tell(self, told): ...", "told"),
        ("class A:\n    ground: int = 1", "ground"),
        ("WHEREABOUTS = 1", "WHEREABOUTS"),
        ("PATHS_MOST = 5", "PATHS_MOST"),
        ("PATHS_LEAST: int = 5", "PATHS_LEAST"),
        ("NAMED, TOLD = 12, 8", "TOLD"),
        ("def of(): ...", "of"),
    ],
)
def test_a_retired_name_in_python_is_found(source, name):
    assert [it for it, is_function in python_names(source) if is_retired(it, is_function_of_module=is_function)] == [
        name
    ]


@pytest.mark.parametrize(
    "source",
    [
        "def tell():\n    told = 1\n    return told",
        "def _told(meant): ...",
        "_GROUND = 1",
        '"""What was told of the ground."""',
        "class A:\n    @classmethod\n    def of(cls): ...",
        "background = 1",
    ],
)
def test_prose_private_and_local_names_are_free_in_python(source):
    assert not [it for it, is_function in python_names(source) if is_retired(it, is_function_of_module=is_function)]


@pytest.mark.parametrize(
    ("names", "source"),
    [
        (template_names, "<p>{{ answer.told }}</p>"),
        (template_names, "{% for it in told %}{% endfor %}"),
        (template_names, '{% include "a.html" with told=answer.text %}'),
        (template_names, "<p data-told></p>"),
        (template_names, '<p id="told"></p>'),
        (template_names, '<p class="card card__told {{ a }}"></p>'),
        (script_names, "export function told(number) {}"),
        (script_names, "export const told = 1;"),
        (script_names, "export class Told {}"),
        (script_names, "export { a as told };"),
        (script_names, "/**\n * @typedef {object} Told\n */"),
        (script_names, "box.dataset.told = 1;"),
        (script_names, 'box.querySelector("[data-told]");'),
        (style_names, ".card__told { color: red; }"),
        (style_names, ":root { --told: red; }"),
        (guide_names, "See `mapping.told`."),
    ],
)
def test_a_retired_name_elsewhere_is_found(names, source):
    assert any(is_retired(it) for it in names(source))


@pytest.mark.parametrize(
    ("names", "source"),
    [
        (template_names, '{% comment %}told{% endcomment %}<p>told {% translate "told" %}</p>'),
        (script_names, "// told\nconst told = 1;"),
        (style_names, "/* .told */ .card { color: red; }"),
        (guide_names, "What was told.\n```\ntold\n```\n"),
    ],
)
def test_prose_is_free_elsewhere(names, source):
    assert not any(is_retired(it) for it in names(source))


# --- that the glossary is true


@pytest.mark.parametrize("row", rows("# Glossary"), ids=lambda it: it[0])
def test_a_term_says_what_it_means_and_stands_where_it_says(row):
    term, means, *where = row
    assert len(means) > 20
    assert not is_retired(term.replace(" ", "_"))
    for path in re.findall(rf"`((?:{'|'.join(APPS)})/[\w./-]+)`", " ".join(where)):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize(("was", "now"), rows("## Modules that moved"))
def test_a_module_that_moved_is_named_where_it_is_now(was, now):
    assert not exists(was)
    for dotted in re.findall(r"`([\w.]+\.[\w.]+)`", now):
        assert exists(dotted), dotted
    for path in (*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"):
        if path != GLOSSARY:
            assert not re.search(rf"`{re.escape(was)}\b", path.read_text(encoding="utf-8")), path
