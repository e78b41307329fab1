"""The page of a group says whether one can join it: that changes with its space, and raises no revision (ADR 0028)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0030_letters_of_decisions"),
        ("mapping", "0035_page_copies"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER page_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON listings_space "
            "FOR EACH STATEMENT EXECUTE FUNCTION mapping_page_changed();",
            "DROP TRIGGER page_changed ON listings_space;",
        )
    ]
