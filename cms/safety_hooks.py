"""What we add to the admin to keep a place safe: saved replies, flags, the audit, who is on duty."""

from __future__ import annotations

from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .menu import QueueMenuItem, StewardMenuItem
from .views import audit, duty, flags, house_rules, letters, replies


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


@hooks.register("register_admin_urls")
def house_rules_urls():
    rules = [
        path("", house_rules.index, name="house-rules-index"),
        path("<slug:slug>/", house_rules.edit, name="house-rules-edit"),
    ]
    return [path("house-rules/", include(rules))]


@hooks.register("register_admin_menu_item")
def house_rules_menu_item():
    return StewardMenuItem(
        _("House rules"), reverse_lazy("house-rules-index"), name="house-rules", icon_name="doc-full", order=56
    )


@hooks.register("register_admin_urls")
def duty_urls():
    return [
        path(
            "duty/", include([path("", duty.index, name="duty"), path("<slug:slug>/", duty.choose, name="duty-choose")])
        )
    ]


@hooks.register("register_admin_menu_item")
def duty_menu_item():
    return QueueMenuItem(_("When you are told"), reverse_lazy("duty"), name="duty", icon_name="mail", order=59)


@hooks.register("register_admin_urls")
def letter_urls():
    return [
        path(
            "letters/",
            include([path("", letters.index, name="letters"), path("send/", letters.send, name="letters-send")]),
        )
    ]


@hooks.register("register_admin_menu_item")
def letters_menu_item():
    return StewardMenuItem(_("Letters"), reverse_lazy("letters"), name="letters", icon_name="mail", order=60)


@hooks.register("register_admin_urls")
def audit_urls():
    records = [
        path("", audit.index, name="audit"),
        path("changes.csv", audit.changes_csv, name="audit-csv"),
        path("flags.csv", audit.flags_csv, name="audit-flags-csv"),
    ]
    return [path("audit/", include(records))]


@hooks.register("register_admin_menu_item")
def audit_menu_item():
    return StewardMenuItem(_("Audit"), reverse_lazy("audit"), name="audit", icon_name="history", order=75)
