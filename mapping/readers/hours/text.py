"""Opening hours as people in the UK write them -> clauses. One pass over the words of each sentence.

Nothing is guessed. What depends on something that a calendar does not know ("by appointment", "every other Tuesday",
"from 3rd September") keeps its days and times and is only perhaps.
"""

from __future__ import annotations

import re

from .clauses import ALL, Clause, Days, Said
from .closings import Closings
from .conditions import Conditions
from .sentence import DAYS
from .words import DAY, Token, tokens

_UNTIL = re.compile(r"un?til|till?$", re.IGNORECASE)


def read(text: str, osm: bool = False, bare_is_daily: bool = False) -> Said:
    """Read `plain` text; with `osm`, two-letter days count; with `bare_is_daily`, times without days are daily."""
    words = tokens(text, osm)
    said = Said()
    bare_is_daily = bare_is_daily and not any(word.kind in DAYS for word in words)
    sentence: list[Token] = []
    for word in [*words, Token("stop", "", len(text), len(text))]:
        if word.kind != "stop":
            sentence.append(word)
        elif sentence:
            _Reader(text, sentence, said, bare_is_daily).read()
            sentence = []
    if said.unsure:
        return Said(questions=said.questions, unsure=True)
    return said


class _Reader(Closings, Conditions):
    """Reads a sentence from its first word to its last; each kind of word has a method."""

    def read(self) -> None:
        at = 0
        while at < len(self.words):
            step = getattr(self, f"_at_{self.words[at].kind}", None)
            after = step(at) if step else None
            at = after if after is not None and after > at else at + 1

    def _at_day(self, at: int) -> int:
        return self._at_days(at)

    _at_group = _at_nth = _at_bank = _at_day

    def _at_alternate(self, at: int) -> int:
        if self.kind(self.skip(at + 1)) in ("day", "group"):
            return self._at_days(at)
        return self.qualify(at)

    def _at_days(self, at: int) -> int:
        found = self.days(at)
        if found is None:
            return at + 1
        days, end = found
        self.begin()
        more, inner = self.qualified(end)
        days, ahead = self.minus(days, self.skip(inner))
        ahead = self.skip(ahead)
        kind = self.kind(ahead)
        if self.is_range(ahead):
            ranges, after = self.times(ahead)
            self.open(days, ranges, self.half(end, ahead), at, after, **more)
            return self.exceptions(after)
        if kind == "always":
            self.add(Clause(days, ((0, DAY),), **more))
            self.use(at, ahead + 1)
            return self.exceptions(ahead + 1)
        if kind == "closed":
            return self.close_days(days, at, ahead)
        if kind in ("time", "four") and (self._is_time(ahead) or self._said_from(end, ahead)):
            return self._single(days, at, end, ahead, more)
        return self._day_alone(days, at, end, inner, more)

    def _is_time(self, at: int) -> bool:
        word = self.words[at]
        return bool(word.half or word.clock or ":" in word.text or word.kind == "four")

    def _said_from(self, first: int, end: int) -> bool:
        return any(word.text.lower() == "from" for word in self.words[first:end])

    def _single(self, days: Days, at: int, end: int, ahead: int, more: dict[str, str]) -> int:
        """One time only: "Tuesday from 11am", "Monday 12noon", "Sunday until 4pm"."""
        until = any(word.kind == "dash" and _UNTIL.match(word.text) for word in self.words[end:ahead])
        word = self.words[ahead]
        clear = word.half in ("a", "p") or word.clock or word.minute >= 13 * 60
        if until or not clear or word.minute >= DAY:
            self.add(Clause(days, comment=self.words_from(end, ahead + 1), **more))
        else:
            self.add(Clause(days, ((word.minute, word.minute),), open_end=True, **more))
        self.use(at, ahead + 1)
        return ahead + 1

    def _day_alone(self, days: Days, at: int, end: int, inner: int, more: dict[str, str]) -> int:
        """Days without times: hours at all only where they begin a sentence or follow what was understood."""
        after = self.skip(inner)
        if self.kind(after) in ("ask", "halfday"):
            self.use(at, after + 1)
            self.only_perhaps(days, self.words_from(after, after + 1))
            return after + 1
        parts = [word for word in self.words[end : self.skip(end)] if word.kind == "part"]
        if not self.stands_alone(at) or days.bank and not days.weekdays:
            return end
        comment = parts[0].text if parts else ""
        self.add(Clause(days, **{**more, "comment": "; ".join(filter(None, (comment, more.get("comment", ""))))}))
        self.use(at, end)
        if parts:
            self.said.used.append((parts[0].start, parts[-1].end))
        return inner

    def _at_time(self, at: int) -> int:
        if not self.is_range(at):
            return at + 1
        ranges, end = self.times(at)
        after = self.skip(end)
        if self.times_first:
            found = self.days(after)
            if found:
                self.begin()
                self.open(found[0], ranges, "", at, found[1])
                return self.exceptions(found[1])
        if self.daily:
            self.begin()
            self.open(ALL, ranges, "", at, end)
        return end

    _at_four = _at_time

    def _at_always(self, at: int) -> int:
        after = self.skip(at + 1, "always")
        found = self._days_without_times(after)
        self.begin()
        if found:
            self.add(Clause(found[0], ((0, DAY),)))
            self.use(at, found[1])
            return self.exceptions(found[1])
        others = [word for word in self.words if word.kind in ("word", "notice")]
        asks = [word for word in self.words if word.kind == "ask"]
        if others and not asks:
            self.said.questions.append(
                f"“{self.words_from(0, len(self.words))}”: open day and night, or something else?"
            )
            self.use(at, at + 1)
            return at + 1
        if self.kind(after) in ("day", "nth") or self.is_range(after):
            return at + 1  # "24 hours" of something else
        self.add(Clause(ALL, ((0, DAY),)))
        self.use(at, after)
        return self.exceptions(after)

    def _days_without_times(self, at: int) -> tuple[Days, int] | None:
        """`Monday to Friday` of "24 hours Monday to Friday, Saturday 8am-8pm"."""
        found = self.days(at)
        if found is None or not self.is_range(self.skip(found[1])):
            return found
        first = self.day_range(at)
        if first is None or self.is_range(self.skip(first[2])):
            return None
        return Days(first[0], bank=first[1]), first[2]

    def _at_entry(self, at: int) -> int:
        self.use(at, at + 1)  # "last entry 17:30" is no closing time
        return at + 1

    def _at_notice(self, at: int) -> int:
        words = self.words_from(0, len(self.words))
        self.said.questions.append(f"“{words}”: is it open to everybody at these times, or only after notice?")
        self.use(0, len(self.words))
        return at + 1
