"""The dates of a listing stand in its schedule only; its occurrences say when they are over."""

import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0008_schedules_of_listings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="occurrence",
            name="until_at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="occurrence",
            name="original",
            field=models.CharField(max_length=40),
        ),
        migrations.RemoveConstraint(
            model_name="listing",
            name="listing_ends_after_start",
        ),
        migrations.RemoveConstraint(
            model_name="listing",
            name="listing_that_repeats_starts",
        ),
        # The columns stay for now: processes of the version before read them until they are replaced. A later version
        # drops them. What is written from here on leaves them empty.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE listings_listing ALTER COLUMN repeats SET DEFAULT ''",
                    "ALTER TABLE listings_listing ALTER COLUMN repeats DROP DEFAULT",
                ),
            ],
            state_operations=[
                migrations.RemoveField(model_name="listing", name="ends_at"),
                migrations.RemoveField(model_name="listing", name="repeats"),
                migrations.RemoveField(model_name="listing", name="repeats_until"),
                migrations.RemoveField(model_name="listing", name="starts_at"),
            ],
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.UniqueConstraint(fields=("listing", "original"), name="occurrence_of_original_once"),
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__gt", models.F("starts_at"))), name="occurrence_over_after_start"
            ),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="period",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("starts_at"), models.F("until_at"), function="tstzrange"),
                output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                fields=["listing", "starts_at"], include=("until_at", "status"), name="occurrence_of_listing"
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=django.contrib.postgres.indexes.SpGistIndex(fields=["period"], name="occurrence_period"),
        ),
    ]
