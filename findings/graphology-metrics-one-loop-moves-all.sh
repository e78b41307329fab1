#!/bin/sh
# npm graphology-metrics 2.4 (sigma.js's figures): betweenness and closeness of a network in which one node is connected with itself.
# Guess, written first: no shortest way takes the loop, so nobody's figures change, as in PyPI networkx 3.6.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check networkx==3.6.1
npm install --silent --no-fund --no-audit --ignore-scripts graphology@0.26.0 graphology-types@0.24.8 graphology-metrics@2.4.2 >/dev/null
cat > ties.json <<'JSON'
[["Hall", "Library"], ["Library", "Pantry"], ["Pantry", "Hall"], ["Pantry", "Clinic"], ["Clinic", "Park"], ["Choir", "Choir"], ["Bowls", "Scouts"]]
JSON
venv/bin/python - <<'PYTHON'
import json

import networkx

ties = json.load(open("ties.json"))
figures = []
for some in ([tie for tie in ties if tie[0] != tie[1]], ties):
    graph = networkx.Graph(some)
    figures.append((networkx.betweenness_centrality(graph, normalized=False), networkx.closeness_centrality(graph, wf_improved=False)))
print("networkx", networkx.__version__, "the same but for the node itself:", all(a[name] == b[name] for a, b in zip(*figures) for name in a))
PYTHON
node - <<'JAVASCRIPT'
const { UndirectedGraph } = require('graphology');
const betweenness = require('graphology-metrics/centrality/betweenness');
const closeness = require('graphology-metrics/centrality/closeness');
console.log('graphology-metrics', require('graphology-metrics/package.json').version);
const figures = (ties) => {
  const graph = new UndirectedGraph();
  for (const [from, to] of ties) graph.mergeEdge(from, to);
  return [betweenness(graph, { normalized: false }), closeness(graph)].map((all) => Object.fromEntries(Object.entries(all).map(([name, it]) => [name, Number(it.toFixed(2))])));
};
const ties = require('./ties.json');
const without = figures(ties.filter(([from, to]) => from !== to));
const withLoop = figures(ties);
['betweenness', 'closeness'].forEach((name, index) => {
  console.log(`${name} without the loop:`, JSON.stringify(without[index]));
  console.log(`${name} with the loop:   `, JSON.stringify(withLoop[index]));
});
console.log('One loop of a node that nobody else knows, and others go between; two that know each other only differ in how close they are.');
const pair = (all) => [all[1].Bowls, all[1].Scouts];
process.exit(without[0].Scouts === 0 && withLoop[0].Scouts > 0 && withLoop[0].Hall > without[0].Hall && pair(without).join() === '1,1' && pair(withLoop)[0] !== pair(withLoop)[1] ? 0 : 1);
JAVASCRIPT
