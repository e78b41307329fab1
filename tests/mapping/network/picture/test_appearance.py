"""How the network's picture looks: one place for the numbers that the server and the browser both draw by."""

import json
import re

import pytest
from django.template import Context, Template

from config import importmap
from mapping.network.picture import appearance


def carried(page: str) -> dict:
    """The data that a page brings for `hb/network/appearance`."""
    return json.loads(re.search(r'<script id="network-appearance" type="application/json">(.*?)</script>', page)[1])


def test_the_data_is_what_the_server_draws_by():
    data = carried(Template("{% load network %}{% network_appearance %}").render(Context()))
    assert data == json.loads(json.dumps(appearance.for_browser()))
    assert data["hub"] == {"connections": appearance.HUB_CONNECTIONS, "share": appearance.HUB_SHARE}
    assert data["colours"] == list(appearance.COLOURS)


def test_the_module_says_what_of_the_data_there_is():
    script = importmap.OURS.joinpath("network/appearance.js").read_text(encoding="utf-8")
    assert re.findall(r"@property \{[^\n]*\} (\w+)", script) == list(appearance.for_browser())


@pytest.mark.parametrize(
    "copy",
    [
        r"kind-faith",  # the order of the colours
        r"\b0\.04\b",  # hubs
        r"\b1\.72\b",  # squares
        r"\b260\b",  # the least width of the box
        r"\[4, 3\]",  # what stands out
        r"> 1200\b",  # busy
        r"MIN_HUB|HUB_SHARE|MAX_OUT",
    ],
)
def test_scripts_hold_no_copy_of_it(copy):
    scripts = [*importmap.OURS.joinpath("network").glob("*.js"), importmap.OURS / "map" / "network_layer.js"]
    assert [path.name for path in scripts if re.search(copy, path.read_text(encoding="utf-8"))] == []
