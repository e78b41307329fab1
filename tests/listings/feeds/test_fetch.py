"""Feeds are fetched within limits, and from the public net only."""

from __future__ import annotations

import gzip
import importlib
import ipaddress
import shutil
import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from config.errors import HereaboutsError
from listings.feeds import fetch as fetching
from listings.feeds.addresses import BadAddress, feed_address
from listings.feeds.fetch import FetchError, fetch
from listings.feeds.public_hosts import NotPublic, is_public, public_addresses
from listings.feeds.readers.text import MAX_BYTES

from .web import serve

OK = (200, {"ETag": '"one"', "Last-Modified": "Mon, 06 Jul 2026 10:00:00 GMT"}, b"BEGIN:VCALENDAR")


@pytest.fixture
def site():
    with serve() as it:
        it.pages["/calendar.ics"] = OK
        yield it


def test_it_is_fetched_with_what_tells_its_version(site):
    found = fetch(site.url())
    assert (found.data, found.etag, found.last_modified) == (OK[2], '"one"', "Mon, 06 Jul 2026 10:00:00 GMT")
    asked = site.asked[0][1]
    assert asked["user-agent"].startswith("Hereabouts (+") and "cookie" not in asked


def test_what_is_the_same_does_not_come_again(site):
    site.pages["/calendar.ics"] = (304, {}, b"")
    assert fetch(site.url(), etag='"one"', last_modified="Mon, 06 Jul 2026 10:00:00 GMT").unchanged
    asked = site.asked[0][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"one"', "Mon, 06 Jul 2026 10:00:00 GMT")


def test_webcal_is_an_address_too(site):
    assert fetch(site.url(scheme="webcal")).data == OK[2]


def test_redirects_are_followed_so_many_times(site):
    for number in range(10):
        site.pages[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    site.pages["/5"] = OK
    assert fetch(site.url("/0")).url == site.url("/5")
    with pytest.raises(FetchError, match="more than 5 times"):
        site.pages["/5"] = (302, {"Location": "/6"}, b"")
        fetch(site.url("/0"))


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/x", "http://169.254.169.254/latest", "http://[fd00::1]/", "file:///etc/hosts", "ftp://x/"],
)
def test_a_redirect_leads_to_no_private_address(site, target):
    site.pages["/calendar.ics"] = (302, {"Location": target}, b"")
    with pytest.raises(HereaboutsError, match="private network|no address"):
        fetch(site.url())


PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.1", "192.168.0.1",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_public_addresses_are_known(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_asked(settings, address):
    settings.FEEDS_MAY_ASK_THIS_MACHINE = False
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(HereaboutsError, match="private network|cannot be found"):
        fetch(f"http://{host}/")


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1"])
def test_this_machine_has_many_names(settings, host):
    settings.FEEDS_MAY_ASK_THIS_MACHINE = False
    with pytest.raises(HereaboutsError, match="private network|cannot be found"):
        public_addresses(host, 80)


def test_a_name_with_one_private_address_among_others_is_not_asked(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (it, 80)) for it in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: found)
    with pytest.raises(NotPublic):
        public_addresses("calendar.example.org", 80)


def test_a_name_is_looked_up_once_and_that_address_is_asked(site, monkeypatch):
    asked, real = [], socket.getaddrinfo

    def look_up(host, port, *args, **named):
        asked.append(host)
        if host == "calendar.example.org":
            # A second time it would be another.
            found = "127.0.0.1" if asked.count(host) == 1 else "10.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]
        return real(host, port, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert fetch(f"http://calendar.example.org:{site.port}/calendar.ics").data == OK[2]
    assert asked.count("calendar.example.org") == 1 and set(asked) == {"calendar.example.org", "127.0.0.1"}
    assert site.asked[0][1]["host"] == f"calendar.example.org:{site.port}"


def test_only_ports_of_the_web_are_asked(settings, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 22))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: found)
    with pytest.raises(NotPublic, match="Port 22"):
        public_addresses("calendar.example.org", 22)


@pytest.mark.parametrize("name", ["base", "dev"])
def test_this_machine_may_be_asked_under_test_settings_only(name):
    assert importlib.import_module(f"config.settings.{name}").FEEDS_MAY_ASK_THIS_MACHINE is False


def test_no_proxy_of_the_environment_is_used(site, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert fetch(site.url()).data == OK[2]


def test_what_is_too_large_is_left(site):
    site.pages["/calendar.ics"] = (200, {"Content-Length": str(MAX_BYTES + 1)}, b"")
    with pytest.raises(FetchError, match="larger than 10 MB"):
        fetch(site.url())

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * (1 << 20))

    site.pages["/calendar.ics"] = endless
    with pytest.raises(FetchError, match="larger than 10 MB"):
        fetch(site.url())


def test_what_is_packed_is_unpacked_as_far_as_it_is_allowed(site):
    site.pages["/calendar.ics"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(OK[2]))
    assert fetch(site.url()).data == OK[2]
    site.pages["/calendar.ics"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * (200 << 20)))
    with pytest.raises(FetchError, match="larger than 10 MB"):
        fetch(site.url())
    site.pages["/calendar.ics"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(OK[2])[:-4])
    with pytest.raises(FetchError, match="damaged"):
        fetch(site.url())


@pytest.mark.parametrize("where", ["headers", "body"])
def test_what_comes_a_byte_at_a_time_is_not_waited_for(site, monkeypatch, where):
    monkeypatch.setattr(fetching, "MAX_SECONDS", 1.0)

    def drip(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n" + (b"" if where == "headers" else b"\r\n"))
        while True:
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.05)

    site.pages["/calendar.ics"] = drip
    began = time.monotonic()
    with pytest.raises(FetchError, match="did not come within"):
        fetch(site.url())
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(401, "Make the calendar public"), (404, "nothing at this address"), (500, "trouble of its own")],
)
def test_a_refusal_is_said(site, status, sentence):
    site.pages["/calendar.ics"] = (status, {}, b"")
    with pytest.raises(FetchError, match=sentence):
        fetch(site.url())


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("120", 120, 120), (format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 1, 3601),
     ("99999999999", 7 * 86400, 7 * 86400)],
    ids=["seconds", "an hour's date", "far off"],
)  # fmt: skip
def test_a_site_says_when_it_may_be_asked_again(site, text, low, high):
    site.pages["/calendar.ics"] = (503, {"Retry-After": text}, b"")
    with pytest.raises(FetchError) as refused:
        fetch(site.url())
    assert low <= refused.value.retry_after <= high


def test_a_site_that_is_away_is_said():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match="cannot be reached"):
            fetch(f"http://127.0.0.1:{closed.getsockname()[1]}/")


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes a certificate with openssl")
def test_a_certificate_has_to_be_that_of_the_name(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=calendar.example.org", "-addext", "subjectAltName=DNS:calendar.example.org"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: real("127.0.0.1", *rest, **named))
    with serve(context) as site:
        site.pages["/calendar.ics"] = OK
        good = f"https://calendar.example.org:{site.port}/calendar.ics"
        with pytest.raises(FetchError, match="certificate"):
            fetch(good)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch(good).data == OK[2]
        with pytest.raises(FetchError, match="certificate"):
            fetch(good.replace("calendar.example", "other.example"))


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("webcal://Example.org/c.ics", "webcal://example.org/c.ics"),
        ("example.org/c.ics", "https://example.org/c.ics"),
        ("https://docs.google.com/spreadsheets/d/abc-1/edit#gid=7",
         "https://docs.google.com/spreadsheets/d/abc-1/export?format=csv&gid=7"),
        ("https://calendar.google.com/calendar/embed?src=a%40example.org&ctz=Europe/London",
         "https://calendar.google.com/calendar/ical/a%40example.org/public/basic.ics"),
        ("https://calendar.google.com/calendar/u/0?cid=YUBleGFtcGxlLm9yZw",
         "https://calendar.google.com/calendar/ical/a%40example.org/public/basic.ics"),
        ("https://outlook.office365.com/owa/calendar/x/y/calendar.html",
         "https://outlook.office365.com/owa/calendar/x/y/calendar.ics"),
    ],
)  # fmt: skip
def test_what_people_paste_becomes_the_address_of_the_data(pasted, found):
    assert feed_address(pasted) == found


@pytest.mark.parametrize(
    "text",
    ["", "ftp://example.org/", "javascript:alert(1)", "http://", "http://a b/", "https://me:secret@example.org/", "x"],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(BadAddress):
        feed_address(text)
