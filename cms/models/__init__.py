"""Wagtail pages, and widgets for other sites."""

from .home import HomePage
from .place import PlacePage
from .widget import Widget

__all__ = ["HomePage", "PlacePage", "Widget"]
