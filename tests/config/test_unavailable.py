"""When the database is away, busy or too slow: 503 that says so, everywhere, and never 500."""

from __future__ import annotations

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connections

from config import unavailable
from config.postgis import base


def wrapped(cause: Exception, kind: type[Exception] = OperationalError) -> Exception:
    """An error as Django hands it on."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def of_class(name: str) -> Exception:
    return wrapped(getattr(psycopg.errors, name)("as PostgreSQL says it"))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (wrapped(base.Away("away")), "away"),
        (wrapped(psycopg.OperationalError("connection refused")), "away"),
        (of_class("AdminShutdown"), "away"),
        (of_class("CannotConnectNow"), "away"),
        (of_class("ReadOnlySqlTransaction"), "away"),
        (InterfaceError("connection already closed"), "away"),
        (wrapped(base.Busy("busy")), "busy"),
        (of_class("TooManyConnections"), "busy"),
        (of_class("DiskFull"), "busy"),
        (of_class("QueryCanceled"), "slow"),
        (of_class("LockNotAvailable"), "contended"),
        (of_class("DeadlockDetected"), "contended"),
        (of_class("UndefinedTable"), None),
        (of_class("UniqueViolation"), None),
        (of_class("InternalError_"), None),
        (ProgrammingError("no such table"), None),
        (ValueError("a fault"), None),
        (None, None),
    ],
)
def test_what_is_the_matter(error, reason):
    assert unavailable.why(error) == reason


def test_an_error_that_came_of_another_is_the_other():
    try:
        try:
            raise of_class("AdminShutdown")
        except OperationalError:
            raise KeyError("what the code made of it")  # noqa: B904
    except KeyError as error:
        assert unavailable.why(error) == "away"


def test_the_log_says_it_in_one_line(client, away, caplog):
    unavailable._told.clear()
    for _ in range(3):
        client.get("/trafford/")
        client.get("/tiles/trafford.1/nodes/0/0/0.mvt")
    assert [record.getMessage() for record in caplog.records] == ["The database is away: The database is away"]
    assert caplog.records[0].exc_info is None


PAGES = ["/", "/trafford/", "/trafford/map/", "/trafford/network/", "/post/new/", "/nothing-here/", "/accounts/login/"]
DATA = ["/api/v1/nodes", "/tiles/trafford.1/nodes/0/0/0.mvt", "/trafford/network/words/table.csv"]


@pytest.fixture
def away(monkeypatch):
    """A database that answers nobody. Whoever asks is told as `config.postgis` tells it."""

    def refuse(self, *args, **kwargs):
        raise wrapped(base.Away("The database is away"))

    for name in ("ensure_connection", "connect", "cursor"):
        monkeypatch.setattr(connections["default"], name, refuse.__get__(connections["default"]))


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_so(client, away, path):
    answer = client.get(path, headers={"Cookie": "sessionid=abcdefabcdefabcdefabcdefabcdefab"})
    if path == "/post/new/" and answer.status_code == 200:
        pytest.skip("this page asks nothing of the database")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5" and answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert "We cannot reach our records just now" in text and "Nothing is lost" in text
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", DATA)
def test_data_says_so_in_problem_details(client, away, path):
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "5"
    assert "cannot reach our records" in answer.json()["detail"]


def test_what_was_sent_is_not_acknowledged_and_not_lost(client, away):
    client.cookies["sessionid"] = "abcdefabcdefabcdefabcdefabcdefab"
    answer = client.post("/post/new/", {"title": "Tea dance", "summary": "<i>all</i>"})
    assert answer.status_code == 503
    text = answer.content.decode()
    assert "What you sent has not been saved" in text
    assert 'name="title" value="Tea dance"' in text and "&lt;i&gt;all&lt;/i&gt;" in text


def test_what_is_a_fault_says_so_on_a_page_whose_links_have_names(client, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError("a fault")

    monkeypatch.setattr("mapping.views.node.viewer_for", fail)
    answer = client.get("/node/5b9b5b0c-0000-4000-8000-000000000000")
    assert answer.status_code == 500
    assert '<a href="/">Hereabouts</a>' in answer.content.decode()


def test_healthz_does_not_need_it(client, away):
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "says"),
    [("QueryCanceled", "That took too long"), ("LockNotAvailable", "Somebody else is changing the same thing")],
)
def test_what_takes_too_long_is_no_fault(client, place, monkeypatch, name, says):
    def fail(*args, **kwargs):
        raise of_class(name)

    monkeypatch.setattr("mapping.views.node.viewer_for", fail)
    answer = client.get("/node/5b9b5b0c-0000-4000-8000-000000000000")
    assert answer.status_code == 503
    assert says in answer.content.decode()


class TestPool:
    """The pool, without a server: an address where nobody listens."""

    @pytest.fixture
    def wrapper(self, tmp_path):
        settings = {
            **connections["default"].settings_dict,
            "HOST": str(tmp_path),
            "OPTIONS": {"pool": {"min_size": 0, "max_size": 2, "timeout": 0.1, "reconnect_timeout": 0.5}},
            "CONN_HEALTH_CHECKS": True,
            "CONN_MAX_AGE": 0,
        }
        wrapper = base.DatabaseWrapper(settings, alias="nobody")
        yield wrapper
        base.DatabaseWrapper._breakers.pop("nobody", None)
        wrapper.close_pool()

    @pytest.mark.django_db
    def test_the_first_finds_out_and_the_next_are_told_without_asking(self, wrapper):
        with pytest.raises(OperationalError) as first:
            wrapper.ensure_connection()
        assert unavailable.why(first.value) == "away"
        wrapper.breaker.ask_again_at += 3600
        tried = wrapper.pool.get_stats()["connections_num"]
        with pytest.raises(OperationalError, match="a moment ago"):
            wrapper.ensure_connection()
        assert wrapper.pool.get_stats()["connections_num"] >= tried

    def test_one_at_a_time_finds_out_whether_it_is_back(self):
        breaker = base.Breaker()
        assert breaker.may_ask() and breaker.may_ask()
        breaker.was_away()
        assert not breaker.may_ask()
        breaker.ask_again_at = 0.0
        assert breaker.may_ask() and not breaker.may_ask()
        breaker.was_there()
        assert breaker.may_ask() and breaker.may_ask()


@pytest.mark.django_db
def test_a_pool_that_is_all_in_use_is_busy_not_away(monkeypatch):
    monkeypatch.setattr(base, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(base, "FIRST_WAIT", 60.0)
    used = connections["default"].settings_dict
    settings = {
        **used,
        "OPTIONS": {**used["OPTIONS"], "pool": {"min_size": 0, "max_size": 1, "timeout": 0.1}},
        "CONN_MAX_AGE": 0,
    }
    first, second = (base.DatabaseWrapper(settings, alias="small") for _ in range(2))

    def connect(wrapper):
        return wrapper.get_new_connection(wrapper.get_connection_params())

    try:
        used_up = connect(first)
        with pytest.raises(base.Busy) as refused:
            connect(second)
        assert unavailable.why(refused.value) == "busy"
        first.pool.putconn(used_up)
        first.pool.putconn(connect(second))
    finally:
        first.close_pool()
        base.DatabaseWrapper._breakers.pop("small", None)
