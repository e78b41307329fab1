#!/bin/sh
# PyPI cdlib 0.4 with igraph 1.0 and leidenalg 0.12: communities of a network of two kinds, groups and the halls in which they meet.
# Guess, written first: such a network is one like others; Leiden takes names of nodes as it does where three are connected in a ring.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cdlib==0.4.1 igraph==1.0.0 leidenalg==0.12.0 networkx==3.6.1
"$work/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import networkx
from cdlib import algorithms

print(*(f"{name} {version(name)}" for name in ("cdlib", "igraph", "leidenalg", "networkx")))
names = ("leiden", "walktrap", "rb_pots", "louvain")


def outcome(name, graph):
    try:
        return len(getattr(algorithms, name)(graph).communities)
    except ValueError as error:
        return str(error)


meets = [("Choir", "Acre Hall"), ("Scouts", "Acre Hall"), ("Scouts", "Park Hall"), ("Bowls", "Park Hall")]
found = {}
for kind, ties in (("groups and halls", meets), ("and one group that is part of another", [*meets, ("Choir", "Scouts")])):
    found[kind] = {name: outcome(name, networkx.Graph(ties)) for name in names}
    print(f"{kind}:", found[kind])
print("Whatever goes through igraph wants numbers for names where a network falls into two kinds, as every tree does.")
two, ring = found.values()
refused = all("invalid literal for int()" in str(two[name]) for name in names[:3])
raise SystemExit(0 if refused and all(isinstance(it, int) for it in [two["louvain"], *ring.values()]) else 1)
PYTHON
