"""What stands in Wagtail changes public pages without a revision of a place: copies of them end (ADR 0028)."""

from django.db import migrations

WATCHED = (
    "cms_homepage",
    "cms_placepage",
    "cms_tourpage",
    "cms_tourstep",
    "listings_placerules",
    "wagtailcore_locale",
    "wagtailcore_page",
    "wagtailcore_pageviewrestriction",
    "wagtailcore_site",
    "wagtailimages_image",
    "wagtailredirects_redirect",
)


def watch(table: str) -> str:
    return (
        f"CREATE TRIGGER page_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION mapping_page_changed();\n"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0003_widget_calendar"),
        ("listings", "0012_place_rules_and_trust"),
        ("mapping", "0035_page_copies"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [
        migrations.RunSQL(
            "".join(map(watch, WATCHED)), "".join(f"DROP TRIGGER page_changed ON {it};\n" for it in WATCHED)
        )
    ]
