"""What people type as PostgreSQL's full text search has it."""

from __future__ import annotations

import re

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery

# The beginning of a word, in a text query.
BEGINNING = re.compile(r"(?<!\S)(\w{2,})\*(?!\S)")


def text_query(text: str) -> SearchQuery | CombinedSearchQuery:
    """Return the tsquery for what people type: all the words, in any order and form.

    Quotes, "or" and a minus before a word mean what they mean in web searches (websearch_to_tsquery). A word
    that ends in an asterisk is the beginning of one: `allot*`. Nothing that can be typed is an error.
    """
    beginnings = BEGINNING.findall(text)
    query = SearchQuery(BEGINNING.sub(" ", text), search_type="websearch", config="english")
    for word in beginnings:
        # "simple", so that the beginning is not cut to a stem: "arts*" does not begin "Arthur".
        query = query & SearchQuery(f"{word.lower()}:*", search_type="raw", config="simple")
    return query
