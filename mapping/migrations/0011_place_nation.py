"""Places know their nation (whose bank holidays count), their time zone, and whether they count in miles."""

from django.conf import settings
from django.db import migrations, models

import mapping.models.place

NATIONS = {"E": "england", "W": "wales", "S": "scotland", "N": "northern-ireland"}


def from_codes(apps, schema_editor):
    """A place's official code says its nation; one without a code takes that of the place above it."""
    Place = apps.get_model("mapping", "Place")
    for letter, nation in NATIONS.items():
        Place.objects.filter(code__regex=rf"^{letter}\d{{8}}$").update(nation=nation)
    for _generation in range(3):
        for nation in NATIONS.values():
            Place.objects.filter(nation="", code="", parent__nation=nation).update(nation=nation)
    Place.objects.update(timezone=settings.TIME_ZONE)
    # What waits to be checked until the end of the transaction would keep the table from being altered below.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("mapping", "0010_views")]

    operations = [
        migrations.AddField(
            model_name="place",
            name="nation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("england", "England"),
                    ("wales", "Wales"),
                    ("scotland", "Scotland"),
                    ("northern-ireland", "Northern Ireland"),
                    ("", "Not known, or several"),
                ],
                db_default="",
                default="",
                help_text="Whose bank holidays count. Leave it empty for a place that lies in more than one.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="place",
            name="timezone",
            field=models.CharField(
                db_default="Europe/London",
                default=mapping.models.place.default_timezone,
                help_text="Whose clock counts, such as Europe/London.",
                max_length=64,
                validators=[mapping.models.place.check_timezone],
            ),
        ),
        migrations.AddField(
            model_name="place",
            name="units",
            field=models.CharField(
                choices=[("miles", "Miles"), ("km", "Kilometres")], db_default="miles", default="miles", max_length=5
            ),
        ),
        migrations.RunPython(from_codes, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("nation__in", ["england", "wales", "scotland", "northern-ireland", ""])),
                name="place_nation_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("units__in", ["miles", "km"])), name="place_units_known"
            ),
        ),
    ]
