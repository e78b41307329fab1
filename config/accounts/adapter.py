"""What allauth asks of us: our words for what can go wrong, where one lands, who must have a second factor."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultAccountAdapter):
    """Our words for what can go wrong."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("That is not the code we sent. Check the newest e-mail and type it again."),
        "too_many_login_attempts": _("Too many codes were asked for or tried. Wait a minute, then ask for a new one."),
        "rate_limited": _("Too many codes were asked for. Wait a minute, then ask for a new one."),
    }

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        # The page itself says where the code went.
        if message_template != "account/messages/login_code_sent.txt":
            super().add_message(request, level, message_template, *args, **kwargs)
