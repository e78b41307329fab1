"""The job's side: ask a question again, as the class of viewers who asked it, without bounds, and keep the answer."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import secrets
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from mapping.answers import bounds, store
from mapping.answers.kinds import KINDS, PREPARED, Kind
from mapping.answers.question import Question
from mapping.models import PUBLIC, Answer, AnswerState, Connection, Place, Statement, Viewer
from mapping.network import analysis_store, snapshots
from mapping.network.readiness import is_at_once

logger = logging.getLogger(__name__)

# A larger answer lies in a file.
MAX_BODY = 4_000_000
HEADERS = ("Content-Type", "Content-Disposition", "Content-Encoding", "X-Content-Type-Options")
FRAME = "mapping/answers/frame.html"
PARTS = ("title", "description", "head", "scripts", "breadcrumb", "main_class", "main")
"""The blocks of `base.html` that an answer fills, in the order of `mapping/answers/frame.html`."""


def make(key: str) -> None:
    """Make the answer of the question that waits under `key`, and keep it. A failure is kept as one.

    Raises DatabaseError when the database did not let us: the question still waits.
    """
    row = Answer.objects.filter(key=key, state=AnswerState.PENDING).select_related("place").first()
    if row is None:
        return
    question = Question.restored(row.kind, row.place, row.question)
    started = time.monotonic()
    # Before anything is read: what changes while we work makes the answer one of an older revision.
    known = store.revisions()
    try:
        with bounds.lifted(), translation.override(question.language or settings.LANGUAGE_CODE):
            _first(question)
            made = _made(question)
            places = _places_of(question, known)
    except (DatabaseError, InterfaceError):
        logger.exception("The question %s is tried again: the database did not let us.", row)
        raise
    except Exception as error:
        logger.exception("The question %s could not be answered.", row)
        made = {"state": AnswerState.FAILED, "error": f"{type(error).__name__}: {error}"[:2000]}
        places = {row.place_id}
    kept = Answer.objects.filter(pk=row.pk, state=AnswerState.PENDING).update(
        **{"state": AnswerState.READY, **made},
        stamps=[known[pk] for pk in sorted(places) if pk in known],
        unnumbered=sorted(places - set(known)),
        asker="",
        made_at=timezone.now(),
        seconds=round(time.monotonic() - started, 3),
    )
    if not kept and made.get("file"):
        (store.folder() / made["file"]).unlink(missing_ok=True)


def prepare(place: Place) -> None:
    """Make what everybody asks first of a place, where it is too large to be answered at once."""
    with translation.override(settings.LANGUAGE_CODE):
        for kind in PREPARED:
            if bounds.is_small(place, kind) and not KINDS[kind].needs:
                continue
            if kind in ("missing", "curves") or not is_at_once(place, PUBLIC, kind):
                ensure(Question.of(kind, place, PUBLIC))


def ensure(question: Question) -> None:
    """Have the answer of this question kept, made here and now if it is not."""
    if store.find(question) is None and store.ask(question, store.NOBODY).state == store.PENDING:
        make(question.key)


def _first(question: Question) -> None:
    """Make what the answer itself is made of: the network worked out, and smaller answers."""
    if KINDS[question.kind].analysis:
        analysis_store.work_out(snapshots.load(question.place, question.viewer))
    for kind in KINDS[question.kind].needs:
        ensure(Question.of(kind, question.place, question.viewer))


def _made(question: Question) -> dict[str, Any]:
    """The answer as fields of `Answer`."""
    kind = KINDS[question.kind]
    response = import_string(kind.maker.replace(":", "."))(_request(question), question.place)
    parts = getattr(response, "context_data", None) is not None
    if parts:
        content = [_parts(response)]
        headers = {"Content-Type": "application/json"}
    else:
        content = response.streaming_content if response.streaming else [response.content]
        headers = {name: response[name] for name in HEADERS if name in response}
    if response.status_code != 200 and not parts:
        kind = KINDS["missing"]  # a refusal is small
    return {"status": response.status_code, "headers": headers, **_kept(question, kind, content)}


def _request(question: Question) -> HttpRequest:
    """A request that asks the question, by nobody of this class of viewers."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = question.place.get_absolute_url()
    request.GET = question.query()
    site = urlsplit(question.site or settings.SITE_URL or "http://localhost")
    request.META = {"SERVER_NAME": site.hostname or "localhost", "SERVER_PORT": str(site.port or 80)}
    request._get_scheme = lambda: site.scheme  # type: ignore[method-assign]
    request._get_raw_host = lambda: site.netloc  # type: ignore[attr-defined]
    request.get_host = lambda: site.netloc  # type: ignore[method-assign]
    request.user = AnonymousUser()
    request._viewer = question.viewer  # type: ignore[attr-defined]
    return request


def _parts(response: HttpResponseBase) -> bytes:
    """The blocks of a page, as JSON: the frame around them is everybody's own."""
    mark = secrets.token_hex(16)
    response.context_data |= {"frame": FRAME, "mark": mark}
    response.render()
    found = response.content.decode().split(mark)
    parts = dict(zip(PARTS, (it.strip() for it in found), strict=True))
    # What the frame needs of it: where its field searches, which icons the page carries.
    needed = {"search_url": response.context_data.get("search_url", ""), "icons": " ".join(icons_of(response._request))}
    return json.dumps(parts | needed).encode()


def icons_of(request: HttpRequest) -> list[str]:
    """The icons that were shown for this request (config/templatetags/design.py)."""
    return sorted(getattr(request, "hb_icons", ()))


def _kept(question: Question, kind: Kind, content: Iterable[bytes]) -> dict[str, Any]:
    """Write the answer down: into the row, or into a file whose name it gets when it is whole."""
    if not kind.is_file:
        body = b"".join(content)
        if len(body) <= MAX_BODY:
            return {"body": body, "size": len(body), "digest": hashlib.sha256(body).hexdigest()[:32]}
        content = [body]
    name = f"{question.place.pk}-{question.key[:32]}-{secrets.token_hex(4)}"
    part = store.folder() / f"{name}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("xb") as handle:
            os.chmod(handle.fileno(), 0o640 if settings.ACCEL_REDIRECT else 0o600)
            for piece in content:
                piece = piece.encode() if isinstance(piece, str) else piece
                handle.write(piece)
                digest.update(piece)
                size += len(piece)
            handle.flush()
            os.fsync(handle.fileno())
        part.rename(store.folder() / name)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    return {"file": name, "size": size, "digest": digest.hexdigest()[:32]}


def _places_of(question: Question, known: store.Stamps) -> set[int]:
    """Every place whose change could change the answer: where its nodes are, and where those are who say so."""
    if KINDS[question.kind].everywhere:
        return {question.place.pk, *known}
    return {question.place.pk, *_places_around(question.place, question.viewer)}


def _places_around(place: Place, viewer: Viewer) -> set[int]:
    connections = Connection.objects.visible_to(viewer).of_place(place).order_by()
    said = Statement.objects.visible_to(viewer).filter(connection__in=connections.values("pk")).order_by()
    found: set[int | None] = set()
    for end in ("source__place", "target__place"):
        found |= set(connections.values_list(end, flat=True).distinct())
    found |= set(said.values_list("by_node__place", flat=True).distinct())
    return {it for it in found if it is not None}
