"""Measure the network in a file."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from mapping.graph.summary import Summary, summarise
from mapping.management.base import PlainCommand
from mapping.readers.errors import one_line, readable
from mapping.readers.graph_arrays import GraphArrays, read_arrays
from mapping.readers.graph_formats import FORMATS, open_graph

SHOWN = 10


class Command(PlainCommand):
    help = (
        "Measure the network in a file (GraphML, GEXF, CSV, TXT, JSON, Kumu, XLSX, 360Giving) with the engine that "
        "measures places: pieces, bridges, betweenness, communities. Undirected, simple and unweighted unless the "
        "options say otherwise. Writes nothing. Example: manage.py analyse_graph karate.graphml --json"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--json", action="store_true", help="everything, as JSON")
        parser.add_argument("--format", choices=FORMATS, help="when it is not recognised")
        parser.add_argument("--encoding", help="of a table, when it is not found out right, such as cp1252")
        parser.add_argument("--delimiter", help="of a table, when it is not found out right")
        parser.add_argument("--directed", action="store_true", help="betweenness follows directions")
        parser.add_argument(
            "--weighted", action="store_true", help="ties count by their weight; one of weight 2 is half as long"
        )
        parser.add_argument(
            "--sample",
            type=int,
            metavar="N",
            help="work betweenness out from N nodes only, and say how far it may be off "
            "(left out: exact, up to nodes times edges of a thousand million)",
        )
        parser.add_argument("--seed", type=int, default=1, help="of communities and samples; 1 unless given")
        parser.add_argument(
            "--skip-bad", action="store_true", help="leave out rows that cannot be used, and say how many"
        )

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        if options["sample"] is not None and options["sample"] < 1:
            raise CommandError("--sample is a number of nodes, 1 or more: such as 500.")
        if options["sample"] is not None and (options["directed"] or options["weighted"]):
            raise CommandError("--sample works for networks without directions and weights. Leave one of them out.")
        delimiter = {"tab": "\t", "space": " "}.get(options["delimiter"] or "", options["delimiter"])
        try:
            with readable(file):
                graph = open_graph(file, format=options["format"], encoding=options["encoding"], delimiter=delimiter)
                edges = graph.checked_edges()
                quiet = not sys.stderr.isatty()
                found = read_arrays(graph, rows=tqdm(edges, unit=" edges", disable=quiet, leave=False, mininterval=0.3))
        except KeyboardInterrupt:
            raise CommandError("Stopped.") from None
        if found.rejected and not options["skip_bad"]:
            rows = "1 row" if found.rejected == 1 else f"{found.rejected:,} rows"
            raise CommandError(
                f"{file}: {rows} cannot be used. The first: {found.rejects[0]} "
                "Mend the file, or add --skip-bad to leave them out."
            )
        result = summarise(
            len(found.names),
            found.edges,
            self._weights(file, found) if options["weighted"] else None,
            directed=options["directed"],
            pivots=options["sample"],
            seed=options["seed"],
        )
        for note in _notes(found, result):
            self.stderr.write(note)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found.names, result), ensure_ascii=False))
        else:
            self._summary(found.names, result)

    def _weights(self, file: str, found: GraphArrays) -> np.ndarray:
        weights = np.nan_to_num(found.weights, nan=1.0)
        if (weights <= 0).any():
            edge = int(np.argmax(weights <= 0)) + 1
            raise CommandError(
                f"{file}: edge {edge} has the weight {weights[edge - 1]:g}. Weights must be above 0: mend it, or leave "
                "--weighted out."
            )
        return weights

    def _summary(self, names: list[str], it: Summary) -> None:
        write = self.stdout.write
        write(f"nodes {it.nodes:,}, edges {it.edges:,}, pieces {it.components:,}")
        write(f"bridges {it.bridges:,}, articulation points {it.articulation_points:,}")
        sizes = np.bincount(it.communities)
        shown = ", ".join(f"{size:,}" for size in sizes[:SHOWN].tolist())
        more = f" and {len(sizes) - SHOWN:,} smaller" if len(sizes) > SHOWN else ""
        write(f"communities {len(sizes):,} (modularity {it.modularity:.4f}): of {shown}{more} nodes")
        write("most often on the way between others (betweenness):")
        order = np.argsort(-it.betweenness, kind="stable")[:SHOWN]
        for index in order.tolist():
            if it.betweenness[index] > 0:
                write(f"  {it.betweenness[index]:.6f}  {one_line(names[index], 80)}")


def as_json(names: list[str], it: Summary) -> dict[str, Any]:
    """The answer as JSON: exactly these keys."""
    return {
        "nodes": it.nodes,
        "edges": it.edges,
        "components": it.components,
        "bridges": it.bridges,
        "articulation_points": it.articulation_points,
        "betweenness": dict(zip(names, it.betweenness.tolist(), strict=True)),
        "communities": dict(zip(names, it.communities.tolist(), strict=True)),
        "modularity": it.modularity,
    }


def _notes(found: GraphArrays, it: Summary) -> list[str]:
    """What was left out, and what is not exact: for the terminal, beside the answer."""
    notes = []
    if found.rejected:
        notes.append(f"{found.rejected:,} rows left out. The first: {found.rejects[0]}")
    if it.loops:
        notes.append(f"{it.loops:,} edges from a node to itself left out.")
    if it.repeated:
        notes.append(f"{it.repeated:,} edges that repeat another counted once.")
    if it.error:
        notes.append(f"Betweenness is sampled: in 95 of 100 cases a value is within {it.error:.2g} of the true one.")
    return notes
