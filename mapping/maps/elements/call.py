"""An element that is one call of the bridge: `hereabouts.<function>(map, options)`."""

from __future__ import annotations

from typing import Any, ClassVar

from folium.map import Layer

from .verbatim import Verbatim, javascript


class BridgeCall(Verbatim, Layer):
    """Base of our elements. Options that are None are left out."""

    function: ClassVar[str]

    def __init__(self, **settings: Any) -> None:
        # The bridge puts it on the map itself.
        super().__init__(name=self.function, overlay=True, control=False, show=False)
        self._name = type(self).__name__
        # The same map is the same text, every time: it is kept by revision.
        self._id = "1"
        self.settings = {key: value for key, value in settings.items() if value is not None}

    def script(self) -> str:
        call = f"hereabouts.{self.function}({self._parent.get_name()}, {javascript(self.settings)})"
        return f"var {self.get_name()} = {call};\n"
