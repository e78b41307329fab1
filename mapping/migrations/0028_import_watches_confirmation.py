"""What an import says of confirmations can be taken back too."""

from importlib import import_module

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

before = import_module("mapping.migrations.0026_import_watches_facts")
NOW = f"{before.NOW},confirmed_by,fading_since"


class Migration(migrations.Migration):
    dependencies = [("mapping", "0027_confirmed_by")]
    operations = [
        ValidateConstraint("node", "node_confirmed_by_known"),
        migrations.RunSQL(before.watching(NOW), before.watching(before.NOW)),
    ]
