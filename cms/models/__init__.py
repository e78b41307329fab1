"""Wagtail pages, and widgets for other sites."""

from .home import HomePage
from .place import PlacePage
from .tour import TourFinding, TourPage, TourStep
from .widget import Widget

__all__ = ["HomePage", "PlacePage", "TourFinding", "TourPage", "TourStep", "Widget"]
