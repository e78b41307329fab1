"""When a node is over, and what can be filtered by: features, audiences, languages, ages, hire."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0023_words_follow_precision"),
    ]

    operations = [
        migrations.AddField(
            model_name="node",
            name="audiences",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=30),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="node",
            name="capacity",
            field=models.PositiveIntegerField(blank=True, help_text="How many people it holds.", null=True),
        ),
        migrations.AddField(
            model_name="node",
            name="features",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=30),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="node",
            name="hire_booking",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="node",
            name="hire_rate",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="node",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="node",
            name="max_age",
            field=models.PositiveSmallIntegerField(blank=True, help_text="In years.", null=True),
        ),
        migrations.AddField(
            model_name="node",
            name="min_age",
            field=models.PositiveSmallIntegerField(blank=True, help_text="In years.", null=True),
        ),
        migrations.AddField(
            model_name="node",
            name="over_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="node",
            index=models.Index(
                condition=models.Q(("over_at__isnull", False)), fields=["over_at", "place"], name="node_over"
            ),
        ),
        migrations.AddIndex(
            model_name="node",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["features", "audiences", "languages"], name="node_features"
            ),
        ),
        migrations.AddConstraint(
            model_name="node",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("min_age__isnull", True),
                    ("max_age__isnull", True),
                    ("max_age__gte", models.F("min_age")),
                    _connector="OR",
                ),
                name="node_ages_in_order",
            ),
        ),
    ]
