"""Words without accents: a text search configuration, and names as they are compared."""

import django.contrib.postgres.search
from django.db import migrations, models

# Words with other letters than A to Z lose their accents before their endings: `café` is `cafe`, `Siân` is `sian`.
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION mapping_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION mapping_english ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""
DROP_CONFIGURATION = "DROP TEXT SEARCH CONFIGURATION mapping_english"

# The body is parsed when it is made, so that it means the same while a dump is restored with an empty search path.
# Immutable, as an index needs it: `unaccent` is marked as stable only since its rules are a file that may be edited.
# `unaccent` makes ’ and other apostrophes ', but leaves ` and ´. Marks are what is no letter and no figure of ASCII, what
# is between U+0080 and U+00BF, and from U+2000 to U+2BFF (as `compared` of `mapping.models.plain_name` has them).
FUNCTION = r"""
CREATE FUNCTION mapping_plain_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(replace(
    ' ' || regexp_replace(
        replace(translate(lower(unaccent('unaccent'::regdictionary, name)), '''`´', ''), '&', ' and '),
        '[^a-z0-9\u00C0-\u1FFF\u2C00-\U0010FFFF]+', ' ', 'g'
    ) || ' ',
    ' saint ', ' st '))
"""
DROP_FUNCTION = "DROP FUNCTION mapping_plain_name(text)"


# In one statement, so that the table is written once. Nobody can read it meanwhile: some minutes with a million nodes,
# a second with ten thousand.
VECTOR = """
ALTER TABLE mapping_node DROP COLUMN search_vector, ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('{config}'::regconfig, coalesce(name, '')), 'A')
    || setweight(to_tsvector('{config}'::regconfig, coalesce(search_extra, '')), 'B')
    || setweight(to_tsvector('{config}'::regconfig, coalesce(summary, '')), 'C')) STORED;
CREATE INDEX node_search ON mapping_node USING gin (search_vector, category_ids, cells);
"""
# Known words without accents too. Those that are there in both spellings become one.
KNOWN_WORDS = """
WITH gone AS (
    DELETE FROM mapping_searchword WHERE octet_length(word) <> char_length(word) AND unaccent(word) <> word
    RETURNING unaccent(word) AS plain, occurrences)
INSERT INTO mapping_searchword (word, occurrences)
SELECT left(plain, 60), max(occurrences) FROM gone GROUP BY 1
ON CONFLICT (word) DO UPDATE SET occurrences = greatest(mapping_searchword.occurrences, excluded.occurrences)
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0036_category_rank")]

    operations = [
        migrations.RunSQL(CONFIGURATION, DROP_CONFIGURATION),
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        migrations.RunSQL(
            VECTOR.format(config="mapping_english"),
            VECTOR.format(config="english"),
            state_operations=[
                migrations.RemoveField(model_name="node", name="search_vector"),
                migrations.AddField(
                    model_name="node",
                    name="search_vector",
                    field=models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector(
                                    "name", config="mapping_english", weight="A"
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector(
                                    "search_extra", config="mapping_english", weight="B"
                                ),
                                django.contrib.postgres.search.SearchConfig("mapping_english"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "summary", config="mapping_english", weight="C"
                            ),
                            django.contrib.postgres.search.SearchConfig("mapping_english"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
        ),
        migrations.RunSQL(KNOWN_WORDS, migrations.RunSQL.noop),
    ]
