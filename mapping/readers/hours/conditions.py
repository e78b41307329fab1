"""On what hours depend: months, terms, appointments, "every other week"."""

from __future__ import annotations

from dataclasses import replace

from .sentence import DAYS, FILLERS, Sentence

_TERMS = {"term": "term", "schoolhol": "holidays"}
_SINCE = ("from", "until", "till", "since")
_OTHERWISE = {"other", "otherwise", "or", "outside"}
_BESIDE_OTHERWISE = {"times", "at", "these", "hours"}


class Conditions(Sentence):
    """The words that say when, or for whom, a sentence holds."""

    def _at_month(self, at: int) -> int:
        return self.qualify(at)

    _at_date = _at_term = _at_schoolhol = _at_season = _at_ask = _at_since = _at_named = _at_month

    def _at_halfday(self, at: int) -> int:
        found = self.days(self.skip(at + 1))
        if found is None:
            return self.qualify(at)
        self.use(at, found[1])
        self.only_perhaps(found[0], self.words[at].text)
        return found[1]

    def qualify(self, at: int) -> int:
        """Before days it is about what follows in the sentence, after them about what was said."""
        kind = self.kind(at)
        dates, end = self._condition(at)
        if end is None or self._is_part_of_more(at):
            return end or at + 1
        if kind == "ask" and self.said.clauses and self._otherwise_begins(at) < at:
            return self._otherwise(at, end)
        since = at > 0 and self.words[at - 1].text.lower() in _SINCE
        first = at - 1 if since else at
        words = self.words_from(first, end)
        # "from April" alone has no end: nobody knows in which year it was written.
        if since and "-" not in dates and "," not in dates:
            dates = ""
        if self.first_clause is None or self.words[min(end, len(self.words) - 1)].text == ":":
            ahead = self.skip(end)
            if self.kind(ahead) in (*DAYS, "always", "alternate") or (self.daily and self.is_range(ahead)):
                return self._as_prefix(kind, dates, words, first, end)
        if self.first_clause is None:
            alone = all(word.kind in (kind, "month", "dash", *FILLERS) for word in self.words)
            if not alone or not self.said.clauses:
                return end
        self.use(first, end)
        clauses = self.own_clauses()
        for number in clauses:
            clause = self.said.clauses[number]
            if kind in _TERMS:
                clause = replace(clause, term=_TERMS[kind])
            elif dates and len(clauses) == 1 and not clause.dates:
                clause = replace(clause, dates=dates)
            else:
                clause = clause.but(words)
            self.said.clauses[number] = clause
        return end

    def _condition(self, at: int) -> tuple[str, int | None]:
        """Months in the notation, and where the condition ends: None where it is none."""
        kind = self.kind(at)
        if kind in ("month", "date", "named"):
            dates, end = self.dates_at(at)
            return (dates if kind == "month" else ""), end
        if kind == "since":
            ahead = self.skip(at + 1)
            if self.kind(ahead) in ("month", "date"):
                return "", self.dates_at(ahead)[1]
            return "", ahead + 1 if self.kind(ahead) == "season" else None
        if kind == "season" and self.kind(at + 1) == "dash" and self.kind(at + 2) in ("month", "date", "season"):
            return "", at + 3  # "Easter to October"
        return "", at + 1

    def _is_part_of_more(self, at: int) -> bool:
        """Whether what stands before changes what a month means: "end of August", "Easter to October", "10-6 April"."""
        before = at - 1
        while self.kind(before) in ("filler", "comma"):
            if self.words[before].text == ":":
                return False
            before -= 1
        if before < 0 or self.kind(at) not in ("month", "date", "named"):
            return False
        if self.is_word(before, "until", "till"):
            said = before - 1
            while self.kind(said) in ("filler", "comma"):
                said -= 1
            return not self.is_used(said)
        if self.words[before].text.lower() == "of" or self.kind(before) == "dash":
            return True
        return self.kind(before) == "time" and not self.is_used(before)

    def _otherwise(self, at: int, end: int) -> int:
        self.said.otherwise = self.words_from(at, end)
        self.use(self._otherwise_begins(at), end)
        return end

    def _otherwise_begins(self, at: int) -> int:
        """Where "or by appointment", "other times by appointment", "otherwise by appointment" begins; else `at`."""
        begin = at
        while begin > 0 and self.words[begin - 1].text.lower() in _OTHERWISE | _BESIDE_OTHERWISE:
            begin -= 1
        words = {word.text.lower() for word in self.words[begin:at]}
        return begin if words & _OTHERWISE else at

    def _as_prefix(self, kind: str, dates: str, words: str, first: int, end: int) -> int:
        self.use(first, end)
        if kind in _TERMS:
            self.prefix_term = _TERMS[kind]
        elif dates:
            self.prefix_dates, self.depends = dates, ""
        else:
            self.depends = words
        return end

    def qualified(self, at: int) -> tuple[dict[str, str], int]:
        """Qualifiers between days and times: "Wednesdays (term time only) 1 - 3pm"."""
        more: dict[str, str] = {}
        ahead = self.skip(at)
        if self.kind(ahead) not in ("term", "schoolhol", "month", "date"):
            return more, at
        end = self._one_qualifier(ahead, more)
        after = self.skip(end)
        if not self.is_range(after):
            return {}, at
        self.use(ahead, end)
        return more, end

    def _one_qualifier(self, at: int, more: dict[str, str]) -> int:
        kind = self.kind(at)
        if kind in _TERMS:
            more["term"] = _TERMS[kind]
            return at + 1
        dates, end = self.dates_at(at)
        if dates and kind == "month":
            more["dates"] = dates
        else:
            more["comment"] = self.words_from(at, end)
        return end
