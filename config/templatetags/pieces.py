"""Pieces of a page that are the same whoever asks: written once for each language, and then only put in."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .design import wanted

register = template.Library()

MAX_WRITTEN = 64  # of one piece, for different values


@register.tag
def piece(parser: Parser, token: Token) -> PieceNode:
    """Write what is inside once for each language and each of the given values: `{% piece place_url=place_url %}`.

    What is inside knows of nothing else, so that nothing of one reader gets into the page of another. Values are
    texts, numbers, truth, nothing, or lists of those.
    """
    name, *words = token.split_contents()
    values = token_kwargs(words, parser)
    if words:
        raise template.TemplateSyntaxError(f"{{% {name} %}} takes values by name only.")
    inside = parser.parse((f"end{name}",))
    parser.delete_first_token()
    if inside.get_nodes_by_type(BlockNode):
        raise template.TemplateSyntaxError(f"{{% {name} %}} holds no block: templates that extend this one change it.")
    return PieceNode(values, inside)


class PieceNode(Node):
    """A piece, with what was written so far: by language and values, the text and the icons that it shows."""

    child_nodelists = ("inside",)

    def __init__(self, values: dict[str, FilterExpression], inside: NodeList) -> None:
        self.values, self.inside = values, inside
        self.written: dict[tuple, tuple[SafeString, frozenset[str]]] = {}

    def render(self, context: Context) -> SafeString:
        given = {name: it.resolve(context) for name, it in self.values.items()}
        request = getattr(context, "request", None)
        key = (get_language(), request is None, *map(_key, given.values()))
        made = self.written.get(key)
        if made is None:
            made = self._write(context, given, request)
            if len(self.written) >= MAX_WRITTEN:
                self.written.clear()
            self.written[key] = made
        text, icons = made
        if icons:
            wanted(request).update(icons)
        return text

    def _write(self, context: Context, given: dict[str, Any], request: Any) -> tuple[SafeString, frozenset[str]]:
        before = set(wanted(request)) if request is not None else set()
        if request is not None:
            wanted(request).clear()
        text = mark_safe(self.inside.render(context.new(given)))
        icons = frozenset(wanted(request)) if request is not None else frozenset()
        if request is not None:
            wanted(request).update(before)
        return text, icons


def _key(value: Any) -> Any:
    # Text that is safe and text that is not are equal, and are written differently.
    if value is None or isinstance(value, str | int | float):
        return type(value), value
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    raise TypeError(f"A piece of a page is written for texts and numbers, not for a {type(value).__name__}.")
