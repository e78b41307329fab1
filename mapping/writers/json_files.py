"""A network as JSON: Kumu's blueprint, GeoJSON lines (RFC 7946), 360Giving."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .records import ConnectionRecord, GrantRecord, NetworkRecords
from .tables import Labels, kumu_tags


def _list(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "["
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    yield "\n]"


def _given(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "")}


def kumu_json(network: NetworkRecords) -> Iterator[str]:
    """Kumu's blueprint: elements and connections, known by their labels."""
    labels = Labels()
    elements = (
        {
            "label": labels.of(it),
            "type": it.category_name or it.kind,
            **_given({"tags": [it.category] if it.category else None, "uuid": it.uuid, **it.row()}),
        }
        for it in network.nodes()
    )
    yield f'{{"about":{json.dumps(network.about(), ensure_ascii=False)},\n"elements":'
    yield from _list(elements)
    yield ',\n"connections":'
    yield from _list(_kumu_connection(it, labels) for it in network.connections())
    yield "}\n"


def _kumu_connection(it: ConnectionRecord, labels: Labels) -> dict[str, Any]:
    row = it.row()
    del row["directed"], row["type"]
    return {
        "from": labels.of(it.source),
        "to": labels.of(it.target),
        "direction": "directed" if it.directed else "undirected",
        "type": it.forward,
        "tags": kumu_tags(it).split("|"),
        "id": it.uuid,
        "type_slug": it.type,
        "from_uuid": it.source.uuid,
        "to_uuid": it.target.uuid,
        **_given(row),
    }


def geojson(network: NetworkRecords) -> Iterator[str]:
    """Lines between public points. Connections with an end that is not on the map are counted in `leftOut`."""
    left_out = 0

    def lines() -> Iterator[dict[str, Any]]:
        nonlocal left_out
        for it in network.connections():
            ends = [(end.lon, end.lat) for end in (it.source, it.target)]
            if any(lon is None for lon, _ in ends):
                left_out += 1
                continue
            yield {
                "type": "Feature",
                "id": it.uuid,
                "geometry": {"type": "LineString", "coordinates": ends},
                "properties": {
                    "source": it.source.uuid,
                    "source_name": it.source.name,
                    "target": it.target.uuid,
                    "target_name": it.target.name,
                    **it.row(),
                },
            }

    yield f'{{"type":"FeatureCollection","about":{json.dumps(network.about(), ensure_ascii=False)},\n"features":'
    yield from _list(lines())
    yield f',\n"leftOut":{left_out}}}\n'


def grants_json(network: NetworkRecords) -> Iterator[str]:
    """Statements of amounts as a 360Giving package."""
    licences = sorted({it.licence for it in network.terms if it.licence})
    about = {"version": "1.4", "about": network.about(), "license": "; ".join(licences)}
    yield json.dumps(about, ensure_ascii=False)[:-1] + ',\n"grants":'
    yield from _list(_grant(it) for it in network.grants())
    yield "}\n"


def _grant(it: GrantRecord) -> dict[str, Any]:
    dates = _given(
        {
            "startDate": it.begins.isoformat() if it.begins else None,
            "endDate": it.ends.isoformat() if it.ends else None,
        }
    )
    return _given(
        {
            "id": it.identifier,
            "title": it.title,
            "description": it.title,
            "currency": it.currency,
            "amountAwarded": float(it.amount),
            "awardDate": it.awarded.isoformat() if it.awarded else None,
            "plannedDates": [dates] if dates else None,
            "recipientOrganization": [{"id": it.recipient[0], "name": it.recipient[1]}],
            "fundingOrganization": [{"id": it.funder[0], "name": it.funder[1]}],
            "url": it.url,
            "dataSource": it.source,
            "licence": it.licence,
        }
    )


Writer = Callable[[NetworkRecords], Iterator[str]]
