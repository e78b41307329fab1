"""Names as they are compared, and streets, by how they begin."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


def plain(field: str) -> models.Func:
    return models.Func(models.F(field), function="mapping_plain_name", output_field=models.TextField())


class Migration(migrations.Migration):
    # So that nobody has to wait for them.
    atomic = False

    dependencies = [("mapping", "0037_plain_names")]

    operations = [
        AddIndexConcurrently(
            model_name="node",
            index=GinIndex(OpClass(plain("name"), name="gin_trgm_ops"), name="node_plain_trigram"),
        ),
        AddIndexConcurrently(
            model_name="node",
            index=models.Index(
                models.F("place"), OpClass(plain("name"), name="text_pattern_ops"), name="node_place_plain"
            ),
        ),
        RemoveIndexConcurrently(model_name="node", name="node_name_trigram"),
        AddIndexConcurrently(
            model_name="gazetteerentry",
            index=models.Index(OpClass(plain("name"), name="text_pattern_ops"), name="gazetteer_plain"),
        ),
        RemoveIndexConcurrently(model_name="gazetteerentry", name="gazetteer_name"),
        AddIndexConcurrently(
            model_name="street",
            index=models.Index(OpClass(models.F("key"), name="text_pattern_ops"), name="street_begins"),
        ),
        RemoveIndexConcurrently(model_name="street", name="street_key"),
        # Of names as they are compared nothing is known before: without it the planner would not take the indexes.
        migrations.RunSQL("ANALYZE mapping_node, mapping_gazetteerentry, mapping_street", migrations.RunSQL.noop),
    ]
