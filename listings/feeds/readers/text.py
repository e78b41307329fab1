"""Bytes that somebody serves -> text, and what kind of file it is when it is not the one that was hoped for."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

MAX_BYTES = 10 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER = (
    (b"PK\x03\x04", "a spreadsheet or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
)


def decode(data: bytes) -> str:
    """The text, in whatever encoding it is: UTF-8, or what it says or looks like."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Mostly UTF-8 with a broken letter, or an old western file as a whole.
        if any(byte >= 0xC2 for byte in data[: error.start]):
            return data.decode("utf-8", "replace")
        window = data[max(0, error.start - 20_000) : error.start + 20_000]
        best = from_bytes(window, cp_isolation=["cp1252", "cp1250", "cp1251", "cp1253"]).best()
        return data.decode(best.encoding if best else "cp1252", "replace")


def other_file(data: bytes) -> str:
    """What a file is that is no text ("a PDF"), or nothing."""
    return next((what for start, what in _OTHER if data.startswith(start)), "")


def is_web_page(text: str) -> bool:
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype html", "<html", "<head", "<body")) or "<html" in start
