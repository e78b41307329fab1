"""Periodic tasks by the clock of the place, across the change of clocks, and what was missed, once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django import app

from mapping.jobs.schedule import PeriodicDeferrer, WallClock, clock_of

LONDON = ZoneInfo("Europe/London")


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def shown(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-01-10 00:00", "2026-01-10 03:17"),
        ("2026-07-10 00:00", "2026-07-10 02:17"),
        ("2026-03-28 12:00", "2026-03-29 02:17"),
        ("2026-10-24 12:00", "2026-10-25 03:17"),
    ],
)
def test_a_fixed_hour_is_the_hour_of_the_place(since, due):
    clock = WallClock("17 3 * * *", LONDON)
    assert shown(clock.after(moment(since))) == due
    assert shown(clock.latest(moment(due))) == due


def test_an_hour_that_is_left_out_in_spring_is_made_up_for():
    clock = WallClock("30 1 * * *", LONDON)
    # 01:30 on the 29th is no time at all.
    assert shown(clock.after(moment("2026-03-28 12:00"))) == "2026-03-29 01:30"
    assert shown(clock.after(moment("2026-03-29 01:30"))) == "2026-03-30 00:30"


def test_an_hour_that_comes_twice_in_autumn_counts_once():
    clock = WallClock("30 1 * * *", LONDON)
    first = clock.after(moment("2026-10-24 12:00"))
    assert shown(first) == "2026-10-25 00:30"
    assert shown(clock.after(first)) == "2026-10-26 01:30"
    assert clock.latest(moment("2026-10-25 01:45")) == first


def test_every_few_minutes_goes_on_by_elapsed_time():
    clock = WallClock("*/20 * * * *", LONDON)
    at, found = moment("2026-10-25 00:10"), []
    for _ in range(7):
        at = clock.after(at)
        found.append(shown(at)[-5:])
    assert found == ["00:20", "00:40", "01:00", "01:20", "01:40", "02:00", "02:20"]


@given(
    at=st.integers(int(moment("2020-01-01 00:00")), int(moment("2030-01-01 00:00"))),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
)
def test_the_last_and_the_next_time_are_a_day_apart_and_around_now(at, hour, minute, zone):
    clock = clock_of(f"{minute} {hour} * * *", zone)
    latest, after = clock.latest(at), clock.after(at)
    assert latest <= at < after
    assert 22 * 3600 <= after - latest <= 26 * 3600
    assert clock.after(latest) == after
    assert clock.latest(after) == after


@given(at=st.integers(0, 2**31 - 1), cron=st.sampled_from(["*/5 * * * *", "17 3 * * *", "0 4 * * 0", "30 2 1 * *"]))
def test_in_utc_it_is_what_cron_says(at, cron):
    clock = WallClock(cron, ZoneInfo("UTC"))
    assert clock.after(at) == croniter(cron, at).get_next(float)
    assert clock.latest(at) == croniter(cron, at + 1).get_prev(float)


class TestMissed:
    def due(self, now: str, since: str | None = None) -> list[str]:
        [task] = [it for key, it in app.periodic_registry.periodic_tasks.items() if key[0] == "purge_drafts"]
        deferrer = PeriodicDeferrer(app.periodic_registry, "Europe/London")
        found = deferrer.get_timestamps(task, None if since is None else int(moment(since)), moment(now))
        return [shown(it) for it in found]

    def test_a_night_without_a_worker_is_made_up_for(self):
        assert self.due("2026-07-10 19:00") == ["2026-07-10 02:37"]

    def test_a_week_of_sleep_is_made_up_for_once(self):
        assert self.due("2026-07-10 19:00", since="2026-07-03 02:37") == ["2026-07-10 02:37"]

    def test_what_was_seen_to_is_not_done_again(self):
        assert self.due("2026-07-10 19:00", since="2026-07-10 02:37") == []

    def test_it_looks_again_within_a_minute_of_a_change_of_clocks(self):
        assert PeriodicDeferrer(app.periodic_registry, "Europe/London").get_next_tick(moment("2026-07-10 02:36")) <= 60
