import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0012_place_rules_and_trust")]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="held_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("no-work", "sent without JavaScript"),
                        ("stale-work", "the page had been open for long before it was sent"),
                        ("used-work", "sent again from the same page"),
                        ("links", "many links"),
                        ("only-links", "hardly more than a link"),
                        ("short-links", "a link that hides where it leads"),
                        ("words", "a word of the place’s list"),
                        ("first", "the first from this person"),
                    ],
                    max_length=20,
                ),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "held_for__contained_by",
                        ["no-work", "stale-work", "used-work", "links", "only-links", "short-links", "words", "first"],
                    )
                ),
                name="listing_held_for_known",
            ),
        ),
    ]
