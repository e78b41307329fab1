"""Distances in words, for templates."""

from django import template

from mapping.nodes import distances

register = template.Library()


@register.filter
def apart(metres: float, units: str) -> str:
    """Return a short distance in the unit of a place: `{{ away.m|apart:place.units }}`."""
    return distances.apart(metres, units)
