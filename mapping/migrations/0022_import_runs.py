"""Runs of import commands, and triggers that note what each makes, changes and deletes: one query more a write."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# What each trigger watches: name of the row in `ImportEntry.model`, table, its key, columns (as in
# `commands.import_rows`, which a test compares).
WATCHED = {
    "node": ("mapping_node", "id", "uuid,place_id,kind,category_id,name,other_names,summary,location,shape,"
             "location_source,location_precision,address,postcode,phone,email,website,hours_text,step_free,facts,"
             "visibility,group_id,state,source_id,confirmed_at,updated_at,search_extra"),
    "record": ("mapping_sourcerecord", "id", "source_id,key,node_id,digest,merged"),
    "identifier": ("mapping_identifier", "id", "scheme,value,node_id"),
    "tagged": ("mapping_nodetag", "id", "tag_id,content_object_id"),
    "category": ("mapping_node_more_categories", "id", "node_id,category_id"),
    "hours": ("mapping_opening_hours", "node_id", "expression,not_understood,questions,by_hand"),
    "connection": ("mapping_connection", "id", "uuid,source_id,target_id,type_id,created_at"),
    "statement": ("mapping_statement", "id", "uuid,connection_id,kind,by_user_id,by_node_id,by_source_id,by_rule,key,"
                  "strength,held_from,held_to,note,evidence_url,document_id,amount,currency,said_on,visibility,"
                  "group_id,consent,withdrawn_at"),
    "document": ("mapping_document", "id", "uuid,address,key,title,source_id"),
    "tag": ("mapping_tag", "id", "name,slug"),
    "source": ("mapping_source", "id", "slug,title,publisher,licence,attribution,url"),
}  # fmt: skip

# While an import command runs, the setting `hereabouts.run` (of its transaction only) has the number of its run. Values
# are kept as text, which every type of PostgreSQL can be read back from. What rules say is worked out, not imported.
FUNCTION = """
CREATE FUNCTION mapping_import_noted() RETURNS trigger LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
DECLARE
    run bigint := nullif(current_setting('hereabouts.run', true), '')::bigint;
    key text := quote_ident(TG_ARGV[1]);
    stamped boolean := 'updated_at' = ANY (string_to_array(TG_ARGV[2], ','));
    only_said text := CASE WHEN TG_TABLE_NAME = 'mapping_statement' THEN 'by_rule = ''''' ELSE '''''=''''' END;
    olds text;
    news text;
    rows text;
BEGIN
    IF run IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(format('%L, o.%I::text', it, it), ', '), string_agg(format('%L, n.%I::text', it, it), ', ')
        INTO olds, news FROM unnest(string_to_array(TG_ARGV[2], ',')) it;
    IF TG_OP = 'INSERT' THEN
        rows := format('SELECT %s AS pk, ''made'' AS what, NULL::jsonb AS before, %s AS after FROM written WHERE %s',
            key, CASE WHEN stamped THEN 'jsonb_build_object(''updated_at'', updated_at::text)' ELSE 'NULL::jsonb' END,
            only_said);
    ELSIF TG_OP = 'UPDATE' THEN
        rows := format('SELECT n.%s AS pk, ''changed'' AS what, differs.before, differs.after
            FROM (SELECT * FROM written WHERE %s) n JOIN previous o ON o.%s = n.%s
            CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(a.key, a.value) AS before, jsonb_object_agg(b.key, b.value) AS after
                FROM jsonb_each(jsonb_build_object(%s)) a JOIN jsonb_each(jsonb_build_object(%s)) b ON b.key = a.key
                WHERE a.value <> b.value) differs
            WHERE differs.before IS NOT NULL', key, only_said, key, key, olds, news);
    ELSE
        rows := format('SELECT o.%s AS pk, ''gone'' AS what, jsonb_build_object(%s) AS before, NULL::jsonb AS after
            FROM previous o WHERE %s', key, olds, only_said);
    END IF;
    EXECUTE 'INSERT INTO mapping_importentry AS kept (run_id, model, pk_of_row, what, before, after)
        SELECT $1, $2, seen.pk, seen.what, seen.before, seen.after FROM (' || rows || ') AS seen
        ON CONFLICT (run_id, model, pk_of_row) DO UPDATE SET
            what = CASE WHEN excluded.what <> ''gone'' THEN kept.what
                WHEN kept.what = ''made'' THEN ''void'' ELSE ''gone'' END,
            before = CASE WHEN kept.what = ''made'' THEN NULL
                ELSE coalesce(excluded.before, ''{}'') || coalesce(kept.before, ''{}'') END,
            after = CASE WHEN kept.what = ''made'' AND excluded.after ? ''updated_at''
                THEN jsonb_build_object(''updated_at'', excluded.after -> ''updated_at'')
                WHEN kept.what = ''made'' THEN kept.after
                ELSE coalesce(kept.after, ''{}'') || coalesce(excluded.after, ''{}'') END'
        USING run, TG_ARGV[0];
    RETURN NULL;
END $$;
"""
EVENTS = {
    "INSERT": ("made", "NEW TABLE AS written"),
    "UPDATE": ("changed", "OLD TABLE AS previous NEW TABLE AS written"),
    "DELETE": ("gone", "OLD TABLE AS previous"),
}
TRIGGERS = "".join(
    f"CREATE TRIGGER import_{name} AFTER {event} ON {table} REFERENCING {rows} FOR EACH STATEMENT "
    f"WHEN (current_setting('hereabouts.run', true) <> '') "
    f"EXECUTE FUNCTION mapping_import_noted('{model}', '{key}', '{columns}');\n"
    for model, (table, key, columns) in WATCHED.items()
    for event, (name, rows) in EVENTS.items()
)
UNDO = (
    "".join(
        f"DROP TRIGGER import_{name} ON {table};\n" for table, _, _ in WATCHED.values() for name, _ in EVENTS.values()
    )
    + "DROP FUNCTION mapping_import_noted();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0021_never_looser"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("command", models.CharField(max_length=40)),
                ("file", models.CharField(blank=True, max_length=255)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("options", models.JSONField(blank=True, default=dict)),
                ("source_title", models.CharField(blank=True, max_length=300)),
                ("actor", models.CharField(max_length=200)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("made", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("done", "Read"), ("forgotten", "Forgotten")], default="done", max_length=10
                    ),
                ),
                ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                (
                    "forgotten_by",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="import_runs",
                        to="mapping.place",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="import_runs",
                        to="mapping.source",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ImportEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=12)),
                ("pk_of_row", models.BigIntegerField()),
                ("what", models.CharField(max_length=8)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="mapping.importrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportSaid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=12)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="said", to="mapping.importrun"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["done", "forgotten"])), name="import_run_state_known"
            ),
        ),
        migrations.AddIndex(
            model_name="importentry",
            index=models.Index(fields=["model", "pk_of_row"], name="import_entry_row"),
        ),
        migrations.AddConstraint(
            model_name="importentry",
            constraint=models.UniqueConstraint(fields=("run", "model", "pk_of_row"), name="import_entry_once"),
        ),
        migrations.RunSQL(FUNCTION + TRIGGERS, UNDO),
    ]
