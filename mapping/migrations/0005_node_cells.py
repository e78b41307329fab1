"""The square of ground that a node is on, in the index of words and categories (see docs/adr/0008)."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


# Squares of 2,048 m of EPSG:3857; column and row in one number, which `mapping.search.geometry.cells_of` makes too. The body is parsed
# when it is made (no quotes), so that it means the same while a dump is restored with an empty search path.
CELLS = """
CREATE FUNCTION mapping_cells(point geometry) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY[floor(ST_X(point) / 2048)::integer * 65536 + (floor(ST_Y(point) / 2048)::integer & 65535)]
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0004_node_search_one_index"),
    ]

    operations = [
        migrations.RunSQL(CELLS, "DROP FUNCTION mapping_cells(geometry)"),
        migrations.RemoveIndex(
            model_name="node",
            name="node_search",
        ),
        migrations.AddField(
            model_name="node",
            name="cells",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.Func(
                        models.Case(
                            models.When(
                                models.Q(
                                    ("location_precision", "exact"),
                                    ("location_precision", models.F("location_source")),
                                    _connector="OR",
                                ),
                                then=models.F("location"),
                            ),
                            models.When(
                                location_precision="street",
                                then=models.Func(
                                    models.F("location"),
                                    models.Value(0.0005),
                                    function="ST_SnapToGrid",
                                    output_field=django.contrib.gis.db.models.fields.PointField(srid=4326),
                                ),
                            ),
                            models.When(
                                location_precision="postcode",
                                then=models.Func(
                                    models.F("location"),
                                    models.Value(0.002),
                                    function="ST_SnapToGrid",
                                    output_field=django.contrib.gis.db.models.fields.PointField(srid=4326),
                                ),
                            ),
                            default=models.Func(
                                models.F("location"),
                                models.Value(0.01),
                                function="ST_SnapToGrid",
                                output_field=django.contrib.gis.db.models.fields.PointField(srid=4326),
                            ),
                            output_field=django.contrib.gis.db.models.fields.PointField(srid=4326),
                        ),
                        models.Value(3857),
                        function="ST_Transform",
                        output_field=django.contrib.gis.db.models.fields.PointField(srid=3857),
                    ),
                    function="mapping_cells",
                ),
                output_field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.IntegerField(), null=True, size=None
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="node",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_vector", "category_ids", "cells"], name="node_search"
            ),
        ),
    ]
