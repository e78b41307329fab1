"""Indexes of long tables: nodes by name in either case, the audit by person and by thing, and pairs that wait."""

from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    # So that nobody has to wait for them.
    atomic = False

    dependencies = [
        ("mapping", "0032_long_unconfirmed"),
    ]

    operations = [
        AddIndexConcurrently(model_name="node", index=models.Index(Upper("name"), name="node_name_upper")),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(OpClass(Upper("actor"), name="text_pattern_ops"), name="audit_actor"),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(OpClass(Upper("target"), name="text_pattern_ops"), name="audit_target"),
        ),
        AddIndexConcurrently(
            model_name="matchcandidate",
            index=models.Index(
                models.F("score").desc(), models.F("id"), condition=models.Q(state="waiting"), name="candidate_waiting"
            ),
        ),
        # Of names in capitals nothing is known before: without it the planner would not take them.
        migrations.RunSQL("ANALYZE mapping_auditentry, mapping_node", migrations.RunSQL.noop),
    ]
