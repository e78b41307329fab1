"""Do background jobs until told to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mapping.management.base import PlainCommand


class Command(PlainCommand):
    """Never ends by itself: it waits for a database that is away."""

    help = "Do background jobs until SIGTERM or Ctrl-C. Keep one running beside the web server."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog="Example: manage.py worker --jobs 2", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        from mapping.jobs.worker import GRACE_SECONDS

        parser.add_argument("--jobs", type=int, default=2, help="how many jobs at once (default: %(default)s)")
        parser.add_argument("--queues", default="", help="only these queues, separated by commas (default: all)")
        parser.add_argument("--once", action="store_true", help="do what is waiting, then end")
        parser.add_argument(
            "--grace",
            type=float,
            default=GRACE_SECONDS,
            metavar="SECONDS",
            help="when told to stop, let a running job end for so long; then it is stopped and done again by the next "
            "worker (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from mapping.jobs import worker

        queues = [it.strip() for it in options["queues"].split(",") if it.strip()]
        worker.work(
            at_once=max(1, options["jobs"]), wait=not options["once"], grace=options["grace"], queues=queues or None
        )
