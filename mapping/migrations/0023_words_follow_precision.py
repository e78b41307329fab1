"""What may not be known exactly any more is not found by its address either, whoever made it so."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION mapping_words_follow_precision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text[] := ARRAY[]::text[];
BEGIN
    IF NEW.location_precision IN ('postcode', 'area') THEN
        told := told || ARRAY[NEW.address, OLD.address]::text[];
    END IF;
    IF NEW.location_precision = 'area' THEN
        told := told || ARRAY[NEW.postcode, replace(NEW.postcode, ' ', ''), OLD.postcode, replace(OLD.postcode, ' ', '')]::text[];
    END IF;
    NEW.search_extra := coalesce((
        SELECT string_agg(line, E'\\n' ORDER BY number)
        FROM unnest(string_to_array(NEW.search_extra, E'\\n')) WITH ORDINALITY AS lines (line, number)
        WHERE line <> ALL (told)
    ), '');
    RETURN NEW;
END $$;
-- Before the generated search vector is worked out, which reads what this leaves.
CREATE TRIGGER node_words_follow_precision BEFORE UPDATE OF location_precision ON mapping_node
    FOR EACH ROW WHEN (
        NEW.location_precision IN ('postcode', 'area')
        AND NEW.location_precision IS DISTINCT FROM OLD.location_precision
    )
    EXECUTE FUNCTION mapping_words_follow_precision();
"""
BACKWARD = """
DROP TRIGGER node_words_follow_precision ON mapping_node;
DROP FUNCTION mapping_words_follow_precision();
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0022_import_runs")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
