#!/bin/sh
# PyPI feedparser 6.0: a podcast that announces a live programme (podcast:liveItem of the Podcasting 2.0 namespace).
# Guess, written first: feedparser does not know the element; it leaves it and what is in it alone, and the channel stays what it is.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14
"$work/venv/bin/python" - <<'PYTHON'
import feedparser

print("feedparser", feedparser.__version__)
live = """<podcast:liveItem status="pending" start="2026-12-01T19:00:00Z" end="2026-12-01T20:00:00Z"><title>Council, live</title>
<guid isPermaLink="false">live-1</guid><link>https://radio.example.org/live</link><description>Tonight only</description>
<enclosure url="https://radio.example.org/live.mp3" type="audio/mpeg" length="1"/></podcast:liveItem>"""
feed = """<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Radio Example</title>
<link>https://radio.example.org/</link><description>News of the town</description>%s<item><title>One</title>
<guid>https://radio.example.org/one</guid></item></channel></rss>"""
found = {}
for name, text in (("without", feed % ""), ("with", feed % live)):
    channel = feedparser.parse(text).feed
    found[name] = {part: channel.get(part) for part in ("title", "link", "subtitle", "id")}
    found[name]["enclosures"] = [it.href for it in channel.links if it.rel == "enclosure"]
    print(name, "live item:", found[name], "entries:", [it.title for it in feedparser.parse(text).entries])
changed = [part for part in found["with"] if found["with"][part] != found["without"][part]]
print("changed in the channel:", changed)
raise SystemExit(0 if changed == ["link", "subtitle", "id", "enclosures"] else 1)
PYTHON
