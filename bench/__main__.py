"""Run the benchmarks: `python -m bench`, or `make bench`. See docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

LARGE, SMALL, QUICK = 1_000_000, 10_000, 50_000
ROWS = (
    "tiles",
    "cached",
    "wide",
    "search",
    "page",
    "again",
    "first",
    "extract",
    "table",
    "graph",
    "view",
    "kinds",
    "crawl",
    "siege",
    "when",
    "feeds",
    "duplicates",
    "questions",
)


def main(words: list[str] | None = None) -> int:
    """Measure what was asked for, print one table, write JSON. Returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The figures of docs/benchmarks.md, measured.")
    parser.add_argument("--quick", action="store_true", help=f"with {QUICK:,} nodes and short runs, for a first look")
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--base", default=os.environ.get("BASE", ""), metavar="COMMIT",
                        help="the build (tag or commit) that the row first has beside this one (BASE)")  # fmt: skip
    parser.add_argument("--seconds", type=float, help="how long each load runs (5; quick: 2)")
    options = parser.parse_args(words)

    import django

    django.setup()
    from . import (
        database,
        measure_again,
        measure_crawl,
        measure_duplicates,
        measure_feeds,
        measure_files,
        measure_first,
        measure_graph,
        measure_kinds,
        measure_network_view,
        measure_page,
        measure_questions,
        measure_search,
        measure_siege,
        measure_tiles,
        measure_when,
        report,
    )

    server = database.here()
    nodes = QUICK if options.quick else LARGE
    seconds = options.seconds or (2 if options.quick else 5)
    large, small = f"hereabouts_bench_{nodes}", f"hereabouts_bench_{SMALL}"
    town, many, files = "hereabouts_bench_town", "hereabouts_bench_town_10000", "hereabouts_bench_files"
    rows: list[report.Row] = []

    def measure(name: str, what: Callable[[], list[report.Row]], needs: tuple = ()) -> None:
        if name not in options.only:
            return
        print(f"{name} ...", flush=True)
        start = time.monotonic()
        try:
            for arguments, more in needs:
                database.filled(server, *arguments, **more)
            rows.extend(what())
        except (RuntimeError, OSError) as error:
            rows.append(report.skipped(name, str(error)))
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)

    of_large, of_small = ((large, nodes), {}), ((small, SMALL), {})
    of_town, of_many = ((town, 1_000), {"town": True}), ((many, 10_000), {"town": True})

    def search() -> list[report.Row]:
        return measure_search.search(
            measure_search.timed(server, large, seconds), measure_search.timed(server, small, seconds), nodes, SMALL
        )

    def growth() -> list[report.Row]:
        rounds = [[measure_tiles.p95(server, it, seconds / 2) for it in (large, small)] for _ in range(3)]
        now, before = sorted(rounds, key=lambda it: it[0] / it[1])[1]
        what = f"growth: tile z14 p95, {nodes:,} beside {SMALL:,} nodes"
        ratio = now / before
        return [report.Row(what, "<= 2x", report.ms(now), report.ms(before), f"{ratio:.2f}x", ratio <= 2)]

    measure("tiles", lambda: measure_tiles.not_cached(server, large, seconds) + growth(), (of_large, of_small))
    measure("cached", lambda: measure_tiles.cached(server, large, seconds), (of_large,))
    measure("wide", lambda: measure_tiles.wide(server, large), (of_large,))
    measure("search", search, (of_large, of_small))
    measure("page", lambda: measure_page.page(server, town, many), (of_town, of_many))
    measure("again", lambda: measure_again.rows(server, seconds))
    measure("first", lambda: measure_first.rows(options.base))
    measure("extract", lambda: measure_files.extract(server, files))
    measure("table", lambda: measure_files.table(server, files, 10_000 if options.quick else 100_000))

    measure("graph", lambda: measure_graph.rows(server, options.quick))
    measure("view", lambda: measure_network_view.rows(server))
    measure("siege", lambda: measure_siege.rows(server))
    measure("kinds", lambda: measure_kinds.rows(server))
    measure("crawl", lambda: measure_crawl.rows(server))

    measure("when", lambda: measure_when.weekend(server, nodes, nodes, seconds))
    measure("when", lambda: measure_feeds.rows(server, 50 if options.quick else measure_feeds.FEEDS))

    measure("duplicates", lambda: measure_duplicates.rows(server, large, nodes), (of_large,))

    measure("questions", lambda: measure_questions.rows(server))

    print("\n" + report.table(rows))
    print(f"\nMeasured on {os.cpu_count()} cores, load at the end {os.getloadavg()[0]:.1f}: other work on the machine "
          "makes figures worse, ratios less so.")  # fmt: skip
    print(f"JSON: {report.save(rows, vars(options) | {'nodes': nodes})}")
    return 1 if any(it.met is False for it in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
