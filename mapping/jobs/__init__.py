"""Background work: who does it, what happens when it fails, and what can be seen of it.

The queue itself is procrastinate's. Tasks are declared in the `tasks` module of each app, as procrastinate wants it:

    @app.task(name="rebuild_network", queue="network")      # tried again when it fails (retry.py)
    @app.periodic(cron="17 3 * * *")                        # by the clock of the place (schedule.py)

A task has to be right when it runs twice: a worker may die after the work and before the word that it is done.
"""
