"""The three answers, and why one is only perhaps."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Open, closed, or perhaps: what is known cannot tell, so check before you come."""

    OPEN = "open"
    CLOSED = "closed"
    PERHAPS = "perhaps"


class Reason(StrEnum):
    """Why something is `PERHAPS`; `NONE` for open and closed."""

    NONE = ""
    COMMENT = "comment"  # it depends on what the comment says ("by appointment")
    NO_TIMES = "no times"  # the day is known, its times are not, or it is said to be unknown
    OPEN_END = "open end"  # there is no closing time
    BANK_HOLIDAY = "bank holiday"  # usually open; the comment is the holiday's name
    SCHOOL_HOLIDAY = "school holiday"  # it depends on school holidays, which are not known
    SUN = "sun"  # it depends on when exactly the sun rises or sets here
    OVERLAP = "overlap"  # after midnight, on a day with hours of its own
    DOUBTFUL = "doubtful"  # likely a slip: 00:00-00:00, closing before opening by day, times that replace a day's
    NOT_UNDERSTOOD = "not understood"  # the source says more of this day; the comment is that piece
