"""What somebody has posted, for their own page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.ways import Part, Way


def parts(user) -> list[Part]:
    """Return where what `user` added stands, and where they add more."""
    note = _("How it stands, and what you have begun and not sent.")
    return [Part("added", _("What you have added"), [Way(_("See it and change it"), reverse("post"), note)])]
