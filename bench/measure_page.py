"""The map + list page of a neighbourhood of 1,000 nodes, cold: what is sent, to whom, and when it can be seen."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from . import servers
from .database import ROOT, Server, manage
from .generate import PLACE
from .load import load
from .report import Row, kb, skipped

LAYERS = ROOT / "fixtures" / "trafford" / "layers"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 412, "height": 823}
# Lighthouse's "slow 4G" and a phone's processor: 150 ms there and back, 1.6 Mbit/s, a quarter of the speed.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER_BY = 4
DOTS = """() => {
    for (const canvas of document.querySelectorAll(".leaflet-hb-points-pane canvas")) {
        if (!canvas.width) continue;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 3; at < data.length; at += 4) if (data[at]) return true;
    }
    return false;
}"""
PAINT = """() => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
        .observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => done(0), 3000);
})"""
PAGES = f"""
import django; django.setup()
from cms.commands import ensure_pages
from mapping.models import Actor, Place
ensure_pages(Place.objects.get(slug={PLACE!r}), Actor.command("bench"))
"""


def page(server: Server, database: str, many: str) -> list[Row]:
    """Rows of the page; `database` has 1,000 nodes in one town, `many` 10,000."""
    what = "explore page, 1,000 nodes"
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
        or shutil.which("chromium-headless-shell")
    )
    if not chromium:
        return [skipped(what, "Chromium is not installed")]
    with TemporaryDirectory() as basemaps:
        for name in (database, many):
            url = server.url(name)
            manage(url, "shell", "-v", "0", "-c", PAGES)
        manage(server.url(database), "build_basemap", "--place", PLACE, "--layers", str(LAYERS), BASEMAP_ROOT=basemaps)
        with servers.ours(server.url(database), BASEMAP_ROOT=basemaps) as port:
            return _rows(chromium, port, what) + _many(server, many, basemaps, chromium)


def _rows(chromium: str, port: int, what: str) -> list[Row]:
    _warm(port)
    seen = visit(chromium, port, WIDE)
    bare = visit(chromium, port, WIDE, scripts=False)
    phone = visit(chromium, port, PHONE)
    paint, dots = slowly(chromium, port)
    parts = ", ".join(f"{kind} {kb(size)}" for kind, size in sorted(seen.by_kind.items(), key=lambda it: -it[1]))
    # What grows with the place and with what others draw is told, and not held against the page.
    own = sum(size for kind, size in seen.by_kind.items() if kind not in ("basemap", "tiles"))
    return [
        Row(
            f"{what}: sent until the map is usable, cold, without basemap and tiles",
            "<= 110 KB",
            f"{kb(own)} of {kb(seen.sent)}",
            "uMap 651 KB in all (seen)",
            f"{seen.sent / 651_000:.2f}x",
            own <= 110_000 and seen.has_dots,
            note=f"{seen.requests} requests: {parts}",
            figures={"bytes": seen.sent, "requests": seen.requests, **seen.by_kind},
        ),
        Row(f"{what}: requests to others", "0", str(len(seen.foreign)), met=not seen.foreign),
        Row(f"{what}: cookies and stored values", "0", str(seen.kept), met=seen.kept == 0),
        Row(
            f"{what}: without JavaScript",
            "<= 40 KB",
            kb(bare.sent),
            met=bare.sent <= 40_000,
            figures={"bytes": bare.sent},
        ),
        Row(f"{what}: on a phone, before the map is opened", "", kb(phone.sent), figures={"bytes": phone.sent}),
        Row(
            f"{what}: largest paint on slow 4G, processor 4x slower",
            "<= 1.2 s",
            f"{paint:.2f} s",
            "uMap 7.4 s (seen)",
            f"{paint / 7.4:.2f}x",
            0 < paint <= 1.2,
        ),
        Row(f"{what}: dots visible on slow 4G", "", f"{dots:.1f} s", "uMap 11-12 s (seen)"),
    ]


def _warm(port: int) -> None:
    """Let every process of the server have answered once: it is the browser that is cold, not the site."""
    load(port, [f"/{PLACE}/map/"], clients=8, seconds=1)


def _many(server: Server, database: str, basemaps: str, chromium: str) -> list[Row]:
    with servers.ours(server.url(database), BASEMAP_ROOT=basemaps) as port:
        _warm(port)
        _, dots = slowly(chromium, port)
    return [
        Row(
            "explore page, 10,000 nodes: dots visible on slow 4G",
            "<= 2 s",
            f"{dots:.1f} s",
            "uMap 99 s (seen)",
            f"{dots / 99:.2f}x",
            dots <= 2,
        )
    ]


def slowly(chromium: str, port: int) -> tuple[float, float]:
    """The largest paint and the first dots on a slow line, in seconds: the middle one of three visits each."""
    visits = [visit(chromium, port, WIDE, slow=True) for _ in range(3)]
    return median(it.largest_paint for it in visits), median(it.dots_after for it in visits)


class Visit:
    """What one visit with an empty cache came to. Bytes as they went over the wire, with heads."""

    def __init__(self) -> None:
        self.sent = 0.0
        self.requests = 0
        self.by_kind: dict[str, float] = {}
        self.foreign: list[str] = []
        self.kept = 0
        self.largest_paint = 0.0
        self.dots_after = float("nan")

    @property
    def has_dots(self) -> bool:
        return self.dots_after == self.dots_after


def visit(chromium: str, port: int, size: dict, *, scripts: bool = True, slow: bool = False) -> Visit:
    """Open the page in a new browser, wait until dots are drawn and the network is quiet."""
    from playwright.sync_api import sync_playwright

    seen = Visit()
    base = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport=size, java_script_enabled=scripts)
        tab = context.new_page()
        session = context.new_cdp_session(tab)
        session.send("Network.enable")
        kinds: dict[str, str] = {}

        def asked(event: dict) -> None:
            url = event["request"]["url"]
            kinds[event["requestId"]] = _kind(url)
            if not url.startswith((base, "data:", "blob:")):
                seen.foreign.append(url)

        def came(event: dict) -> None:
            seen.sent += event["encodedDataLength"]
            seen.requests += 1
            kind = kinds.get(event["requestId"], "other")
            seen.by_kind[kind] = seen.by_kind.get(kind, 0) + event["encodedDataLength"]

        session.on("Network.requestWillBeSent", asked)
        session.on("Network.loadingFinished", came)
        if slow:
            session.send("Network.emulateNetworkConditions", SLOW)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_BY})
        answer = tab.goto(f"{base}/{PLACE}/map/", wait_until="commit")
        if answer is None or answer.status != 200:
            browser.close()
            raise RuntimeError(f"the page answered {answer.status if answer else 'nothing'}")
        if scripts and size["width"] > 900:
            for _ in range(600):
                if tab.evaluate(DOTS):
                    seen.dots_after = tab.evaluate("() => performance.now()") / 1000
                    break
                tab.wait_for_timeout(50)
        tab.wait_for_load_state("networkidle")
        if scripts:
            seen.largest_paint = tab.evaluate(PAINT) / 1000
            seen.kept = tab.evaluate("() => localStorage.length + sessionStorage.length")
        seen.kept += len(context.cookies())
        browser.close()
    return seen


def _kind(url: str) -> str:
    path = urlsplit(url).path
    if path.startswith(("/tiles/", "/basemap/", "/maps/")):
        return path.split("/")[1]
    return Path(path).suffix.lstrip(".") or "page"
