"""The kinds of reports of a place, and the bodies that look after them, which confirm their addresses themselves."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Collection, Iterable

from django.db import IntegrityError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import ReportCategory, ResponsibleBody
from mapping.commands.change import change
from mapping.models import Actor, Place

# In the words of people who live here; stewards change them.
USUAL = (
    ("road-pavement", "Road or pavement", "Holes, loose slabs, missing dropped kerbs."),
    ("litter-dumping", "Litter or dumping", "Full bins, broken glass, things that were left behind."),
    ("lights-signs", "Street lights and signs", "Lamps that are out, signs that point nowhere."),
    ("trees-green", "Trees, hedges and grass", "Branches over paths, beds that nobody looks after."),
    ("play-sport", "Playground or sports ground", "Swings, fences and goals that are broken."),
    ("benches-shelters", "Benches, shelters and notice boards", "Broken, missing or unsafe to sit on."),
    ("water-drains", "Water and drains", "Blocked drains, flooding, taps that do not work."),
    ("access", "Something that keeps people out", "Blocked ramps, locked gates, lifts that stand still."),
    ("building", "A shared building", "Doors, heating or lights of a hall, library or clubhouse."),
    ("other", "Something else", "Whatever fits nowhere above."),
)

# What stewards type. The rest of a body changes by letters and answers, at any moment.
STEWARDS_OWN = ("name", "email", "area", "paused")


class BodyRefused(HereaboutsError):
    """A body or category cannot be kept as it was given."""

    status = 422


def ensure_usual_categories(*, actor: Actor, place: Place) -> int:
    """Give `place` the usual categories where it has none at all. Returns how many were made."""
    with change(actor=actor, action="make report categories", place=place) as it:
        it.places.clear()
        if ReportCategory.objects.filter(place=place).exists():
            it.nothing_changed()
            return 0
        ReportCategory.objects.bulk_create(
            [
                ReportCategory(place=place, slug=slug, name=name, hint=hint, position=number)
                for number, (slug, name, hint) in enumerate(USUAL)
            ],
            ignore_conflicts=True,
        )
        it.data["made"] = len(USUAL)
    return len(USUAL)


def save_category(*, actor: Actor, category: ReportCategory) -> ReportCategory:
    """Keep a new or changed category; a new one gets its service code from its name. Raises `BodyRefused`."""
    if not category.slug:
        category.slug = slugify(category.name)[:60] or f"kind-{uuids.uuid4().hex[:8]}"
    try:
        with change(actor=actor, action="save report category", place=category.place, target=category) as it:
            it.places.clear()
            it.data.update(slug=category.slug, offered=category.offered)
            category.save()
    except IntegrityError:
        raise BodyRefused(_("There is a category of this name already."), _("Choose another name.")) from None
    return category


def save_body(
    *,
    actor: Actor,
    body: ResponsibleBody,
    categories: Iterable[ReportCategory],
    fields: Collection[str] = STEWARDS_OWN,
) -> bool:
    """Keep a new or changed body. Returns whether its address has to be confirmed (anew). Raises `BodyRefused`.

    `fields`: which of `STEWARDS_OWN` are written of one that is kept already. `body` is as it is kept afterwards:
    whether it has confirmed its address, and whatever is not in `fields`, the body may have changed meanwhile.
    """
    try:
        with change(actor=actor, action="save responsible body", place=body.place, target=body) as it:
            it.places.clear()
            kept = ResponsibleBody.objects.select_for_update(of=("self",)).filter(pk=body.pk).first()
            if kept is None:
                new_address, body.confirmed_at, body.asked_at = True, None, None
                body.save()
            else:
                written = {name for name in STEWARDS_OWN if name in fields}
                new_address = "email" in written and kept.email.lower() != body.email.lower()
                if new_address:
                    # The link of an older letter confirms nothing of the new address.
                    body.key, body.confirmed_at, body.asked_at = uuids.uuid4(), None, None
                    written |= {"key", "confirmed_at", "asked_at"}
                body.save(update_fields=written)
                body.refresh_from_db(fields=[it.attname for it in body._meta.concrete_fields])
            it.data.update(new_address=new_address, paused=body.paused)
            body.categories.set(categories)
    except IntegrityError:
        raise BodyRefused(_("There is a body of this name already."), _("Change that one.")) from None
    return new_address


def note_asked(*, actor: Actor, body: ResponsibleBody) -> None:
    """Say that the letter that asks it to confirm was sent."""
    with change(actor=actor, action="ask responsible body", place=body.place, target=body) as it:
        it.places.clear()
        ResponsibleBody.objects.filter(pk=body.pk).update(asked_at=timezone.now())


def confirm_body(*, body: ResponsibleBody) -> bool:
    """The body says that letters may come to this address. Returns whether it had not said so before."""
    actor = Actor(label="a responsible body")
    with change(actor=actor, action="confirm responsible body", place=body.place, target=body) as it:
        it.places.clear()
        fresh = ResponsibleBody.objects.filter(pk=body.pk, key=body.key, confirmed_at=None).update(
            confirmed_at=timezone.now()
        )
        if not fresh:
            it.nothing_changed()
    body.refresh_from_db()
    return bool(fresh)


def pause_body(*, actor: Actor, body: ResponsibleBody) -> None:
    """No more letters to it: a steward, or the body itself, has said so."""
    with change(actor=actor, action="pause responsible body", place=body.place, target=body) as it:
        it.places.clear()
        if not ResponsibleBody.objects.filter(pk=body.pk, paused=False).update(paused=True):
            it.nothing_changed()
    body.refresh_from_db()
