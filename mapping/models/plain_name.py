"""Names as they are compared: `Café`, `St. Peter’s` and `Saint Peter's` are `cafe`, `st peters` and `st peters`."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import CharField, F, Func, TextField, Transform

# The text search configuration of everything that is searched: English, and é is e. Made by migration 0037.
WORDS = "mapping_english"

# As the function of the database has them.
APOSTROPHES = re.compile("['’‘ʼ′`´＇ʹ]")
MARKS = re.compile("[^a-z0-9\u00c0-\u1fff\u2c00-\U0010ffff]+")


class PlainName(Transform):
    """`name__plain`: both sides in small letters, without accents, apostrophes and marks, "Saint" as "St".

    The function of the database is `mapping_plain_name` (migration 0037); what it returns has no character that means
    something in LIKE. `name__plain__startswith` and the trigrams of `name__plain` have indexes.
    """

    lookup_name = "plain"
    function = "mapping_plain_name"
    output_field = TextField()
    bilateral = True

    def get_bilateral_transforms(self) -> list[type[Transform]]:
        return [*super().get_bilateral_transforms()[:-1], _Asked]


class _Asked(PlainName):
    """What a lookup compares a name with. Of marks alone nothing is left, with which every name would begin: no name is
    like it."""

    template = "NULLIF(%(function)s(%(expressions)s), '')"


CharField.register_lookup(PlainName)
TextField.register_lookup(PlainName)


def plain_name(field: str) -> Func:
    """The name in a column as it is compared, for an index."""
    return Func(F(field), function="mapping_plain_name", output_field=TextField())


def compared(text: str) -> str:
    """Return a name as it is compared, as `mapping_plain_name` writes it: for names that are in memory already."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", APOSTROPHES.sub("'", text))
        text = "".join(it for it in text if not unicodedata.combining(it))
    words = MARKS.sub(" ", APOSTROPHES.sub("", text).lower().replace("&", " and ")).split()
    return " ".join("st" if word == "saint" else word for word in words)
