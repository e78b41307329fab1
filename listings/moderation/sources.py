"""What waits for a steward of listings: new ones, changes, suggestions, appeals, what was published at once."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.access import permissions
from listings.commands import listings, proposal_rows
from listings.models import Hold, Listing, Proposal, ProposalKind, ProposalStatus
from listings.schedules.sentence import sentence
from mapping.models import AuditEntry, NodeState

from . import diff, items, suggestions
from .items import Button, Item, Waiting

SHORT = 200
HELD = gettext_lazy("Look closely: %(why)s.")


def register() -> None:
    """Called once, from the `ready` of the app."""
    items.register(items.Source("appeals", gettext_lazy("Appeals"), appeals))
    items.register(items.Source("new", gettext_lazy("New"), new))
    items.register(items.Source("changed", gettext_lazy("Changed"), changed))
    items.register(items.Source("suggestions", gettext_lazy("Suggestions"), suggested))
    items.register(items.Source("afterwards", gettext_lazy("Published at once"), afterwards))


# --- new listings


def new_for(user):
    """The new listings that this user is asked to decide, oldest first; without those that go live by themselves."""
    scheduled = Proposal.objects.filter(node=OuterRef("pk"), kind=ProposalKind.NEW, status=ProposalStatus.SCHEDULED)
    found = permissions.to_decide(user, Listing.objects.filter(~Exists(scheduled), state=NodeState.PENDING))
    return found.order_by("updated_at", "pk")


def _whole(found: QuerySet[Listing]) -> QuerySet[Listing]:
    """These with all that is shown of them. To sort whole records of everything that waits would take long."""
    return (
        Listing.objects.filter(pk__in=list(found.values_list("pk", flat=True)))
        .select_related("place", "category", "organiser", "venue", "posted_by", "schedule_row")
        .prefetch_related("schedule_row__changes")
        .order_by("updated_at", "pk")
    )


def new(user, limit: int) -> Waiting:
    found = new_for(user)
    number = items.count(found)
    if not limit or not number:
        return Waiting(number)
    rows = list(_whole(found[:limit]))
    sent_back = set(
        AuditEntry.objects.filter(action="send back listing", target_uuid__in=[it.uuid for it in rows]).values_list(
            "target_uuid", flat=True
        )
    )
    posters = {it.posted_by_id for it in rows if it.posted_by_id}
    # Without their order, else every listing of theirs would be read to sort it.
    known = set(
        Listing.objects.filter(posted_by__in=posters, state=NodeState.LIVE)
        .order_by()
        .values_list("posted_by", flat=True)
        .distinct()
    )
    return Waiting(number, [_new_item(it, it.uuid in sent_back, it.posted_by_id in known) for it in rows])


def _new_item(listing: Listing, was_sent_back: bool, poster_is_known: bool) -> Item:
    version = listings.version(listing)
    held = ", ".join(str(Hold(it).label) for it in listing.held_for)
    return Item(
        key=f"{listing.uuid}@{version}",
        title=listing.name,
        why=why_new(listing, was_sent_back) + (" " + HELD % {"why": held} if held else ""),
        since=listing.updated_at,
        place=listing.place,
        url=reverse("queue-new", args=[listing.uuid]),
        detail=in_short(listing),
        buttons=(
            Button(_("Read it and decide"), reverse("queue-new", args=[listing.uuid])),
            Button(
                _("Approve"), reverse("waiting-approve", args=[listing.uuid]), post=True, data=(("seen", version),),
                primary=True,
            ),
        ),
        # Whose posts were published before; each is looked at again when it is approved, in case it was changed.
        bulk="approve" if poster_is_known and not held else "",
    )  # fmt: skip


def why_new(listing: Listing, was_sent_back: bool) -> str:
    """Why a new listing waits, in a sentence."""
    if was_sent_back:
        return _("You or another steward sent it back, and it was changed.")
    if listing.organiser is None and listing.organiser_name:
        return _("New, from a group that is not on the map yet.")
    if listing.organiser is None:
        return _("New, and posted without a group.")
    if not listing.organiser.trusted:
        return _("New, from a group whose posts are read first.")
    return _("New, from somebody who is not an editor of this group.")


def in_short(listing: Listing) -> str:
    """What it is, when and where, in a few lines: enough to see what it is about."""
    dates = listing.schedule
    where = listing.venue.name if listing.venue else _("Online") if listing.online else listing.address
    said = [sentence(dates) if dates is not None else "", where, listing.summary[:SHORT]]
    return " · ".join(it for it in said if it)


# --- proposals


def _proposals(user, **which):
    found = permissions.to_decide(user, Proposal.objects.filter(**which), "node")
    return found.with_what_is_shown().order_by("created_at", "pk")


def _waiting(found, limit: int, item) -> Waiting:
    number = items.count(found)
    return Waiting(number, [item(it) for it in items.first(found, limit)] if number else ())


def _read(it: Proposal, label: str) -> Button:
    return Button(label, reverse("queue-proposal", args=[it.uuid]), primary=True)


def changed(user, limit: int) -> Waiting:
    return _waiting(_proposals(user, kind=ProposalKind.CHANGE, status=ProposalStatus.WAITING), limit, _changed_item)


def _changed_item(it: Proposal) -> Item:
    topics = ", ".join(str(topic.label) for topic in diff.changed(it.base, it.typed))
    why = _("Its poster or group would change: %(topics)s.") % {"topics": topics or _("nothing any more")}
    if it.held_for:
        why += " " + HELD % {"why": it.held_for}
    if it.reason:
        why = _("It was approved for later and could not go live: %(reason)s") % {"reason": it.reason}
    elif it.appeal_decided_at:
        why = _("It waits again after an appeal. %(why)s") % {"why": why}
    return Item(
        key=str(it.uuid),
        title=it.node.name,
        why=why,
        since=it.created_at,
        place=it.node.place,
        url=reverse("queue-proposal", args=[it.uuid]),
        detail=_("What is live stays as it is until then."),
        buttons=(
            _read(it, _("Read the change")),
            Button(_("Edit and approve"), f"{reverse('post-edit', args=[it.node.uuid])}?proposal={it.uuid}"),
        ),
        urgent=bool(it.reason),
    )


def suggested(user, limit: int) -> Waiting:
    found = _proposals(user, kind=ProposalKind.SUGGESTION, status=ProposalStatus.WAITING)
    return _waiting(found, limit, _suggested_item)


def _suggested_item(it: Proposal) -> Item:
    facts = ", ".join(str(label) for name, label in suggestions.LABELS.items() if name in it.typed)
    why = _("A reader suggests another: %(facts)s.") % {"facts": facts}
    if it.held_for:
        why += " " + HELD % {"why": it.held_for}
    said = it.typed.get(suggestions.WORDS) or next(iter(it.typed.values()), "")
    return Item(
        key=str(it.uuid),
        title=it.node.name,
        why=why,
        since=it.created_at,
        place=it.node.place,
        url=reverse("queue-proposal", args=[it.uuid]),
        detail=str(said)[:SHORT],
        buttons=(_read(it, _("Read the suggestion")), Button(_("See its page"), it.node.get_absolute_url())),
    )


def appeals(user, limit: int) -> Waiting:
    found = permissions.to_decide(user, Proposal.objects.appealed(), "node")
    found = found.with_what_is_shown().order_by("appealed_at", "pk")
    return _waiting(found, limit, lambda it: _appeal_item(it, user))


def _appeal_item(it: Proposal, user) -> Item:
    by_me = it.decided_by_id == user.pk
    why = _("Somebody appeals against a refusal.") + " "
    why += _("You refused it: let another steward answer, if you can.") if by_me else _("Another steward refused it.")
    return Item(
        key=str(it.uuid),
        title=it.node.name,
        why=why,
        since=it.appealed_at,
        place=it.node.place,
        url=reverse("queue-proposal", args=[it.uuid]),
        detail=it.appeal[:SHORT],
        buttons=(_read(it, _("Read the appeal")), Button(_("Its history"), reverse("live-one", args=[it.node.uuid]))),
    )


def afterwards(user, limit: int) -> Waiting:
    found = _proposals(user, kind=ProposalKind.AFTERWARDS, status=ProposalStatus.WAITING)
    return _waiting(found, limit, _afterwards_item)


def _afterwards_item(it: Proposal) -> Item:
    seen = proposal_rows.seen_of(it, it.node)
    said = it.revision.content.get("said") or []
    if said:
        why = _("Changed at once: %(said)s") % {"said": "; ".join(said)}
    elif it.base:
        topics = ", ".join(str(topic.label) for topic in diff.changed(it.base, it.typed))
        why = _("Somebody trusted changed: %(topics)s.") % {"topics": topics or _("nothing")}
    else:
        why = _("Published at once, by somebody who is trusted.")
    return Item(
        key=f"{it.uuid}@{seen}",
        title=it.node.name,
        why=why,
        since=it.created_at,
        place=it.node.place,
        url=reverse("queue-proposal", args=[it.uuid]),
        buttons=(
            Button(
                _("It is all right"), reverse("queue-proposal", args=[it.uuid]), post=True,
                data=(("do", "approve"), ("seen", seen), ("from", "queue")), primary=True,
            ),
            Button(_("Read it"), reverse("queue-proposal", args=[it.uuid])),
        ),
        bulk="looked-at",
    )  # fmt: skip
