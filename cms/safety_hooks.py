"""What we add to the admin to keep a place safe: saved replies, flags, the audit, who is on duty."""

from __future__ import annotations

from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from listings.access import permissions

from .views import flags, replies


class StewardMenuItem(MenuItem):
    """Shown to those who look after a place."""

    def is_shown(self, request) -> bool:
        return permissions.places_to_decide_in(request.user).exists()


class QueueMenuItem(MenuItem):
    """Shown to whoever decides something: of a place, or of an area."""

    def is_shown(self, request) -> bool:
        return permissions.has_a_queue(request.user)


@hooks.register("register_admin_urls")
def reply_urls():
    saved = [
        path("", replies.index, name="replies"),
        path("<slug:slug>/new/", replies.edit, name="reply-new"),
        path("<slug:slug>/begin/", replies.begin, name="replies-begin"),
        path("<slug:slug>/<int:pk>/", replies.edit, name="reply"),
        path("<slug:slug>/<int:pk>/remove/", replies.remove, name="reply-remove"),
    ]
    return [path("replies/", include(saved))]


@hooks.register("register_admin_menu_item")
def replies_menu_item():
    return StewardMenuItem(_("Saved replies"), reverse_lazy("replies"), name="replies", icon_name="mail", order=58)


@hooks.register("register_admin_urls")
def flag_urls():
    cases = [
        path("", flags.index, name="flags"),
        path("<uuid:uuid>/", flags.one, name="flag-case"),
        path("<uuid:uuid>/decide/", flags.decide, name="flag-case-decide"),
        path("<uuid:uuid>/appeals/<int:pk>/", flags.answer, name="flag-appeal-answer"),
    ]
    return [path("flags/", include(cases))]


@hooks.register("register_admin_menu_item")
def flags_menu_item():
    return QueueMenuItem(_("Flags"), reverse_lazy("flags"), name="flags", icon_name="warning", order=51)
