"""What finds places by name, and who was shut out, changes public pages too, with no revision (ADR 0028)."""

from django.conf import settings
from django.db import migrations

# Where words, postcodes and streets lead; imported with no place of their own.
WATCHED = ("mapping_gazetteerentry", "mapping_postcode", "mapping_street")

SQL = "".join(
    f"CREATE TRIGGER page_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION mapping_page_changed();\n"
    for table in WATCHED
)
# A connection says that whoever stated it has left. Not of every change: each sign-in is one.
OF_PEOPLE = """
CREATE TRIGGER page_changed AFTER UPDATE OF is_active ON auth_user
    FOR EACH ROW WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active) EXECUTE FUNCTION mapping_page_changed();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("mapping", "0038_indexes_of_plain_names"),
    ]

    operations = [
        migrations.RunSQL(
            SQL + OF_PEOPLE,
            "".join(f"DROP TRIGGER page_changed ON {table};\n" for table in (*WATCHED, "auth_user")),
        )
    ]
