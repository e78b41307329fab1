"""What is GeoJSON as others read it."""

import shapely.geometry


def valid(collection) -> None:
    """RFC 7946: members, positions in range and order, rings closed and counter-clockwise."""
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    for feature in collection["features"]:
        assert set(feature) >= {"type", "id", "geometry", "properties"}
        if feature["geometry"] is None:
            continue
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.geom_type != "MultiPolygon" or shape.is_valid
        west, south, east, north = shape.bounds
        assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        for polygon in getattr(shape, "geoms", ()):
            assert polygon.exterior.is_ccw
