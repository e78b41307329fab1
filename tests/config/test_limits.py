"""How often one address may ask: counted by processes together, without keeping which address it was."""

from __future__ import annotations

import os

import pytest

from config import limits
from config.middleware import LimitsMiddleware

NOW = 1_800_000_000.0


@pytest.fixture
def counts():
    return limits.SharedCounts(slots=256)


def taken(counts, address, times, now=NOW, limit="costly"):
    return [counts.take(limit, address, per_minute=60, burst=5, now=now) for _ in range(times)]


def test_some_at_once_then_one_a_second(counts):
    waits = taken(counts, "192.0.2.1", 7)
    assert waits[:5] == [0.0] * 5
    assert waits[5] == pytest.approx(1.0) and waits[6] == pytest.approx(1.0)
    assert taken(counts, "192.0.2.1", 2, now=NOW + 1) == [0.0, pytest.approx(1.0)]
    assert taken(counts, "192.0.2.1", 5, now=NOW + 60) == [0.0] * 5


def test_each_address_and_each_limit_counts_for_itself(counts):
    taken(counts, "192.0.2.1", 9)
    assert taken(counts, "192.0.2.2", 1) == [0.0]
    assert taken(counts, "192.0.2.1", 1, limit="sending") == [0.0]


def test_processes_count_together(counts):
    pid = os.fork()
    if pid == 0:
        taken(counts, "192.0.2.1", 5)
        os._exit(0)
    os.waitpid(pid, 0)
    assert taken(counts, "192.0.2.1", 1)[0] > 0


def test_no_address_is_kept_and_the_key_is_gone_the_next_day(counts):
    taken(counts, "192.0.2.1", 9)
    before = bytes(counts.memory)
    assert b"192.0.2.1" not in before
    assert taken(counts, "192.0.2.1", 1, now=NOW + limits.DAY) == [0.0]
    after = bytes(counts.memory)
    assert after[8:40] != before[8:40]
    numbers = [limits.SLOT.unpack_from(before, limits.HEAD.size + limits.SLOT.size * it)[0] for it in range(256)]
    kept = {number for number in numbers if number}
    later = {limits.SLOT.unpack_from(after, limits.HEAD.size + limits.SLOT.size * it)[0] for it in range(256)}
    assert kept and not kept & later


def test_a_flood_of_addresses_is_bounded_and_fails_nobody(counts):
    size = len(counts.memory)
    assert not any(taken(counts, f"10.0.{it // 256}.{it % 256}", 1)[0] for it in range(5_000))
    assert len(counts.memory) == size


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("unknown", "?"),
        ("", "?"),
    ],
)
def test_a_line_counts_as_one(address, counted_as):
    assert limits.household(address) == counted_as


def test_what_was_forwarded_is_believed_behind_a_proxy_only():
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.9, 192.0.2.1"}
    assert limits.client_address(environ, behind_proxy=False) == "10.0.0.1"
    assert limits.client_address(environ, behind_proxy=True) == "192.0.2.1"
    assert limits.client_address({"REMOTE_ADDR": "10.0.0.1"}, behind_proxy=True) == "10.0.0.1"


@pytest.mark.parametrize(
    ("path", "costly"),
    [
        ("/trafford/network/", True),
        ("/trafford/network/without/", True),
        ("/trafford/network/export/connections.csv", True),
        ("/network/trafford.7/path.json", True),
        ("/maps/trafford.7/lines.json", True),
        ("/trafford/map/", False),
        ("/trafford/", False),
        ("/tiles/trafford.7/nodes/1/1/1.mvt", False),
        ("/post/new/", False),
        ("/healthz", False),
    ],
)
def test_what_is_costly(path, costly):
    assert limits.is_costly("GET", path) is costly


@pytest.fixture
def limited(settings):
    settings.LIMIT_COSTLY_PER_MINUTE = settings.LIMIT_SENDING_PER_MINUTE = 4
    LimitsMiddleware.counts.forget()
    yield
    LimitsMiddleware.counts.forget()


@pytest.mark.django_db
class TestAnswers:
    def test_who_asks_too_often_is_told_when_to_come_back(self, client, place, limited):
        path = "/trafford/network/export/nothing.csv"
        statuses = [client.get(path).status_code for _ in range(3)]
        assert 429 not in statuses[:2] and statuses[2] == 429
        answer = client.get(path)
        assert answer["Content-Type"] == "application/problem+json" and answer.json()["status"] == 429
        assert 1 <= int(answer["Retry-After"]) <= 15
        assert answer["Cache-Control"] == "no-store"

    def test_a_page_says_it_in_words(self, client, place, limited):
        for _ in range(2):
            client.get("/trafford/network/paths/")
        answer = client.get("/trafford/network/paths/", HTTP_ACCEPT="text/html")
        assert answer.status_code == 429
        assert "Too much was asked from your connection" in answer.content.decode()

    def test_what_somebody_typed_is_in_the_page_to_be_sent_again(self, client, limited):
        for _ in range(2):
            client.post("/accounts/login/", {"email": "a@example.org"})
        answer = client.post("/accounts/login/?next=/post/", {"email": '"><b>@example.org'}, HTTP_ACCEPT="text/html")
        text = answer.content.decode()
        assert answer.status_code == 429
        assert 'action="/accounts/login/?next=/post/"' in text
        assert 'name="email" value="&quot;&gt;&lt;b&gt;@example.org"' in text
        assert "What you sent has not been saved" in text

    def test_pages_that_cost_little_are_not_counted(self, client, limited):
        assert {client.get("/healthz").status_code for _ in range(9)} == {200}

    def test_others_are_not_kept_waiting(self, client, place, limited):
        for _ in range(3):
            client.get("/trafford/network/paths/")
        assert client.get("/trafford/network/paths/", REMOTE_ADDR="192.0.2.99").status_code != 429
        # Without a proxy in front, nobody can choose whom they count as.
        assert client.get("/trafford/network/paths/", HTTP_X_FORWARDED_FOR="192.0.2.98").status_code == 429
