"""What is loaded before the web processes are forked, so that no request waits for it."""

from __future__ import annotations

import subprocess
import sys

WARMED = """
import sys
from config.wsgi import warm
assert "holidays.countries.united_kingdom" not in sys.modules
warm()
print("holidays.countries.united_kingdom" in sys.modules)
"""


def test_the_calendars_of_holidays_are_loaded_before_anybody_asks():
    found = subprocess.run([sys.executable, "-c", WARMED], capture_output=True, text=True, check=False)
    assert found.stdout.strip() == "True", found.stderr
