import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0011_long_occurrences"),
        ("mapping", "0026_import_watches_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaceRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "house_rules",
                    models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(20000)]),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=300
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="mapping.place"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "place rules",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words__len__lte", 300)), name="place_rules_words_bounded"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words__contains", [""]), _negated=True), name="place_rules_no_empty_word"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trust",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="trusts_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="trusts", to="mapping.place"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="trusts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-since", "pk"],
                "constraints": [models.UniqueConstraint(fields=("user", "place"), name="trust_once")],
            },
        ),
    ]
