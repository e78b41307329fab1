"""Spaces: say how one joins, ask two people to be told when something is wrong, open, close, post into it.

space = settle(actor=actor, user=user, organisation=group, name="", summary="...", joining=Joining.APPROVAL)
contact = ask_contact(actor=actor, user=user, space=space, role=ContactRole.CONTACT, name=..., email=..., phone=...)
confirm_contact(contact)                           # by the link of a letter; the deputy too
open_space(actor=actor, user=user, space=space)
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import permissions, spaces
from listings.commands import listings
from listings.commands.dates import keep_dates, keep_schedule
from listings.commands.details import Details
from listings.commands.search_text import searched
from listings.models import ContactRole, Joining, Listing, Organisation, Space, SpaceContact
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, Node, NodeShare, NodeState, Visibility
from mapping.search.geocoding import tidy

# Whoever holds the link of a letter. No name is kept of them.
CONTACT = Actor(label="a contact of a space")
# Who was asked and has not answered is forgotten after that.
UNANSWERED = datetime.timedelta(days=30)
# A letter to a contact is not sent again sooner.
AGAIN = datetime.timedelta(minutes=10)
MAX_A_DAY = 20


class SpaceError(HereaboutsError):
    """Something about a space that was refused; the text says why and what to do."""

    status = 409


class NotYours(SpaceError):
    """Somebody keeps a space who may not, or not any more."""

    status = 403


def locked(space: Space) -> Space:
    """The space as it is now, locked until the transaction ends; kept first where it is not kept yet."""
    if space.pk is None:
        space, _made = Space.objects.get_or_create(organisation=space.organisation, place=space.place)
    return Space.objects.select_for_update(of=("self",)).get(pk=space.pk)


def settle(*, actor: Actor, user, space: Space, name: str, summary: str, joining: str) -> Space:
    """Say what members see and may do, and how one joins. Raises `NotYours`, or `SpaceError` for an empty summary."""
    _must_manage(user, space)
    summary = summary.strip()[:1000]
    if not summary and space.organisation_id:
        raise SpaceError(_("Say what members see and may do."), status=422)
    with transaction.atomic():
        is_new, space = space.pk is None, locked(space)
        with change(actor=actor, action="settle space", place=space.home, target=_of(space)) as it:
            it.places.clear()
            before = {} if is_new else {"name": space.name, "joining": str(space.joining)}
            space.name, space.summary, space.joining = tidy(name)[:120], summary, Joining(joining)
            space.save(update_fields=["name", "summary", "joining"])
            it.data.update(before=before, name=space.name, joining=str(space.joining))
    return space


def ask_contact(
    *, actor: Actor, user, space: Space, role: str, name: str, email: str, phone: str
) -> tuple[SpaceContact, bool]:
    """Ask somebody to be told when something is wrong. Returns them, and whether a letter has to be sent.

    Who was asked for the same before and has not answered is forgotten; who is told now stays so until the new one
    has confirmed. Who is asked again after `AGAIN`, and has not answered, is written to again.
    Raises `NotYours`, and `SpaceError` where contact and deputy would be one address.
    """
    _must_manage(user, space)
    name, email, phone = tidy(name)[:120], email.strip().lower(), tidy(phone)[:40]
    with transaction.atomic():
        # One at a time: two owners do not ask two people for the same.
        locked(space)
        others = SpaceContact.objects.filter(space=space).exclude(role=role)
        if others.filter(email=email).exists():
            raise SpaceError(_("The contact and the deputy are two people, with two addresses."), status=422)
        known = SpaceContact.objects.filter(space=space, role=role, email=email).first()
        with change(actor=actor, action="ask contact of space", place=space.home, target=_of(space)) as it:
            it.places.clear()
            it.data["role"] = str(role)
            if known is not None:
                now = timezone.now()
                again = known.confirmed_at is None and known.asked_at < now - AGAIN
                if (known.name, known.phone) == (name, phone) and not again:
                    it.nothing_changed()
                    return known, False
                known.name, known.phone = name, phone
                known.asked_at = now if again else known.asked_at
                known.save(update_fields=["name", "phone", "asked_at"])
                return known, again
            SpaceContact.objects.filter(space=space, role=role, confirmed_at=None).delete()
            asked = SpaceContact.objects.create(space=space, role=role, name=name, email=email, phone=phone)
    return asked, True


def confirm_contact(contact: SpaceContact) -> bool:
    """Say yes, by the link of the letter: from now on they are told. Returns whether that is new."""
    with transaction.atomic():
        space = locked(contact.space)
        with change(actor=CONTACT, action="confirm contact of space", place=space.home, target=_of(space)) as it:
            it.places.clear()
            it.data["role"] = str(contact.role)
            now = timezone.now()
            fresh = SpaceContact.objects.filter(pk=contact.pk, confirmed_at=None).update(confirmed_at=now)
            if not fresh:
                it.nothing_changed()
                return False
            column = "contact" if contact.role == ContactRole.CONTACT else "deputy"
            before = getattr(space, f"{column}_id")
            Space.objects.filter(pk=space.pk).update(**{column: contact.pk})
            SpaceContact.objects.filter(pk=before).delete()
    contact.refresh_from_db()
    return True


def decline_contact(contact: SpaceContact, *, actor: Actor = CONTACT) -> tuple[bool, bool]:
    """Say no, or no more. An open space that would be without two people is closed by it, at once.

    Returns whether they were the contact or deputy until now, and whether the space was closed by it: its owners
    have to learn of both (`listings.members.letters.contact_left`).
    """
    with transaction.atomic():
        space = locked(contact.space)
        left = contact.pk in (space.contact_id, space.deputy_id)
        closed = left and space.opened_at is not None
        if left:
            if closed:
                _close(actor, space)
            column = "contact" if contact.pk == space.contact_id else "deputy"
            Space.objects.filter(pk=space.pk).update(**{column: None})
        with change(actor=actor, action="decline contact of space", place=space.home, target=_of(space)) as it:
            it.places.clear()
            it.data["role"] = str(contact.role)
            if not SpaceContact.objects.filter(pk=contact.pk).delete()[0]:
                it.nothing_changed()
    return left, closed


def open_space(*, actor: Actor, user, space: Space) -> Space:
    """Open the space of a group: people can join, and members see what is in it.

    Raises `NotYours`, and `SpaceError` until two people have confirmed that they are told when something is wrong.
    """
    _must_manage(user, space)
    with transaction.atomic():
        space = locked(space)
        if space.contact_id is None or space.deputy_id is None:
            raise SpaceError(
                _("A safeguarding contact and a deputy have to confirm their addresses first."),
                _("Ask them to look into their mail."),
            )
        if not space.summary:
            raise SpaceError(_("Say first what members see and may do."))
        with change(actor=actor, action="open space", place=space.home, target=_of(space)) as it:
            if space.opened_at is not None:
                it.nothing_changed()
                return space
            # Those who were members before it was closed see it again.
            it.loosens(space=["closed", "open"])
            space.opened_at = timezone.now()
            space.save()
    return space


def close_space(*, actor: Actor, user, space: Space) -> Space:
    """Close it: only the team sees what is in it, nobody joins, and nothing of it is shared. Raises `NotYours`."""
    _must_manage(user, space)
    with transaction.atomic():
        space = locked(space)
        if space.opened_at is not None:
            _close(actor, space)
    return space


def _close(actor: Actor, space: Space) -> None:
    with change(actor=actor, action="close space", place=space.home, target=_of(space)) as it:
        space.opened_at = None
        space.save(update_fields=["opened_at"])
        it.withdraws(space.home)
        it.data["shares"] = NodeShare.objects.filter(node__group=space.organisation_id).delete()[0]


def post(*, actor: Actor, user, space: Space, details: Details, uuid) -> Listing:
    """Post something that only members see: it is there at once. Sent twice it is one.

    Raises `NotYours` for whoever does not post for the group, `SpaceError` while it is closed and above `MAX_A_DAY`.
    """
    organisation: Organisation = space.organisation
    with transaction.atomic():
        # Before anything is looked up: the same form, sent twice at the same moment, waits for itself.
        space = locked(space)
        if made := Listing.objects.filter(uuid=uuid, posted_by=user).first():
            return made
        if not permissions.posts_for(user, organisation):
            raise NotYours(_("Only editors of the group post here."))
        if Node.objects.filter(uuid=uuid).exists():
            raise SpaceError(_("This page was sent before."), _("Open it anew, and send it again."))
        since = timezone.now() - datetime.timedelta(days=1)
        if Listing.objects.filter(posted_by=user, created_at__gt=since).count() >= MAX_A_DAY:
            words = {"number": MAX_A_DAY}
            raise SpaceError(
                _("You have posted %(number)s things since yesterday.") % words, _("Go on tomorrow."), status=429
            )
        if not space.is_open:
            raise SpaceError(_("The space is closed."), _("An owner of the group can open it again."))
        listing = Listing(
            uuid=uuid,
            place=organisation.place,
            posted_by=user,
            state=NodeState.LIVE,
            visibility=Visibility.GROUP,
            group_id=organisation.pk,
            confirmed_at=timezone.now(),
        )
        for name, value in details.fields().items():
            setattr(listing, name, value)
        listing.expires_at = listings.expiry(organisation.place, details)
        with change(actor=actor, action="post into space", place=organisation.place, target=listing) as it:
            listings.keep_precision(it, listing, details.where, details.precision)
            listing.search_extra = searched(listing)
            listing.save()
            keep_schedule(listing, details.schedule)
            keep_dates(listing)
            it.data["group"] = str(organisation.uuid)
    return listing


def purge(now: datetime.datetime | None = None) -> int:
    """Forget who was asked to be a contact and has not answered. Returns how many."""
    old = (now or timezone.now()) - UNANSWERED
    unanswered = SpaceContact.objects.filter(confirmed_at=None, asked_at__lt=old)
    return retention.let_go(unanswered, action="delete unanswered contacts")


def _of(space: Space):
    return space.organisation or space.place


def _must_manage(user, space: Space) -> None:
    if not spaces.may_manage(user, space):
        raise NotYours(_("Only owners of the group, or stewards of the place, can do this."))
