"""What is shown to fewer people, or less exactly, becomes looser only where a change says that somebody decided so."""

from django.db import migrations

# A writer that forgets to keep what is stricter fails here, rather than show what somebody has hidden.
# `change(...)` with `it.loosens(...)` sets the flag for as long as its block lasts (mapping/commands/change.py).
FUNCTIONS = """
CREATE FUNCTION mapping_may_loosen() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT COALESCE(current_setting('hereabouts.loosens', true), '') = 'on'
$$;

CREATE FUNCTION mapping_not_looser() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF mapping_may_loosen() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% % would be shown to more people, or more exactly, than it is', TG_ARGV[0], OLD.id
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Keep what is stricter (mapping.access.disclosure), or say it.loosens() in the change, where a person decides.';
END $$;

CREATE TRIGGER node_not_looser BEFORE UPDATE OF visibility, group_id, state, location_precision ON mapping_node
    FOR EACH ROW WHEN (
        mapping_visibility_rank(NEW.visibility) < mapping_visibility_rank(OLD.visibility)
        OR OLD.visibility = 'group' AND NEW.visibility = 'group' AND NEW.group_id IS DISTINCT FROM OLD.group_id
        OR mapping_precision_rank(NEW.location_precision) < mapping_precision_rank(OLD.location_precision)
        OR NEW.state = 'live' AND OLD.state <> 'live')
    EXECUTE FUNCTION mapping_not_looser('Node');
CREATE TRIGGER statement_not_looser BEFORE UPDATE OF visibility, group_id, withdrawn_at ON mapping_statement
    FOR EACH ROW WHEN (
        mapping_visibility_rank(NEW.visibility) < mapping_visibility_rank(OLD.visibility)
        OR OLD.visibility = 'group' AND NEW.visibility = 'group' AND NEW.group_id IS DISTINCT FROM OLD.group_id
        -- What rules say follows from what everybody may see, and is said again when it holds again.
        OR NEW.withdrawn_at IS NULL AND OLD.withdrawn_at IS NOT NULL AND OLD.by_rule = '')
    EXECUTE FUNCTION mapping_not_looser('Statement');
"""

UNDO = """
DROP TRIGGER node_not_looser ON mapping_node;
DROP TRIGGER statement_not_looser ON mapping_statement;
DROP FUNCTION mapping_not_looser();
DROP FUNCTION mapping_may_loosen();
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0020_withdrawn_floor")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
