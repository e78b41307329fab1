"""The browser that tests drive.

Chromium's headless shell where it is installed: it draws pages as Chromium does, without the rest of Chromium (which
opens two pages of its own for every window): half the processor time.
"""

import os
import shutil

EXECUTABLE = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright's synchronous interface runs an event loop, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
