"""What holds of statements and consents whoever writes: kept by triggers. Evidence becomes documents."""

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

BATCH = 1000

# How addresses were compared when this was written: a migration does not change with the code.
# Names of parameters that say where a reader came from, never what they read.
TRACKING = frozenset({"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"})
TRACKING_PREFIXES = ("utm_",)
PORTS = {"http": 80, "https": 443}
LONGEST_KEY = 500
# Escapes of what need not be escaped: letters, figures, - . _ ~ (RFC 3986, section 2.3).
ESCAPED = re.compile(r"%(2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])")


class NotAnAddress(ValueError):
    """Not the address of something that can be read on the web."""


def key_of(address: str) -> str:
    text = address.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise NotAnAddress from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not host or any(c.isspace() or ord(c) < 32 for c in text):
        raise NotAnAddress
    if parts.username is not None:
        raise NotAnAddress
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port is not None and port != PORTS[scheme]:
        netloc += f":{port}"
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
                       if not tracks(name)])  # fmt: skip
    # An escaped letter is that letter; an escaped slash or percent sign is not a plain one.
    path = ESCAPED.sub(lambda it: chr(int(it[1], 16)), parts.path).rstrip("/")
    key = urlunsplit(("https", netloc, path, query, ""))
    if len(key) > LONGEST_KEY:
        key = f"{key[: LONGEST_KEY - 65]}#{hashlib.sha256(key.encode()).hexdigest()}"[:LONGEST_KEY]
    return key


def tracks(name: str) -> bool:
    return name.lower() in TRACKING or name.lower().startswith(TRACKING_PREFIXES)


LEFT = """
CREATE FUNCTION mapping_statement_author_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The account or the node that said it is gone, and nobody else said it.
    IF NEW.by_user_id IS NULL AND NEW.by_node_id IS NULL
       AND (OLD.by_user_id IS NOT NULL OR OLD.by_node_id IS NOT NULL) THEN
        NEW.author_left := true;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_author_left BEFORE UPDATE OF by_user_id, by_node_id
    ON mapping_statement FOR EACH ROW EXECUTE FUNCTION mapping_statement_author_left();
"""
LEFT_UNDO = """
DROP TRIGGER statement_author_left ON mapping_statement;
DROP FUNCTION mapping_statement_author_left();
DELETE FROM mapping_statement WHERE author_left AND by_user_id IS NULL AND by_node_id IS NULL;
"""

CONSENT = """
UPDATE mapping_node SET state = 'draft' WHERE kind = 'person' AND state = 'live' AND NOT EXISTS (
    SELECT 1 FROM mapping_consent WHERE node_id = mapping_node.id AND withdrawn_at IS NULL);

CREATE FUNCTION mapping_person_needs_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'person' AND NEW.state = 'live' THEN
        -- Locked, so that a consent which is being withdrawn at this moment does not count.
        PERFORM 1 FROM mapping_consent WHERE node_id = NEW.id AND withdrawn_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'A person is shown only with a recorded consent (node %).', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'node_person_needs_consent';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER node_person_needs_consent BEFORE INSERT OR UPDATE OF kind, state
    ON mapping_node FOR EACH ROW EXECUTE FUNCTION mapping_person_needs_consent();

CREATE FUNCTION mapping_consent_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE mapping_node SET state = 'archived'
    WHERE id = OLD.node_id AND kind = 'person' AND state = 'live' AND NOT EXISTS (
        SELECT 1 FROM mapping_consent WHERE node_id = OLD.node_id AND withdrawn_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER consent_withdrawn AFTER UPDATE OR DELETE
    ON mapping_consent FOR EACH ROW EXECUTE FUNCTION mapping_consent_withdrawn();
"""
CONSENT_UNDO = """
DROP TRIGGER consent_withdrawn ON mapping_consent;
DROP FUNCTION mapping_consent_withdrawn();
DROP TRIGGER node_person_needs_consent ON mapping_node;
DROP FUNCTION mapping_person_needs_consent();
"""


def keep_evidence(apps, schema_editor) -> None:
    """Make a document of each address that statements give, and let them point to it."""
    Document = apps.get_model("mapping", "Document")
    Statement = apps.get_model("mapping", "Statement")
    rows = Statement.objects.filter(document=None).exclude(evidence_url="").order_by("evidence_url")
    addresses = list(rows.values_list("evidence_url", flat=True).distinct())
    for start in range(0, len(addresses), BATCH):
        keys = {}
        for address in addresses[start : start + BATCH]:
            try:
                keys[address] = key_of(address)
            except NotAnAddress:
                continue  # kept as it was written, and not linked
        Document.objects.bulk_create(
            [Document(key=key, address=address) for address, key in keys.items()], ignore_conflicts=True
        )
        found = dict(Document.objects.filter(key__in=set(keys.values())).values_list("key", "pk"))
        for address, key in keys.items():
            Statement.objects.filter(document=None, evidence_url=address).update(document=found[key])


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0006_underneath"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="author_left",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="statement",
            name="by_user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="by_node",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="statements_made",
                to="mapping.node",
            ),
        ),
        migrations.RemoveConstraint(model_name="statement", name="statement_one_author"),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=(
                    Q(by_user__isnull=False, by_source__isnull=True, by_rule="")
                    | Q(by_user__isnull=True, by_source__isnull=False, by_rule="", by_node__isnull=True)
                    | Q(by_user__isnull=True, by_source__isnull=True, by_node__isnull=True) & ~Q(by_rule="")
                    | Q(by_user__isnull=True, by_source__isnull=True, by_rule="", by_node__isnull=False)
                    | Q(by_user__isnull=True, by_source__isnull=True, by_rule="", by_node__isnull=True)
                    & Q(author_left=True)
                ),
                name="statement_one_author",
            ),
        ),
        migrations.RunSQL(LEFT, LEFT_UNDO),
        migrations.RunSQL(CONSENT, CONSENT_UNDO),
        migrations.RunPython(keep_evidence, migrations.RunPython.noop),
    ]
