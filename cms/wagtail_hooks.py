"""What we add to the Wagtail admin: the queue, the widgets, the tours, and what waits on its first page."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import include, path, reverse, reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component

# Registers its own: flags, saved replies, the audit, duty.
from . import safety_hooks  # noqa: F401
from .menu import QueueMenuItem, StewardMenuItem
from .views import (
    background,
    connection_types,
    consents,
    duplicates,
    imports,
    live,
    opening_hours,
    queue,
    queue_proposals,
    reports,
    rules,
    tours,
    trust,
    widgets,
    word_list,
)


@hooks.register("register_admin_urls")
def admin_urls():
    waiting = [
        path("", queue.old_address, name="waiting"),
        path("<uuid:uuid>/approve/", queue.approve, name="waiting-approve"),
        path("<uuid:uuid>/send-back/", queue.send_back, name="waiting-send-back"),
    ]
    work = [
        path("", queue.index, name="queue"),
        path("bulk/", queue.bulk, name="queue-bulk"),
        path("scheduled/", queue.scheduled, name="queue-scheduled"),
        path("new/<uuid:uuid>/", queue.new, name="queue-new"),
        path("new/<uuid:uuid>/decide/", queue.decide_new, name="queue-decide-new"),
        path("proposals/<uuid:uuid>/", queue_proposals.proposal, name="queue-proposal"),
    ]
    everything = [
        path("", live.index, name="live"),
        path("<uuid:uuid>/", live.one, name="live-one"),
    ]
    embedded = [
        path("", widgets.index, name="widgets"),
        path("new/", widgets.new, name="widget-new"),
        path("<int:pk>/", widgets.edit, name="widget-edit"),
        path("<int:pk>/delete/", widgets.delete, name="widget-delete"),
    ]
    guided = [
        path("", tours.index, name="tours"),
        path("draft/", tours.draft, name="tour-draft"),
    ]
    return [
        path("queue/", include(work)),
        path("live/", include(everything)),
        path("waiting/", include(waiting)),
        path("widgets/", include(embedded)),
        path("tours/", include(guided)),
    ]


@hooks.register("register_admin_urls")
def connection_type_urls():
    types = [
        path("", connection_types.index, name="connection-types"),
        path("<slug:slug>/add/", connection_types.add, name="connection-type-add"),
        path("<slug:slug>/<int:pk>/", connection_types.change, name="connection-type"),
    ]
    return [path("connection-types/", include(types))]


@hooks.register("register_admin_menu_item")
def connection_types_menu_item():
    return StewardMenuItem(
        _("Connections"), reverse_lazy("connection-types"), name="connection-types", icon_name="link", order=55
    )


@hooks.register("register_admin_urls")
def opening_hours_urls():
    hours = [
        path("", opening_hours.index, name="opening-hours"),
        path("<int:pk>/", opening_hours.edit, name="opening-hours-one"),
    ]
    return [path("opening-hours/", include(hours))]


@hooks.register("register_admin_menu_item")
def opening_hours_menu_item():
    return QueueMenuItem(
        _("Opening hours"), reverse_lazy("opening-hours"), name="opening-hours", icon_name="time", order=52
    )


@hooks.register("register_admin_urls")
def consent_urls():
    people = [
        path("", consents.index, name="consents"),
        path("<slug:slug>/record/", consents.record, name="consent-record"),
        path("<slug:slug>/<int:pk>/end/", consents.end, name="consent-end"),
        path("<slug:slug>/<int:pk>/texts/", consents.texts, name="consent-texts"),
    ]
    return [path("consents/", include(people))]


@hooks.register("register_admin_menu_item")
def consents_menu_item():
    return StewardMenuItem(_("People"), reverse_lazy("consents"), name="consents", icon_name="user", order=53)


@hooks.register("register_admin_urls")
def rule_urls():
    choices = [path("", rules.index, name="rules"), path("<slug:slug>/<slug:rule>/", rules.choose, name="rule-choose")]
    return [path("rules/", include(choices))]


@hooks.register("register_admin_menu_item")
def rules_menu_item():
    return StewardMenuItem(_("Rules"), reverse_lazy("rules"), name="rules", icon_name="cogs", order=57)


@hooks.register("register_admin_urls")
def duplicate_urls():
    pairs = [
        path("", duplicates.index, name="duplicates"),
        path("merged/", duplicates.merged, name="duplicates-merged"),
        path("merged/<int:pk>/undo/", duplicates.undo, name="duplicates-undo"),
        path("<int:pk>/", duplicates.pair, name="duplicate"),
    ]
    return [path("duplicates/", include(pairs))]


@hooks.register("register_admin_menu_item")
def duplicates_menu_item():
    return QueueMenuItem(
        _("Possible duplicates"), reverse_lazy("duplicates"), name="duplicates", icon_name="copy", order=52
    )


@hooks.register("register_admin_urls")
def import_urls():
    runs = [
        path("", imports.index, name="imports"),
        path("<int:pk>/", imports.one, name="import"),
        path("<int:pk>/forget/", imports.take_back, name="import-forget"),
    ]
    return [path("imports/", include(runs))]


@hooks.register("register_admin_menu_item")
def imports_menu_item():
    return StewardMenuItem(_("Imports"), reverse_lazy("imports"), name="imports", icon_name="download", order=53)


@hooks.register("register_admin_urls")
def report_urls():
    reported = [
        path("", reports.index, name="steward-reports"),
        path("setup/", reports.setup, name="steward-reports-setup"),
        path("<uuid:uuid>/", reports.one, name="steward-report"),
        path("<slug:slug>/usual/", reports.usual, name="steward-reports-usual"),
        path("<slug:slug>/kinds/new/", reports.category, name="steward-report-category-new"),
        path("<slug:slug>/kinds/<int:pk>/", reports.category, name="steward-report-category"),
        path("<slug:slug>/bodies/new/", reports.body, name="steward-report-body-new"),
        path("<slug:slug>/bodies/<int:pk>/", reports.body, name="steward-report-body"),
    ]
    return [path("reported/", include(reported))]


@hooks.register("register_admin_menu_item")
def reports_menu_item():
    return StewardMenuItem(
        _("Needs care"), reverse_lazy("steward-reports"), name="steward-reports", icon_name="warning", order=51
    )


@hooks.register("register_admin_menu_item")
def queue_menu_item():
    return QueueMenuItem(_("Queue"), reverse_lazy("queue"), name="queue", icon_name="time", order=1)


@hooks.register("register_admin_menu_item")
def live_menu_item():
    return QueueMenuItem(_("Everything live"), reverse_lazy("live"), name="live", icon_name="site", order=2)


@hooks.register("register_admin_menu_item")
def widgets_menu_item():
    return StewardMenuItem(_("Widgets"), reverse_lazy("widgets"), name="widgets", icon_name="code", order=60)


@hooks.register("register_admin_menu_item")
def tours_menu_item():
    return StewardMenuItem(_("Tours"), reverse_lazy("tours"), name="tours", icon_name="list-ol", order=70)


@hooks.register("register_admin_urls")
def background_urls():
    work = [
        path("", background.index, name="background"),
        path("<int:pk>/retry/", background.retry, name="background-retry"),
    ]
    return [path("background/", include(work))]


@hooks.register("register_admin_menu_item")
def background_menu_item():
    return StewardMenuItem(
        _("Background work"), reverse_lazy("background"), name="background", icon_name="cogs", order=80
    )


@hooks.register("insert_global_admin_js")
def without_inline_scripts() -> str:
    """What starts parts of the admin that Wagtail starts by inline scripts."""
    names = ("cms/js/date_chooser.js", "cms/js/inline_panel.js")
    return format_html_join("", '<script src="{}"></script>', ((static(name),) for name in names))


class WaitingPanel(Component):
    """What waits besides the queue, which that page begins with (`templatetags.queue_first`)."""

    order = 10

    def render_html(self, parent_context=None) -> str:
        user = parent_context["request"].user
        lines = [(url, words) for number, words, url in (it.summary_for(user) for it in (consents, reports)) if number]
        if not lines:
            return ""
        told = format_html_join("", '<p><a href="{}">{}</a></p>', lines)
        return format_html('<section class="nice-padding">{}</section>', told)


class BackgroundPanel(Component):
    """A line on the admin's first page while background work stands still, is late or has failed."""

    order = 5

    def render_html(self, parent_context=None) -> str:
        words = background.trouble_for(parent_context["request"].user)
        if not words:
            return ""
        return format_html(
            '<section class="nice-padding"><p role="status">{} <a href="{}">{}</a></p></section>',
            words, reverse("background"), _("Background work"),
        )  # fmt: skip


@hooks.register("construct_homepage_panels")
def panels_of_ours(request, panels) -> None:
    panels += [BackgroundPanel(), WaitingPanel()]


@hooks.register("register_admin_urls")
def word_list_urls():
    lists = [path("", word_list.index, name="word-lists"), path("<slug:slug>/", word_list.edit, name="word-list")]
    return [path("words/", include(lists))]


@hooks.register("register_admin_menu_item")
def word_list_menu_item():
    return StewardMenuItem(_("Word list"), reverse_lazy("word-lists"), name="words", icon_name="list-ul", order=57)


@hooks.register("register_admin_urls")
def trust_urls():
    people = [path("", trust.index, name="trust"), path("<slug:slug>/<int:pk>/", trust.decide, name="trust-decide")]
    return [path("trust/", include(people))]


@hooks.register("register_admin_menu_item")
def trust_menu_item():
    return StewardMenuItem(_("Trusted people"), reverse_lazy("trust"), name="trust", icon_name="user", order=57)
