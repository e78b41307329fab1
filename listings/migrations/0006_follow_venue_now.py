"""Listings that were there before are brought in line with their venues and organisers, in batches."""

from django.db import connection, migrations

BATCH = 500


def own_words(listing, categories: dict) -> str:
    """The words of a listing itself: as listings/search_text.py had them when this was written."""
    parts = []
    category = categories.get(listing.category_id)
    while category is not None:
        parts += [category.name, category.plural]
        category = categories.get(category.parent_id)
    parts += [listing.get_listing_kind_display(), "" if listing.organiser_id else listing.organiser_name]
    return "\n".join(dict.fromkeys(str(part) for part in parts if part))


def follow(apps, schema_editor) -> None:
    Listing = apps.get_model("listings", "Listing")
    Node = apps.get_model("mapping", "Node")
    categories = {it.pk: it for it in apps.get_model("mapping", "Category").objects.all()}
    ids = list(Listing.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        with connection.cursor() as cursor:
            # Coarser than its venue: somebody wanted it so. Else it had that from the venue.
            cursor.execute(
                "UPDATE listings_listing l SET own_precision = m.location_precision FROM mapping_node m"
                " LEFT JOIN mapping_node v ON v.id ="
                " (SELECT venue_id FROM listings_listing WHERE node_ptr_id = m.id)"
                " WHERE m.id = l.node_ptr_id AND l.node_ptr_id = ANY (%s) AND (v.id IS NULL OR"
                " mapping_precision_rank(m.location_precision) > mapping_precision_rank(v.location_precision))",
                [some],
            )
        for listing in Listing.objects.filter(pk__in=some):
            Node.objects.filter(pk=listing.pk).update(search_extra=own_words(listing, categories))
        with connection.cursor() as cursor:
            cursor.execute("SELECT listings_follow(%s)", [some])


class Migration(migrations.Migration):
    dependencies = [("listings", "0005_follow_venue")]

    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
