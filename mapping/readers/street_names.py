"""The one spelling by which a street is found, however it is shortened."""

from __future__ import annotations

import re
import unicodedata

KEY_LENGTH = 120
# As people shorten the last word of a street. St is apart: at the beginning it is a saint.
ENDINGS = {
    "av": "avenue", "ave": "avenue", "bvd": "boulevard", "blvd": "boulevard", "cl": "close", "clo": "close",
    "cres": "crescent", "cresc": "crescent", "crt": "court", "ct": "court", "dr": "drive", "drv": "drive",
    "est": "estate", "gdn": "garden", "gdns": "gardens", "gr": "grove", "gro": "grove", "grn": "green",
    "la": "lane", "ln": "lane", "mt": "mount", "pde": "parade", "pk": "park", "pl": "place", "rd": "road",
    "sq": "square", "str": "street", "ter": "terrace", "terr": "terrace", "tce": "terrace", "wk": "walk", "wy": "way",
}  # fmt: skip
# "Washway Rd South": what may follow the word that is shortened.
AFTER = {"north", "south", "east", "west", "upper", "lower", "n", "s", "e", "w"}
COMPASS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u02b9\u2032\u00b4`']")


def street_key(name: str) -> str:
    """Return the one spelling by which a street is found: "St. John's Rd" and "Saint Johns Road" have the same.

    Small letters, without accents, apostrophes and other marks; "St" is street at the end and saint anywhere before.
    """
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name.casefold()).replace("&", " and "))
    text = "".join(it for it in text if not unicodedata.combining(it))
    words = re.sub(r"[^\w]+|_", " ", text).split()
    last = len(words) - 1
    if last > 1 and words[last] in AFTER:
        words[last] = COMPASS.get(words[last], words[last])
        last -= 1
    if last > 0:
        words[last] = "street" if words[last] == "st" else ENDINGS.get(words[last], words[last])
    return " ".join("saint" if word == "st" else word for word in words)[:KEY_LENGTH]
