"""The packed network, unpacked in a browser, is the snapshot; and a glide arrives, or fades, or is taken over."""

import uuid

import numpy as np
import pytest

from mapping.models import PUBLIC
from mapping.network import browser_data, snapshots

LOAD = """async (url) => {
    const {load} = await import("hb/network/data");
    const data = await load(url);
    const plain = (it) => ArrayBuffer.isView(it) ? Array.from(it, (v) => Number.isNaN(v) ? null : v) : it;
    const told = Object.fromEntries(Object.entries(data).filter(([, it]) => typeof it !== "function")
        .map(([key, it]) => [key, plain(it)]));
    told.measures = Object.fromEntries(Object.entries(data.measures).map(([key, it]) => [key, plain(it)]));
    told.names = Array.from({length: data.n}, (_, i) => data.name(i));
    await data.identify(Array.from({length: data.n}, (_, i) => i));
    told.uuids = Array.from({length: data.n}, (_, i) => data.uuid(i));
    told.found = await data.find(told.uuids[2]);
    told.nobody = await data.find("00000000-0000-4000-8000-000000000000");
    return told;
}"""


@pytest.fixture
def page(visit, neighbourhood):
    return visit().go("/trafford/map/")


def test_what_the_browser_unpacks_is_the_snapshot(page, neighbourhood):
    told = page.evaluate(LOAD, f"/network/{neighbourhood.revision_token}/graph.bin")
    snapshot = snapshots.load(neighbourhood, PUBLIC)
    picture = browser_data.picture(snapshot).get()
    order = picture.order.tolist()
    assert told["n"] == snapshot.size == 4
    assert told["names"] == [snapshot.names[i] for i in order]
    assert told["uuids"] == [str(uuid.UUID(bytes=snapshot.uuids[i].tobytes())) for i in order]
    assert (told["found"], told["nobody"]) == (2, -1)
    place = {node: index for index, node in enumerate(order)}
    pairs = {(place[int(a)], place[int(b)]) for a, b in zip(snapshot.source, snapshot.target, strict=True)}
    assert set(zip(told["source"], told["target"], strict=True)) == pairs
    assert {told["tables"]["types"][it]["slug"] for it in told["type"]} == {"funds"}
    assert np.allclose(np.column_stack([told["lon"], told["lat"]]), snapshot.point[order], atol=1e-5)
    drawn = picture.positions[order] - picture.positions.min(axis=0)
    assert np.allclose(np.column_stack([told["x"], told["y"]]), drawn, atol=0.05)
    assert told["measures"]["connections"] == [float(it) for it in picture.measures["connections"][order]]
    assert told["spanStart"] == list(range(len(pairs) + 1))
    assert told["community"] == picture.groups[order].tolist()
    assert told["tables"]["place"] == "trafford"
    # On the ground: east is right, north is up (the council lies far from the others, and so outside the picture).
    for degrees, drawn_at, way in (("lon", "groundX", 1), ("lat", "groundY", -1)):
        east, right = np.array(told[degrees]), np.array(told[drawn_at]) * way
        assert (np.argsort(east, kind="stable") == np.argsort(right, kind="stable")).all()
    groups = [i for i, name in enumerate(told["names"]) if name != "Trafford Council"]
    assert all(-0.1 <= told["groundX"][i] <= told["width"] + 0.1 for i in groups)
    assert all(-0.1 <= told["groundY"][i] <= told["height"] + 0.1 for i in groups)


def test_names_that_are_left_out_are_fetched_when_asked_for(page, neighbourhood, monkeypatch):
    from mapping.graph import packed

    monkeypatch.setattr(packed, "WITH_NAMES", 0)
    monkeypatch.setattr(packed, "NAMED", 1)
    told = page.evaluate(LOAD, f"/network/{neighbourhood.revision_token}/graph.bin")
    assert [it for it in told["names"] if it] == ["Trafford Council"]
    assert all(told["uuids"])
    assert (told["found"], told["nobody"]) == (2, -1)


@pytest.mark.parametrize(("ahead", "told"), [(-1, ""), (50, "The network: 404")])
def test_an_older_revision_gives_the_present_network_and_a_later_one_an_error(page, neighbourhood, ahead, told):
    slug, _, number = neighbourhood.revision_token.rpartition(".")
    said = page.evaluate(
        'async (url) => (await import("hb/network/data")).load(url).then(() => "", (error) => error.message)',
        f"/network/{slug}.{int(number) + ahead}/graph.bin",
    )
    assert said == told


@pytest.mark.parametrize("cut", [4, 100, -1])
def test_half_a_file_is_refused(page, neighbourhood, cut):
    said = page.evaluate(
        """async ([url, cut]) => {
            const {decode} = await import("hb/network/data");
            const whole = await (await fetch(url)).arrayBuffer();
            try { decode(whole.slice(0, cut)); return ""; } catch (error) { return error.name; }
        }""",
        [f"/network/{neighbourhood.revision_token}/graph.bin", cut],
    )
    assert said


def test_what_a_cache_has_cut_off_is_fetched_anew(page, neighbourhood):
    address = f"/network/{neighbourhood.revision_token}/graph.bin"
    asked = []

    def answer(route):
        asked.append(route.request.url)
        whole = route.fetch().body()
        route.fulfill(body=whole[:200] if len(asked) == 1 else whole)

    page.route("**/graph.bin", answer)
    assert page.evaluate('async (url) => (await (await import("hb/network/data")).load(url)).n', address) == 4
    assert len(asked) == 2


GLIDE = """async (wait) => {
    const {Glide} = await import("hb/map/glide");
    const seen = [];
    const glide = new Glide(2, (share, moving) => seen.push([glide.x[0], glide.fade, moving]));
    glide.set([0, 0], [0, 0]);
    const there = glide.to(Float32Array.of(10, 10), Float32Array.of(5, 5), 300);
    if (wait) { await new Promise((done) => setTimeout(done, 60)); glide.to(Float32Array.of(-4, 0), glide.y, 50); }
    return {arrived: await there, seen, x: glide.x[0], moving: glide.moving};
}"""


def test_a_glide_goes_all_the_way_and_says_when_it_is_there(page):
    told = page.evaluate(GLIDE, False)
    assert (told["arrived"], told["x"], told["moving"]) == (True, 10, False)
    on_the_way = [x for x, _, moving in told["seen"] if moving]
    assert on_the_way == sorted(on_the_way)
    assert [moving for *_, moving in told["seen"]][-1] is False
    assert {fade for _, fade, _ in told["seen"]} == {1}


def test_another_glide_takes_over(page):
    assert page.evaluate(GLIDE, True)["arrived"] is False


def test_who_wants_less_movement_sees_dots_fade_not_fly(page):
    page.emulate_media(reduced_motion="reduce")
    told = page.evaluate(GLIDE, False)
    assert told["arrived"] is True
    assert {x for x, *_ in told["seen"]} <= {0, 10}
    assert min(fade for _, fade, _ in told["seen"]) < 0.7
