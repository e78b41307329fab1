"""Count the words of all published records anew."""

from mapping.management.base import PlainCommand
from mapping.search import spelling


class Command(PlainCommand):
    help = (
        "Counts the words of all published records, which mistyped words are corrected to. "
        "Run it after large imports. Example: manage.py rebuild_search_words"
    )

    def handle(self, *args, **options) -> None:
        count = spelling.rebuild()
        self.stdout.write(f"{count:,} different words are known to search.")
