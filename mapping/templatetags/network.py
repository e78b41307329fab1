"""Tags for pages with a network."""

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from mapping.network.picture import appearance

register = template.Library()


@register.simple_tag
def network_appearance() -> SafeString:
    """Return the data that `hb/network/appearance` reads, in its element. Put it before the first module."""
    return json_script(appearance.for_browser(), "network-appearance")
