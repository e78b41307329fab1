"""The packed network: what is read back, by a decoder written from docs/network.md alone, is what was packed."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import packed
from mapping.graph.packed import Picture, identities, pack, part_of
from mapping.graph.snapshot import ALWAYS_FROM, ALWAYS_TO, Snapshot, Texts


def snapshot_of(size, ties, *, seed=1):
    rng = np.random.default_rng(seed)
    pairs = np.asarray(ties, dtype=np.int64).reshape(-1, 2)
    count = len(pairs)
    spans = [[(ALWAYS_FROM, ALWAYS_TO)], [(15000, 15400)], [(14000, ALWAYS_TO), (17000, 17500)], [(ALWAYS_FROM, -40)]]
    held = [spans[it] for it in rng.integers(0, 4, count)]
    point = rng.normal(size=(size, 2)) * 0.02 + [-2.3, 53.4]
    point[1::7] = np.nan
    point[2::11] = [139.7, 35.7]
    return Snapshot(
        ids=np.arange(size) * 3 + 1,
        uuids=rng.integers(0, 256, size=(size, 16)).astype(np.uint8),
        names=Texts.of([f"Hall {n} – ħ" for n in range(size)]),
        kind=rng.integers(0, 2, size).astype(np.int8),
        category=rng.integers(-1, 3, size).astype(np.int16),
        place=np.ones(size, dtype=np.int64),
        point=point,
        tags=np.zeros(0, dtype=np.int32),
        tag_starts=np.zeros(size + 1, dtype=np.int64),
        connections=np.arange(count) * 2 + 5,
        source=pairs[:, 0].astype(np.int32),
        target=pairs[:, 1].astype(np.int32),
        type=rng.integers(0, 2, count).astype(np.int16),
        support=rng.integers(1, 400, count).astype(np.int32),
        strength=rng.uniform(1, 5, count).astype(np.float32),
        mutual=rng.random(count) < 0.3,
        derived=rng.random(count) < 0.3,
        disputed=rng.random(count) < 0.3,
        spans=np.array([span for it in held for span in it], dtype=np.int32).reshape(-1, 2),
        span_starts=np.cumsum([0, *(len(it) for it in held)]),
        tables={
            "place": "sale",
            "name": "Sale",
            "revision": 7,
            "viewers": "public",
            "kinds": ["organisation", "asset"],
            "categories": [{"slug": f"c{n}", "name": f"C{n}", "group": "g", "capital": "social"} for n in range(3)],
            "types": [{"slug": "funds", "directed": True}, {"slug": "near", "directed": False}],
        },
    )


def picture_of(snapshot, seed=1):
    rng = np.random.default_rng(seed)
    size = snapshot.size
    constraint = rng.random(size)
    constraint[::4] = np.nan
    return Picture(
        positions=rng.normal(size=(size, 2)) * 400,
        groups=rng.integers(-1, 4, size),
        group_labels=["a", "b", "c", "d"],
        colour=rng.integers(0, 3, size),
        colours=[{"slug": slug, "label": slug.title()} for slug in ("food", "faith", "other")],
        home=rng.integers(0, 2, size),
        places=[{"slug": "sale", "label": "Sale"}, {"slug": "", "label": ""}],
        kinds=[{"slug": "organisation", "label": "Organisation"}, {"slug": "asset", "label": "Place"}],
        measures={
            "connections": rng.integers(0, 900, size).astype(float),
            "betweenness": rng.random(size) ** 4,
            "constraint": constraint,
        },
    )


class Reader:
    """The format, read byte by byte."""

    def __init__(self, data):
        assert data[:4] == b"HBN1"
        (length,) = struct.unpack("<I", data[4:8])
        self.header = json.loads(data[8 : 8 + length])
        self.arrays = {}
        at = 8 + length
        for name, kind, count, size in self.header["arrays"]:
            read = self._varints if kind == "varint" else self._planes
            self.arrays[name] = read(data[at : at + size], kind, count)
            at += size
        assert at == len(data)

    def _varints(self, data, kind, count):
        values, value, shift = [], 0, 0
        for byte in data:
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                values.append(value)
                value, shift = 0, 0
        assert len(values) == count
        return values

    def _planes(self, data, kind, count):
        code = {"u8": "B", "u16": "H", "u32": "I", "i32": "i", "f64": "d"}[kind]
        wide = struct.calcsize("<" + code)
        rows = [bytes(data[plane * count + i] for plane in range(wide)) for i in range(count)]
        return [struct.unpack("<" + code, row)[0] for row in rows]

    def texts(self):
        blob, found, at = bytes(self.arrays["names"]), [], 0
        for length in self.arrays["name_lengths"]:
            found.append(blob[at : at + length].decode())
            at += length
        return found

    def connections(self):
        """Source, target, type, strength, support, derived, mutual, disputed, intervals of every connection."""
        steps, spans = iter(self.arrays["steps"]), iter(self.arrays["spans"])
        held = iter(zip(self.arrays["span_from"], self.arrays["span_to"], strict=True))
        rest = zip(*(self.arrays[it] for it in ("type", "strength", "support", "flags")), strict=True)
        for node, begins in enumerate(self.arrays["begins"]):
            target = node
            for number in range(begins):
                step = next(steps)
                target += step if number else (step // 2 if step % 2 == 0 else -(step + 1) // 2)
                kind, strength, support, flags = next(rest)
                intervals = [next(held) for _ in range(next(spans))] or [(ALWAYS_FROM, ALWAYS_TO)]
                yield node, target, kind, strength, support, flags & 1, flags >> 1 & 1, flags >> 2 & 1, tuple(intervals)


def expected_connections(snapshot, order):
    number = {int(node): index for index, node in enumerate(order)}
    for i in range(len(snapshot.source)):
        spans = snapshot.spans[snapshot.span_starts[i] : snapshot.span_starts[i + 1]]
        yield (
            number[int(snapshot.source[i])],
            number[int(snapshot.target[i])],
            int(snapshot.type[i]),
            int(np.clip(np.round(snapshot.strength[i]), 1, 5)),
            min(int(snapshot.support[i]), 255),
            int(snapshot.derived[i]),
            int(snapshot.mutual[i]),
            int(snapshot.disputed[i]),
            tuple((int(a), int(b)) for a, b in spans),
        )


TIES = st.lists(st.tuples(st.integers(0, 299), st.integers(0, 299)), max_size=120)


@given(TIES, st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_the_connections_come_back(ties, seed):
    snapshot = snapshot_of(300, ties, seed=seed)
    picture = picture_of(snapshot, seed)
    read = Reader(pack(snapshot, picture))
    found = sorted(read.connections())
    assert found == sorted(expected_connections(snapshot, picture.order))


def test_the_nodes_come_back():
    snapshot = snapshot_of(40, [(0, 1)])
    picture = picture_of(snapshot)
    read = Reader(pack(snapshot, picture))
    order = picture.order.tolist()
    arrays = read.arrays
    assert sorted(order) == list(range(40))
    assert read.texts() == [snapshot.names[i] for i in order]
    assert "uuids" not in arrays and "named" not in arrays
    part = Reader(identities(snapshot, picture, first=0))
    assert bytes(part.arrays["uuids"]) == snapshot.uuids[order].tobytes() and part.texts() == read.texts()
    assert arrays["kind"] == snapshot.kind[order].tolist()
    assert [it - 1 for it in arrays["community"]] == picture.groups[order].tolist()
    assert [it - 1 for it in arrays["category"]] == snapshot.category[order].tolist()
    assert arrays["colour"] == picture.colour[order].tolist()
    assert arrays["home"] == picture.home[order].tolist()
    assert read.header["tables"]["communities"][0] == {
        "label": "a",
        "size": int((picture.groups == 0).sum()),
        "does": "a",
    }


def test_positions_come_back_to_a_65535th():
    snapshot = snapshot_of(40, [(0, 1)])
    picture = picture_of(snapshot)
    read = Reader(pack(snapshot, picture))
    placed = picture.positions[picture.order] - picture.positions.min(axis=0)
    for axis, (name, extent) in enumerate((("x", "width"), ("y", "height"))):
        back = np.array(read.arrays[name]) / 65535 * read.header[extent]
        assert np.abs(back - placed[:, axis]).max() <= read.header[extent] / 65535 + 0.01


def test_the_ground_comes_back_within_a_metre_and_what_is_far_away_exactly():
    snapshot = snapshot_of(80, [(0, 1)])
    picture = picture_of(snapshot)
    read = Reader(pack(snapshot, picture))
    box, far, checked = read.header["ground"], 0, set()
    for i, node in enumerate(picture.order.tolist()):
        lon, lat = snapshot.point[node].tolist()
        x, y = read.arrays["ground_x"][i], read.arrays["ground_y"][i]
        if x == packed.NO_POINT:
            assert np.isnan(lon)
            checked.add("none")
        elif x == packed.FAR:
            assert (read.arrays["far_lon"][far], read.arrays["far_lat"][far]) == (lon, lat)
            far += 1
            checked.add("far")
        else:
            assert abs(box["west"] + x / 65533 * (box["east"] - box["west"]) - lon) < 1e-5
            assert abs(box["north"] - y / 65533 * (box["north"] - box["south"]) - lat) < 1e-5
            checked.add("near")
    assert checked == {"none", "far", "near"}


def test_measures_come_back_to_half_a_percent_of_the_largest():
    snapshot = snapshot_of(60, [(0, 1)])
    picture = picture_of(snapshot)
    read = Reader(pack(snapshot, picture))
    told = {it["key"]: it for it in read.header["measures"]}
    assert list(told) == ["connections", "betweenness", "constraint"]
    assert read.arrays["measure_connections"] == picture.measures["connections"][picture.order].tolist()
    for key in ("betweenness", "constraint"):
        real = picture.measures[key][picture.order]
        steps = np.array(read.arrays[f"measure_{key}"], dtype=float)
        assert (np.isnan(real) == (steps == packed.UNKNOWN)).all()
        known = ~np.isnan(real)
        back = (steps[known] / 254) ** 2 * told[key]["most"]
        assert np.abs(back - real[known]).max() <= 0.005 * told[key]["most"]


def test_neighbours_in_the_picture_are_sent_side_by_side():
    snapshot = snapshot_of(500, [(0, 1)])
    picture = picture_of(snapshot)
    groups = picture.groups[picture.order]
    assert (np.diff(groups) >= 0).all()
    inside = np.diff(groups) == 0
    near = np.hypot(*np.diff(picture.positions[picture.order], axis=0)[inside].T).mean()
    assert near < 0.5 * np.hypot(*np.diff(picture.positions, axis=0).T).mean()


def test_of_a_large_network_the_best_connected_are_named_and_the_rest_comes_in_parts(monkeypatch):
    monkeypatch.setattr(packed, "WITH_NAMES", 20)
    monkeypatch.setattr(packed, "NAMED", 5)
    monkeypatch.setattr(packed, "PART", 16)
    snapshot = snapshot_of(40, [(0, 1)])
    picture = picture_of(snapshot)
    read = Reader(pack(snapshot, picture))
    assert "uuids" not in read.arrays
    best = set(np.argsort(-picture.measures["connections"], kind="stable")[:5].tolist())
    assert {int(picture.order[i]) for i in read.arrays["named"]} == best
    assert read.texts() == [snapshot.names[int(picture.order[i])] for i in read.arrays["named"]]
    names = []
    for first in (0, 16, 32):
        part = Reader(identities(snapshot, picture, first=first))
        assert part.header["stamp"] == read.header["stamp"]
        assert part.header["first"] == len(names)
        names += part.texts()
    assert names == [snapshot.names[i] for i in picture.order.tolist()]
    last = int(picture.order[39])
    assert part_of(snapshot, picture, snapshot.uuids[last].tobytes()) == 32


@pytest.mark.parametrize("first", [-4096, 1, 4096])
def test_a_part_that_is_not_there_is_an_error(first):
    snapshot = snapshot_of(4, [(0, 1)])
    with pytest.raises(IndexError):
        identities(snapshot, picture_of(snapshot), first=first)


def test_a_network_without_anything_can_be_packed():
    snapshot = snapshot_of(0, [])
    read = Reader(pack(snapshot, picture_of(snapshot)))
    assert (read.header["n"], read.header["m"], list(read.connections())) == (0, 0, [])


def test_five_thousand_nodes_with_their_names_and_connections_fit_in_two_hundred_kilobytes():
    import brotli

    from mapping.graph.network import Network
    from mapping.graph.positions import positions

    rng = np.random.default_rng(8)
    group = np.sort(rng.integers(0, 30, 5000))
    ends = rng.integers(0, 5000, size=(26_000, 2))
    inside = rng.random(26_000) < 0.8
    start, count = np.searchsorted(group, np.arange(30)), np.bincount(group, minlength=30)
    near = group[ends[:, 0]]
    ends[inside, 1] = start[near[inside]] + ends[inside, 1] % count[near[inside]]
    ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)[:25_000]
    snapshot = snapshot_of(5000, ends)
    assert len(snapshot.source) == 25_000
    network = Network.of(5000, ends)
    picture = picture_of(snapshot)
    places = positions(network, groups=group, coordinates=snapshot.metres)
    fields = {**vars(picture), "positions": places, "groups": group, "group_labels": ["x"] * 30}
    fields.pop("order", None)
    data = pack(snapshot, Picture(**fields))
    assert len(brotli.compress(data, quality=9)) <= 200_000
