"""The HTML with which another site shows something of ours in a frame."""

from __future__ import annotations

from django.utils.html import format_html


def frame(url: str, title: str, height: int) -> str:
    """An iframe of `height` CSS pixels that is as wide as what it stands in, read when it is scrolled to."""
    return format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" referrerpolicy="no-referrer"></iframe>',
        url,
        title,
        height,
    )
