"""What this build of the site is: another one makes other pages of the same records."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache

from config import env

ROOMS = ("config", "mapping", "listings", "cms")
ENDINGS = (".py", ".html", ".txt", ".mo", ".json", ".toml", ".css", ".js", ".svg")


@lru_cache(maxsize=1)
def stamp() -> str:
    """Return a digest, 32 hexadecimal digits, of our files, the packages and the settings that are no secrets.

    The same on every machine that runs the same build with the same settings. Worked out once a process, and before
    the web processes fork: it reads some megabytes.
    """
    digest = hashlib.sha256()
    for room in ROOMS:
        for folder, inside, names in os.walk(env.ROOT / room):
            inside[:] = sorted(it for it in inside if it != "__pycache__")
            for name in sorted(names):
                if name.endswith(ENDINGS):
                    path = os.path.join(folder, name)
                    digest.update(os.path.relpath(path, env.ROOT).encode("utf-8", "surrogateescape"))
                    with open(path, "rb") as file:
                        digest.update(hashlib.file_digest(file, "sha256").digest())
    # The second says which browser libraries there are, whose addresses stand in pages, and what makes our scripts.
    for lock in (env.ROOT / "requirements.lock", env.ROOT / "package-lock.json"):
        digest.update(lock.read_bytes() if lock.exists() else b"")
    for it in env.SETTINGS:
        if not it.secret:
            digest.update(f"{it.name}={os.environ.get(it.name, it.default)}\n".encode())
    return digest.hexdigest()[:32]
