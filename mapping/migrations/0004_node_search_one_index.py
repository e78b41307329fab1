"""Words and categories in one index."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mapping", "0003_node_category_ids")]

    operations = [
        migrations.RemoveIndex(model_name="node", name="node_categories"),
        migrations.RemoveIndex(model_name="node", name="node_search"),
        migrations.AddIndex(
            model_name="node",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_vector", "category_ids"], name="node_search"
            ),
        ),
    ]
