"""A listing that gets another venue or organiser: what was derived from the one before is withdrawn with it."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION listings_listing_touched() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE it record;
BEGIN
    FOR it IN
        SELECT n.node_ptr_id AS id, o.venue_id AS venue, o.organiser_id AS organiser,
            n.venue_id AS new_venue, n.organiser_id AS new_organiser
        FROM changed n JOIN before o ON o.node_ptr_id = n.node_ptr_id
        WHERE (n.venue_id, n.organiser_id) IS DISTINCT FROM (o.venue_id, o.organiser_id)
    LOOP
        PERFORM mapping_touch(array_remove(
            ARRAY[it.id, it.venue, it.organiser, it.new_venue, it.new_organiser], NULL));
        IF it.venue IS NOT NULL AND it.venue IS DISTINCT FROM it.new_venue THEN
            PERFORM mapping_unrest(it.venue, it.id);
        END IF;
        IF it.organiser IS NOT NULL AND it.organiser IS DISTINCT FROM it.new_organiser THEN
            PERFORM mapping_unrest(it.organiser, it.id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE FUNCTION listings_listing_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mapping_touch(array_remove(ARRAY[o.venue_id, o.organiser_id], NULL)) FROM before o;
    RETURN NULL;
END $$;
CREATE TRIGGER listing_changed AFTER UPDATE ON listings_listing
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION listings_listing_touched();
CREATE TRIGGER listing_gone AFTER DELETE ON listings_listing
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION listings_listing_gone();
"""
UNDO = """
DROP TRIGGER listing_changed ON listings_listing;
DROP TRIGGER listing_gone ON listings_listing;
DROP FUNCTION listings_listing_touched();
DROP FUNCTION listings_listing_gone();
"""


class Migration(migrations.Migration):
    dependencies = [("listings", "0002_online_and_checks"), ("mapping", "0008_derivation")]

    operations = [migrations.RunSQL(TRIGGER, UNDO)]
