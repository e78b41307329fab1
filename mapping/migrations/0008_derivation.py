"""What deriving connections needs: what a derived statement rests on, and triggers that notice what it rested on go.

The triggers are statement-level, so that a large import costs one set-based query more. Whatever writes (commands,
the admin, an import, somebody in psql), what was derived from a withdrawn or hidden record is withdrawn with it, in the
same transaction; and the nodes around which to derive anew are noted.
"""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# The trigger functions start from the rows that changed and look everything else up by its index, in the order in which
# they are written: statistics that are out of date (a table that was empty when it was looked at) must not make an
# import of a few hundred rows take minutes.
FUNCTIONS = """
-- Whether everybody may see a connection: a live public statement of somebody (no rule) supports it.
CREATE FUNCTION mapping_is_stated(asked bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM mapping_statement
        WHERE connection_id = asked AND withdrawn_at IS NULL AND visibility = 'public'
          AND by_rule = '' AND kind IN ('agrees', 'corrects'))
$$;

-- Notes nodes, each for the places of all of them: what a node lost may have been kept in another place.
CREATE FUNCTION mapping_touch(nodes bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mapping_touchednode (place_id, node, point)
    SELECT DISTINCT ON (m.place_id, n.id) m.place_id, n.id, n.point_3857
    FROM mapping_node n CROSS JOIN mapping_node beside
    JOIN mapping_derivationmark m ON m.place_id = beside.place_id
    WHERE n.id = ANY (nodes) AND beside.id = ANY (nodes)
$$;

-- Withdraws what rules said of `member` because of `thing` (a tag as a negative number). The places of the pairs
-- are raised, but for that of `member`: whoever changes a record raises its own.
CREATE FUNCTION mapping_unrest(thing bigint, member bigint) RETURNS void LANGUAGE sql AS $$
    WITH gone AS (
        UPDATE mapping_statement s SET withdrawn_at = now()
        FROM mapping_connection c
        WHERE c.id = s.connection_id AND s.by_rule <> '' AND s.withdrawn_at IS NULL
          AND s.rests_on @> ARRAY[thing] AND (member IS NULL OR member IN (c.source_id, c.target_id))
        RETURNING c.source_id AS node
    )
    UPDATE mapping_revision SET number = number + 1, raised_at = now() WHERE place_id IN (
        SELECT n.place_id FROM gone JOIN mapping_node n ON n.id = gone.node
        EXCEPT SELECT place_id FROM mapping_node WHERE id IN (thing, member))
$$;

CREATE FUNCTION mapping_statement_touched() RETURNS trigger LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
DECLARE it record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOR it IN
            SELECT DISTINCT c.id, c.source_id, c.target_id
            FROM changed n JOIN before o ON o.id = n.id
            JOIN mapping_connection c ON c.id IN (n.connection_id, o.connection_id)
            WHERE n.by_rule = '' AND (n.withdrawn_at, n.visibility, n.kind, n.held_to, n.connection_id)
                IS DISTINCT FROM (o.withdrawn_at, o.visibility, o.kind, o.held_to, o.connection_id)
        LOOP
            PERFORM mapping_touch(ARRAY[it.source_id, it.target_id]);
            IF NOT mapping_is_stated(it.id) THEN
                PERFORM mapping_unrest(it.source_id, it.target_id), mapping_unrest(it.target_id, it.source_id);
            END IF;
        END LOOP;
    ELSE
        FOR it IN
            SELECT DISTINCT c.id, c.source_id, c.target_id
            FROM changed n JOIN mapping_connection c ON c.id = n.connection_id
            WHERE n.by_rule = '' AND TG_OP = 'DELETE' AND NOT mapping_is_stated(c.id)
        LOOP
            PERFORM mapping_unrest(it.source_id, it.target_id), mapping_unrest(it.target_id, it.source_id);
        END LOOP;
        INSERT INTO mapping_touchednode (place_id, node, point)
        SELECT DISTINCT ON (m.place_id, n.id) m.place_id, n.id, n.point_3857
        FROM changed s JOIN mapping_connection c ON c.id = s.connection_id
        CROSS JOIN LATERAL (VALUES (c.source_id, c.target_id), (c.target_id, c.source_id)) AS ends (one, other)
        CROSS JOIN LATERAL (VALUES (ends.one), (ends.other)) AS beside (id)
        JOIN mapping_node p ON p.id = beside.id JOIN mapping_derivationmark m ON m.place_id = p.place_id
        JOIN mapping_node n ON n.id = ends.one
        WHERE s.by_rule = '';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION mapping_connection_touched() RETURNS trigger LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
DECLARE it record;
BEGIN
    FOR it IN
        SELECT o.source_id, o.target_id, n.source_id AS new_source, n.target_id AS new_target
        FROM changed n JOIN before o ON o.id = n.id
        WHERE (n.source_id, n.target_id, n.type_id) IS DISTINCT FROM (o.source_id, o.target_id, o.type_id)
    LOOP
        PERFORM mapping_touch(ARRAY[it.source_id, it.target_id, it.new_source, it.new_target]);
        PERFORM mapping_unrest(it.source_id, it.target_id), mapping_unrest(it.target_id, it.source_id);
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION mapping_node_touched() RETURNS trigger LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
DECLARE it record;
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        INSERT INTO mapping_touchednode (place_id, node, point)
        SELECT n.place_id, n.id, n.point_3857
        FROM changed n JOIN mapping_derivationmark m ON m.place_id = n.place_id;
        RETURN NULL;
    END IF;
    FOR it IN
        SELECT o.id, o.place_id, n.place_id AS new_place, o.point_3857 AS point,
            (n.state, n.visibility, n.kind, n.place_id) IS DISTINCT FROM (o.state, o.visibility, o.kind, o.place_id)
                AS other,
            n.name <> o.name AS renamed,
            n.location_precision <> o.location_precision OR n.point_3857 IS DISTINCT FROM o.point_3857 AS moved
        FROM changed n JOIN before o ON o.id = n.id
        WHERE (n.state, n.visibility, n.kind, n.place_id, n.category_id, n.name, n.location_precision)
                IS DISTINCT FROM
              (o.state, o.visibility, o.kind, o.place_id, o.category_id, o.name, o.location_precision)
            OR n.point_3857 IS DISTINCT FROM o.point_3857
    LOOP
        INSERT INTO mapping_touchednode (place_id, node, point)
        SELECT m.place_id, it.id, it.point FROM mapping_derivationmark m
        WHERE m.place_id IN (it.place_id, it.new_place)
           OR (it.other OR it.renamed) AND m.place_id IN (
                SELECT b.place_id FROM mapping_connection c
                JOIN mapping_node b ON b.id IN (c.source_id, c.target_id)
                WHERE c.source_id = it.id OR c.target_id = it.id);
        IF it.other OR it.renamed THEN
            PERFORM mapping_unrest(it.id, NULL);
        END IF;
        IF it.other OR it.moved THEN
            UPDATE mapping_statement s SET withdrawn_at = now()
            FROM mapping_connection c
            WHERE (c.source_id = it.id OR c.target_id = it.id) AND s.connection_id = c.id
              AND s.withdrawn_at IS NULL AND s.by_rule <> '' AND (it.other OR s.by_rule = 'near');
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION mapping_tag_touched() RETURNS trigger LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO mapping_touchednode (place_id, node, tag, point)
    SELECT n.place_id, n.id, t.tag_id, n.point_3857
    FROM changed t JOIN mapping_node n ON n.id = t.content_object_id
    JOIN mapping_derivationmark m ON m.place_id = n.place_id;
    IF TG_OP = 'DELETE' THEN
        PERFORM mapping_unrest(-t.tag_id, t.content_object_id) FROM changed t;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER statement_said AFTER INSERT ON mapping_statement
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mapping_statement_touched();
CREATE TRIGGER statement_changed AFTER UPDATE ON mapping_statement
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION mapping_statement_touched();
CREATE TRIGGER statement_gone AFTER DELETE ON mapping_statement
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mapping_statement_touched();
CREATE TRIGGER connection_changed AFTER UPDATE ON mapping_connection
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION mapping_connection_touched();
CREATE TRIGGER node_made AFTER INSERT ON mapping_node
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mapping_node_touched();
CREATE TRIGGER node_changed AFTER UPDATE ON mapping_node
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION mapping_node_touched();
CREATE TRIGGER node_gone AFTER DELETE ON mapping_node
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mapping_node_touched();
CREATE TRIGGER tag_put AFTER INSERT ON mapping_nodetag
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mapping_tag_touched();
CREATE TRIGGER tag_taken AFTER DELETE ON mapping_nodetag
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mapping_tag_touched();
"""

UNDO = """
DROP TRIGGER statement_said ON mapping_statement;
DROP TRIGGER statement_changed ON mapping_statement;
DROP TRIGGER statement_gone ON mapping_statement;
DROP TRIGGER connection_changed ON mapping_connection;
DROP TRIGGER node_made ON mapping_node;
DROP TRIGGER node_changed ON mapping_node;
DROP TRIGGER node_gone ON mapping_node;
DROP TRIGGER tag_put ON mapping_nodetag;
DROP TRIGGER tag_taken ON mapping_nodetag;
DROP FUNCTION mapping_statement_touched();
DROP FUNCTION mapping_connection_touched();
DROP FUNCTION mapping_node_touched();
DROP FUNCTION mapping_tag_touched();
DROP FUNCTION mapping_unrest(bigint, bigint);
DROP FUNCTION mapping_touch(bigint[]);
DROP FUNCTION mapping_is_stated(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0007_connection_life")]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="rests_on",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                editable=False,
                help_text="What a rule's statement rests on: numbers of nodes, and of tags as negative numbers.",
                null=True,
                size=None,
            ),
        ),
        # Partial: it holds what rules said, of which there is nothing yet.
        migrations.AddIndex(
            model_name="statement",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=~Q(by_rule=""), fields=["rests_on"], name="statement_rests_on"
            ),
        ),
        migrations.CreateModel(
            name="TouchedNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("node", models.BigIntegerField()),
                ("tag", models.BigIntegerField(blank=True, null=True)),
                (
                    "point",
                    django.contrib.gis.db.models.fields.PointField(
                        blank=True, null=True, spatial_index=False, srid=3857
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mapping.place"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
