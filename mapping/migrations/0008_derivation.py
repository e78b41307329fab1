"""What deriving connections needs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mapping", "0007_connection_life")]

    operations = []
