"""Writes on the types of connections of a place: add one of its own, change it, hide one, show it again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import ONLY_RULES_WRITE as FOR_RULES_ALONE
from mapping.models import Actor, ConnectionType, NodeKind, Place, Tie

from .change import change

MAX_OF_A_PLACE = 50


class TypeRefused(HereaboutsError):
    """A type that cannot be kept; the text says what is wrong and what to do."""

    status = 409


def offered(place: Place | None):
    """The types that people of `place` may choose from: everybody's and its own, without those that it hides, and those
    that only rules write."""
    types = ConnectionType.objects.filter(place=None).exclude(slug__in=FOR_RULES_ALONE)
    if place is None:
        return types
    return (types | ConnectionType.objects.filter(place=place)).exclude(hidden_in=place)


def add(
    *,
    actor: Actor,
    place: Place,
    forward: str,
    reverse: str,
    directed: bool = True,
    tie: str = Tie.UNKNOWN,
    meaning: str = "",
    source_kinds: Sequence[str] = (),
    target_kinds: Sequence[str] = (),
) -> ConnectionType:
    """Give a place a verb of its own, with both readings.

    Raises `TypeRefused` when a reading is missing, when there is such a verb already, or too many of them.
    """
    forward, reverse, meaning = (" ".join(text.split()) for text in (forward, reverse, meaning))
    reverse = reverse or (forward if not directed else "")
    _check(forward, reverse, tie, source_kinds, target_kinds)
    own = ConnectionType.objects.filter(place=place)
    if own.count() >= MAX_OF_A_PLACE:
        raise TypeRefused(
            _("%(place)s has %(n)s types of its own already, as many as can be told apart.")
            % {"place": place.name, "n": MAX_OF_A_PLACE},
            _("Remove an unused one first."),
        )
    same = offered(place).filter(forward__iexact=forward).first()
    if same is not None:
        raise TypeRefused(
            _("There is “%(verb)s” already.") % {"verb": same.forward}, _("Choose other words, or use it.")
        )
    # Underlined as those of the vocabulary are, and never one of them: a file that names "funds" means everybody's.
    base = slugify(forward).replace("-", "_")[:36] or "type"
    taken = set(ConnectionType.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(s for n in range(1, 10_000) if (s := base if n == 1 else f"{base}_{n}") not in taken)
    kind = ConnectionType(
        slug=slug,
        place=place,
        forward=forward,
        reverse=reverse,
        directed=directed,
        tie=tie,
        meaning=meaning[:300],
        source_kinds=list(source_kinds),
        target_kinds=list(target_kinds),
        position=1000 + own.count(),
    )
    try:
        with change(actor=actor, action="add connection type", place=place, target=kind) as it, transaction.atomic():
            kind.save()
            it.data["slug"] = slug
    except IntegrityError:
        raise TypeRefused(_("Somebody else added “%(verb)s” just now.") % {"verb": forward}) from None
    return kind


def hide(*, actor: Actor, place: Place, kind: ConnectionType) -> bool:
    """Neither offer a type in a place nor show connections of it that have an end there. False when it was hidden.

    Nothing is lost: what was stated is shown again with the type.
    """
    return _set(actor, place, kind, hidden=True)


def show(*, actor: Actor, place: Place, kind: ConnectionType) -> bool:
    """Offer and show a type again. False when it was not hidden."""
    return _set(actor, place, kind, hidden=False)


def remove(*, actor: Actor, place: Place, kind: ConnectionType) -> None:
    """Take away a type of a place's own that nobody has used. Raises `TypeRefused`."""
    if kind.place_id != place.pk:
        raise TypeRefused(
            _("“%(verb)s” is everybody's.") % {"verb": kind.forward}, _("A place can hide it, not remove it.")
        )
    in_use = TypeRefused(
        _("“%(verb)s” is in use.") % {"verb": kind.forward}, _("Hide it: then what was stated with it is kept.")
    )
    if kind.connections.exists():
        raise in_use
    try:
        with change(actor=actor, action="remove connection type", place=place, target=kind):
            kind.delete()
    except ProtectedError:  # somebody has stated something with it since
        raise in_use from None


def _set(actor: Actor, place: Place, kind: ConnectionType, *, hidden: bool) -> bool:
    with change(
        actor=actor, action="hide connection type" if hidden else "show connection type", place=place, target=kind
    ) as it:
        it.data["slug"] = kind.slug
        is_hidden = kind.hidden_in.filter(pk=place.pk).exists()
        if is_hidden == hidden:
            it.nothing_changed()
            return False
        if hidden:
            kind.hidden_in.add(place)
            _withdraw_derived(place, kind)
        else:
            kind.hidden_in.remove(place)
        # Those at the other end, in whatever place, are told of differently too.
        for other in kind.connections.all().of_place(place).places_at_ends():
            it.touch(other)
            if hidden:
                it.withdraws(other)
        if hidden:
            it.withdraws(place)
    return True


def _withdraw_derived(place: Place, kind: ConnectionType) -> None:
    """Withdraw at once what rules said because of connections that are hidden now; what still holds they say again."""
    told = kind.connections.all().of_place(place).values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mapping_touch(ARRAY[source_id, target_id]),"
            " mapping_unrest(source_id, target_id), mapping_unrest(target_id, source_id)"
            " FROM mapping_connection WHERE id = ANY (%s)",
            [list(told)],
        )


def _check(forward: str, reverse: str, tie: str, source_kinds: Sequence[str], target_kinds: Sequence[str]) -> None:
    if not forward or not reverse:
        raise TypeRefused(_("A type needs both readings, such as “mends things for” and “has things mended by”."))
    if max(len(forward), len(reverse)) > 60:
        raise TypeRefused(_("A reading may have 60 letters at most."), _("Shorten it."))
    if tie not in Tie.values:
        raise TypeRefused(_("A tie is bonding, bridging, linking, or not known."))
    unknown = [kind for kind in (*source_kinds, *target_kinds) if kind not in NodeKind.values]
    if unknown:
        raise TypeRefused(_("There is no kind of node called “%(kind)s”.") % {"kind": unknown[0]})
