"""An element that is one call of the bridge: `hereabouts.<function>(map, options)`."""

from __future__ import annotations

from typing import Any, ClassVar

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template


class BridgeCall(JSCSSMixin, Layer):
    """Base of our elements. Options that are None are left out; JSON is escaped, so that it may stand in HTML too."""

    function: ClassVar[str]
    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = "
        "hereabouts.{{ this.function }}({{ this._parent.get_name() }}, {{ this.settings|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, **settings: Any) -> None:
        # The bridge puts it on the map itself.
        super().__init__(name=self.function, overlay=True, control=False, show=False)
        self._name = type(self).__name__
        # The same map is the same text, every time: it is kept by revision.
        self._id = "1"
        self.settings = {key: value for key, value in settings.items() if value is not None}
