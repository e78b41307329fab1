"""What saved views need."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mapping", "0009_snapshots")]

    operations = []
