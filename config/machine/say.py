"""Plain words for the person at the terminal, and steps that show that they are still going."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HEARTBEAT = 15.0
"""Seconds between signs of life where the output is not a terminal."""

NO_NETWORK_SIGNS = (
    "Temporary failure resolving",
    "Could not resolve",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Failed to establish a new connection",
    "Network is unreachable",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ECONNREFUSED",
    "No route to host",
    "Unable to connect to",
    "Connection timed out",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
)
NO_SPACE_SIGNS = ("No space left on device", "ENOSPC", "You don't have enough free space")


class Trouble(Exception):
    """What stopped the command: one sentence with what was wrong and what to do."""


def line(text: str = "") -> None:
    """Print one line at once, even into a pipe. Nobody listening is no reason to stop."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Whoever read us has gone (`make demo | head`); go on, and keep the interpreter quiet at exit.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")


def elapsed(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def cause(text: str) -> str | None:
    """Return why a download or an installation failed, when its output gives that away."""
    if any(sign in text for sign in NO_SPACE_SIGNS):
        return "the disk is full: free some space (3 GB are needed in all) and run the same command again."
    if any(sign in text for sign in NO_NETWORK_SIGNS):
        return (
            "the network could not be reached: check the connection (or the proxy settings), then run the same "
            "command again; what is already done is kept."
        )
    return None


def step(
    title: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    remedy: str = "",
) -> None:
    """Run `command` with its output in `log`, showing that it goes on. Raises `Trouble` when it fails."""
    began = time.monotonic()
    terminal = sys.stdout.isatty()
    last: collections.deque[str] = collections.deque(maxlen=40)
    log.parent.mkdir(parents=True, exist_ok=True)
    if not terminal:
        line(f"  {title} ...")
    with log.open("a", encoding="utf-8") as kept:
        kept.write(f"\n=== {title}: {' '.join(map(str, command))}\n")
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=None if env is None else dict(env),
            cwd=cwd,
        )
        done = threading.Event()
        pulse = threading.Thread(target=_pulse, args=(title, began, last, done, terminal), daemon=True)
        pulse.start()
        try:
            assert child.stdout is not None
            for text in child.stdout:
                kept.write(text)
                kept.flush()
                if text.strip():
                    last.append(text.strip())
            status = child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise
        finally:
            done.set()
            pulse.join()
    took = elapsed(time.monotonic() - began)
    if status == 0:
        line(f"{_clear(terminal)}  {title}: done ({took})" if terminal else f"  {title}: done ({took})")
        return
    line(f"{_clear(terminal)}  {title}: failed ({took}). The end of its output:")
    for text in list(last)[-12:]:
        line(f"    | {text[:200]}")
    why = cause("\n".join(last))
    if why:
        raise Trouble(f"{title} failed: {why}")
    remedy = remedy or "Put that right and run the same command again."
    raise Trouble(f"{title} failed (its whole output is in {log}). {remedy}")


def _clear(terminal: bool) -> str:
    return "\r\033[K" if terminal else ""


def _pulse(title: str, began: float, last: collections.deque[str], done: threading.Event, terminal: bool) -> None:
    while not done.wait(1.0 if terminal else HEARTBEAT):
        took = elapsed(time.monotonic() - began)
        now = last[-1][:60] if last else ""
        if terminal:
            sys.stdout.write(f"\r\033[K  {title} ... {took}  {now}")
            sys.stdout.flush()
        else:
            line(f"  {title} ... {took}  {now}")
