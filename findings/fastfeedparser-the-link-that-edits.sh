#!/bin/sh
# PyPI fastfeedparser 0.6 and feedparser 6.0: an Atom feed whose entries have a link for editing, and titles and summaries of XHTML (RFC 4287).
# Guess, written first: it reads Atom as feedparser does: an entry's link is the one for readers, its title and summary have their words.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check fastfeedparser==0.6.5 feedparser==6.0.14
"$work/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version

import fastfeedparser
import feedparser

text = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Hall</title><id>tag:example.org,2026:feed</id><updated>2026-12-01T10:00:00Z</updated>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Tea <em>and</em> toast</div></title>
<id>tag:example.org,2026:1</id><updated>2026-12-02T19:00:00Z</updated>
<link rel="edit" href="https://example.org/edit/1"/><link href="https://example.org/tea"/>
<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Bring a <a href="https://example.org/friend">friend</a></div></summary></entry>
</feed>"""
found = {}
for reader in (fastfeedparser, feedparser):
    entry = reader.parse(text).entries[0]
    found[reader.__name__] = said = [entry.get("title"), entry.get("link"), entry.get("description", entry.get("summary"))]
    print(reader.__name__, version(reader.__name__), said)
print("The link is the first one, which asks for a login; a title or summary of XHTML is empty.")
quick, other = found.values()
held = quick == ["", "https://example.org/edit/1", ""] and other[0] == "Tea <em>and</em> toast" and other[1].endswith("/tea")
raise SystemExit(0 if held else 1)
PYTHON
