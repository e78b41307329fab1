"""What the page and the card of a listing say besides a node's own facts: when, cost, who runs it, where."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.compiled import Compiled
from listings.commands.details import AT_HOME
from listings.models import Listing, Occurrence, Schedule
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Span
from listings.schedules.sentence import day_in_full, next_time, rule_in_words, sentence, span_in_full
from mapping.models import PUBLIC, Node, NodeKind, Viewer
from mapping.nodes.providers import AskedTime, CardDetail, Section
from mapping.nodes.time_description import capitalised, question_in_words

from .date_lines import date_lines, span_of
from .good_to_know import good_to_know
from .occasions import rows as rows_in

SHOWN, SHOWN_WHEN_ASKED = 6, 40
_LISTING = Compiled(lambda node: Listing.objects.filter(pk=node).select_related("organiser", "venue"), node=int)
# The times that the page of a venue or group offers.
OFFERED = ("tonight", "tomorrow", "weekend", "week")


def sections(node: Node, viewer: Viewer, asked: AskedTime | None = None) -> list[Section]:
    """Return "When" with the next six dates, and the facts of a listing; for a venue or group, what is on there.

    `asked`: what is on there at that time, instead of next.
    """
    if node.kind == NodeKind.ACTIVITY:
        listing = of_node(node)
        return _of_listing(listing, viewer) if listing else []
    return _on_at(node, viewer, asked)


def of_node(node: Node) -> Listing | None:
    """The listing that a node is, with its venue and who runs it. Asked only for a node that the viewer may see."""
    return _LISTING.first(node=node.pk)


def _of_listing(listing: Listing, viewer: Viewer) -> list[Section]:
    found = []
    dates = listing.schedule
    with timezone.override(dates.zone if dates is not None else timezone.get_current_timezone()):
        lines = date_lines(next_rows(listing), viewer)
        if dates is not None or lines:
            facts = (
                [{"label": _("When"), "value": sentence(dates), "icon": "watch", "time": "value"}]
                if dates is not None
                else []
            )
            facts.append(
                {"label": _("Next dates"), "values": lines}
                if lines
                else {"label": _("Next dates"), "value": _("None: this is over")}
            )
            # One date, and no rule: said once, here, with what is different about it.
            once = len(lines) == 1 and (dates is None or (dates.repeat is None and not dates.also_on))
            if once:
                facts = [{"label": _("Date"), "values": lines, "icon": "watch", "time": "value"}]
            links = _calendar_links(listing) if lines else []
            found.append(Section(_("When"), facts=facts, links=links, position=-20, only_date=once))
        elif listing.expires_at is not None:
            found.append(Section(_("When"), facts=[_until(listing)], position=-20))
    # The kernel says how one gets in.
    facts = good_to_know(listing, step_free=False)
    facts += _linked(_("Run by"), listing.organiser, viewer, listing.organiser_name)
    facts += _linked(_("Venue"), listing.venue, viewer)
    if listing.online:
        facts.append({"label": _("Where"), "value": _("Online"), "icon": "globe"})
    elif AT_HOME in listing.features:
        facts.append({"label": _("Where"), "value": _("At your home: they come to you"), "icon": "home"})
    if facts:
        found.append(Section(_("What to know"), facts=facts, position=-10))
    return found


def _until(listing: Listing) -> dict:
    """Until when something without dates is shown."""
    last = timezone.localtime(listing.expires_at - datetime.timedelta(microseconds=1)).date()
    if listing.expires_at <= timezone.now():
        return {"label": _("Until"), "value": _("%(day)s: this is over") % {"day": day_in_full(last)}}
    return {"label": _("Until"), "value": day_in_full(last), "icon": "watch", "time": "value"}


def _calendar_links(node: Node) -> list[dict]:
    """The dates of `node` as a file, and for a calendar that keeps them up to date."""
    file = f"{node.get_absolute_url()}/calendar.ics"
    return [
        {"label": _("Add to calendar"), "url": file},
        {"label": _("Keep it up to date in your calendar"), "url": file, "webcal": True},
    ]


def _linked(label: str, node: Node | None, viewer: Viewer, name: str = "") -> list[dict]:
    """The fact that names a node, with a link, when the viewer may see it; else the name that was given."""
    if node is not None and Node.objects.visible_to(viewer).filter(pk=node.pk).exists():
        return [{"label": label, "value": node.name, "url": node.get_absolute_url(), "written": True}]
    return [{"label": label, "value": name, "written": True}] if name else []


def _on_at(node: Node, viewer: Viewer, asked: AskedTime | None) -> list[Section]:
    if viewer.is_public:
        if not _ANY_ON.rows(node=node.pk):
            return []
    elif not _any_on(node.pk, viewer):
        return []
    dates = _dates_at(node.pk, viewer)
    coming = (
        (dates.filter(pk__in=rows_in(asked.window).values("pk")) if asked else dates.not_over(timezone.now()))
        .on()
        .select_related("listing")
        .order_by("listing_id", "starts_at")
        .distinct("listing_id")
    )
    rows = sorted(coming, key=lambda it: it.starts_at)[: SHOWN_WHEN_ASKED if asked else SHOWN]
    facts = [
        {
            "label": span_in_full(span_of(row)),
            "value": row.listing.name,
            "url": row.listing.get_absolute_url(),
            "time": "label",
        }
        for row in rows
    ]
    url = node.get_absolute_url()
    links = [{"label": capitalised(question_in_words(it)), "url": f"{url}?when={it}"} for it in OFFERED]
    links += [
        {"label": _("Everything that is on, day by day"), "url": f"{url}/calendar/"},
        *_calendar_links(node)[1:],
    ]
    title = _("What is on (%(when)s)") % {"when": asked.words} if asked else _("What is on")
    lines = [] if facts else [_("Nothing at that time.")]
    return [Section(title, facts=facts, lines=lines, links=links, position=10)]


def _dates_at(node: int, viewer: Viewer):
    """The dates at a venue, and those of a group."""
    here = Q(venue=node) | Q(listing__venue=node, venue=None) | Q(listing__organiser_id=node)
    return Occurrence.objects.filter(here, listing__in=Listing.objects.visible_to(viewer).current())


def _any_on(node: int, viewer: Viewer):
    return _dates_at(node, viewer).on().not_over(timezone.now()).order_by().values_list("pk")[:1]


_ANY_ON = Compiled(lambda node: _any_on(node, PUBLIC), node=int)


def next_rows(listing: Listing, count: int = SHOWN) -> list[Occurrence]:
    """Return the next dates that are on record, in order; cancelled ones are among them."""
    return list(listing.occurrences.not_over(timezone.now()).order_by("starts_at", "pk")[:count])


_SPAN = ("listing_id", "starts_at", "ends_at", "all_day")


def _next_of_each(rows) -> list[tuple]:
    """The next date of each listing (`rows`, of `_SPAN`), and how it repeats. A query for the schedules."""
    found = list(rows)
    rules = _RULES.rows(ids=[row[0] for row in found]) if found else []
    repeats = {pk: rule_in_words(Repeat.parse(rule), first_on) for pk, rule, first_on in rules}
    return [(pk, Span(starts, ends, all_day=all_day), repeats.get(pk, "")) for pk, starts, ends, all_day in found]


def _next(rows):
    return rows.order_by("listing_id", "starts_at").distinct("listing_id").values_list(*_SPAN)


# What is said of a listing's dates depends on nobody: who is told of the listing was decided before.
_COSTS = Compiled(lambda ids: Listing.objects.filter(pk__any_of=ids).order_by().values_list("pk", "cost"), ids=list)
_COMING = Compiled(
    lambda ids: _next(Occurrence.objects.not_over(timezone.now()).on().filter(listing__any_of=ids)), ids=list
)
_RULES = Compiled(
    lambda ids: Schedule.objects.filter(listing__any_of=ids).exclude(rule="").values_list("pk", "rule", "first_on"),
    ids=list,
)


def cards(ids: Iterable[int]) -> dict[int, CardDetail]:
    """Return `{id: CardDetail}` for those of the nodes that are listings; three queries, five where some are not on."""
    now, ids = timezone.now(), list(ids)
    costs = dict(_COSTS.rows(ids=ids)) if ids else {}
    if not costs:
        return {}
    rows = _next_of_each(_COMING.rows(ids=list(costs)))
    whens = {pk: next_time(span, repeats, now) for pk, span, repeats in rows}
    if without := [pk for pk in costs if pk not in whens]:
        # All the dates that are left may be cancelled.
        rows = _next_of_each(_next(Occurrence.objects.not_over(now).filter(listing__in=without)))
        whens |= {pk: _("%(when)s: cancelled") % {"when": next_time(span, "", now)} for pk, span, _repeats in rows}
    return {pk: CardDetail(when=whens.get(pk, ""), cost=cost) for pk, cost in costs.items() if cost or pk in whens}
