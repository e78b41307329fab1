"""A map as one file tells no more than the pages do."""

import pytest
from django.contrib.gis.geos import Point

from mapping.maps.builder import build_map
from mapping.models import PUBLIC, LocationPrecision
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db


def test_a_single_file_keeps_the_address_of_a_sensitive_node(place, settings, tmp_path):
    settings.BASEMAP_ROOT = tmp_path
    NodeFactory(
        name="Refuge",
        location=Point(-2.32123, 53.42456, srid=4326),
        location_precision=LocationPrecision.AREA,
        address="7 Secret Street",
        postcode="M32 0TH",
    )
    text = build_map(place, viewer=PUBLIC, offline=True).single_file()
    assert "Refuge" in text
    assert "Secret Street" not in text and "0TH" not in text and "53.42456" not in text
