"""Work at the same moment, each in a connection of its own: for tests marked `django_db(transaction=True)`."""

from __future__ import annotations

import threading

from django.db import connection


def both(*works) -> list[BaseException | None]:
    """Do these at once, each in a connection of its own; returns what each raised."""
    ready, raised = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int, work) -> None:
        try:
            ready.wait(timeout=60)
            work()
        except BaseException as error:
            raised[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=it) for it in enumerate(works)]
    for it in threads:
        it.start()
    for it in threads:
        it.join(timeout=120)
    assert not any(it.is_alive() for it in threads)
    return raised
