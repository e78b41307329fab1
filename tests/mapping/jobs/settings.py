"""The settings of a worker that tests start: theirs, with tasks that go wrong in every way."""

from config.settings.test import *  # noqa: F403

PROCRASTINATE_IMPORT_PATHS = ["tests.mapping.jobs.faulty_tasks"]
