"""Writes on documents: what statements give as evidence, each kept once."""

from __future__ import annotations

from collections.abc import Iterable

from mapping.models import Document
from mapping.models.document_url import key_of

MAX_AT_ONCE = 1000


def keep(addresses: Iterable[str]) -> dict[str, Document]:
    """Return the document of each address, made where there was none. Two queries, or three when some are new.

    Raises `documents.NotAnAddress`.
    """
    keys = {address: key_of(address) for address in dict.fromkeys(addresses) if address}
    if not keys:
        return {}
    wanted = set(keys.values())
    found = {it.key: it for it in Document.objects.filter(key__in=wanted)}
    missing = {key: address for address, key in reversed(keys.items()) if key not in found}
    if missing:
        # Somebody else may keep the same at this moment: theirs is as good as ours.
        Document.objects.bulk_create(
            [Document(key=key, address=address) for key, address in missing.items()],
            ignore_conflicts=True,
            batch_size=MAX_AT_ONCE,
        )
        found |= {it.key: it for it in Document.objects.filter(key__in=list(missing))}
    return {address: found[key] for address, key in keys.items()}
