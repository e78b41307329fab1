"""Reports that were begun: what was typed on each screen, kept so that going back, or coming back, loses nothing."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from listings.commands import reports
from listings.models import Report, ReportDraft, ReportPhoto


@dataclass(frozen=True)
class ReportStep:
    """One screen: its name in addresses, its question, its fields, and which question of `QUESTIONS` it is."""

    name: str
    label: Promise
    fields: tuple[str, ...]
    number: int


# Where it is and what sort of thing are asked first (`listings.views.reports.new`).
STEPS = (
    ReportStep("words", _("What is wrong?"), ("title", "words"), 3),
    ReportStep("photo", _("Have you a photo of it?"), ("photo", "photo_kept", "alt"), 4),
    ReportStep("you", _("Where may we write to you?"), ("email", "name", "show_name"), 5),
)
QUESTIONS = 5
KEPT_FIELDS = ("title", "words", "alt", "name", "show_name", "email")
# More than any of the fields takes: what is too long comes back as it was typed.
MAX_TYPED = 4000
MAX_ADDRESS = 254


def named(name: str | None) -> ReportStep | None:
    """The screen of this name; None where there is none."""
    return next((it for it in STEPS if it.name == name), None)


def neighbour(step: ReportStep, by: int) -> ReportStep | None:
    """The screen after (1) or before (-1); None beyond the ends."""
    at = STEPS.index(step) + by
    return STEPS[at] if 0 <= at < len(STEPS) else None


def read(key: uuids.UUID | None) -> ReportDraft | None:
    return ReportDraft.objects.select_related("photo").filter(pk=key).first() if key else None


def free_key(key: uuids.UUID | None) -> uuids.UUID:
    """This id, or another one where there is none or a report has it: what was sent is not written over."""
    taken = key is None or Report.objects.filter(uuid=key).exists()
    return uuids.uuid4() if taken else key


def typed(draft: ReportDraft | None) -> dict[str, Any]:
    """What was typed, by the fields of the form."""
    if draft is None:
        return {}
    photo = {"photo_kept": str(draft.photo.uuid)} if draft.photo is not None else {}
    return {**draft.typed, "email": draft.email, **photo}


def keep(
    key: uuids.UUID, given: Mapping[str, Any], names: tuple[str, ...] = KEPT_FIELDS, photo: ReportPhoto | None = None
) -> ReportDraft:
    """Keep what was typed into the fields `names`, and a photo that has come; one that it takes the place of goes."""
    with transaction.atomic():
        draft, _made = ReportDraft.objects.select_for_update(of=("self",)).get_or_create(pk=key)
        for name in set(names) & set(KEPT_FIELDS):
            # A text of the database holds no NUL.
            text = str(given.get(name) or "").replace("\0", "")
            if name == "email":
                draft.email = text[:MAX_ADDRESS]
            else:
                draft.typed[name] = text[:MAX_TYPED]
        if photo is not None and photo.pk != draft.photo_id:
            _let_go(draft)
            # Another draft may name it: one of them has it.
            ReportDraft.objects.filter(photo=photo).update(photo=None)
            draft.photo = photo
        draft.save()
    return draft


def drop_photo(draft: ReportDraft) -> None:
    """Delete the photo of a draft: whoever sent it has thought better of it."""
    with transaction.atomic():
        _let_go(draft)
        draft.photo = None
        draft.typed["alt"] = ""
        draft.save()


def _let_go(draft: ReportDraft) -> None:
    before = ReportPhoto.objects.filter(pk=draft.photo_id, report=None).first()
    if before is not None:
        reports.delete_photo(before)


def forget(key: uuids.UUID) -> None:
    """Let go of a draft that was sent. Its photo is the report's."""
    ReportDraft.objects.filter(pk=key).delete()
