"""Writes on consents: record what a person agreed to, take it back.

    consent = consents.record(actor=actor, node=person, wording="I agree to ...", given_on=day)
    consents.withdraw(actor=Actor.command("the person themself"), consent=consent)

Neither the audit nor the log names the person: they tell of the consent by its number.
"""

from __future__ import annotations

import datetime
import logging
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping import signals
from mapping.maps.tile_cache import tiles
from mapping.models import (
    Actor,
    Connection,
    Consent,
    GraphSnapshot,
    Node,
    NodeKind,
    NodeState,
    Place,
    Revision,
    Statement,
    WithdrawalKind,
)
from mapping.network import snapshots
from mapping.search import spelling

from . import withdrawals
from .change import change

logger = logging.getLogger(__name__)

# Whoever opens the link in their letter needs no account, and is told of in the audit by these words.
THEMSELF = Actor(label="the person themself")


class ConsentRefused(HereaboutsError):
    """A consent that cannot be recorded; the text says what is wrong and what to do."""

    status = 422


def record(
    *,
    actor: Actor,
    node: Node,
    wording: str,
    given_on: datetime.date | None = None,
    show: bool = True,
) -> Consent:
    """Keep the wording that a person agreed to, and the day (today unless given). Shows them, unless not `show`.

    An earlier consent is replaced: what counts is the last wording. The consent's `token` opens the page on which
    they read and withdraw it.

    Raises `ConsentRefused` for a node that is no person, without wording, or for a day that has not come.
    """
    given_on = given_on or timezone.localdate()
    if node.kind != NodeKind.PERSON:
        raise ConsentRefused(_("Only a person can consent."), _("Choose a node of the kind person."))
    if not wording.strip():
        raise ConsentRefused(_("Write down the words that the person agreed to."))
    if given_on > timezone.localdate():
        raise ConsentRefused(_("A consent cannot be given on a day that has not come yet."), _("Check the date."))
    with change(actor=actor, action="record consent", place=node.place_id) as it:
        node = Node.objects.select_for_update().get(pk=node.pk)
        Consent.objects.live().filter(node=node).update(withdrawn_at=timezone.now())
        consent = Consent.objects.create(
            node=node,
            wording=wording.strip(),
            given_on=given_on,
            token=secrets.token_urlsafe(32),
            recorded_by=actor.user,
        )
        if show or node.state == NodeState.LIVE:
            # Ending the earlier consent has archived whoever was shown.
            it.loosens(state=[str(node.state), NodeState.LIVE])
            Node.objects.filter(pk=node.pk).update(state=NodeState.LIVE, updated_at=timezone.now())
        it.data.update(consent=str(consent.uuid), given_on=given_on.isoformat())
        it.touch_around([node.pk])
    return consent


def introduce(
    *, actor: Actor, place: Place, name: str, summary: str = "", wording: str, given_on: datetime.date | None = None
) -> Consent:
    """Put a person on the map of `place` with the consent that they gave. Raises as `record`, and without a name."""
    name = " ".join(name.split())
    if not name:
        raise ConsentRefused(_("Write down what the person is to be called on the map."))
    with change(actor=actor, action="add person", place=place) as it:
        # Nobody sees a draft; the record of changes names nobody.
        person = Node.objects.create(
            name=name[:200], summary=summary.strip()[:1000], kind=NodeKind.PERSON, state=NodeState.DRAFT, place=place
        )
        consent = record(actor=actor, node=person, wording=wording, given_on=given_on)
        it.data["consent"] = str(consent.uuid)
        spelling.learn([person])
    return consent


def texts_were_read(*, actor: Actor, consent: Consent) -> None:
    """Note that a steward has looked at the texts that name a person whose consent ended."""
    with change(actor=actor, action="read texts after a consent", place=consent.node.place_id) as it:
        it.data["consent"] = str(consent.uuid)
        it.places.clear()
        Consent.objects.filter(pk=consent.pk, texts_read_at=None).update(texts_read_at=timezone.now())


def withdraw(*, actor: Actor, consent: Consent, noted: bool = False) -> bool:
    """Take a person off the map and out of the network, everywhere and at once. False when that was done before.

    In one transaction: the consent ends, the node is archived (by a trigger), what anybody said of how the person is
    connected is withdrawn, and what was worked out from it, or learnt of their name by search, is thrown away. The
    revisions of their place and of the places of all whom they were connected with are raised, so that no page, tile,
    answer or picture of an earlier one is taken for the present. It is written into the ledger of withdrawals, so that
    a restored back-up does not bring them back (unless it is `noted` there already).
    """
    node = Node.objects.get(pk=consent.node_id)
    with change(actor=actor, action="withdraw consent", place=node.place_id) as it:
        now = timezone.now()
        taken = Consent.objects.live().filter(pk=consent.pk).update(withdrawn_at=now)
        if taken:
            it.touch_around([node.pk])
            said = Statement.objects.live().filter(connection__in=Connection.objects.of_node(node))
            withdrawn = said.update(withdrawn_at=now)
            spelling.forget(node)
            GraphSnapshot.objects.filter(place__in=it.places).delete()
            it.data.update(consent=str(consent.uuid), statements=withdrawn)
            if not noted:
                withdrawals.note(kind=WithdrawalKind.CONSENT, target=consent.uuid, of=node.uuid)
            # This process trusts a number of a revision that it read a moment ago; here not even for that moment.
            places = frozenset(it.places)
            transaction.on_commit(lambda: _forget(places))
        else:
            it.nothing_changed()
    if taken:
        consent.withdrawn_at = now
    return bool(taken)


def _forget(places: frozenset[int]) -> None:
    """Throw away what this machine keeps of earlier networks of these places: the person's name is in it."""
    tiles.clear()
    snapshots.forget()
    try:
        signals.answers_to_forget.send(sender=Consent, places=places)
    except OSError:
        logger.exception("Kept answers of places %s could not be deleted.", sorted(places))
    for revision in Revision.objects.filter(place__in=places).select_related("place"):
        try:
            snapshots.tidy(revision.place, revision.number)
        except OSError:
            logger.exception("Kept networks of place %s could not be deleted.", revision.place_id)
