"""The design: contrast, kinds that colour-blind eyes can tell apart, no inline style or script, all documented."""

import gzip
import re
import struct
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config import accent, scripts, stylesheets
from config.accent import contrast

ROOT = Path(settings.ROOT)
TEMPLATES = sorted(
    path for app in ("config", "mapping", "listings", "cms") for path in (ROOT / app / "templates").rglob("*.html")
)
COMPONENTS = sorted((ROOT / "config" / "templates" / "components").glob("*.html"))
STYLES = sorted({*stylesheets.PAGES.rglob("*.css"), *stylesheets.MAPS.rglob("*.css")})
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
KINDS = (
    *("food-help", "community-space", "green-space", "sport-play"),
    *("faith", "health", "learning", "arts-heritage"),
)
NEUTRAL_KINDS = ("organisation", "other")
PAPERS = ("paper", "paper-raised", "paper-sunk")


def tokens(theme: str) -> dict[str, str]:
    """Return the colours of a theme by token, as tokens.css has them."""
    css = (stylesheets.PAGES / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return found


@pytest.fixture(params=["light", "dark"])
def theme(request) -> dict[str, str]:
    return tokens(request.param)


def pairs(foregrounds, backgrounds):
    return [(one, other) for one in foregrounds for other in backgrounds]


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *pairs(["ink", "ink-soft", "accent", "bad"], PAPERS),
        *pairs(["good"], ["paper", "paper-raised"]),
        ("paper", "ink"),
        ("paper", "accent"),
        ("accent-ink", "accent"),
        *pairs(["map-label"], ["map-earth", "map-green", "map-built", "map-halo"]),
    ],
)
def test_text_reads_well(theme, ink, paper):
    assert contrast(theme[ink], theme[paper]) >= 4.5


@pytest.mark.parametrize("kind", [*KINDS, *NEUTRAL_KINDS])
def test_a_kind_stands_out_from_the_paper_and_its_icon_from_the_kind(theme, kind):
    colour = theme[f"kind-{kind}"]
    assert contrast(colour, theme["stamp-ink"]) >= 3
    for ground in (*PAPERS, "map-earth", "map-built"):
        assert contrast(colour, theme[ground]) >= 3


@pytest.mark.parametrize("paper", PAPERS)
def test_the_borders_of_controls_can_be_seen(theme, paper):
    assert contrast(theme["line-strong"], theme[paper]) >= 3


# Machado, Oliveira and Fernandes 2009, severity 1.0; in linear RGB.
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def oklab(colour: str, sight: str) -> list[float]:
    """Return `colour` as OKLab (Ottosson 2020), as eyes with `sight` see it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    seen = [min(max(c, 0), 1) for c in times(SIGHT[sight], linear)]
    cones = times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        seen,
    )
    return times(
        (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        ),
        [cone ** (1 / 3) for cone in cones],
    )


@pytest.mark.parametrize("sight", SIGHT)
def test_the_eight_kinds_stay_apart(theme, sight):
    """10 hundredths of OKLab is about five steps that are just noticeable; 8 for the rare blue-blindness."""
    least = 8 if sight == "tritanopia" else 10
    for one, other in combinations(KINDS, 2):
        a, b = (oklab(theme[f"kind-{kind}"], sight) for kind in (one, other))
        distance = 100 * sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5
        assert distance >= least, f"{one} and {other}: {distance:.1f}"


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_any_accent_becomes_readable_on_both_papers(colour):
    for paper in (accent.LIGHT_PAPER, accent.DARK_PAPER):
        readable = accent.readable(colour, paper)
        assert contrast(readable, paper) >= 4.5
        assert contrast(accent.ink_on(readable), readable) >= 4.5


def test_an_accent_that_is_readable_already_is_left_alone():
    assert accent.readable(accent.DEFAULT, accent.LIGHT_PAPER) == accent.DEFAULT


def test_the_papers_of_the_accent_are_the_worst_of_the_tokens():
    assert tokens("light")["paper-sunk"] == accent.LIGHT_PAPER
    assert tokens("dark")["paper-raised"] == accent.DARK_PAPER
    assert tokens("light")["accent"] == accent.DEFAULT


def test_the_accent_is_served_for_ever_and_only_for_colours(client, db):
    response = client.get("/accent/8c2f1b.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response["Cache-Control"]
    assert b"--accent:#8c2f1b" in response.content
    for wrong in ("red", "8C2F1B", "8c2f1", "8c2f1b00"):
        assert client.get(f"/accent/{wrong}.css").status_code == 404


# A map that is one file, to be opened from a disk, has nothing to link to.
PAGES = [path for path in TEMPLATES if path.name != "single_file.html"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_inline_style_or_script(path):
    html = path.read_text(encoding="utf-8")
    html = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", html, flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", html), "a style attribute: give it a class"
    assert not re.search(r"<style\b", html), "a style element: put it into a style sheet"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html), "an inline handler: write a module"
    assert "javascript:" not in html
    for opening in re.findall(r"<script\b[^>]*>", html):
        is_data = 'type="application/ld+json"' in opening or 'type="application/json"' in opening
        assert "src=" in opening or is_data, f"an inline script: {opening}"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_every_component_says_what_it_takes_and_is_documented(path):
    assert path.read_text(encoding="utf-8").startswith("{% comment %}")
    assert f"| `{path.name}` |" in DESIGN


@pytest.mark.parametrize(("name", "path"), scripts.sources().items(), ids=str)
def test_every_module_is_documented_and_has_types(name, path):
    script = path.read_text(encoding="utf-8")
    assert f"`{name}`" in DESIGN
    assert "@param" in script
    assert f" * @module {name}\n" in script


@pytest.mark.parametrize("path", STYLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_style_sheets_use_only_tokens_that_exist(path):
    defined = set()
    for sheet in STYLES:
        defined |= set(re.findall(r"(--[\w-]+):", sheet.read_text(encoding="utf-8")))
    assert set(re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8"))) <= defined


@pytest.mark.parametrize(
    "path",
    [path for path in STYLES if path.name not in ("tokens.css", "print.css", "leaflet.css")],
    ids=lambda path: path.name,
)
def test_only_tokens_name_colours_and_directions_are_logical(path):
    css = path.read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-f]{3,8}\b", css), "a colour of its own: give it a token"
    assert not re.search(r"(margin|padding|border|inset)-(left|right)|[{ ;](left|right|width|height):", css)
    assert "!important" not in css or path.name in ("reset.css", "controls.css")


def test_the_style_sheet_of_a_page_is_light():
    built = {name: stylesheets.build(files).encode() for name, files in stylesheets.SHEETS.items()}
    sizes = {name: len(gzip.compress(css, 9)) for name, css in built.items()}
    assert sizes["hereabouts.css"] <= 9_000
    assert sizes["hereabouts.css"] + sizes["map.css"] <= 11_000
    assert sizes["network.css"] <= 4_000
    assert sizes["posting.css"] <= 2_000
    assert sizes["calendar.css"] <= 2_000
    assert sizes["node.css"] <= 1_500
    assert sizes["place.css"] <= 1_000
    # What only the map and list have: all that it needs is no more than before it had a sheet of its own.
    assert sizes["explore.css"] <= 3_000


def test_minifying_keeps_strings_and_selectors():
    css = 'a :is(b , c) { content: "x ; y { } /" ; }\n/* gone */ @media (min-width: 2em) { p { color: red } }'
    assert stylesheets.minify(css) == ('a :is(b,c){content:"x ; y { } /"}@media (min-width:2em){p{color:red}}\n')


def test_the_layers_come_in_their_order():
    css = stylesheets.build(stylesheets.SHEETS["hereabouts.css"])
    assert css.startswith("@layer tokens,reset,base,layout,components,map,print;")


def test_the_base_page_begins_with_a_way_past_the_header():
    page = render_to_string("404.html")
    body = page.split("<body", 1)[1]
    assert re.search(r"<a [^>]*>", body)[0] == '<a class="skip-link" href="#main">'
    assert 'lang="en-gb" dir="ltr"' in page
    assert "user-scalable" not in page


def catalogue(folder: Path, code: str) -> list[Path]:
    """A catalogue of ours in the language `code`, with no words in it yet."""
    file = folder / code / "LC_MESSAGES" / "django.mo"
    file.parent.mkdir(parents=True)
    # The GNU MO format, "The Format of GNU MO Files": magic, revision, no strings, where their tables would lie.
    file.write_bytes(struct.pack("<7I", 0x950412DE, 0, 0, 28, 28, 0, 28))
    return [folder]


def test_the_base_page_turns_with_the_language(settings, tmp_path):
    settings.LOCALE_PATHS = catalogue(tmp_path, "ar")
    with translation.override("ar"):
        assert 'lang="ar" dir="rtl"' in render_to_string("404.html")


def test_a_page_claims_no_language_that_nobody_translated_it_into(client, db, settings):
    settings.LOCALE_PATHS = []
    with translation.override("cy"):
        assert 'lang="en-gb" dir="ltr"' in render_to_string("404.html")
    with translation.override("en-gb"):
        answer = client.get("/nowhere/", headers={"Accept-Language": "cy"})
    assert answer["Content-Language"] == "en-gb"
    assert b'<html lang="en-gb"' in answer.content


def test_a_translated_page_is_in_its_language_and_marks_what_people_wrote(client, db, settings, tmp_path):
    settings.LOCALE_PATHS = catalogue(tmp_path, "cy")
    with translation.override("en-gb"):
        # The language of an answer stays the thread's.
        answer = client.get("/nowhere/", headers={"Accept-Language": "cy"})
    assert b'<html lang="cy"' in answer.content
    with translation.override("cy"):
        html = render_to_string("components/card.html", {"name": "Public Hall", "url": "/", "summary": "A hall."})
    assert '<span lang="en-gb">Public Hall</span>' in html
    assert '<p class="card__summary" lang="en-gb">A hall.</p>' in html
    with translation.override("cy"):
        crumbs = [{"url": "/", "label": "Sale", "written": True}, {"url": "/x/", "label": "Map"}]
        here = {"crumbs": crumbs, "current": "Hall", "written": True}
        trail = render_to_string("components/breadcrumb.html", here)
        facts = [{"label": "Cost", "value": "A pound", "written": True}, {"label": "Getting in", "value": "Oes"}]
        known = render_to_string("components/facts.html", {"facts": facts})
        tag = render_to_string("components/chip.html", {"url": "/", "label": "youth", "written": True})
    assert '<a href="/" lang="en-gb">Sale</a>' in trail and '<a href="/x/">Map</a>' in trail
    assert '<li aria-current="page" lang="en-gb">Hall</li>' in trail
    assert '<dd lang="en-gb">A pound</dd>' in known and "<dd>Oes</dd>" in known
    assert '<span lang="en-gb">youth</span>' in tag
    assert "lang=" not in render_to_string("components/card.html", {"name": "Public Hall", "url": "/"})


def test_what_people_wrote_is_escaped_in_components():
    card = {"name": "<b>Bold</b>", "url": '/node/"x', "summary": "<script>", "kind": '"><i>'}
    html = render_to_string("components/card.html", card)
    assert "<b>" not in html
    assert "<script" not in html
    assert "<i>" not in html
