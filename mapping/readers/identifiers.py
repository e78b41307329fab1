"""Names that registers give (org-id.guide schemes): one spelling of each, so that they can be compared."""

from __future__ import annotations

import re

_ANY_SCHEME = re.compile(r"([A-Z]{2}-[A-Z0-9]{2,8}|360G)-(.+)", re.IGNORECASE | re.DOTALL)


def normalise_identifier(scheme: str, value: str) -> tuple[str, str]:
    """(scheme, value) in one spelling; the value is empty when there is nothing in it.

    >>> normalise_identifier("GB-COH", "7597525")
    ('GB-COH', '07597525')
    >>> normalise_identifier("GB-LAE", "GB-LAE-TRF")
    ('GB-LAE', 'TRF')
    """
    scheme = scheme.strip()
    value = " ".join(value.split())
    prefix = f"{scheme}-"
    if value.upper().startswith(prefix.upper()):
        value = value[len(prefix) :]
    if scheme == "GB-COH":
        value = value.replace(" ", "").upper()
        return scheme, value.zfill(8) if value.isdigit() and int(value) else _not_zero(value)
    if scheme in ("GB-CHC", "UPRN"):
        value = value.replace(" ", "")
        return scheme, value.lstrip("0") if value.isdigit() else value.upper()
    return scheme, _not_zero(value)


def split_org_id(text: str) -> tuple[str, str] | None:
    """`GB-CHC-1130343` -> ("GB-CHC", "1130343"); None when it has no scheme.

    >>> split_org_id("360G-trafford-be_active")
    ('360G', 'trafford-be_active')
    """
    found = _ANY_SCHEME.fullmatch(text.strip())
    if not found:
        return None
    scheme, value = normalise_identifier(found[1].upper(), found[2])
    return (scheme, value) if value else None


def _not_zero(value: str) -> str:
    return "" if not value.strip("0 ") else value
