"""What keeping snapshots needs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mapping", "0008_derivation")]

    operations = []
