"""Why something that was sent waits for a person, and is neither published at once nor refused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hold(models.TextChoices):
    """What the guard of a form noticed (`listings/guard/`). It is kept with what was sent, and shown to the steward."""

    NO_WORK = "no-work", _("sent without JavaScript")
    STALE_WORK = "stale-work", _("the page had been open for long before it was sent")
    USED_WORK = "used-work", _("sent again from the same page")
    LINKS = "links", _("many links")
    ONLY_LINKS = "only-links", _("hardly more than a link")
    SHORT_LINKS = "short-links", _("a link that hides where it leads")
    WORDS = "words", _("a word of the place’s list")
    FIRST = "first", _("the first from this person")


# Of the browser's work. It is not asked of those whom the place trusts: a steward knows them.
WORK_HOLDS = (Hold.NO_WORK, Hold.STALE_WORK, Hold.USED_WORK)
