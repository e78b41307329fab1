"""`python3 -m config.machine COMMAND`: what the Makefile calls. Checks the Python before anything else."""

import os
import shutil
import sys

NEEDED = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def newer_python(which=None):
    """Return the path of a Python that is new enough, or None."""
    which = which or getattr(shutil, "which", lambda name: None)
    for name in NEWER:
        path = which(name)
        if path and os.system('"%s" -c "" 2>/dev/null' % path) == 0:
            return path
    return None


def main():
    if sys.version_info[:2] < NEEDED:
        path = newer_python()
        if path:
            os.execv(path, [path, "-m", "config.machine"] + sys.argv[1:])
        sys.exit(
            "Hereabouts needs Python 3.11 or newer, and `%s` is Python %d.%d: install a newer one (Debian 12 and "
            "Ubuntu 24.04 have it as python3), or name it: make PYTHON=/path/to/python3.11 %s"
            % (sys.executable, sys.version_info[0], sys.version_info[1], " ".join(sys.argv[1:2]))
        )
    from config.machine.commands import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
