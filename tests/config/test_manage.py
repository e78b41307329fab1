"""A command that cannot begin says why in one sentence."""

import os
import subprocess
import sys

import pytest

from config.env import ROOT


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, "The database does not answer"),
        ({"DATABASE_URL": "mysql://host/name"}, "needs PostGIS"),
        ({"PORT": "80", "TILE_MAX_FEATURES": "many"}, "TILE_MAX_FEATURES is 'many'"),
    ],
)
def test_a_command_that_cannot_begin_says_why(environ, says):
    result = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr
