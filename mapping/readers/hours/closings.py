"""What is closed: "closed Mondays", "except bank holidays", "not in August", "closed for lunch 1 - 2pm"."""

from __future__ import annotations

from dataclasses import replace

from .clauses import ALL, BANK, Clause, Days
from .sentence import FILLERS, Sentence
from .times import Doubtful, resolve


class Closings(Sentence):
    """The words that take days and times away."""

    def _at_closed(self, at: int) -> int:
        after = self.skip(at + 1)
        if self.kind(after) == "word" and self.words[after].text.lower() in ("for", "lunch"):
            ahead = after
            while self.kind(ahead) == "word" and self.words[ahead].text.lower() in ("for", "lunch", "lunchtime"):
                ahead += 1
            ahead = self.skip(ahead)
            if self.is_range(ahead):
                return self._closed_times(at, ahead)
        if self.is_range(after) and self.said.clauses and self.kind(self.skip(self.times(after)[1])) != "day":
            return self._closed_times(at, after)
        if self.kind(after) in ("schoolhol", "term"):
            osm = "holidays" if self.kind(after) == "schoolhol" else "term"
            self.said.clauses.append(Clause(ALL, term=osm, closed=True) if osm == "holidays" else Clause(ALL))
            self.use(at, after + 1)
            return after + 1
        dates, end = self.dates_at(after)
        if dates:
            self.use(at, end)
            self.said.clauses.append(Clause(ALL, dates=dates, closed=True))
            return self._more_closed(end)
        found = self.days(after)
        if found and not self.is_range(self.skip(found[1])):
            days, end = found
            self.use(at, end)
            if days.bank:
                self.said.clauses.append(Clause(BANK, closed=True))
                days = replace(days, bank=False)
            if days.weekdays:
                self.said.close(days)
            return self._more_closed(end)
        if all(word.kind in ("closed", *FILLERS) for word in self.words) and not self.said.clauses:
            self.said.clauses.append(Clause(ALL, closed=True))
            self.use(at, at + 1)
        elif self.kind(after) == "season":
            self.depend_on(self.words_from(at, after + 1), everywhere=True)
            self.use(at, after + 1)
            return after + 1
        else:
            self.said.unsure = True  # closed when, or for what, we cannot tell
        return at + 1

    def _more_closed(self, at: int) -> int:
        """`... and bank holidays`, `..., 25 and 26 December`."""
        after = self.skip(at)
        if after == at or self.kind(after) not in ("bank", "month", "date", "named"):
            return at
        if self.kind(after) == "bank":
            self.said.clauses.append(Clause(BANK, closed=True))
            self.use(after, after + 1)
            return self._more_closed(after + 1)
        dates, end = self.dates_at(after)
        if not dates:
            return at
        self.said.clauses.append(Clause(ALL, dates=dates, closed=True))
        self.use(after, end)
        return self._more_closed(end)

    def _closed_times(self, at: int, ahead: int) -> int:
        ranges, end = self.times(ahead)
        try:
            times = tuple(resolve(opens, closes, "") for opens, closes in ranges)
        except Doubtful:
            self.said.unsure = True
            return end
        self.said.clauses.append(Clause(ALL, times, closed=True))
        self.use(at, end)
        return end

    def close_days(self, days: Days, at: int, ahead: int) -> int:
        self.use(at, ahead + 1)
        if self._qualifier_is_next(ahead + 1):  # "Wednesday closed in August"
            dates, after = self.dates_at(self.skip(ahead + 1))
            if dates:
                self.said.clauses.append(Clause(days, dates=dates, closed=True))
                self.use(at, after)
                return after
        self.said.close(days)
        return ahead + 1

    def _qualifier_is_next(self, at: int) -> bool:
        return self.kind(self.skip(at)) in ("month", "date")

    def _at_except(self, at: int) -> int:
        return max(self.exceptions(at), at + 1)

    def _at_including(self, at: int) -> int:
        after = self.skip(at + 1)
        if self.kind(after) != "bank" or not self.said.clauses:
            return at + 1
        last = self.said.clauses[-1]
        self.said.clauses[-1] = replace(last, days=replace(last.days, bank=True))
        self.use(at, after + 1)
        return after + 1

    def minus(self, days: Days, at: int) -> tuple[Days, int]:
        """`Daily except Mondays 10 - 4`: the days that follow are not meant."""
        if self.kind(at) != "except":
            return days, at
        found = self.days(self.skip(at + 1))
        if found is None or (found[0].nth and not found[0].bank) or found[0].now_and_then:
            return days, at
        if found[0].bank:
            self.said.clauses.append(Clause(BANK, closed=True))
            self.use(at, found[1])
        closing = found[1]
        while self.kind(closing) == "filler" and self.words[closing].text in ")":
            closing += 1
        return days.without(found[0]), closing

    def exceptions(self, at: int) -> int:
        """`... except Wed 9 - 2`, `(except bank holidays)`, `..., not in August`."""
        while True:
            head = self.skip(at)
            if self.kind(head) != "except":
                return at
            after = self.skip(head + 1)
            dates, end = self.dates_at(after)
            if dates:
                self.said.clauses.append(Clause(ALL, dates=dates, closed=True))
            elif self.kind(after) == "schoolhol":
                self.said.clauses.append(Clause(ALL, term="holidays", closed=True))
                end = after + 1
            elif self.kind(after) in ("ask", "season"):
                self.depend_on(self.words_from(head, after + 1), everywhere=True)
                end = after + 1
            else:
                found = self.days(after)
                if found is None:
                    return at
                end = self._except_days(*found)
            self.use(head, end)
            at = end

    def _except_days(self, days: Days, end: int) -> int:
        if days.bank:
            self.said.clauses.append(Clause(BANK, closed=True))
            days = replace(days, bank=False)
        if days.now_and_then:
            self.depend_on(f"except {days.now_and_then}", everywhere=True)
            return end
        if not days.weekdays:
            return end
        times_at = self.skip(end)
        if self.is_range(times_at):
            ranges, after = self.times(times_at)
            self.said.close(days)
            self.said.clauses.pop()  # it is not closed: its own times follow
            self.open(days, ranges, "", end - 1, after)
            return after
        self.said.close(days)
        return end
