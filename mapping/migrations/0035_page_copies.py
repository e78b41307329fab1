"""Copies of public pages that all web processes share, and the state that a copy was made in (ADR 0028)."""

from django.db import migrations

# No models: nothing but `mapping.answers.page_copies` reads these, by the functions alone. The copies are unlogged: they
# cost no WAL, and are empty after a crash.
TABLES = """
CREATE UNLOGGED TABLE mapping_page_copy (
    key bytea PRIMARY KEY,
    place bigint,
    state text NOT NULL,
    made_at timestamptz NOT NULL,
    good_until timestamptz NOT NULL,
    tag text NOT NULL,
    head text NOT NULL,
    body bytea NOT NULL
);
-- Bodies are compressed already.
ALTER TABLE mapping_page_copy ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX page_copy_made ON mapping_page_copy (made_at);

-- One row for each statement that changed what pages show and no revision tells of. A row is added, and no counter
-- raised: two transactions that change different things never wait for each other here.
CREATE TABLE mapping_page_change (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    changed_at timestamptz NOT NULL DEFAULT now()
);
"""

FUNCTIONS = """
-- All that a public page depends on besides its address: of `of_place`, or of all places when it is null. The number of
-- changes stands beside the last of them: one that began earlier may be seen later.
CREATE FUNCTION mapping_page_state(of_place bigint, at timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE revisions text;
BEGIN
    IF of_place IS NULL THEN
        SELECT md5(string_agg(place_id || '.' || number, ' ' ORDER BY place_id)) INTO revisions FROM mapping_revision;
    ELSE
        SELECT of_place || '.' || number INTO revisions FROM mapping_revision WHERE place_id = of_place;
    END IF;
    RETURN concat_ws(' ', revisions,
        (SELECT max(id) || '/' || count(*) FROM mapping_page_change),
        (SELECT extract(epoch FROM over_at) FROM mapping_node WHERE over_at <= at ORDER BY over_at DESC LIMIT 1));
END $$;

-- The copy that still holds, read together with the state that it has to have. Without its body where the reader has
-- that already (`known`: tags without W/, or '*').
CREATE FUNCTION mapping_page_copy_get(of_key bytea, at timestamptz, known text[])
RETURNS TABLE (head text, body bytea) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT c.head, CASE WHEN c.tag = ANY (known) OR '*' = ANY (known) THEN NULL ELSE c.body END
        FROM mapping_page_copy c
        WHERE c.key = of_key AND c.good_until > at AND c.state = mapping_page_state(c.place, at);
END $$;

-- Keeps a copy, unless what it was made of has changed meanwhile.
CREATE FUNCTION mapping_page_copy_put(
    of_key bytea, of_place bigint, of_state text, at timestamptz, until timestamptz, of_tag text, of_head text,
    of_body bytea
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF mapping_page_state(of_place, at) IS DISTINCT FROM of_state THEN
        RETURN false;
    END IF;
    INSERT INTO mapping_page_copy VALUES (of_key, of_place, of_state, at, until, of_tag, of_head, of_body)
    ON CONFLICT (key) DO UPDATE SET place = excluded.place, state = excluded.state, made_at = excluded.made_at,
        good_until = excluded.good_until, tag = excluded.tag, head = excluded.head, body = excluded.body;
    RETURN true;
END $$;

-- Takes away what does not hold any more, and the oldest beyond `most` bytes. Rows that somebody writes are left.
CREATE FUNCTION mapping_page_copy_tidy(at timestamptz, most bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE old bigint;
BEGIN
    DELETE FROM mapping_page_copy WHERE key IN (
        SELECT c.key FROM mapping_page_copy c JOIN (
            SELECT key, good_until, sum(octet_length(body) + octet_length(head) + 200) OVER (ORDER BY made_at DESC, key)
                AS up_to_here FROM mapping_page_copy
        ) s ON s.key = c.key
        WHERE s.good_until <= at OR s.up_to_here > most FOR UPDATE OF c SKIP LOCKED);
    SELECT max(id) INTO old FROM mapping_page_change WHERE changed_at < at - interval '1 day';
    IF old IS NOT NULL THEN
        -- With a row of its own, so that no state comes back.
        INSERT INTO mapping_page_change DEFAULT VALUES;
        DELETE FROM mapping_page_change WHERE id IN (
            SELECT id FROM mapping_page_change WHERE id <= old FOR UPDATE SKIP LOCKED);
    END IF;
END $$;

CREATE FUNCTION mapping_page_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mapping_page_change DEFAULT VALUES;
    RETURN NULL;
END $$;

-- What was withdrawn stays in no copy either, though none is given out any more.
CREATE FUNCTION mapping_page_copies_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM mapping_page_copy WHERE key IN (SELECT key FROM mapping_page_copy FOR UPDATE SKIP LOCKED);
    RETURN NULL;
END $$;
CREATE TRIGGER page_copies_withdrawn AFTER UPDATE OF floor ON mapping_revision
    FOR EACH STATEMENT EXECUTE FUNCTION mapping_page_copies_withdrawn();
"""

WATCHED = (
    "category",
    "connectiontype",
    "connectiontype_hidden_in",
    "place",
    "placefreshness",
    "savedview",
    "source",
    "tag",
)


def watch(table: str) -> str:
    return (
        f"CREATE TRIGGER page_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION mapping_page_changed();\n"
    )


def unwatch(table: str) -> str:
    return f"DROP TRIGGER page_changed ON {table};\n"


UNDO = """
DROP TRIGGER page_copies_withdrawn ON mapping_revision;
DROP FUNCTION mapping_page_copies_withdrawn();
DROP FUNCTION mapping_page_changed();
DROP FUNCTION mapping_page_copy_tidy(timestamptz, bigint);
DROP FUNCTION mapping_page_copy_put(bytea, bigint, text, timestamptz, timestamptz, text, text, bytea);
DROP FUNCTION mapping_page_copy_get(bytea, timestamptz, text[]);
DROP FUNCTION mapping_page_state(bigint, timestamptz);
DROP TABLE mapping_page_change;
DROP TABLE mapping_page_copy;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0034_street"),
    ]

    operations = [
        migrations.RunSQL(
            TABLES + FUNCTIONS + "".join(watch(f"mapping_{it}") for it in WATCHED),
            "".join(unwatch(f"mapping_{it}") for it in WATCHED) + UNDO,
        )
    ]
