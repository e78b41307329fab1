"""What is withdrawn raises the floor of its places, whoever writes: addresses of revisions below it are gone."""

from django.db import migrations, models

# The triggers only note the places. Their revisions are raised at the end of the transaction, by `change()` or else by
# the deferred trigger: the lock of a revision's row is held for as short a time as can be, and in one order.
FUNCTIONS = """
CREATE FUNCTION mapping_visibility_rank(visibility text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['public', 'members', 'group'], visibility)
$$;
CREATE FUNCTION mapping_precision_rank(location_precision text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['exact', 'street', 'postcode', 'area'], location_precision)
$$;

-- Raises the revisions of `places`, of `withdrawn` (whose floor is raised too) and of the places that triggers noted in
-- this transaction. Returns all of them. What tells of several places at once has the sum of their numbers.
CREATE FUNCTION mapping_raise(places bigint[], withdrawn bigint[])
RETURNS TABLE (raised bigint, has_floor boolean) LANGUAGE plpgsql AS $$
BEGIN
    FOR raised, has_floor IN
        WITH noted AS (DELETE FROM mapping_touchedplace t RETURNING t.place, t.withdrawn AS w)
        SELECT all_of.id, bool_or(all_of.w) FROM (
            SELECT unnest(places) AS id, false AS w
            UNION ALL SELECT unnest($2), true
            UNION ALL SELECT noted.place, noted.w FROM noted
        ) all_of JOIN mapping_place p ON p.id = all_of.id
        GROUP BY all_of.id ORDER BY all_of.id
    LOOP
        INSERT INTO mapping_revision AS r (place_id, number, raised_at, floor, floor_of_all)
        VALUES (raised, 2, now(), 0, 0)
        ON CONFLICT (place_id) DO UPDATE SET number = r.number + 1, raised_at = now();
        IF has_floor THEN
            UPDATE mapping_revision SET floor = number,
                floor_of_all = (SELECT sum(number) FROM mapping_revision)
            WHERE place_id = raised;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

CREATE FUNCTION mapping_settle_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM mapping_touchedplace WHERE id = NEW.id) THEN
        PERFORM mapping_raise('{}', '{}');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER place_touched AFTER INSERT ON mapping_touchedplace
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mapping_settle_places();

-- What belongs to no place may show in any.
CREATE FUNCTION mapping_note_withdrawn(of_places bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mapping_touchedplace (place, withdrawn)
    SELECT DISTINCT p.id, true FROM unnest(of_places) AS asked (id)
    JOIN mapping_place p ON p.id = asked.id OR asked.id IS NULL AND p.is_home
$$;

CREATE FUNCTION mapping_node_withdrawn() RETURNS trigger LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
DECLARE places bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT place_id) INTO places FROM before WHERE state = 'live';
    ELSE
        SELECT array_agg(DISTINCT beside.place) INTO places
        FROM changed n JOIN before o ON o.id = n.id
        CROSS JOIN LATERAL (
            SELECT o.place_id
            UNION ALL SELECT b.place_id FROM mapping_connection c JOIN mapping_node b ON b.id = c.target_id
                WHERE c.source_id = o.id
            UNION ALL SELECT b.place_id FROM mapping_connection c JOIN mapping_node b ON b.id = c.source_id
                WHERE c.target_id = o.id
        ) AS beside (place)
        WHERE o.state = 'live' AND (
            n.state <> 'live'
            OR mapping_visibility_rank(n.visibility) > mapping_visibility_rank(o.visibility)
            OR n.visibility = 'group' AND n.group_id IS DISTINCT FROM o.group_id
            OR n.place_id IS DISTINCT FROM o.place_id
            OR mapping_precision_rank(n.location_precision) > mapping_precision_rank(o.location_precision)
            OR n.location IS NULL AND o.location IS NOT NULL);
    END IF;
    IF places IS NOT NULL THEN
        PERFORM mapping_note_withdrawn(places);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION mapping_statement_withdrawn() RETURNS trigger LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
DECLARE places bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT e.place_id) INTO places
        FROM before s JOIN mapping_connection c ON c.id = s.connection_id
        CROSS JOIN LATERAL (VALUES (c.source_id), (c.target_id)) AS ends (id)
        JOIN mapping_node e ON e.id = ends.id
        WHERE s.withdrawn_at IS NULL;
    ELSE
        SELECT array_agg(DISTINCT e.place_id) INTO places
        FROM changed n JOIN before o ON o.id = n.id JOIN mapping_connection c ON c.id = o.connection_id
        CROSS JOIN LATERAL (VALUES (c.source_id), (c.target_id)) AS ends (id)
        JOIN mapping_node e ON e.id = ends.id
        WHERE o.withdrawn_at IS NULL AND (
            n.withdrawn_at IS NOT NULL
            OR mapping_visibility_rank(n.visibility) > mapping_visibility_rank(o.visibility)
            OR n.visibility = 'group' AND n.group_id IS DISTINCT FROM o.group_id
            OR n.connection_id <> o.connection_id
            OR o.kind <> 'disagrees' AND n.kind = 'disagrees');
    END IF;
    IF places IS NOT NULL THEN
        PERFORM mapping_note_withdrawn(places);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER node_withdrawn AFTER UPDATE ON mapping_node
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION mapping_node_withdrawn();
CREATE TRIGGER node_deleted AFTER DELETE ON mapping_node
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION mapping_node_withdrawn();
CREATE TRIGGER statement_withdrawn AFTER UPDATE ON mapping_statement
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION mapping_statement_withdrawn();
CREATE TRIGGER statement_deleted AFTER DELETE ON mapping_statement
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION mapping_statement_withdrawn();
"""

UNDO = """
DROP TRIGGER node_withdrawn ON mapping_node;
DROP TRIGGER node_deleted ON mapping_node;
DROP TRIGGER statement_withdrawn ON mapping_statement;
DROP TRIGGER statement_deleted ON mapping_statement;
DROP TRIGGER place_touched ON mapping_touchedplace;
DROP FUNCTION mapping_node_withdrawn();
DROP FUNCTION mapping_statement_withdrawn();
DROP FUNCTION mapping_note_withdrawn(bigint[]);
DROP FUNCTION mapping_settle_places();
DROP FUNCTION mapping_raise(bigint[], bigint[]);
DROP FUNCTION mapping_precision_rank(text);
DROP FUNCTION mapping_visibility_rank(text);
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0019_consent_texts_read")]

    operations = [
        migrations.AddField("revision", "floor", models.PositiveBigIntegerField(default=0, db_default=0)),
        migrations.AddField("revision", "floor_of_all", models.PositiveBigIntegerField(default=0, db_default=0)),
        migrations.CreateModel(
            name="TouchedPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.BigIntegerField()),
                ("withdrawn", models.BooleanField(default=False, db_default=False)),
            ],
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
