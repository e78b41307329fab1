"""All categories of a node in one array with an index, kept by triggers, so that search needs no join."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

KEEP = """
CREATE FUNCTION mapping_node_category_ids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.category_ids := CASE
        WHEN NEW.category_id IS NULL THEN '{}'::bigint[] ELSE ARRAY[NEW.category_id] END;
    -- A new node cannot have further categories yet.
    IF TG_OP = 'UPDATE' THEN
        NEW.category_ids := NEW.category_ids || ARRAY(
            SELECT category_id FROM mapping_node_more_categories
            WHERE node_id = NEW.id AND category_id IS DISTINCT FROM NEW.category_id
            ORDER BY category_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mapping_node_category_ids BEFORE INSERT OR UPDATE OF category_id, category_ids
    ON mapping_node FOR EACH ROW EXECUTE FUNCTION mapping_node_category_ids();

CREATE FUNCTION mapping_more_categories_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Setting the column makes the trigger above work it out anew.
    UPDATE mapping_node SET category_ids = '{}'
    WHERE id IN (CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.node_id END,
                 CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.node_id END);
    RETURN NULL;
END $$;
CREATE TRIGGER mapping_more_categories_changed AFTER INSERT OR UPDATE OR DELETE
    ON mapping_node_more_categories FOR EACH ROW
    EXECUTE FUNCTION mapping_more_categories_changed();

UPDATE mapping_node SET category_ids = '{}';
"""

UNDO = """
DROP TRIGGER mapping_more_categories_changed ON mapping_node_more_categories;
DROP FUNCTION mapping_more_categories_changed();
DROP TRIGGER mapping_node_category_ids ON mapping_node;
DROP FUNCTION mapping_node_category_ids();
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0002_hours_both_or_neither")]

    operations = [
        migrations.AddField(
            model_name="node",
            name="category_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.RunSQL(KEEP, UNDO),
        migrations.AddIndex(
            model_name="node",
            index=django.contrib.postgres.indexes.GinIndex(fields=["category_ids"], name="node_categories"),
        ),
    ]
