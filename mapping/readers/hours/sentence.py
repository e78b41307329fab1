"""One sentence of opening hours: which days, times and dates stand where."""

from __future__ import annotations

from dataclasses import replace

from .clauses import Clause, Days, Said
from .times import Doubtful, resolve
from .words import Token
from .write import day_words

JOINERS = ("and", "comma")
FILLERS = ("filler", "comma", "and", "dash", "part", "ofmonth")
_TIMES = ("time", "four")
DAYS = ("day", "group", "nth", "bank")
_HALVES = {"morn": "a", "afte": "p", "even": "p", "nigh": "p"}


class Sentence:
    """The words between two stops. `at` and `end` are numbers of words."""

    def __init__(self, text: str, words: list[Token], said: Said, bare_is_daily: bool) -> None:
        self.text = text
        self.words = words
        self.said = said
        self.first_clause: int | None = None  # the number that this sentence's first clause has
        self.daily = bare_is_daily
        self.prefix: list[Token] = []
        self.prefix_dates = self.prefix_term = self.depends = ""
        self.times_first = False
        self.times_first = self.has_times_first()

    def kind(self, at: int) -> str:
        return self.words[at].kind if 0 <= at < len(self.words) else ""

    def is_word(self, at: int, *texts: str) -> bool:
        return 0 <= at < len(self.words) and self.words[at].text.lower() in texts

    def skip(self, at: int, *more: str) -> int:
        while self.kind(at) in (*FILLERS, *more):
            at += 1
        return at

    def use(self, first: int, end: int) -> None:
        self.said.used.append((self.words[first].start, self.words[end - 1].end))

    def words_from(self, first: int, end: int) -> str:
        return self.text[self.words[first].start : self.words[end - 1].end].strip(" ,;:()-")

    def add(self, clause: Clause) -> None:
        clause = replace(clause, dates=clause.dates or self.prefix_dates, term=clause.term or self.prefix_term)
        if self.depends:
            clause = clause.but(self.depends)
        if clause.days.now_and_then:
            clause = clause.but(clause.days.now_and_then)
        if clause.days.weekdays or clause.days.bank:
            self.said.clauses.append(clause)

    def has_times_first(self) -> bool:
        """Whether this sentence writes "9 - 4 Monday": times come before their days."""
        for at in range(len(self.words)):
            if self.kind(at) in (*DAYS, "alternate"):
                return False
            if self.is_range(at):
                after = self.skip(self.times(at)[1])
                return self.kind(after) in DAYS
        return False

    def days(self, at: int) -> tuple[Days, int] | None:
        """`Mon - Thu`, `Tues, Weds and Fri`, `1st and 3rd Saturday of the month`, `Sundays and bank holidays`."""
        start, now_and_then, nth = at, "", []
        if self.kind(at) == "alternate":
            now_and_then, at = self.words[at].text, self.skip(at + 1)
        while self.kind(at) in ("nth", *JOINERS) and self.kind(at + 1) in ("nth", "day", "group", *JOINERS):
            if self.kind(at) == "nth":
                nth.append(int(self.words[at].osm))
            at += 1
        found = self.day_range(at)
        if found is None:
            return None
        weekdays, bank, end = found
        while True:
            ahead = end
            while self.kind(ahead) in JOINERS or self.is_word(ahead, "on"):
                ahead += 1
            more = self.day_range(ahead) if ahead > end else None
            if more is None or (nth and not more[0]):
                break
            weekdays, bank, end = weekdays | more[0], bank or more[1], more[2]
        if nth and len(weekdays) > 1 and any(w.kind == "group" for w in self.words[start:end]):
            now_and_then = self.words_from(start, end)  # "first weekend": its Sunday need not be the first
            nth = []
        if nth and start and self.words[start - 1].text.lower() in ("every", "each") and self.kind(end) != "ofmonth":
            now_and_then, nth = self.words_from(start - 1, end), []  # "every 3rd Tuesday"
        if self.kind(end) == "ofmonth":
            end += 1
        if now_and_then and self.words[start].kind == "alternate":
            now_and_then = self.words_from(start, end) if start + 1 < end else now_and_then
        return Days(weekdays, tuple(dict.fromkeys(nth)), bank, now_and_then), end

    def day_range(self, at: int) -> tuple[frozenset[int], bool, int] | None:
        """`Mon - Thu`, `weekends`, or bank holidays (the second value): (weekdays, bank, end)."""
        if self.kind(at) == "bank":
            return frozenset(), True, at + 1
        if self.kind(at) not in ("day", "group"):
            return None
        first = self.words[at].days
        if self.kind(at + 1) == "dash" and self.kind(at + 2) == "day":
            last = self.words[at + 2].days
            if len(first) == len(last) == 1:
                (a,), (b,) = first, last
                return frozenset((a + step) % 7 for step in range((b - a) % 7 + 1)), False, at + 3
        return first, False, at + 1

    def is_range(self, at: int) -> bool:
        """Whether `10am - 12noon` stands here."""
        kinds = [self.kind(at + step) for step in range(3)]
        return kinds[0] in _TIMES and kinds[1] == "dash" and kinds[2] in _TIMES

    def times(self, at: int) -> tuple[list[tuple[Token, Token]], int]:
        """`10am - 12noon and 2 - 4pm`."""
        ranges = [(self.words[at], self.words[at + 2])]
        end = at + 3
        while True:
            ahead = end
            while self.kind(ahead) in JOINERS or self.is_word(ahead, "from", "at"):
                ahead += 1
            if ahead == end or not self.is_range(ahead):
                return ranges, end
            if self.times_first and self.kind(self.skip(ahead + 3)) in DAYS:
                return ranges, end
            ranges.append((self.words[ahead], self.words[ahead + 2]))
            end = ahead + 3

    def open(self, days: Days, ranges: list[tuple[Token, Token]], half: str, first: int, end: int, **more: str) -> None:
        """Add a clause, of the day alone where its times are not clear."""
        try:
            times = tuple(resolve(opens, closes, half) for opens, closes in ranges)
        except Doubtful as question:
            self.said.questions.append(f"{day_words(days.weekdays)}, {question}")
            said = f"{ranges[0][0].text.strip()} - {ranges[-1][1].text.strip()}"
            self.add(Clause(days, comment=said, **more))
        else:
            self.add(Clause(days, times, **more))
        self.use(first, end)

    def half(self, first: int, end: int) -> str:
        halves = {_HALVES.get(w.text.lower()[:4], "") for w in self.words[first:end] if w.kind == "part"} - {""}
        return halves.pop() if len(halves) == 1 else ""

    def dates_at(self, at: int) -> tuple[str, int]:
        """Months or dates in the notation: `Apr-Sep`, `Dec 24-Jan 02`, `Dec 25`; "" where there are none."""
        found: list[str] = []
        end = at
        while self.kind(at) in ("month", "date", "named"):
            first = self.words[at]
            end = at + 1
            if self.kind(at + 1) == "dash" and self.kind(at + 2) == first.kind != "named":
                found.append(f"{first.osm}-{self.words[at + 2].osm}")
                end = at + 3
            else:
                found.append(first.osm)
            at = end
            while self.kind(at) in JOINERS:
                at += 1
            if at == end:
                break
        return ",".join(found), end

    def only_perhaps(self, days: Days, words: str) -> None:
        """Say of `days` that they depend on `words`, whatever times they have."""
        later = Clause(days, comment=words)
        kept = []
        for clause in self.said.clauses:
            if clause.closed or clause.days.nth or not clause.days.weekdays & days.weekdays:
                kept.append(clause)
                continue
            rest = replace(clause, days=clause.days.without(days))
            kept += [rest] if rest.days.weekdays else []
        self.said.clauses = kept
        self.add(later)

    def stands_alone(self, at: int) -> bool:
        before = at - 1
        while before >= 0 and self.kind(before) in (*FILLERS, "time", "four", "ask", "alternate"):
            before -= 1
        if before < 0:
            return True
        return self.is_used(before)

    def begin(self) -> None:
        """The clauses that come now are of this sentence."""
        if self.first_clause is None:
            self.first_clause = len(self.said.clauses)

    def own_clauses(self) -> list[int]:
        """The numbers of what this sentence said to be open; of all that was said, when it said nothing."""
        return [at for at in range(self.first_clause or 0, len(self.said.clauses)) if not self.said.clauses[at].closed]

    def is_used(self, at: int) -> bool:
        """Whether the word was understood already."""
        return any(first <= self.words[at].start < end for first, end in self.said.used)

    def depend_on(self, words: str, everywhere: bool = False) -> None:
        for at in range(len(self.said.clauses)) if everywhere else self.own_clauses():
            if not self.said.clauses[at].closed:
                self.said.clauses[at] = self.said.clauses[at].but(words)
