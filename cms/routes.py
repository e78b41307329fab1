"""The pages of a place: which view answers which address below it. One table; the views live in the kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from listings.views import calendar, house_rules
from listings.views.reports import index as reports
from mapping.views import explore, overview
from mapping.views.network import comparison, export, findings, gaps, page, paths, removal, saved_views

View = Callable[..., HttpResponseBase]


def _of_place(view: View, /, **fixed: Any) -> View:
    """A view of the kernel as a method of the page of a place: it is given the place, and the page around it."""

    def answer(self, request, **found: Any) -> HttpResponseBase:
        return view(request, self.place, page=self, **fixed, **found)

    return answer


TABLE: tuple[tuple[str, str, View], ...] = (
    ("", "overview", _of_place(overview.overview)),
    ("map/", "map", _of_place(explore.explore, view="map")),
    ("list/", "list", _of_place(explore.explore, view="list")),
    ("calendar/", "calendar", _of_place(calendar.place_calendar)),
    ("calendar/sheet/", "calendar-sheet", _of_place(calendar.place_sheet)),
    ("rules/", "house-rules", _of_place(house_rules.house_rules)),
    ("reports/", "reports", _of_place(reports.place_reports)),
    ("network/", "network", _of_place(page.network)),
    ("network/paths/", "network-paths", _of_place(paths.network_paths)),
    ("network/without/", "network-without", _of_place(removal.network_without)),
    ("network/compare/", "network-compare", _of_place(comparison.network_compare)),
    ("network/gaps/", "network-gaps", _of_place(gaps.network_gaps)),
    ("network/export/", "network-export", _of_place(export.network_export)),
    ("network/words/", "network-words", _of_place(findings.words)),
    ("network/views/", "network-views", _of_place(saved_views.index)),
    ("network/views/<slug:slug>/", "network-view", _of_place(saved_views.one)),
)
"""Address below the place, name, view."""

PATTERNS: tuple[URLPattern, ...] = tuple(path(address, view, name=name) for address, name, view in TABLE)
# No page below a place may have one of these as its slug.
RESERVED_SLUGS = frozenset(address.partition("/")[0] for address, _name, _view in TABLE) - {""}
