"""An index of the audit by place: stewards read it a page at a time, however long it is."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # So that nobody has to wait for it.
    atomic = False

    dependencies = [
        ("mapping", "0029_freshness"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["place", "-at", "-id"], name="audit_of_place"),
        ),
    ]
