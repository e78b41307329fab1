"""Take away the second step of somebody who has lost theirs."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from config import letters
from config.accounts.stamped import sign_out_everywhere
from mapping.access.personal_data import Person
from mapping.commands.change import change
from mapping.management.base import PlainCommand
from mapping.models import Actor


class Command(PlainCommand):
    help = (
        "Take away the second step of signing in (app, passkeys, recovery codes) of somebody who has lost theirs, and "
        "sign them out everywhere. They are told by e-mail. Make sure first that it is they who ask."
    )
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("epilog", "Example: manage.py reset_second_step ann@example.org")
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address that they sign in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = Person.of(email).user
        if user is None:
            raise CommandError("No account has this address. Check how it is written.")
        with change(actor=Actor.command("reset_second_step"), action="reset second step") as it:
            taken = Authenticator.objects.filter(user=user).delete()[0]
            it.data.update(account=user.pk, taken=taken)
            if taken:
                sign_out_everywhere(user)
            else:
                it.nothing_changed()
        if not taken:
            self.stdout.write("This account has no second step: a code by e-mail lets them in.")
            return
        context = {"what": _("The second step was taken away by the people who run the site.")}
        sent = letters.send("account/mail/changed.txt", to=user.email, context=context, about=f"account {user.pk}")
        told = "They were told by e-mail." if sent else "The e-mail that tells them could not be sent."
        self.stdout.write(f"Account {user.pk}: {taken} taken away, signed out everywhere. {told}")
