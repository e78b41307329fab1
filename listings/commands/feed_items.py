"""Writes on what feeds say: their events as listings, kept in step.

keep(actor=..., feed=feed, items=[...], now=now)         # one transaction; what is the same is not written
take_out(actor=..., feed=feed, uids=[...], now=now)      # what the feed has no more

An event is known by its UID. One with an older SEQUENCE never writes over a newer, and nothing over what somebody
changed here (`local_edits`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch, Q
from django.utils import timezone

from listings.commands import dates as kept_dates
from listings.commands.details import ONLINE, Where, is_free
from listings.commands.listings import keep_precision
from listings.commands.local_edits import ONE_DATE
from listings.commands.search_text import searched
from listings.models import Feed, FeedItem, Listing, ListingKind, Occurrence, Schedule, ScheduleChange
from listings.schedules.schedule import Schedule as Dates
from listings.schedules.schedule import Span
from mapping.commands.change import Change, change
from mapping.models import Actor, Category, ConfirmedBy, Node, NodeState
from mapping.models.features import FEATURES, FREE
from mapping.search import spelling

# As many of one feed are listings.
MAX_ITEMS = 2000


@dataclass(frozen=True, kw_only=True)
class Item:
    """One event of a feed as it is to be kept. `schedule`, else `spans`, say when; `goes_on`: there will be more dates.

    `read` is kept of what goes on without a schedule, to work out later dates from, known until `known_until`.
    """

    uid: str
    sequence: int
    fingerprint: str
    name: str
    summary: str
    website: str
    cost: str
    listing_kind: ListingKind
    category: Category | None
    where: Where
    online: bool
    location_text: str
    confidence: float | None
    schedule: Dates | None
    spans: tuple[Span, ...]
    over: datetime.datetime | None
    goes_on: bool = False
    expires_at: datetime.datetime | None = None
    read: str = ""
    known_until: datetime.date | None = None


@dataclass
class Kept:
    """What became of the items, by number; `older` are UIDs whose version here is newer."""

    created: int = 0
    changed: int = 0
    taken_out: int = 0
    older: list[str] = field(default_factory=list)

    def __iadd__(self, other: Kept) -> Kept:
        self.created += other.created
        self.changed += other.changed
        self.taken_out += other.taken_out
        self.older += other.older
        return self


def keep(*, actor: Actor, feed: Feed, items: Sequence[Item], now: datetime.datetime | None = None) -> Kept:
    """Keep these events, in one transaction. Nothing is written of what is the same."""
    now, kept = now or timezone.now(), Kept()
    organisation = feed.organisation
    with change(actor=actor, action="read feed", place=organisation.place_id, target=feed) as it:
        it.places.clear()
        # One at a time: two that read a feed at once would make everything twice.
        Feed.objects.select_for_update().get(pk=feed.pk)
        rows = _rows(feed, items)
        writing = _Writing(it, feed, now)
        for item in items:
            row = rows.get(item.uid)
            if row is None:
                writing.create(item)
                kept.created += 1
            elif item.sequence < row.sequence and row.gone_at is None:
                kept.older.append(item.uid)
            elif writing.update(row, item):
                kept.changed += 1
        writing.finish()
        live = [listing.pk for listing in writing.touched if listing.state == NodeState.LIVE]
        if live:
            it.touch_around(live)
            it.touch(organisation.place_id)
        if writing.touched:
            spelling.learn(writing.touched)
            it.data |= {"created": kept.created, "changed": kept.changed}
        else:
            it.nothing_changed()
    return kept


def _rows(feed: Feed, items: Sequence[Item]) -> dict[str, FeedItem]:
    """What is on record of these events, by UID, with all that is compared: three queries."""
    related = ("listing__schedule_row", "listing__category__parent", "listing__organiser", "listing__venue")
    found = FeedItem.objects.filter(feed=feed, uid__in=[item.uid for item in items]).select_related(*related)
    # `period` is worked out by the database from the others, and takes the longest to read.
    dates = Prefetch("listing__occurrences", Occurrence.objects.defer("period"))
    return {row.uid: row for row in found.prefetch_related("listing__schedule_row__changes", dates)}


def take_out(*, actor: Actor, feed: Feed, uids: Iterable[str], now: datetime.datetime | None = None) -> Kept:
    """What the feed has no more: what is still to come of it leaves the map, what took place stays."""
    now = now or timezone.now()
    with change(actor=actor, action="read feed", place=feed.organisation.place_id, target=feed) as it:
        it.places.clear()
        Feed.objects.select_for_update().get(pk=feed.pk)
        rows = FeedItem.objects.filter(feed=feed, uid__in=list(uids), gone_at=None).select_related("listing")
        count = leave_the_map(it, list(rows), now)
        it.data["taken_out"] = count
        if not count:
            it.nothing_changed()
    return Kept(taken_out=count)


# What a feed carries is confirmed by it, once in so many days: read every hour, it says nothing more.
CONFIRMS_AFTER = datetime.timedelta(days=7)


def confirm(*, actor: Actor, feed: Feed, now: datetime.datetime) -> int:
    """Say that what the feed carries still holds; what it has no more is not among it. Returns how many were older.

    The revision is raised only where something had faded: for the others a card says "3 days ago" for "today".
    """
    carried = FeedItem.objects.filter(feed=feed, gone_at=None, listing__isnull=False).values("listing_id")
    live = Node.objects.filter(pk__in=carried, state=NodeState.LIVE)
    old = live.filter(Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=now - CONFIRMS_AFTER))
    faded = list(live.filter(fading_since__isnull=False).values_list("pk", flat=True))
    if not faded:
        return old.update(confirmed_at=now, confirmed_by=ConfirmedBy.FEED)
    with change(actor=actor, action="confirm by feed", place=feed.organisation.place_id, target=feed) as it:
        it.touch_around(faded)
        it.data["faded"] = len(faded)
        Node.objects.filter(pk__in=faded).update(confirmed_at=now, confirmed_by=ConfirmedBy.FEED, fading_since=None)
        return old.update(confirmed_at=now, confirmed_by=ConfirmedBy.FEED) + len(faded)


# What is written whenever something is; what says where a listing is goes through the triggers of one.
_ALWAYS = frozenset({"confirmed_at", "confirmed_by", "fading_since", "updated_at"})
_WHERE = frozenset({"venue", "online", "location", "location_source", "address", "postcode"})


class _Writing:
    """Gathers what is to be written of one chunk of a feed, and writes it at once."""

    def __init__(self, it: Change, feed: Feed, now: datetime.datetime) -> None:
        self.it, self.feed, self.now = it, feed, now
        self.touched: list[Listing] = []
        self._fresh: list[tuple[Item, Listing]] = []
        self._noted: list[FeedItem] = []
        self._plain: list[Listing] = []
        self._columns: set[str] = set()
        self._stale: list[int] = []
        self._dates: list[Occurrence] = []

    def create(self, item: Item) -> None:
        organisation = self.feed.organisation
        live = organisation.trusted
        listing = Listing(
            place_id=organisation.place_id,
            organiser=organisation,
            state=NodeState.LIVE if live else NodeState.PENDING,
            confirmed_at=self.now if live else None,
            confirmed_by=ConfirmedBy.FEED if live else ConfirmedBy.NOBODY,
        )
        _write(self.it, listing, item, frozenset())
        listing.dates_over_at = item.over
        listing.search_extra = searched(listing)
        listing.save()
        self._fresh.append((item, listing))
        self.touched.append(listing)

    def update(self, row: FeedItem, item: Item) -> bool:
        """Bring a listing in line with its feed. Returns whether readers see a difference."""
        listing, gone = row.listing, row.gone_at is not None
        self._noted.append(_note(row, item))
        if listing is None:
            # Somebody deleted it here.
            return False
        local = frozenset(row.local_fields)
        # What somebody took off the map follows its feed unseen; what the feed had taken out comes back with it.
        back = gone and listing.state == NodeState.ARCHIVED
        if back:
            live = self.feed.organisation.trusted
            if live:
                self.it.loosens(state=[str(listing.state), NodeState.LIVE])
            listing.state = NodeState.LIVE if live else NodeState.PENDING
        written = _write(self.it, listing, item, local)
        changed = False
        if "schedule" not in local:
            changed = self._keep_dates(listing, item, local)
            if listing.dates_over_at != item.over:
                listing.dates_over_at = item.over
                written.add("dates_over_at")
        if written or back:
            if listing.state == NodeState.LIVE:
                listing.confirmed_at, listing.confirmed_by = self.now, ConfirmedBy.FEED
                listing.fading_since = None
            if written & {"category", "listing_kind"}:
                listing.search_extra = searched(listing)
                written.add("search_extra")
            if listing.over_at != listing.end_in_lists:
                listing.over_at = listing.end_in_lists
                written.add("over_at")
            if back or written & _WHERE:
                listing.save()
            else:
                listing.updated_at = timezone.now()
                self._plain.append(listing)
                self._columns |= written
        if changed or written or back:
            self.touched.append(listing)
            return True
        return False

    def _keep_dates(self, listing: Listing, item: Item, local: frozenset[str]) -> bool:
        schedule, spans = item.schedule, list(item.spans)
        row = getattr(listing, "schedule_row", None)
        if schedule is not None:
            schedule = _with_local_changes(row, schedule, local)
            if schedule is not item.schedule:
                spans = kept_dates.spans_of(schedule, self.now)
        changed = False
        if schedule != (row.dates if row is not None else None):
            changed = kept_dates.keep_schedule(listing, schedule)
        row = getattr(listing, "schedule_row", None)
        until = item.known_until if schedule is not None and schedule.repeats else None
        if row is not None and row.kept_until != until:
            Schedule.objects.filter(listing=listing).update(kept_until=until)
        had = {it.original: it for it in listing.occurrences.all()}
        stale, fresh, _ = kept_dates.different(listing, spans, had, self.now)
        self._stale += stale
        self._dates += fresh
        return changed or bool(stale or fresh)

    def finish(self) -> None:
        """Write all that was gathered."""
        if self._plain:
            Listing.objects.bulk_update(self._plain, sorted(self._columns | _ALWAYS))
        made = [_note(FeedItem(feed=self.feed, uid=item.uid, listing=it), item) for item, it in self._fresh]
        # Written over where it is there: one statement for all, which `bulk_update` takes a second to put together.
        FeedItem.objects.bulk_create(
            [*self._noted, *made], update_conflicts=True, unique_fields=["feed", "uid"], update_fields=_NOTED
        )
        schedules, changes = [], []
        for item, listing in self._fresh:
            if item.schedule is not None:
                row = Schedule(listing=listing)
                row.take(item.schedule)
                row.kept_until = item.known_until if item.schedule.repeats else None
                schedules.append(row)
                changes += kept_dates.change_rows(row, item.schedule)
            spans = [span for span in item.spans if span.until > self.now]
            self._dates += [kept_dates.occurrence_of(listing, span) for span in spans[: kept_dates.MAX_DATES]]
        Schedule.objects.bulk_create(schedules)
        ScheduleChange.objects.bulk_create(changes)
        kept_dates.write(self._stale, self._dates)


def _write(it: Change, listing: Listing, item: Item, local: frozenset[str]) -> set[str]:
    """Set the columns that the feed fills, without saving. Returns the names of those that are others."""
    values: dict[str, object] = {
        "name": item.name[:300],
        "summary": item.summary,
        "listing_kind": str(item.listing_kind),
        "category": item.category,
        "cost": item.cost[:200],
        "website": item.website[:500],
    }
    values = {name: value for name, value in values.items() if name not in local}
    values["expires_at"] = item.expires_at
    said = {ONLINE: item.online} if "where" not in local else {}
    if not local & {"cost", "features"}:
        said[FREE] = is_free(item.cost)
    values["features"] = [it for it in FEATURES if said.get(it, it in listing.features)]
    if "where" not in local:
        where = item.where
        values |= {"venue": where.venue, "online": item.online}
        if where.venue is None:
            # At a venue the database writes these.
            values |= {
                "location": where.point,
                "location_source": str(where.source) if where.point is not None else "",
                "address": where.address[:300],
                "postcode": where.postcode,
            }
    written = {name for name, value in values.items() if getattr(listing, name) != value}
    for name in written:
        setattr(listing, name, values[name])
    if listing._state.adding or written & {"venue", "location", "location_source"}:
        keep_precision(it, listing, item.where, "")
    return written


def _with_local_changes(row: Schedule | None, schedule: Dates, local: frozenset[str]) -> Dates:
    """The feed's schedule with the single dates that were changed here as they were changed here."""
    ours = {it.removeprefix(ONE_DATE) for it in local if it.startswith(ONE_DATE)}
    if not ours or row is None:
        return schedule
    here = {it.original: it.as_change for it in row.changes.all() if it.original in ours}
    theirs = {f"{it.original:%Y-%m-%dT%H:%M}": it for it in schedule.changes}
    both = {**{key: it for key, it in theirs.items() if key not in ours}, **here}
    return replace(schedule, changes=tuple(sorted(both.values(), key=lambda it: it.original)))


def leave_the_map(it: Change, rows: list[FeedItem], now: datetime.datetime) -> int:
    """Take what is still to come of these off the map. Returns how many listings that were."""
    left = 0
    FeedItem.objects.filter(pk__in=[row.pk for row in rows]).update(gone_at=now, kept_until=None)
    for row in rows:
        listing = row.listing
        if listing is None or listing.state == NodeState.ARCHIVED or listing.listing_kind == ListingKind.NOTICE:
            continue
        coming = listing.occurrences.not_over(now)
        if listing.dates_over_at is not None and listing.dates_over_at <= now and not coming.exists():
            # It is over, and its feed only keeps what is to come.
            continue
        left += 1
        if listing.state == NodeState.LIVE:
            it.touch_around([listing.pk])
            it.touch(listing.place_id)
        coming.filter(starts_at__gt=now).delete()
        past = listing.occurrences.order_by("-until_at").first()
        Schedule.objects.filter(listing=listing).update(kept_until=None)
        if past is None:
            listing.state = NodeState.ARCHIVED
            listing.save(update_fields=["state", "updated_at"])
        else:
            # Some of it took place: it stays at its address, and says that it is over.
            _end_schedule(listing, now)
            kept_dates.keep_end(listing, past.until_at)
    return left


def _end_schedule(listing: Listing, now: datetime.datetime) -> None:
    """Let the rule end with what took place."""
    row = Schedule.objects.filter(listing=listing).first()
    if row is None or not row.rule:
        return
    schedule = row.dates
    last = now.astimezone(schedule.zone).date()
    ended = replace(schedule, repeat=replace(schedule.repeat, until=last, count=None), also_on=tuple(
        it for it in schedule.also_on if it <= last
    ))  # fmt: skip
    kept_dates.keep_schedule(listing, ended)


_NOTED = ("sequence", "fingerprint", "read", "location_text", "venue_confidence", "gone_at", "kept_until")


def _note(row: FeedItem, item: Item) -> FeedItem:
    row.sequence = item.sequence
    row.fingerprint = item.fingerprint
    row.read = item.read
    row.location_text = item.location_text[:500]
    row.venue_confidence = item.confidence
    row.gone_at = None
    row.kept_until = item.known_until if item.goes_on and item.schedule is None else None
    return row


def keep_later_dates(*, actor: Actor, rows: Sequence[tuple[FeedItem, Item]], now: datetime.datetime) -> int:
    """Carry on the dates of events that go on without a schedule of ours. Returns how many listings changed."""
    with change(actor=actor, action="keep dates") as it:
        here = 0
        for row, item in rows:
            listing = row.listing
            if listing is not None and "schedule" not in row.local_fields:
                if kept_dates.keep_spans(listing, list(item.spans), now)[0]:
                    here += 1
                    it.touch(listing.place_id)
            FeedItem.objects.filter(pk=row.pk).update(kept_until=item.known_until)
        it.data["listings"] = here
        if not here:
            it.nothing_changed()
    return here
