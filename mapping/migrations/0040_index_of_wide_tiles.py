"""An index that holds all that a wide tile counts: its rows need not be read."""

from django.contrib.postgres.indexes import GistIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # So that nobody has to wait for it.
    atomic = False

    dependencies = [("mapping", "0039_more_page_changes")]

    operations = [
        AddIndexConcurrently(
            model_name="node",
            index=GistIndex(
                models.Func(
                    models.F("point_3857"), template="(%(expressions)s::point)", output_field=models.TextField()
                ),
                name="node_of_wide_tiles",
                include=["id", "kind", "category", "place", "over_at", "point_3857"],
                condition=models.Q(state="live", visibility="public"),
            ),
        ),
    ]
