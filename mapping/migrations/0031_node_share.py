"""What one group shares with the members of another; the database lets nobody see more unless somebody decided so."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
-- To accept is to show something to more people: only where a person decides (migration 0021).
CREATE FUNCTION mapping_share_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF mapping_may_loosen() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Node % would be shown to the members of another group', NEW.node_id
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Say it.loosens() in the change, where a person decides.';
END $$;

-- What is shared no more is withdrawn, whoever writes: older addresses of its places are gone (migration 0020).
CREATE FUNCTION mapping_share_ended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE places bigint[];
BEGIN
    SELECT array_agg(DISTINCT beside.place) INTO places FROM (
        SELECT n.place_id FROM mapping_node n WHERE n.id = OLD.node_id
        UNION ALL SELECT b.place_id FROM mapping_connection c JOIN mapping_node b ON b.id = c.target_id
            WHERE c.source_id = OLD.node_id
        UNION ALL SELECT b.place_id FROM mapping_connection c JOIN mapping_node b ON b.id = c.source_id
            WHERE c.target_id = OLD.node_id
    ) AS beside (place);
    IF places IS NOT NULL THEN
        PERFORM mapping_note_withdrawn(places);
    END IF;
    RETURN NULL;
END $$;

-- What more people than a group may see has nothing to share; hidden again, it is shared with nobody.
CREATE FUNCTION mapping_shares_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM mapping_nodeshare WHERE node_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER share_made BEFORE INSERT ON mapping_nodeshare
    FOR EACH ROW WHEN (NEW.accepted_at IS NOT NULL) EXECUTE FUNCTION mapping_share_accepted();
CREATE TRIGGER share_accepted BEFORE UPDATE ON mapping_nodeshare
    FOR EACH ROW WHEN (NEW.accepted_at IS NOT NULL AND (OLD.accepted_at IS NULL
        OR (NEW.node_id, NEW.group_id) IS DISTINCT FROM (OLD.node_id, OLD.group_id)))
    EXECUTE FUNCTION mapping_share_accepted();
CREATE TRIGGER share_ended AFTER UPDATE ON mapping_nodeshare
    FOR EACH ROW WHEN (OLD.accepted_at IS NOT NULL AND (NEW.accepted_at IS NULL
        OR (NEW.node_id, NEW.group_id) IS DISTINCT FROM (OLD.node_id, OLD.group_id)))
    EXECUTE FUNCTION mapping_share_ended();
CREATE TRIGGER share_deleted AFTER DELETE ON mapping_nodeshare
    FOR EACH ROW WHEN (OLD.accepted_at IS NOT NULL) EXECUTE FUNCTION mapping_share_ended();
CREATE TRIGGER node_shares_end AFTER UPDATE OF visibility ON mapping_node
    FOR EACH ROW WHEN (OLD.visibility = 'group' AND NEW.visibility <> 'group') EXECUTE FUNCTION mapping_shares_end();
"""

UNDO = """
DROP TRIGGER node_shares_end ON mapping_node;
DROP TRIGGER share_made ON mapping_nodeshare;
DROP TRIGGER share_accepted ON mapping_nodeshare;
DROP TRIGGER share_ended ON mapping_nodeshare;
DROP TRIGGER share_deleted ON mapping_nodeshare;
DROP FUNCTION mapping_share_accepted();
DROP FUNCTION mapping_share_ended();
DROP FUNCTION mapping_shares_end();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0030_audit_of_place"),
    ]

    operations = [
        migrations.CreateModel(
            name="NodeShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("offered_at", models.DateTimeField(auto_now_add=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shared_with_it", to="mapping.node"
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="mapping.node"
                    ),
                ),
            ],
            options={
                "ordering": ["-offered_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("accepted_at__isnull", False)),
                        fields=["group", "node"],
                        name="node_share_accepted",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("node", "group"), name="node_share_once"),
                    models.CheckConstraint(
                        condition=models.Q(("node", models.F("group")), _negated=True), name="node_share_is_of_another"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
