"""A listing tells of its venue and organiser what all who see the listing may see, and no more: kept by triggers."""

from django.db import migrations, models

FUNCTIONS = """
-- Whether everybody who may see the node `m` may see the node `v` too.
CREATE FUNCTION listings_may_tell(v mapping_node, m mapping_node) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT v.id IS NOT NULL AND v.state = 'live' AND (v.visibility = 'public'
        OR v.visibility = 'members' AND m.visibility = 'members' AND v.place_id = m.place_id
        OR v.visibility = 'group' AND m.visibility = 'group' AND v.group_id = m.group_id)
$$;
-- What a node's address and postcode may tell, as `Node.public_address` and `public_postcode` have it.
CREATE FUNCTION mapping_public_address(source text, location_precision text, address text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN source <> '' AND location_precision NOT IN ('exact', 'street', source) THEN '' ELSE address END
$$;
CREATE FUNCTION mapping_public_postcode(source text, location_precision text, postcode text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN source = '' OR location_precision <> 'area' OR source = 'area' THEN postcode
        WHEN strpos(postcode, ' ') > 0 THEN split_part(postcode, ' ', 1) ELSE '' END
$$;

-- Brings listings in line with their venues and organisers. What they are found by has two parts, divided by a form
-- feed: what follows from others, and the listing's own words.
CREATE FUNCTION listings_follow(asked bigint[]) RETURNS void LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
DECLARE loosens text := COALESCE(current_setting('hereabouts.loosens', true), '');
BEGIN
    PERFORM set_config('hereabouts.loosens', 'on', true), set_config('hereabouts.follows', 'on', true);
    WITH held AS (
        SELECT m.id, m.place_id, m.state, l.venue_id IS NOT NULL AS at_venue, m AS was, v AS venue,
            listings_may_tell(v, m) AS told,
            CASE WHEN listings_may_tell(o, m) THEN o.name ELSE '' END AS organiser,
            CASE WHEN l.venue_id IS NULL THEN m.location_precision
                 WHEN listings_may_tell(v, m) AND v.public_point IS NOT NULL
                      AND mapping_precision_rank(v.location_precision) > mapping_precision_rank(l.own_precision)
                 THEN v.location_precision ELSE l.own_precision END AS location_precision
        FROM unnest(asked) AS given (id)
        JOIN listings_listing l ON l.node_ptr_id = given.id JOIN mapping_node m ON m.id = l.node_ptr_id
        LEFT JOIN mapping_node v ON v.id = l.venue_id LEFT JOIN mapping_node o ON o.id = l.organiser_id
    ), placed AS (
        SELECT h.*,
            CASE WHEN NOT at_venue THEN (was).location WHEN told THEN (venue).public_point END AS location,
            CASE WHEN NOT at_venue THEN (was).location_source
                 WHEN NOT told OR (venue).public_point IS NULL THEN ''
                 -- The middle of a postcode is left where it is.
                 WHEN (venue).location_precision = (venue).location_source AND (venue).location_precision <> 'exact'
                 THEN (venue).location_source ELSE 'venue' END AS location_source,
            CASE WHEN NOT at_venue THEN (was).address WHEN told THEN mapping_public_address(
                (venue).location_source, (venue).location_precision, (venue).address) ELSE '' END AS address,
            CASE WHEN NOT at_venue THEN (was).postcode WHEN told THEN mapping_public_postcode(
                (venue).location_source, (venue).location_precision, (venue).postcode) ELSE '' END AS postcode
        FROM held h
    ), worded AS (
        SELECT p.*, mapping_public_postcode(location_source, location_precision, postcode) AS found_by,
            CASE WHEN strpos((was).search_extra, E'\\f') > 0 THEN split_part((was).search_extra, E'\\f', 2)
                 ELSE (was).search_extra END AS own
        FROM placed p
    ), wanted AS (
        SELECT w.*, concat_ws(E'\\n', NULLIF(organiser, ''), CASE WHEN at_venue AND told THEN (venue).name END,
            NULLIF(mapping_public_address(location_source, location_precision, address), ''),
            NULLIF(found_by, ''), NULLIF(replace(found_by, ' ', ''), '')) || E'\\f' || own AS search_extra
        FROM worded w
    ), done AS (
        UPDATE mapping_node n SET location = w.location, location_source = w.location_source,
            location_precision = w.location_precision, address = w.address, postcode = w.postcode,
            search_extra = w.search_extra
        FROM wanted w WHERE n.id = w.id AND (n.location IS DISTINCT FROM w.location
            OR (n.location_source, n.location_precision, n.address, n.postcode, n.search_extra) IS DISTINCT FROM
               (w.location_source, w.location_precision, w.address, w.postcode, w.search_extra))
        RETURNING n.id, n.place_id, n.state
    )
    INSERT INTO mapping_touchedplace (place, withdrawn)
    SELECT DISTINCT around.place, false FROM done CROSS JOIN LATERAL (
        SELECT done.place_id
        UNION ALL SELECT b.place_id FROM mapping_connection c JOIN mapping_node b ON b.id = c.target_id
            WHERE c.source_id = done.id
        UNION ALL SELECT b.place_id FROM mapping_connection c JOIN mapping_node b ON b.id = c.source_id
            WHERE c.target_id = done.id
    ) AS around (place) WHERE done.state = 'live' AND around.place IS NOT NULL;
    PERFORM set_config('hereabouts.loosens', loosens, true), set_config('hereabouts.follows', 'off', true);
END $$;

CREATE FUNCTION listings_node_changed() RETURNS trigger LANGUAGE plpgsql
SET join_collapse_limit = 1 SET enable_seqscan = off AS $$
DECLARE ids bigint[];
BEGIN
    IF COALESCE(current_setting('hereabouts.follows', true), '') = 'on' THEN
        -- A listing may be the venue of another, hardly ever: one step.
        SELECT array_agg(DISTINCT l.node_ptr_id) INTO ids
        FROM changed n JOIN listings_listing l ON l.venue_id = n.id WHERE l.node_ptr_id <> n.id AND pg_trigger_depth() < 4;
    ELSE
        UPDATE listings_listing l SET own_precision = n.location_precision
        FROM changed n JOIN before o ON o.id = n.id
        WHERE n.kind = 'activity' AND l.node_ptr_id = n.id AND n.location_precision <> o.location_precision
          AND l.own_precision <> n.location_precision;
        SELECT array_agg(DISTINCT f.id) INTO ids
        FROM changed n JOIN before o ON o.id = n.id
        CROSS JOIN LATERAL (
            SELECT l.node_ptr_id FROM listings_listing l WHERE l.venue_id = n.id
            UNION ALL SELECT l.node_ptr_id FROM listings_listing l WHERE l.organiser_id = n.id
            UNION ALL SELECT l.node_ptr_id FROM listings_listing l WHERE l.node_ptr_id = n.id AND n.kind = 'activity'
        ) AS f (id)
        WHERE n.location IS DISTINCT FROM o.location
           OR (n.name, n.state, n.visibility, n.group_id, n.place_id, n.location_source, n.location_precision,
               n.address, n.postcode, n.search_extra)
              IS DISTINCT FROM
              (o.name, o.state, o.visibility, o.group_id, o.place_id, o.location_source, o.location_precision,
               o.address, o.postcode, o.search_extra);
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM listings_follow(ids);
    END IF;
    RETURN NULL;
END $$;

-- How exactly a listing may be known becomes looser only where somebody decides so (mapping's migration 0021).
CREATE FUNCTION listings_own_precision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT mapping_may_loosen() AND mapping_precision_rank(NEW.own_precision) < mapping_precision_rank(OLD.own_precision)
    THEN
        NEW.own_precision := OLD.own_precision;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION listings_listing_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE loosens text := COALESCE(current_setting('hereabouts.loosens', true), '');
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.venue_id IS NOT NULL AND NEW.venue_id IS NULL THEN
        -- The place was the venue's, and how exactly it was shown. Whoever says another one writes it after this.
        PERFORM set_config('hereabouts.loosens', 'on', true), set_config('hereabouts.follows', 'on', true);
        UPDATE mapping_node SET location = NULL, location_source = '', location_precision = NEW.own_precision,
            address = '', postcode = ''
        WHERE id = NEW.node_ptr_id;
        PERFORM set_config('hereabouts.loosens', loosens, true), set_config('hereabouts.follows', 'off', true);
    END IF;
    PERFORM listings_follow(ARRAY[NEW.node_ptr_id]);
    RETURN NULL;
END $$;

CREATE TRIGGER listing_follows_node AFTER UPDATE ON mapping_node
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION listings_node_changed();
CREATE TRIGGER listing_own_precision BEFORE UPDATE OF own_precision ON listings_listing
    FOR EACH ROW WHEN (NEW.own_precision <> OLD.own_precision) EXECUTE FUNCTION listings_own_precision();
CREATE TRIGGER listing_made AFTER INSERT ON listings_listing
    FOR EACH ROW EXECUTE FUNCTION listings_listing_follows();
CREATE TRIGGER listing_held AFTER UPDATE OF venue_id, organiser_id, own_precision ON listings_listing
    FOR EACH ROW WHEN ((NEW.venue_id, NEW.organiser_id, NEW.own_precision)
        IS DISTINCT FROM (OLD.venue_id, OLD.organiser_id, OLD.own_precision))
    EXECUTE FUNCTION listings_listing_follows();
"""

UNDO = """
DROP TRIGGER listing_follows_node ON mapping_node;
DROP TRIGGER listing_own_precision ON listings_listing;
DROP TRIGGER listing_made ON listings_listing;
DROP TRIGGER listing_held ON listings_listing;
DROP FUNCTION listings_listing_follows();
DROP FUNCTION listings_own_precision();
DROP FUNCTION listings_node_changed();
DROP FUNCTION listings_follow(bigint[]);
DROP FUNCTION mapping_public_postcode(text, text, text);
DROP FUNCTION mapping_public_address(text, text, text);
DROP FUNCTION listings_may_tell(mapping_node, mapping_node);
"""


class Migration(migrations.Migration):
    dependencies = [("listings", "0004_post_drafts"), ("mapping", "0021_never_looser")]

    operations = [
        migrations.AddField(
            "listing",
            "own_precision",
            models.CharField(
                max_length=10,
                choices=[
                    ("exact", "Exact"),
                    ("street", "To the street"),
                    ("postcode", "To the postcode"),
                    ("area", "To the area"),
                ],
                default="exact",
                db_default="exact",
                editable=False,
            ),
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
