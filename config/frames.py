"""Pages that differ in few parts: what stands around them is written once, and they are put into its gaps.

    html = frames.filled(request, "mapping/places/explore.html", key, lambda: {"place": place}, {"filters": html, ...})

The template shows each gap as a variable of that name, and the gap `icons` in place of `{% page_icons %}`. What is
put into a gap is HTML, and no part of it is read as a template.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from config import context, icons, remembered
from config.templatetags.design import wanted

# Letters and digits, so that no filter changes a mark; nobody outside this process can write one.
_TOKEN = f"gap{secrets.token_hex(16)}"
_MARK = re.compile(f"{_TOKEN}([a-z_]+)Z")
ICONS = "icons"


class Frame(NamedTuple):
    """What stands around gaps: text, the name of a gap, text, and so on; with the icons that it shows itself."""

    parts: list[str]
    icons: frozenset[str]

    def filled(self, gaps: Mapping[str, str]) -> SafeString:
        parts = self.parts.copy()
        parts[1::2] = [gaps[name] for name in parts[1::2]]
        return mark_safe("".join(parts))


def filled(
    request: HttpRequest,
    template: str,
    key: tuple[Hashable, ...],
    values: Callable[[], Mapping[str, Any]],
    gaps: Mapping[str, str],
) -> SafeString:
    """Return the page: `template` with `gaps` in it.

    The frame knows what `values` returns and what is the same for the whole site, and nothing of the reader. It is
    remembered by `key`, which says what that is, as long as the state of the place is the same.
    """
    messages = get_messages(request)
    if len(messages):
        # What is said to one reader once belongs to no other page.
        frame = _written(request, template, {**values(), "messages": messages}, gaps)
    else:
        frame = remembered.get(("frame", template, *key), lambda: _written(request, template, values(), gaps))
    shown = wanted(request) | frame.icons
    return frame.filled({**gaps, ICONS: icons.sprite(only=shown) if shown else ""})


def _written(request: HttpRequest, template: str, values: Mapping[str, Any], gaps: Mapping[str, str]) -> Frame:
    marks = {name: mark_safe(f"{_TOKEN}{name}Z") for name in (*gaps, ICONS)}
    given = Context({**context.site(request), **values, **marks})
    # It takes note of icons, and is nobody's.
    given.request = SimpleNamespace()  # type: ignore[attr-defined]
    text = get_template(template).template.render(given)
    return Frame(_MARK.split(text), frozenset(wanted(given.request)))  # type: ignore[attr-defined]
