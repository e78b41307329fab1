"""Items of the admin's menu: for whom each is shown."""

from __future__ import annotations

from wagtail.admin.menu import MenuItem

from listings.access import permissions


def looks_after(request, places) -> bool:
    """Whether `places(user)` has any, asked once for a request: the menu has an item for each thing to do."""
    known = request.__dict__.setdefault("_looks_after", {})
    if places not in known:
        known[places] = places(request.user).exists()
    return known[places]


class StewardMenuItem(MenuItem):
    """Shown to those who look after a place."""

    def is_shown(self, request) -> bool:
        return looks_after(request, permissions.places_to_decide_in)


class QueueMenuItem(MenuItem):
    """Shown to everybody for whom something may wait, also to stewards of an area."""

    def is_shown(self, request) -> bool:
        return looks_after(request, permissions.places_to_decide_in) or looks_after(
            request, permissions.areas_to_decide_in
        )
