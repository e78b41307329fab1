"""Opening hours as an expression and intervals of time. The rows of an ordinary week step aside (see 0013, 0014)."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import mapping.models.place


class Migration(migrations.Migration):
    dependencies = [("mapping", "0011_place_nation")]

    operations = [
        migrations.AlterField(
            model_name="node",
            name="hours_text",
            field=models.CharField(blank=True, help_text="When it is open, as its source says it.", max_length=2000),
        ),
        # By name only: the table stays where it is for whatever reads it still.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel(old_name="OpeningHours", new_name="OrdinaryWeek"),
                migrations.AlterModelTable(name="OrdinaryWeek", table="mapping_openinghours"),
            ]
        ),
        migrations.AlterField(
            model_name="ordinaryweek",
            name="node",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="ordinary_week", to="mapping.node"
            ),
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                (
                    "node",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="opening_hours",
                        serialize=False,
                        to="mapping.node",
                    ),
                ),
                (
                    "expression",
                    models.TextField(
                        blank=True,
                        help_text="OpenStreetMap's opening_hours notation, such as Mo-Fr 09:00-17:00; PH off.",
                    ),
                ),
                (
                    "not_understood",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        help_text="What the text says about time and the expression does not.",
                        size=None,
                    ),
                ),
                (
                    "questions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        help_text="For a steward to answer.",
                        size=None,
                    ),
                ),
                (
                    "by_hand",
                    models.BooleanField(
                        default=False,
                        help_text="Somebody wrote or checked the expression: an import does not replace it.",
                    ),
                ),
                (
                    "nation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("england", "England"),
                            ("wales", "Wales"),
                            ("scotland", "Scotland"),
                            ("northern-ireland", "Northern Ireland"),
                            ("", "Not known, or several"),
                        ],
                        default="",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "timezone",
                    models.CharField(default=mapping.models.place.default_timezone, editable=False, max_length=64),
                ),
                ("filled_until", models.DateField(blank=True, editable=False, null=True)),
            ],
            options={
                "db_table": "mapping_opening_hours",
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "ordering": ["node__name", "node_id"],
                "indexes": [models.Index(fields=["filled_until"], name="hours_filled_until")],
            },
        ),
        migrations.CreateModel(
            name="OpeningInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("perhaps", "Perhaps open")], default="open", max_length=8
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_intervals",
                        to="mapping.node",
                    ),
                ),
            ],
            options={"ordering": ["period"]},
        ),
        migrations.AddIndex(
            model_name="openinginterval",
            index=models.Index(
                models.F("node"),
                models.F("period__endswith"),
                models.F("period__startswith"),
                models.F("state"),
                name="opening_of_node",
            ),
        ),
        migrations.AddIndex(
            model_name="openinginterval",
            index=django.contrib.postgres.indexes.SpGistIndex(fields=["period"], name="opening_period"),
        ),
        migrations.AddConstraint(
            model_name="openinginterval",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "perhaps"])), name="opening_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="openinginterval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period__isempty", False), ("period__lower_inf", False), ("period__upper_inf", False)
                ),
                name="opening_period_bounded",
            ),
        ),
    ]
