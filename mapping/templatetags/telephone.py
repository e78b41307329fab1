"""Telephone numbers, for templates."""

from django import template

from mapping.nodes import telephone

register = template.Library()


@register.filter
def dialled(text: str | None) -> str:
    """Return what a telephone dials of a number as somebody wrote it; "" where that is none."""
    return telephone.dialled(text or "")
