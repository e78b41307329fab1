"""An index of what lasts more than a day: calendars ask for these alone."""

import datetime

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.lookups import GreaterThan


class Migration(migrations.Migration):
    # So that nobody has to wait for it.
    atomic = False

    dependencies = [
        ("listings", "0010_feed_preview"),
        ("mapping", "0025_over_touched"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="occurrence",
            index=models.Index(
                fields=["starts_at"],
                condition=models.Q(
                    GreaterThan(models.F("until_at") - models.F("starts_at"), models.Value(datetime.timedelta(days=1)))
                ),
                name="occurrence_long",
            ),
        ),
    ]
