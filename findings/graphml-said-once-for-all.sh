#!/bin/sh
# PyPI networkx 3.6, igraph 1.0, rustworkx 0.18 and npm graphology-graphml: a GraphML file that says once what holds for many.
# Guess, written first: a <default> counts where nothing else is said, and a key for="all" (which the schema takes when "for" is left out) is of nodes and edges alike.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check networkx==3.6.1 igraph==1.0.0 rustworkx==0.18.1
npm install --silent --no-fund --no-audit --ignore-scripts graphology@0.26.0 graphology-graphml@0.5.2 >/dev/null
head='<?xml version="1.0" encoding="UTF-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
kind='<key id="k" for="node" attr.name="kind" attr.type="string"><default>hall</default></key>'
source='<key id="s" for="all" attr.name="source" attr.type="string"/>'
edge='<edge source="a" target="b"/></graph></graphml>'
echo "$head$kind<graph edgedefault=\"undirected\"><node id=\"a\"><data key=\"k\">church</data></node><node id=\"b\"/>$edge" > default.graphml
echo "$head$source<graph edgedefault=\"undirected\"><node id=\"a\"><data key=\"s\">council</data></node><node id=\"b\"/>$edge" > all.graphml
venv/bin/python -W ignore - <<'PYTHON'
import igraph
import networkx
import rustworkx

print("networkx", networkx.__version__, "igraph", igraph.__version__, "rustworkx", rustworkx.__version__)
found = {}
for name in ("default", "all"):
    path, key = f"{name}.graphml", "kind" if name == "default" else "source"
    found["networkx", name] = [node.get(key) for _, node in networkx.read_graphml(path).nodes(data=True)]
    found["igraph", name] = [node.attributes().get(key) for node in igraph.Graph.Read_GraphML(path).vs]
    found["rustworkx", name] = [node.get(key) for node in rustworkx.read_graphml(path)[0].nodes()]
for case, said in found.items():
    print(*case, said)
print("Of networkx the second node has no kind (it stands in graph['node_default']), of igraph nothing has a source.")
held = found["networkx", "default"] == ["church", None] and found["igraph", "default"] == found["rustworkx", "default"] == ["church", "hall"]
raise SystemExit(0 if held and found["networkx", "all"][0] == "council" and found["igraph", "all"] == [None, None] else 1)
PYTHON
node - <<'JAVASCRIPT'
const fs = require('fs');
const Graph = require('graphology');
const graphml = require('graphology-graphml');
console.log('graphology-graphml', require('graphology-graphml/package.json').version);
const read = (name) => {
  try {
    return JSON.stringify(graphml.parse(Graph, fs.readFileSync(`${name}.graphml`, 'utf8')).mapNodes((node, data) => data));
  } catch (error) {
    return `refused: ${error.message}`;
  }
};
const found = ['default', 'all'].map(read);
console.log('default:', found[0], 'all:', found[1]);
console.log('Here the default counts, and a key for all ends the reading of the file.');
process.exit(found[0] === '[{"kind":"church"},{"kind":"hall"}]' && found[1].startsWith('refused') ? 0 : 1);
JAVASCRIPT
