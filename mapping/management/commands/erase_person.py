"""Erase everything that is kept of one person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from mapping.access import personal_data
from mapping.access.personal_data import Person
from mapping.commands import persons
from mapping.management.base import PlainCommand
from mapping.models import Actor
from mapping.readers.errors import one_line


class Command(PlainCommand):
    help = (
        "Erase everything that is kept of the person with this e-mail address, in one transaction. Without --yes it "
        "only says what would go and what would stay."
    )
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("epilog", "Example: manage.py erase_person ann@example.org --yes")
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="an address of theirs; the others of the account go with it")
        parser.add_argument("--yes", action="store_true", help="do it; without this, nothing is changed")

    def handle(self, *args: Any, email: str, yes: bool, **options: Any) -> None:
        if "@" not in email:
            raise CommandError(f"{email!r} is not an e-mail address. Write one such as name@example.org.")
        person = Person.of(email)
        held = persons.held(person)
        known = {it.model: it for it in personal_data.holdings()}
        for model, number in held.items():
            keeps = f" Stays: {known[model].keeps}" if known[model].keeps else ""
            self.stdout.write(f"{number:>7,}  {model}: {known[model].label}.{keeps}")
        for user in person.user_ids:
            found = personal_data.consequences(type(person.user)._default_manager.get(pk=user))
            for sentence in found:
                self.stdout.write(f"         {sentence}")
        if not yes:
            persons.refuse_last_superuser(person)
            self.stdout.write(f"{sum(held.values()):,} rows. Nothing was changed: say --yes to erase them.")
            return
        try:
            done = persons.erase(actor=Actor.command("erase_person"), person=person)
        except DatabaseError as error:
            raise CommandError(f"The database refused ({one_line(error, 300)}). Nothing was changed.") from None
        for table, number in done.texts.items():
            self.stdout.write(f"{number:>7,}  {table}: the address was taken out of texts.")
        self.stdout.write(f"Erased: {sum(done.rows.values()):,} rows, {sum(done.texts.values()):,} texts.")
