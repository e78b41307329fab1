"""Who confirmed a record last, and since when nobody has answered whether it still holds.

Both columns have a constant default, so no row is written. The rows that are there are checked by the next migration,
while others read and write.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

WHO = [
    ("group", "the group"),
    ("poster", "whoever posted it"),
    ("steward", "a steward"),
    ("feed", "its calendar"),
    ("source", "its source"),
    ("neighbour", "a neighbour"),
    ("", "nobody said who"),
]


class Migration(migrations.Migration):
    dependencies = [("mapping", "0026_import_watches_facts")]
    operations = [
        migrations.AddField(
            "node",
            "confirmed_by",
            models.CharField(blank=True, choices=WHO, db_default="", default="", max_length=10),
        ),
        migrations.AddField("node", "fading_since", models.DateTimeField(blank=True, editable=False, null=True)),
        AddConstraintNotValid(
            "node",
            models.CheckConstraint(
                condition=Q(confirmed_by__in=[value for value, _ in WHO]), name="node_confirmed_by_known"
            ),
        ),
        migrations.AddIndex(
            "node",
            models.Index(condition=Q(fading_since__isnull=False), fields=["place", "fading_since"], name="node_fading"),
        ),
    ]
