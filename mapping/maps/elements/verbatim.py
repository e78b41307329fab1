"""How text gets onto a folium map: as it is, never as a template.

branca renders an element's macro and then parses the result a second time, as a template of its own
(`figure.script.add_child(Element(script(self, kwargs)))`). A name in it would be evaluated: `Tea {{6*7}} dance` would
be shown as "Tea 42 dance", and an unfinished brace would be an error. So every element of ours is a `Verbatim`: it
writes its text itself and hands it over as a `Text`, which nobody parses. What is data goes through `javascript`, in
which no brace opens anything even if somebody did parse it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from branca.element import Element, Figure

# What could end a script, open an entity, or open a tag of a template, and two line ends of old JavaScript.
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'{}%#\u2028\u2029"}
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def javascript(value: Any) -> str:
    """Return `value` as JSON that may stand in a script, in HTML, and in a template: no tag opens or ends in it.

    Within its strings `< > & ' { } % #` are written as escapes; read as JSON or as JavaScript it is the same value.
    Raises TypeError or ValueError for what JSON has not (sets, NaN).
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _STRING.sub(lambda found: found[0].translate(_ESCAPED), text)


class Text(Element):
    """A piece of a figure that is written out as it is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Text"
        self.text = text

    def render(self, **kwargs: Any) -> str:
        return self.text


class Verbatim(Element):
    """Base of everything that we put on a figure. A subclass says its `html()` and its `script()`."""

    def html(self) -> str:
        """The element's part of the page: markup of ours, no data. Empty for most."""
        return ""

    def script(self) -> str:
        """The element's part of the script: what is data in it has gone through `javascript`."""
        raise NotImplementedError(f"{type(self).__name__} does not say its script.")

    def render(self, **kwargs: Any) -> None:
        """Put the element's parts, and then its children's, onto its figure. Raises TypeError without a figure."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError(f"{type(self).__name__} stands on no figure, so there is nothing to draw it on.")
        for part, text in ((figure.html, self.html()), (figure.script, self.script())):
            if text:
                part.add_child(Text(text), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
