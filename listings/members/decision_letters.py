"""Letters about who joins, which wait for the job that sends them: that somebody asks, and what was decided."""

from __future__ import annotations

from listings.models import EDITING_ROLES, LetterKind, Member, Membership, MemberState, WaitingLetter
from listings.moderation.waiting_letters import note, register

from . import letters

# So many of a group's people are written to when somebody asks to join.
MAX_OF_TEAM = 10


def note_asked(member: Member) -> int:
    """Note that somebody asks to join, for the group's people. Returns to how many it goes: stewards have a queue."""
    space = member.space
    if not space.organisation_id:
        return 0
    team = Membership.objects.filter(organisation=space.organisation_id, role__in=EDITING_ROLES).exclude(user__email="")
    found = team.order_by("pk").values_list("user__email", flat=True)[:MAX_OF_TEAM]
    return note(_letter(LetterKind.MEMBER_ASKED, member, to=it.lower()) for it in found)


def note_let_in(member: Member) -> bool:
    """Note that somebody was let in. Returns whether they are written to."""
    return bool(member.user.email and note([_letter(LetterKind.MEMBER_IN, member)]))


def note_turned_away(member: Member, reason: str, *, removed: bool) -> bool:
    """Note that somebody was not let in, or is a member no more, and why. Returns whether they are written to."""
    kind = LetterKind.MEMBER_REMOVED if removed else LetterKind.MEMBER_REFUSED
    return bool(member.user.email and note([_letter(kind, member, words=reason[:1000])]))


def _letter(kind: LetterKind, member: Member, **more: str) -> WaitingLetter:
    home = member.space.home
    return WaitingLetter(kind=kind, about=member.uuid, place_id=home.pk if home is not None else None, **more)


def _asked(member: Member, letter: WaitingLetter) -> bool | None:
    # Who left the team meanwhile does not learn who asks.
    team = Membership.objects.filter(organisation=member.space.organisation_id, role__in=EDITING_ROLES)
    return letters.asked(member, letter.to) if team.filter(user__email__iexact=letter.to).exists() else None


def _of_member(state: MemberState, write):
    def send(letter: WaitingLetter) -> bool | None:
        found = Member.objects.select_related("space__organisation__place", "space__place", "user")
        member = found.filter(uuid=letter.about, state=state).first()
        return write(member, letter) if member is not None and (letter.to or member.user.email) else None

    return send


def wire() -> None:
    """Say who writes which (called once, from an AppConfig's `ready`)."""
    register(LetterKind.MEMBER_ASKED, _of_member(MemberState.ASKED, _asked))
    register(LetterKind.MEMBER_IN, _of_member(MemberState.MEMBER, lambda it, _letter: letters.joined(it)))
    for kind, removed in ((LetterKind.MEMBER_REFUSED, False), (LetterKind.MEMBER_REMOVED, True)):
        register(
            kind,
            _of_member(
                MemberState.TURNED_AWAY,
                lambda it, letter, removed=removed: letters.turned_away(it, letter.words, removed=removed),
            ),
        )
