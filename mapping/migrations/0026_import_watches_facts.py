"""What an import changes of the facts that people filter by can be taken back too."""

from django.db import migrations

BEFORE = (
    "uuid,place_id,kind,category_id,name,other_names,summary,location,shape,location_source,location_precision,"
    "address,postcode,phone,email,website,hours_text,step_free,facts,visibility,group_id,state,source_id,confirmed_at,"
    "updated_at,search_extra"
)
NOW = f"{BEFORE},features,audiences,languages,min_age,max_age,capacity,hire_rate,hire_booking"
EVENTS = {
    "INSERT": ("made", "NEW TABLE AS written"),
    "UPDATE": ("changed", "OLD TABLE AS previous NEW TABLE AS written"),
    "DELETE": ("gone", "OLD TABLE AS previous"),
}


def watching(columns: str) -> str:
    """The triggers of nodes anew, with these columns (migration 0022)."""
    return "".join(
        f"DROP TRIGGER import_{name} ON mapping_node;"
        f"CREATE TRIGGER import_{name} AFTER {event} ON mapping_node REFERENCING {rows} FOR EACH STATEMENT "
        f"WHEN (current_setting('hereabouts.run', true) <> '') "
        f"EXECUTE FUNCTION mapping_import_noted('node', 'id', '{columns}');\n"
        for event, (name, rows) in EVENTS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("mapping", "0025_over_touched")]
    operations = [migrations.RunSQL(watching(NOW), watching(BEFORE))]
