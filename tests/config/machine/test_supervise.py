"""What `make demo` runs is started again when it ends by itself: later and later, and said once."""

from __future__ import annotations

import signal

import pytest

from config.machine import supervise


class Child:
    pid = 2**30  # nobody's

    def __init__(self):
        self.status = None

    def poll(self):
        return self.status


class World:
    def __init__(self):
        self.now = 0.0
        self.started: list[float] = []

    def start(self):
        self.started.append(self.now)
        self.last = Child()
        return self.last

    def end(self, status=-signal.SIGKILL):
        self.last.status = status

    def wait(self, kept, seconds):
        until = self.now + seconds
        while self.now < until:
            self.now += 0.5
            kept.look()


@pytest.fixture
def world():
    return World()


@pytest.fixture
def kept(world):
    return supervise.Kept("worker", world.start, clock=lambda: world.now)


def test_a_dead_one_is_started_again_whatever_its_status(world, kept):
    for status in (0, 1, -signal.SIGKILL):
        number = len(world.started)
        world.end(status)
        world.wait(kept, 40)
        assert len(world.started) == number + 1


def test_one_that_dies_at_once_is_started_later_and_later_and_said_once(world, kept, capsys):
    for _ in range(8):
        world.end()
        world.wait(kept, 31)
    starts = world.started
    first_pauses = [round(b - a) for a, b in zip(starts, starts[1:], strict=False)]
    assert len(starts) == 9
    assert first_pauses[-1] >= first_pauses[0]
    said = capsys.readouterr().out
    assert said.count("has ended by itself") == 1
    assert "worker" in said and "SIGKILL" in said


def test_one_that_ran_steadily_is_well_again(world, kept, capsys):
    world.end()
    world.wait(kept, 2)
    world.wait(kept, supervise.STEADY_SECONDS + 2)
    world.end()
    before = world.now
    world.wait(kept, 5)
    assert world.started[-1] - before <= 2
    assert capsys.readouterr().out.count("has ended by itself") == 2


def test_a_living_one_is_left_alone(world, kept):
    world.wait(kept, 600)
    assert world.started == [0.0]
