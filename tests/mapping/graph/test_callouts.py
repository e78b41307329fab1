"""Names beside dots: they touch no dot and no other name, and a leader leads to those that stand further off."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.graph.callouts import (
    CLEAR,
    LETTER,
    NEAR,
    SLIM,
    Callout,
    Taken,
    Wanted,
    broken,
    callouts,
    folded,
    half_size,
    room_for,
    slim,
)

SIZE, FRAME = 15.0, (0.0, 0.0, 800.0, 600.0)


def box(it) -> tuple[float, float, float, float]:
    half = len(it.text) * SIZE * LETTER / 2
    return (it.x - half, it.y - SIZE * 0.55, it.x + half, it.y + SIZE * 0.55)


def crowd(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.random(count) * 700 + 50, rng.random(count) * 500 + 50, rng.random(count) * 6 + 4])


def named(those: list[Wanted], dots: np.ndarray, most: int = 1, **more) -> tuple[list[Callout], Taken]:
    return callouts(those, room=room_for(dots, SIZE, FRAME), size=SIZE, most=most, **more)


def wanted(dots: np.ndarray, count: int = 40) -> list[Wanted]:
    return [Wanted(n, f"Name number {n}", x, y, r, r) for n, (x, y, r) in enumerate(dots[:count].tolist())]


@pytest.mark.parametrize("seed", range(6))
def test_names_touch_no_dot_and_no_name_and_stay_in_the_frame(seed):
    dots = crowd(120, seed)
    found, _ = named(wanted(dots), dots, 12)
    assert len(found) == 12
    for number, it in enumerate(found):
        left, top, right, bottom = box(it)
        assert left >= 0 and top >= 0 and right <= 800 and bottom <= 600
        aside = np.hypot(np.clip(dots[:, 0], left, right) - dots[:, 0], np.clip(dots[:, 1], top, bottom) - dots[:, 1])
        assert np.all(aside >= dots[:, 2])
        for other in found[number + 1 :]:
            one = box(other)
            assert one[0] >= right or one[2] <= left or one[1] >= bottom or one[3] <= top


@pytest.mark.parametrize("seed", range(6))
def test_no_leader_passes_a_dot_a_name_or_another_leader(seed):
    dots = crowd(200, seed)
    found, _ = named(wanted(dots), dots, 12)
    led = [it for it in found if it.leader]
    assert led
    for it in led:
        x1, y1, x2, y2 = it.leader
        line = np.column_stack([np.linspace(x1, x2, 200), np.linspace(y1, y2, 200)])
        others = np.delete(dots, it.key, axis=0)
        away = np.hypot(*(line[:, None] - others[None, :, :2]).transpose(2, 0, 1)) - others[:, 2]
        assert away.min() > CLEAR * SIZE - 0.2
        for other in found:
            if other is not it:
                left, top, right, bottom = box(other)
                assert not ((line > [left, top]) & (line < [right, bottom])).all(axis=1).any()
    for number, it in enumerate(led):
        assert not any(cross(it.leader, other.leader) for other in led[number + 1 :])


def cross(one, other) -> bool:
    (ax, ay, bx, by), (cx, cy, dx, dy) = one, other
    det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if abs(det) < 1e-9:
        return False
    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / det
    u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / det
    return 0 < t < 1 and 0 < u < 1


def test_a_name_in_two_lines_has_room_for_both():
    dots = np.array([[400.0, 300, 6]])
    (one,), _ = named([Wanted(0, "The hall", 400, 300, 6, 6)], dots)
    (two,), after = named([Wanted(0, "The\nhall", 400, 300, 6, 6)], dots)
    assert two.y > one.y and two.text == "The\nhall"
    left, top, right, bottom = after.boxes[0]
    assert bottom - top > 2 * SIZE and right - left < 2 * half_size("The hall", SIZE)[0] + SIZE


@pytest.mark.parametrize(
    "text", ["The Learning Trust", "Primary schools around Bright Futures Educational Trust", "Hall"]
)
def test_a_name_in_short_lines_says_all_of_it(text):
    assert broken(text, 2).replace("\n", " ") == text and len(broken(text, 2).split("\n")) <= 2
    lines = slim(text).split("\n")
    assert max(map(len, lines)) <= 1.6 * SLIM


def test_a_box_is_free_where_no_dot_is():
    room = room_for(np.array([[50.0, 50, 10]]), SIZE, FRAME)
    boxes = np.array([[63.0, 40, 80, 60], [59, 40, 80, 60], [0, 0, 20, 20], [-1, 0, 20, 20], [40, 40, 60, 60]])
    assert room.free(boxes).tolist() == [True, False, True, False, False]


def test_a_line_is_clear_that_passes_no_dot():
    room = room_for(np.array([[50.0, 50, 10]]), SIZE, FRAME)
    lines = np.array([[0.0, 50, 100, 50], [0, 64, 100, 64], [0, 61, 100, 61], [65, 0, 65, 100]])
    assert room.clear(lines).tolist() == [False, True, False, True]


@pytest.mark.parametrize("seed", range(3))
def test_middles_on_a_grid_are_free(seed):
    room, half = room_for(crowd(200, seed), SIZE, FRAME), np.array([40.0, 12.0])
    found = room.middles(half, np.array([100.0, 100]), np.array([700.0, 500]), 3)
    assert (
        len(found) > 10
        and room.free(np.concatenate([found - half, found + half], axis=1) + [1e-6, 1e-6, -1e-6, -1e-6]).all()
    )


def islands(seed: int, count: int = 10) -> tuple[list[Wanted], np.ndarray]:
    """Groups of five dots, in rows, among some that belong to nobody."""
    rng = np.random.default_rng(seed)
    found, dots = [], [crowd(40, seed)]
    for n in range(count):
        x, y = 90 + 150 * (n % 5) + rng.random() * 20, 170 + 220 * (n // 5) + rng.random() * 30
        those = np.column_stack([x + rng.random(5) * 50, y + rng.random(5) * 40, np.full(5, 5.0)])
        dots.append(those)
        low, high = (those[:, :2] - 5).min(axis=0), (those[:, :2] + 5).max(axis=0)
        forms = folded(f"Schools around The Learning Trust {n}")
        members = those + [0, 0, 4]
        found.append(Wanted(n, forms[0], *((low + high) / 2), *((high - low) / 2), forms=forms, members=members))
    return found, np.concatenate(dots)


@pytest.mark.parametrize("seed", range(6))
def test_every_island_is_named_where_names_can_move_for_each_other(seed):
    those, dots = islands(seed)
    found, taken = named(those, dots, 10, move=True)
    assert sorted(it.key for it in found) == list(range(10))
    assert {it.text.replace("\n", " ") for it in found} == {f"Schools around The Learning Trust {n}" for n in range(10)}
    low, high = np.array(taken.boxes)[:, :2], np.array(taken.boxes)[:, 2:]
    away = np.hypot(*(np.clip(dots[:, None, :2], low, high) - dots[:, None, :2]).transpose(2, 0, 1))
    assert (away >= dots[:, None, 2]).all()
    for number, (one, two) in enumerate(zip(low, high, strict=True)):
        touching = ((low < two) & (high > one)).all(axis=1)
        assert touching.sum() == 1 and touching[number]
        for leader in taken.leaders:
            line = np.column_stack([np.linspace(leader[at], leader[at + 2], 100) for at in (0, 1)])
            assert ((line > one + 3) & (line < two - 3)).all(axis=1).sum() == 0


def test_the_leader_of_an_island_begins_at_its_land():
    members = np.array([[400.0, 300, 9], [440, 300, 9]])
    land = Wanted(0, "Schools", 420, 300, 25, 5, members=members)
    # All that is near is taken.
    taken = Taken(((330.0, 250.0, 510.0, 350.0),))
    (it,), _ = named([land], members - [0, 0, 4], move=True, taken=Taken())
    assert it.leader is None
    (it,), _ = named(
        [land], members - [0, 0, 4], move=True, taken=Taken(((395.0, 230.0, 800.0, 600.0), (0.0, 280.0, 380.0, 600.0)))
    )
    assert it.leader is not None
    away = np.hypot(*(members[:, :2] - it.leader[:2]).T)
    assert abs(away.min() - 9) < 0.2
    assert named([land], members - [0, 0, 4], move=True, taken=taken)[0] == []


def test_alone_a_dot_has_its_name_below_without_a_leader():
    (it,), _ = named([Wanted(0, "Hall", 400, 300, 6, 6)], np.array([[400.0, 300, 6]]))
    assert it.x == 400 and it.y > 306 and it.leader is None


def test_what_should_stand_above_does():
    land = Wanted(0, "Schools", 400, 300, 50, 30, members=np.array([[400.0, 300, 30]]), above=True)
    (it,), _ = named([land], np.zeros((0, 3)), move=True)
    assert it.y < 270


def test_in_a_crowd_the_name_stands_off_and_a_line_leads_to_it():
    ring = np.array([[400 + 22 * np.cos(a), 300 + 22 * np.sin(a), 8] for a in np.arange(0, 2 * np.pi, 1.2)])
    dots = np.vstack([[400, 300, 6], ring])
    (it,), _ = named([Wanted(0, "Hall", 400, 300, 6, 6)], dots)
    x1, y1, x2, y2 = it.leader
    assert abs(np.hypot(x1 - 400, y1 - 300) - 6) < 0.2
    left, top, right, bottom = box(it)
    assert left - 0.2 <= x2 <= right + 0.2 and top - 0.2 <= y2 <= bottom + 0.2
    assert np.hypot(x2 - x1, y2 - y1) > NEAR * SIZE


def test_where_there_is_no_room_nothing_is_named():
    x, y = np.meshgrid(np.arange(0, 801, 12.0), np.arange(0, 601, 12.0))
    dots = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, 7.0)])
    found, taken = named(wanted(dots), dots, 12)
    assert (found, taken) == ([], Taken())


def test_boxes_that_are_taken_stay_free():
    taken = Taken(((300.0, 306.0, 500.0, 600.0),))
    (it,), after = named([Wanted(0, "Hall", 400, 300, 6, 6)], np.array([[400.0, 300, 6]]), taken=taken)
    assert it.y < 300 and after.boxes[0] == taken.boxes[0] and len(after.boxes) == 2
