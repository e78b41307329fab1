"""Schedules as rules with exceptions and changes, feeds, alerts."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import mapping.models.place
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0006_follow_venue_now"),
        ("mapping", "0024_over_and_features"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("question", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "frequency",
                    models.CharField(
                        choices=[("daily", "Every day"), ("weekly", "Every week")], default="weekly", max_length=10
                    ),
                ),
                ("language", models.CharField(blank=True, default="", max_length=10)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("url", models.URLField(max_length=1000)),
                (
                    "format",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("icalendar", "Calendar (iCalendar)"),
                            ("csv", "Table (CSV)"),
                            ("geojson", "Map (GeoJSON)"),
                            ("syndication", "News, podcast (RSS, Atom)"),
                            ("linked-data", "Web page with events (schema.org)"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("paused", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("etag", models.CharField(blank=True, default="", editable=False, max_length=300)),
                ("last_modified", models.CharField(blank=True, default="", editable=False, max_length=100)),
                ("content_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("read_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("changed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("next_read_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("failure", models.CharField(blank=True, default="", editable=False, max_length=500)),
                ("problems", models.JSONField(blank=True, default=list, editable=False)),
                ("events", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FeedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=500)),
                ("sequence", models.IntegerField(default=0)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=64)),
                ("read", models.TextField(blank=True, default="")),
                ("location_text", models.CharField(blank=True, default="", max_length=500)),
                ("venue_confidence", models.FloatField(blank=True, null=True)),
                (
                    "local_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("kept_until", models.DateField(blank=True, db_index=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "listing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="schedule_row",
                        serialize=False,
                        to="listings.listing",
                    ),
                ),
                ("timezone", models.CharField(default=mapping.models.place.default_timezone, max_length=64)),
                ("first_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField(default=1)),
                ("times", models.JSONField(blank=True, default=list)),
                ("rule", models.CharField(blank=True, default="", max_length=300)),
                (
                    "also_on",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "not_on",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "not_in_months",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("not_on_holidays", models.BooleanField(default=False)),
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
                        max_length=20,
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("kept_until", models.DateField(blank=True, db_index=True, editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ScheduleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("original", models.CharField(max_length=16)),
                ("cancelled", models.BooleanField(default=False)),
                ("starts", models.CharField(blank=True, default="", max_length=16)),
                ("ends", models.CharField(blank=True, default="", max_length=16)),
                ("where", models.CharField(blank=True, default="", max_length=300)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["original"],
            },
        ),
        migrations.CreateModel(
            name="VenueAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name="occurrence",
            options={"ordering": ["starts_at", "pk"]},
        ),
        migrations.RemoveConstraint(
            model_name="occurrence",
            name="occurrence_once",
        ),
        migrations.AddField(
            model_name="listing",
            name="dates_over_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="all_day",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="note",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="original",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="until_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="venue",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="mapping.node"
            ),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="status",
            field=models.CharField(
                choices=[("on", "On"), ("moved", "Moved"), ("cancelled", "Cancelled")], default="on", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="where",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AlterField(
            model_name="occurrence",
            name="listing",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="occurrences",
                to="listings.listing",
            ),
        ),
        migrations.AlterField(
            model_name="occurrence",
            name="starts_at",
            field=models.DateTimeField(),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(fields=["starts_at"], name="occurrence_starts"),
        ),
        migrations.AddField(
            model_name="alert",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="mapping.place"
            ),
        ),
        migrations.AddField(
            model_name="feed",
            name="added_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="feed",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.category",
            ),
        ),
        migrations.AddField(
            model_name="feed",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="feeds", to="listings.organisation"
            ),
        ),
        migrations.AddField(
            model_name="feeditem",
            name="feed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="listings.feed"
            ),
        ),
        migrations.AddField(
            model_name="feeditem",
            name="listing",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="feed_item",
                to="listings.listing",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(condition=models.Q(("days__gte", 1)), name="schedule_has_a_day"),
        ),
        migrations.AddField(
            model_name="schedulechange",
            name="schedule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="listings.schedule"
            ),
        ),
        migrations.AddField(
            model_name="schedulechange",
            name="venue",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="mapping.node"
            ),
        ),
        migrations.AddField(
            model_name="venuealias",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="venue_aliases",
                to="listings.organisation",
            ),
        ),
        migrations.AddField(
            model_name="venuealias",
            name="place",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mapping.place"),
        ),
        migrations.AddField(
            model_name="venuealias",
            name="taught_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="venuealias",
            name="venue",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mapping.node"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", False)), fields=["sent_at"], name="alert_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(fields=("email", "place", "question"), name="alert_once"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("frequency__in", ["daily", "weekly"])), name="alert_frequency_known"
            ),
        ),
        migrations.AddIndex(
            model_name="feed",
            index=models.Index(condition=models.Q(("paused", False)), fields=["next_read_at"], name="feed_due"),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(fields=("organisation", "url"), name="feed_once"),
        ),
        migrations.AddConstraint(
            model_name="feeditem",
            constraint=models.UniqueConstraint(fields=("feed", "uid"), name="feed_item_once"),
        ),
        migrations.AddConstraint(
            model_name="schedulechange",
            constraint=models.UniqueConstraint(fields=("schedule", "original"), name="schedule_change_once"),
        ),
        migrations.AddConstraint(
            model_name="venuealias",
            constraint=models.UniqueConstraint(
                fields=("place", "organisation", "text"), name="venue_alias_once", nulls_distinct=False
            ),
        ),
    ]
