"""What members, and those who look after a group, are told by e-mail."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from config import letters
from listings.models import Member, Membership, MembershipRole, Space, SpaceContact, UrgentCopy

FOLDER = "listings/members/mail"
# So many owners of a group are written to.
MAX_OF_TEAM = 10


def _to_member(name: str, member: Member, request: HttpRequest | None, **more) -> bool:
    return letters.send(
        f"{FOLDER}/{name}.txt",
        to=member.user.email,
        context={
            "member": member,
            "title": member.space.title,
            "leave": reverse("member-leave", args=[member.leave_key]),
            "join": member.space.join_url,
            "space": reverse("space", args=[member.space.organisation.uuid]) if member.space.organisation_id else "",
            **more,
        },
        about=f"member {member.uuid}",
        request=request,
    )


def joined(member: Member, request: HttpRequest | None = None) -> bool:
    """They are a member now; how to leave."""
    return _to_member("joined", member, request)


def turned_away(member: Member, reason: str, *, removed: bool = False) -> bool:
    """They are not let in, or not a member any more, and why."""
    return _to_member("removed" if removed else "refused", member, None, reason=reason)


def asked(member: Member, address: str) -> bool:
    """Tell one of the group's people that somebody asks to join."""
    return letters.send(
        f"{FOLDER}/asked.txt",
        to=address,
        context={
            "name": member.name,
            "title": member.space.title,
            "members": reverse("space-members", args=[member.space.organisation.uuid]),
        },
        about=f"member {member.uuid}",
    )


def ask_contact(contact: SpaceContact, asked_by: str, request: HttpRequest | None = None) -> bool:
    """Ask somebody whether they may be told when something is wrong."""
    return letters.send(
        f"{FOLDER}/contact.txt",
        to=contact.email,
        context={
            "contact": contact,
            "title": contact.space.title,
            "role": contact.get_role_display(),
            "asked_by": asked_by,
            "path": reverse("space-contact", args=[contact.uuid]),
        },
        about=f"space contact {contact.uuid}",
        request=request,
    )


def contacts_are_ready(space: Space, request: HttpRequest | None = None) -> int:
    """Tell the owners that both have confirmed, so that the space can be opened. Returns how many letters went."""
    return _to_owners("ready", space, request)


def contact_left(
    space: Space, role: str, closed: bool, without: tuple[str, ...] = (), request: HttpRequest | None = None
) -> int:
    """Tell the owners that a contact is none any more, and whether the space is closed by it; not those `without`.

    Returns how many letters went.
    """
    return _to_owners("contact_left", space, request, without, role=role, closed=closed)


def _to_owners(
    name: str, space: Space, request: HttpRequest | None, without: tuple[str, ...] = (), **more: object
) -> int:
    """`without`: addresses in small letters. A place's space has no owners."""
    if not space.organisation_id:
        return 0
    owners = Membership.objects.filter(
        organisation=space.organisation_id, role=MembershipRole.OWNER, user__is_active=True
    )
    settings = reverse("space-settings", args=[space.organisation.uuid])
    return sum(
        letters.send(
            f"{FOLDER}/{name}.txt",
            to=address,
            context={"title": space.title, "settings": settings, **more},
            about=f"space {space.uuid}",
            request=request,
        )
        for address in owners.order_by("pk").values_list("user__email", flat=True)[:MAX_OF_TEAM]
        if address.lower() not in without
    )


def urgent(copy: UrgentCopy, request: HttpRequest | None = None) -> bool:
    """Something is wrong now: what, who says so, and who else was told."""
    call = copy.call
    other = call.copies.exclude(pk=copy.pk).first()
    return letters.send(
        f"{FOLDER}/urgent.txt",
        to=copy.email,
        context={
            "call": call,
            "copy": copy,
            "other": other,
            "title": call.space.title,
            "path": reverse("urgent-copy", args=[copy.uuid]),
        },
        about=f"urgent call {call.uuid}",
        request=request,
    )


def acknowledged(copy: UrgentCopy, request: HttpRequest | None = None) -> bool:
    """Tell the other one that this one has it. Nothing of what was said."""
    other = copy.call.copies.exclude(pk=copy.pk).first()
    if other is None:
        return False
    return letters.send(
        f"{FOLDER}/acknowledged.txt",
        to=other.email,
        context={"copy": copy, "title": copy.call.space.title, "path": reverse("urgent-copy", args=[other.uuid])},
        about=f"urgent call {copy.call.uuid}",
        request=request,
    )
