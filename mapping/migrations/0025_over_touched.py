"""When it is decided anew when something is over, its surroundings are derived anew."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION mapping_over_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mapping_touchednode (place_id, node, point)
    SELECT m.place_id, NEW.id, NEW.point_3857 FROM mapping_derivationmark m WHERE m.place_id = NEW.place_id;
    RETURN NULL;
END $$;
CREATE TRIGGER node_over_changed AFTER UPDATE OF over_at ON mapping_node
    FOR EACH ROW WHEN (OLD.over_at IS DISTINCT FROM NEW.over_at AND (OLD.over_at <= now() OR NEW.over_at <= now()))
    EXECUTE FUNCTION mapping_over_touched();
"""
UNDO = """
DROP TRIGGER node_over_changed ON mapping_node;
DROP FUNCTION mapping_over_touched();
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0024_over_and_features")]

    operations = [migrations.RunSQL(TRIGGER, UNDO)]
