"""Who is told when something is wrong has confirmed it; what is shared tells those it is shared with no more."""

from django.db import migrations

FUNCTIONS = """
-- An open space of a group has two people who have confirmed, of its own and with different addresses.
CREATE FUNCTION listings_space_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE good integer;
BEGIN
    SELECT count(DISTINCT lower(c.email)) INTO good FROM listings_spacecontact c
    WHERE c.space_id = NEW.id AND c.confirmed_at IS NOT NULL
      AND (c.id = NEW.contact_id AND c.role = 'contact' OR c.id = NEW.deputy_id AND c.role = 'deputy');
    IF good < 2 THEN
        RAISE EXCEPTION 'Space % would be open without two people who have confirmed', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'space_contacts_confirmed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER space_contacts BEFORE INSERT OR UPDATE OF contact_id, deputy_id, opened_at ON listings_space
    FOR EACH ROW WHEN (NEW.organisation_id IS NOT NULL AND NEW.opened_at IS NOT NULL)
    EXECUTE FUNCTION listings_space_contacts();

-- Nobody who is told of an open space stops being so by the way.
CREATE FUNCTION listings_space_contact_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM listings_space s WHERE s.opened_at IS NOT NULL AND s.organisation_id IS NOT NULL
               AND (s.contact_id = OLD.id OR s.deputy_id = OLD.id)) THEN
        RAISE EXCEPTION 'Space contact % is told of an open space', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'space_contacts_confirmed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER space_contact_stays BEFORE UPDATE ON listings_spacecontact
    FOR EACH ROW WHEN ((NEW.email, NEW.confirmed_at, NEW.space_id, NEW.role)
        IS DISTINCT FROM (OLD.email, OLD.confirmed_at, OLD.space_id, OLD.role))
    EXECUTE FUNCTION listings_space_contact_stays();

-- Whether everybody who may see the node `m` may see the node `v` too; those too that `m` is shared with.
CREATE OR REPLACE FUNCTION listings_may_tell(v mapping_node, m mapping_node) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT v.id IS NOT NULL AND v.state = 'live' AND (v.visibility = 'public'
        OR v.visibility = 'members' AND m.visibility = 'members' AND v.place_id = m.place_id
        OR v.visibility = 'group' AND m.visibility = 'group' AND v.group_id = m.group_id AND NOT EXISTS (
            SELECT 1 FROM mapping_nodeshare s
            WHERE s.node_id = m.id AND s.accepted_at IS NOT NULL AND s.group_id <> v.group_id AND NOT EXISTS (
                SELECT 1 FROM mapping_nodeshare t
                WHERE t.node_id = v.id AND t.group_id = s.group_id AND t.accepted_at IS NOT NULL)))
$$;

CREATE FUNCTION listings_share_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE nodes bigint[] := ARRAY[]::bigint[]; ids bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        nodes := nodes || OLD.node_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        nodes := nodes || NEW.node_id;
    END IF;
    SELECT array_agg(DISTINCT l.node_ptr_id) INTO ids FROM listings_listing l
    WHERE l.node_ptr_id = ANY (nodes) OR l.venue_id = ANY (nodes) OR l.organiser_id = ANY (nodes);
    IF ids IS NOT NULL THEN
        PERFORM listings_follow(ids);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER share_is_followed AFTER INSERT OR UPDATE OR DELETE ON mapping_nodeshare
    FOR EACH ROW EXECUTE FUNCTION listings_share_changed();
"""

UNDO = """
DROP TRIGGER share_is_followed ON mapping_nodeshare;
DROP FUNCTION listings_share_changed();
CREATE OR REPLACE FUNCTION listings_may_tell(v mapping_node, m mapping_node) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT v.id IS NOT NULL AND v.state = 'live' AND (v.visibility = 'public'
        OR v.visibility = 'members' AND m.visibility = 'members' AND v.place_id = m.place_id
        OR v.visibility = 'group' AND m.visibility = 'group' AND v.group_id = m.group_id)
$$;
DROP TRIGGER space_contact_stays ON listings_spacecontact;
DROP FUNCTION listings_space_contact_stays();
DROP TRIGGER space_contacts ON listings_space;
DROP FUNCTION listings_space_contacts();
"""


class Migration(migrations.Migration):
    dependencies = [("listings", "0021_members"), ("mapping", "0031_node_share")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
