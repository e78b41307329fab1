"""What nginx.conf says, as far as it can be read without nginx: limits on time, on how often, on how much is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import limits
from config.serving import channel, web_server

CONF = Path(__file__).resolve().parents[2] / "config" / "docker" / "nginx.conf"
TOKEN = re.compile(r"""\s*(?:\#[^\n]*|"((?:[^"\\]|\\.)*)"|([{};])|([^\s{};"]+))""")


def parse(text: str) -> list[tuple[list[str], list | None]]:
    """Return the directives of a configuration: each with its words, and what its braces hold."""
    tokens = [match for match in TOKEN.finditer(text) if match.lastindex]
    position = 0

    def block() -> list:
        nonlocal position
        found, words = [], []
        while position < len(tokens):
            quoted, mark, word = tokens[position].groups()
            position += 1
            if mark == ";":
                found.append((words, None))
                words = []
            elif mark == "{":
                found.append((words, block()))
                words = []
            elif mark == "}":
                assert not words, f"a directive without an end: {words}"
                return found
            else:
                words.append(word if word is not None else quoted)
        return found

    found = block()
    assert position == len(tokens)
    return found


HTTP = next(inside for words, inside in parse(CONF.read_text(encoding="utf-8")) if words == ["http"])
SITE = next(
    inside for words, inside in HTTP if words == ["server"] and any(it[:2] == ["listen", "443"] for it, _ in inside)
)


def values(name: str, inside: list) -> list[list[str]]:
    return [words[1:] for words, _ in inside if words and words[0] == name]


def seconds(text: str) -> int:
    assert text.endswith("s")
    return int(text[:-1])


def test_nobody_is_waited_for_longer_than_the_application_waits():
    assert seconds(values("client_header_timeout", HTTP)[0][0]) == channel.HEAD_SECONDS
    assert seconds(values("send_timeout", HTTP)[0][0]) == channel.STALLED_SECONDS
    # The application is to be the first to say that a body is late, in words; so its bytes go on as they come.
    assert channel.BODY_SECONDS < seconds(values("client_body_timeout", HTTP)[0][0]) <= 15
    assert values("proxy_request_buffering", HTTP) == [["off"]]


def test_what_is_kept_for_slow_readers_is_bounded():
    assert values("proxy_buffering", HTTP) == [["on"]]
    assert values("proxy_max_temp_file_size", HTTP) == [["64m"]]
    assert values("client_max_body_size", HTTP) == [[f"{web_server.BODY_BYTES // 1024**2}m"]]


def test_one_address_has_limits():
    zones = {words[1].split(":")[0].removeprefix("zone="): words for words in values("limit_req_zone", HTTP)}
    assert zones.keys() == {"requests", "costly", "sending"}
    used = {words[0].removeprefix("zone=") for words in values("limit_req", HTTP)}
    assert used == zones.keys()
    assert [words[0] for words in values("limit_conn", HTTP)] == ["connections"]
    assert values("limit_req_status", HTTP) == values("limit_conn_status", HTTP) == [["429"]]


def of_map(variable: str) -> list[list[str]]:
    return next([it for it, _ in inside] for words, inside in HTTP if words[0] == "map" and words[2] == variable)


@pytest.mark.parametrize(
    "path",
    [
        "/trafford/network/",
        "/trafford/network/export/connections.csv",
        "/network/trafford.7/path.json",
        "/maps/trafford.7/lines.json",
        "/trafford/map/",
        "/trafford/network/views/",
        "/tiles/trafford.7/nodes/1/1/1.mvt",
        "/healthz",
    ],
)
def test_what_is_costly_is_so_to_the_application_too(path):
    rules = [words for words in of_map("$costs") if words[0].startswith("~")]
    assert any(re.match(words[0][1:], path) for words in rules) == limits.is_costly("GET", path)


def test_only_what_sends_counts_as_sending():
    assert {words[0]: words[1] for words in of_map("$sends")} == {
        "GET": "",
        "HEAD": "",
        "OPTIONS": "",
        "default": "$line",
    }


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8:1:2::6", "2001:db8:1:2"),
        ("2001:db8::6", "2001:db8"),
    ],
)
def test_a_network_of_ipv6_counts_as_one(address, line):
    for pattern, variable in of_map("$line"):
        if pattern == "default":
            found = address
            break
        match = re.match(pattern[1:].replace("(?<", "(?P<"), address)
        if match:
            found = match[variable.removeprefix("$")]
            break
    assert found == line


def test_how_the_site_is_doing_is_not_public():
    inside = next(inside for words, inside in SITE if words == ["location", "=", "/readyz"])
    assert inside == [(["return", "404"], None)]


@pytest.mark.parametrize(("name", "status"), [("@too_many", "429"), ("@away", "503")])
def test_refusals_say_when_to_come_back(name, status):
    inside = next(inside for words, inside in SITE if words == ["location", name])
    assert values("return", inside)[0][0] == status
    assert any(words[0] == "Retry-After" for words in values("add_header", inside))
    assert (["types"], []) in inside  # a page, whatever the address ends in


def test_files_of_networks_are_sent_only_after_the_application_has_said_so():
    inside = next(inside for words, inside in SITE if words == ["location", "/exports/"])
    # Without `internal`, who knows a name could have what only members may see.
    assert (["internal"], None) in inside
    # The folder that the application writes them to, with the slash that its names begin after.
    assert values("alias", inside) == [["/srv/snapshots/exports/"]]
    assert ["X-Content-Type-Options", "nosniff"] in values("add_header", inside)
