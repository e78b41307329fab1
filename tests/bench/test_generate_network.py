"""The made-up network: the same for the same seed, of the size that was asked for, in arrays and in a database."""

import numpy as np
import pytest

from bench import generate, generate_network
from mapping.models import PUBLIC, Connection, Place, Statement
from mapping.network import snapshots


def test_the_same_seed_gives_the_same_network():
    one, again, other = (generate_network.snapshot(200, 900, seed) for seed in (1, 1, 2))
    assert one.source.tolist() == again.source.tolist()
    assert one.source.tolist() != other.source.tolist()


def test_it_has_as_many_different_connections_as_asked_for():
    made = generate_network.snapshot(300, 1500)
    pairs = set(zip(made.source.tolist(), made.target.tolist(), strict=True))
    assert len(pairs) == 1500
    assert all(one != other for one, other in pairs)


def test_a_few_have_many_and_most_lie_near():
    made = generate_network.snapshot(2000, 8000)
    degree = np.sort(np.bincount(np.concatenate([made.source, made.target]), minlength=2000))
    assert degree[-20:].sum() > 5 * 20 * degree.mean()
    far = np.hypot(*(made.metres[made.source] - made.metres[made.target]).T)
    anywhere = np.hypot(*(made.metres[made.source] - np.roll(made.metres[made.target], 7, axis=0)).T)
    assert np.median(far) < 0.5 * np.median(anywhere)


@pytest.mark.django_db
def test_in_a_database_it_is_a_network_that_everybody_sees(settings, tmp_path):
    settings.SNAPSHOT_ROOT = tmp_path
    generate.generate(200, country=generate.TOWN)
    generate_network.connect(400)
    assert Connection.objects.count() == 400
    assert 400 < Statement.objects.count() < 500
    found = snapshots.read(Place.objects.get(slug="bench"), PUBLIC)
    assert 300 < len(found.source) <= 400
    assert (found.spans[:, 0] > 0).any()
