"""Merging two nodes, and taking it back. A connection of which nobody says anything any more goes, whoever deletes."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

UNSTATED = """
DELETE FROM mapping_connection c
WHERE NOT EXISTS (SELECT 1 FROM mapping_statement s WHERE s.connection_id = c.id);

CREATE FUNCTION mapping_statements_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM mapping_connection c USING (SELECT DISTINCT connection_id AS id FROM gone) g
    WHERE c.id = g.id AND NOT EXISTS (SELECT 1 FROM mapping_statement s WHERE s.connection_id = c.id);
    RETURN NULL;
END $$;
CREATE TRIGGER statements_deleted AFTER DELETE ON mapping_statement
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION mapping_statements_deleted();

CREATE FUNCTION mapping_statement_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM mapping_connection c
    WHERE c.id = OLD.connection_id AND NOT EXISTS (SELECT 1 FROM mapping_statement s WHERE s.connection_id = c.id);
    RETURN NULL;
END $$;
CREATE TRIGGER statement_moved AFTER UPDATE OF connection_id ON mapping_statement
    FOR EACH ROW WHEN (OLD.connection_id IS DISTINCT FROM NEW.connection_id)
    EXECUTE FUNCTION mapping_statement_moved();
"""
UNSTATED_UNDO = """
DROP TRIGGER statement_moved ON mapping_statement;
DROP FUNCTION mapping_statement_moved();
DROP TRIGGER statements_deleted ON mapping_statement;
DROP FUNCTION mapping_statements_deleted();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0015_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="matchcandidate",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sourcerecord",
            name="merged",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It was another node's, which was merged into this one: what the row says fills gaps only.",
            ),
        ),
        migrations.CreateModel(
            name="NodeRedirect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(unique=True)),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="redirects", to="mapping.node"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NodeMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("chosen", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("journal", models.JSONField(default=list)),
                ("merged_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("purged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dropped",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mapping.node",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merges",
                        to="mapping.node",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mapping.place",
                    ),
                ),
            ],
            options={
                "ordering": ["-merged_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("dropped",), name="merge_dropped_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(UNSTATED, UNSTATED_UNDO),
    ]
