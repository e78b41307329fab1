"""The words that occur in published records: what a mistyped word is corrected to.

`rebuild` reads all records; `learn` adds the words of one that has just been published. Words of records that
are not public are never kept: a correction must not tell what one may not see.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from django.db import connection, transaction
from rapidfuzz.distance import OSA

from mapping.models import VISIBLE_STATES, Node, SearchWord, Visibility

from .synonyms import without_accents

WORD = re.compile(r"[^\W\d_]{3,60}")
# How many letters may be wrong, by the length of the word: the first whose length is reached.
FAULTS = ((9, 3), (6, 2), (4, 1))
MAX_CANDIDATES = 200
MAX_TRIED = 5
# Of `alike`: so many for a word, and how alike (trigrams, 0 to 1).
MOST_ALIKE, LEAST_ALIKE = 4, 0.4
# Of `near`: up to so many letters, words are compared with all known ones by their faults.
SHORT_WORD = 12

# Words as they are written (configuration "simple" cuts no stems), each counted once a record.
ALL_WORDS = r"""
INSERT INTO mapping_searchword (word, occurrences)
SELECT word, ndoc FROM ts_stat($$
    SELECT to_tsvector('simple', regexp_replace(
        unaccent(concat_ws(' ', name, search_extra, summary)), '[^[:alpha:]]+', ' ', 'g'))
    FROM mapping_node WHERE state = 'live' AND visibility = 'public' $$)
WHERE word ~ '^[[:alpha:]]{3,60}$'
"""

SIMILAR = """
SELECT word, occurrences FROM mapping_searchword
WHERE word <> %(word)s AND (
    (length(word) BETWEEN length(%(word)s) - 2 AND length(%(word)s) + 2
     AND levenshtein_less_equal(word, %(word)s, 2) <= 2)
    OR word %% %(word)s)
ORDER BY occurrences DESC LIMIT %(most)s
"""

# By trigrams alone, from their index: an ordinary word is like a few among a hundred thousand.
ALIKE = """
SELECT asked.word, found.word FROM unnest(%(words)s::text[]) AS asked (word) CROSS JOIN LATERAL (
    SELECT word, occurrences, similarity(word, asked.word) AS likeness FROM mapping_searchword
    WHERE word %% asked.word
    ORDER BY likeness DESC, occurrences DESC, word LIMIT %(most)s) AS found
WHERE found.likeness >= %(least)s
"""

# For each word those that look like it, and of short ones, whose trigrams say little, those with few faults; whether
# search leaves the word out ("the"). Two letters that changed places are two faults here.
NEAR = """
SELECT asked.word, found.word, numnode(plainto_tsquery('mapping_english', found.word)) = 0
FROM (SELECT word, CASE WHEN length(word) < 7 THEN 2 ELSE 3 END AS faults FROM unnest(%(words)s::text[]) AS it (word)
) AS asked CROSS JOIN LATERAL (
    (SELECT word FROM mapping_searchword WHERE word %% asked.word
     ORDER BY similarity(word, asked.word) DESC, word LIMIT %(most)s)
    UNION
    (SELECT word FROM mapping_searchword
     WHERE length(asked.word) <= %(short)s
     AND length(word) BETWEEN length(asked.word) - asked.faults AND length(asked.word) + asked.faults
     AND levenshtein_less_equal(word, asked.word, asked.faults) <= asked.faults
     ORDER BY occurrences DESC, word LIMIT %(most)s)) AS found
"""

# One look into the index of search for each word. (Words that are in no search vector are everybody's.)
KNOWN = """
SELECT s.word FROM mapping_searchword s WHERE s.word = ANY (%(words)s) AND (
    numnode(plainto_tsquery('mapping_english', s.word)) = 0 OR EXISTS (
        SELECT 1 FROM mapping_node WHERE search_vector @@ plainto_tsquery('mapping_english', s.word)
        AND state = 'live' AND visibility = 'public'))
"""

# Words that are in no search vector ("the", "and") are everybody's.
FORGET = """
DELETE FROM mapping_searchword USING unnest(%(words)s::text[]) AS gone (word)
WHERE mapping_searchword.word = gone.word AND numnode(plainto_tsquery('mapping_english', gone.word)) > 0
AND NOT EXISTS (
    SELECT 1 FROM mapping_node WHERE search_vector @@ plainto_tsquery('mapping_english', gone.word)
    AND state = 'live' AND visibility = 'public' AND id <> %(node)s)
"""


def rebuild() -> int:
    """Count all words of published records anew. Returns how many different ones there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM mapping_searchword")
        cursor.execute(ALL_WORDS)
        return cursor.rowcount


def words_of(text: str) -> list[str]:
    """Return the words of `text` in small letters, without accents: three letters or more, no figures."""
    return [word.lower() for word in WORD.findall(without_accents(text))]


def learn(nodes: Iterable[Node]) -> int:
    """Add the words of these nodes, where they are public and live. Returns how many words."""
    found: Counter[str] = Counter()
    for node in nodes:
        if node.state in VISIBLE_STATES and node.visibility == Visibility.PUBLIC:
            found.update(set(words_of(f"{node.name} {node.search_extra} {node.summary}")))
    rows = [SearchWord(word=word, occurrences=n) for word, n in sorted(found.items())]
    # Known words need not be exact: they only rank suggestions.
    SearchWord.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def forget(node: Node) -> int:
    """Take away the words of a record that is not public any more, but those that another public record has.

    Returns how many. One query, answered for each word by the index of search.
    """
    words = sorted(set(words_of(f"{node.name} {node.search_extra} {node.summary}")))
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"words": words, "node": node.pk})
        return cursor.rowcount


def known(words: Iterable[str]) -> set[str]:
    """Return those of `words` that occur in a record that everybody sees at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"words": sorted(set(words))})
        return {word for (word,) in cursor.fetchall()}


def alike(words: Iterable[str]) -> dict[str, list[str]]:
    """Return for each of `words` the known ones that look much like it (`MOST_ALIKE`), itself first where it is known.

    To search with, never to show: a word may have been hidden since it was learnt. One query.
    """
    found: dict[str, list[str]] = {word: [] for word in words}
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"words": sorted(found), "most": MOST_ALIKE, "least": LEAST_ALIKE})
        for word, other in cursor.fetchall():
            found[word].append(other)
    return found


def near(words: Iterable[str], at_least: float) -> dict[str, set[str] | None]:
    """Return for each of `words` the known ones that are so near to it (0 to 1, as OSA.normalized_similarity has it).

    None where a word that search leaves out is among them. To search with, never to show. One query.
    """
    found: dict[str, set[str] | None] = {word: set() for word in words}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, {"words": sorted(found), "most": MAX_CANDIDATES, "short": SHORT_WORD})
        for word, other, is_left_out in cursor.fetchall():
            others = found[word]
            if others is not None and OSA.normalized_similarity(word, other) >= at_least:
                found[word] = None if is_left_out else others | {other}
    return found


def correct(word: str) -> str | None:
    """Return the word that `word` was probably meant to be, or None.

    Distance counts a wrong, missing or surplus letter, and two that changed places, as one fault each (optimal string
    alignment); of equally near ones the more frequent wins, and the same first letter before both.
    """
    most = next((faults for length, faults in FAULTS if len(word) >= length), 0)
    if not most:
        return None
    with connection.cursor() as cursor:
        cursor.execute(SIMILAR, {"word": word[:60], "most": MAX_CANDIDATES})
        rows = cursor.fetchall()
    ranked = sorted(
        (OSA.distance(word, other) + (0.5 if word[0] != other[0] else 0), -count, other) for other, count in rows
    )
    near = [other for distance, _, other in ranked if distance <= most + 0.4][:MAX_TRIED]
    # What was hidden since its words were learnt is not told of.
    there = known(near) if near else set()
    return next((other for other in near if other in there), None)


def split(word: str) -> str | None:
    """Return two known words that `word` is made of ("foodbank" -> "food bank"), or None."""
    halves = [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)]
    found = known({part for pair in halves for part in pair}) if halves else set()
    pairs = [pair for pair in halves if set(pair) <= found]
    return " ".join(max(pairs, key=lambda pair: min(map(len, pair)))) if pairs else None
