"""When somebody is asked whether a record still holds, when it fades, when it goes to the archive. No database here.

    step = next_step(Facts(ladder=Ladder.STANDING, since=confirmed_at), asked=[], now=now)
    step.act, step.number          # Act.ASK, 2; or None while nothing is due

Three letters, then it fades, then it rests in the archive. Each step waits for the one before: what was never asked
never fades, however long ago it was confirmed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

DAY = datetime.timedelta(days=1)


class Ladder(Enum):
    """How often a record has to be confirmed. ONCE: it has an end of its own, and is never asked."""

    ONCE = "once"
    SEASONAL = "seasonal"
    RUNNING = "running"
    STANDING = "standing"


class Act(Enum):
    ASK = "ask"
    FADE = "fade"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Rungs:
    """Days since the last confirmation at which it is asked; then days after the last letter, and after fading."""

    asks: tuple[int, int, int]
    fades_after: int
    rests_after: int

    @property
    def in_time(self) -> datetime.timedelta:
        """For so long a confirmation counts: until it would fade, had every letter gone out on its day."""
        return (self.asks[-1] + self.fades_after) * DAY


# Seasonal: counted back from the next season (below), the same numbers of days between the letters.
RUNGS = {
    # About a term: each four months, then a letter a fortnight.
    Ladder.RUNNING: Rungs((120, 134, 148), fades_after=14, rests_after=90),
    # Months 10, 11 and 12.
    Ladder.STANDING: Rungs((304, 335, 365), fades_after=30, rests_after=180),
}
# Before a season: its letters, by days before its first date; it fades when that has come.
BEFORE_SEASON = (30, 21, 10)
SEASON_RESTS_AFTER = 90
# A pause of so long divides two seasons, and what was confirmed so long before the season needs no letter.
PAUSE = 56 * DAY
RECENT = 60 * DAY
# Between two letters about one record pass so many days, however late the first one went out.
LEAST_BETWEEN = 7 * DAY


@dataclass(frozen=True)
class Facts:
    """What the next step depends on. `since`: when it was confirmed, else made. `season`: its next first date."""

    ladder: Ladder
    since: datetime.datetime
    season: datetime.datetime | None = None
    fading_since: datetime.datetime | None = None


@dataclass(frozen=True)
class Step:
    """What is due, since when; `number` counts the letters from 1."""

    act: Act
    due: datetime.datetime
    number: int = 0


def next_step(facts: Facts, asked: Sequence[datetime.datetime], now: datetime.datetime) -> Step | None:
    """Return what is due at `now`, or None. `asked`: when letters went out since `facts.since`, in order."""
    if facts.ladder == Ladder.ONCE:
        return None
    rungs = RUNGS.get(facts.ladder)
    if facts.fading_since is not None:
        wait = rungs.rests_after if rungs else SEASON_RESTS_AFTER
        return _due(Step(Act.ARCHIVE, facts.fading_since + wait * DAY), now)
    number = len(asked) + 1
    if number <= 3:
        due = _ask_at(facts, number)
        if due is None:
            return None
        if asked:
            due = max(due, asked[-1] + LEAST_BETWEEN)
        return _due(Step(Act.ASK, due, number), now)
    last = asked[-1]
    if rungs is not None:
        return _due(Step(Act.FADE, last + rungs.fades_after * DAY), now)
    # A season that has begun is not known any more as the next one: what was asked counts.
    return _due(Step(Act.FADE, last + BEFORE_SEASON[-1] * DAY), now)


def _ask_at(facts: Facts, number: int) -> datetime.datetime | None:
    if (rungs := RUNGS.get(facts.ladder)) is not None:
        return facts.since + rungs.asks[number - 1] * DAY
    if facts.season is None or facts.since > facts.season - RECENT:
        return None
    return facts.season - BEFORE_SEASON[number - 1] * DAY


def _due(step: Step, now: datetime.datetime) -> Step | None:
    return step if step.due <= now else None
