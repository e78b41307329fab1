#!/bin/sh
# npm graphology-gexf 0.13 (sigma.js's format for Gephi) and PyPI networkx 3.6: a network with places, sizes and colours goes over as GEXF, and back.
# Guess, written first: both know GEXF's viz elements, so the picture goes along both ways.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check networkx==3.6.1
npm install --silent --no-fund --no-audit --ignore-scripts graphology@0.26.0 graphology-gexf@0.13.2 >/dev/null
venv/bin/python - <<'PYTHON'
import networkx

graph = networkx.Graph()
graph.add_node("hall", viz={"position": {"x": 1.5, "y": 2.5, "z": 0}, "size": 3, "color": {"r": 255, "g": 0, "b": 0, "a": 1}})
networkx.write_gexf(graph, "of-networkx.gexf")
PYTHON
node - <<'JAVASCRIPT'
const fs = require('fs');
const Graph = require('graphology');
const gexf = require('graphology-gexf');
console.log('graphology-gexf', require('graphology-gexf/package.json').version);
const graph = new Graph();
graph.addNode('hall', { label: 'Hall', x: 1.5, y: 2.5, size: 3, color: '#ff0000' });
const text = gexf.write(graph);
fs.writeFileSync('of-graphology.gexf', text);
console.log('declares', text.match(/version="[^"]*"|xmlns:viz="[^"]*"/g).join(' '));
const read = (name) => JSON.stringify(gexf.parse(Graph, fs.readFileSync(name, 'utf8')).getNodeAttributes('hall'));
const own = read('of-graphology.gexf');
const other = read('of-networkx.gexf');
console.log('reads its own:', own, 'and that of networkx:', other);
process.exit([own, other].every((it) => it.includes('"x":1.5') && it.includes('"size":3')) && text.includes('"http:///www.gexf.net/') ? 0 : 1);
JAVASCRIPT
venv/bin/python - <<'PYTHON'
import networkx

own, other = (networkx.read_gexf(f"of-{name}.gexf").nodes["hall"] for name in ("networkx", "graphology"))
print("networkx", networkx.__version__, "reads its own:", own, "and that of graphology:", other)
print("graphology declares the elements of the picture under an address with three slashes, of GEXF 1.1 in a file of 1.2: networkx passes them over.")
raise SystemExit(0 if own["viz"]["position"]["x"] == 1.5 and "viz" not in other and other["label"] == "Hall" else 1)
PYTHON
