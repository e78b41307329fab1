"""A network as GraphML and as GEXF 1.3.

Every edge is written as directed, with an attribute `directed` that says whether it reads the same both ways: a file
with both kinds of edges is refused by some programs (NetworkX).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .records import NetworkRecords

NODE_TYPES = {
    "name": "string", "kind": "string", "category": "string", "category_name": "string", "lon": "double",
    "lat": "double", "place": "string", "url": "string",
}  # fmt: skip
EDGE_TYPES = {
    "type": "string", "reading": "string", "reverse": "string", "directed": "boolean", "origin": "string",
    "mutual": "boolean", "disputed": "boolean", "strength": "double", "supports": "int", "held_from": "string",
    "held_to": "string", "said_on": "string", "amount": "double", "currency": "string", "said_by": "string",
    "licence": "string", "evidence": "string", "url": "string",
}  # fmt: skip
_GEXF_TYPES = {"int": "integer"}
# Characters that XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_ESCAPED = re.compile('[&<>"\n\r\t]')


def text(value: object) -> str:
    """A value as XML text, or as an attribute in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], _UNWRITABLE.sub("", str(value)))


def graphml(network: NetworkRecords) -> Iterator[str]:
    """The network as GraphML, a piece at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    yield f"  <desc>{text(chr(10).join(network.about()))}</desc>\n"
    for what, types in (("node", NODE_TYPES), ("edge", EDGE_TYPES)):
        for name, kind in types.items():
            yield f'  <key id="{what}-{name}" for="{what}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '  <graph id="network" edgedefault="directed">\n'
    for node in network.nodes():
        yield f'    <node id="{text(node.uuid)}">{_data("node", node.row())}</node>\n'
    for it in network.connections():
        ends = f'source="{text(it.source.uuid)}" target="{text(it.target.uuid)}"'
        yield f'    <edge id="{text(it.uuid)}" {ends}>{_data("edge", it.row())}</edge>\n'
    yield "  </graph>\n</graphml>\n"


def _data(what: str, row: Mapping[str, object]) -> str:
    return "".join(
        f'<data key="{what}-{name}">{text(value)}</data>' for name, value in row.items() if value not in (None, "")
    )


def gexf(network: NetworkRecords) -> Iterator[str]:
    """The network as GEXF 1.3, with the days from which and until which connections are said to hold."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
    yield f'  <meta lastmodifieddate="{network.day.isoformat()}">\n    <creator>Hereabouts</creator>\n'
    yield f"    <description>{text(chr(10).join(network.about()))}</description>\n  </meta>\n"
    yield '  <graph defaultedgetype="directed" mode="dynamic" timeformat="date">\n'
    for what, types in (("node", NODE_TYPES), ("edge", EDGE_TYPES)):
        yield f'    <attributes class="{what}" mode="static">\n'
        for name, kind in types.items():
            yield f'      <attribute id="{what}-{name}" title="{name}" type="{_GEXF_TYPES.get(kind, kind)}"/>\n'
        yield "    </attributes>\n"
    yield "    <nodes>\n"
    for node in network.nodes():
        values = _values("node", node.row())
        yield f'      <node id="{text(node.uuid)}" label="{text(node.name)}">{values}</node>\n'
    yield "    </nodes>\n    <edges>\n"
    for it in network.connections():
        ends = f'source="{text(it.source.uuid)}" target="{text(it.target.uuid)}" label="{text(it.forward)}"'
        held = f' start="{it.held_from.isoformat()}"' if it.held_from else ""
        held += f' end="{it.held_to.isoformat()}"' if it.held_to else ""
        values = _values("edge", it.row())
        yield f'      <edge id="{text(it.uuid)}" {ends} weight="{it.strength}"{held}>{values}</edge>\n'
    yield "    </edges>\n  </graph>\n</gexf>\n"


def _values(what: str, row: Mapping[str, object]) -> str:
    inner = "".join(
        f'<attvalue for="{what}-{name}" value="{text(value)}"/>'
        for name, value in row.items()
        if value not in (None, "")
    )
    return f"<attvalues>{inner}</attvalues>"
