"""What people wrote, as HTML: line breaks stay, addresses of the web become links, all else is text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

WEB = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)
# What ends a sentence is no part of the address before it.
AFTER = ".,;:!?…’”"
BRACKETS = {")": "(", "]": "[", "}": "{"}
EMPTY_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
# Whoever wrote it is not us: search engines are not to follow, and no page there reaches ours.
REL = "nofollow ugc noopener"


@register.filter
def written(text: object) -> SafeString:
    """Return `text` escaped, with `<br>` for its line breaks and links for its addresses (http and https only)."""
    plain = str(text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    plain = EMPTY_LINES.sub("\n\n", plain)
    parts, end = [], 0
    for found in WEB.finditer(plain):
        address = _address(found[0])
        if not address:
            continue
        link = format_html('<a href="{}" rel="{}">{}</a>', address, REL, address)
        parts += [_lines(plain[end : found.start()]), link]
        end = found.start() + len(address)
    return mark_safe("".join([*parts, _lines(plain[end:])]))


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _address(text: str) -> str:
    """The address at the start of `text`, without what belongs to the sentence around it; empty if it is none."""
    while text and (text[-1] in AFTER or _closes_nothing(text)):
        text = text[:-1]
    try:
        there = urlsplit(text)
        return text if there.scheme.lower() in ("http", "https") and there.hostname else ""
    except ValueError:
        return ""


def _closes_nothing(text: str) -> bool:
    """Whether `text` ends in a bracket that was opened before it."""
    opening = BRACKETS.get(text[-1])
    return opening is not None and text.count(text[-1]) > text.count(opening)
