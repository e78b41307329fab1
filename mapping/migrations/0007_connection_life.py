"""Persons need a consent: kept by triggers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mapping", "0006_underneath")]

    operations = []
