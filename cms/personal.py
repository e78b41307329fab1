"""What Wagtail keeps of the people who work in its admin, and how it is erased (called from `CmsConfig.ready`)."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mapping.access.personal_data import (
    Holding,
    Person,
    any_of,
    by_account,
    delete_rows,
    forget_account,
    register,
)


def register_holdings() -> None:
    """Say what is kept, table by table."""
    for model, label, fields in _GOING:
        register(Holding(model, label, by_account(model, "user"), fields, delete_rows))
    for model, names, label, fields, keeps in _STAYING:
        register(Holding(model, label, by_account(model, *names), fields, forget_account(*names), keeps))
    register(
        Holding(
            "wagtailcore.Comment",
            _("comments on pages"),
            of=by_account("wagtailcore.Comment", "user", "resolved_by"),
            fields=("page__title", "text", "created_at"),
            erase=_comments,
            keeps=_("Comments of others that you resolved, without who did."),
            own=lambda person: person.is_in("user"),
            # Not the words, which somebody else wrote.
            fields_of_others=("page__title", "resolved_at"),
        )
    )
    register(
        Holding(
            "wagtailcore.Revision",
            _("versions of pages that you saved"),
            of=lambda person: apps.get_model("wagtailcore.Revision").objects.filter(
                person.is_in("user") | _inside(person)
            ),
            fields=("object_str", "created_at"),
            erase=_revisions,
            keeps=_("The versions, without who saved them."),
        )
    )
    register(
        Holding(
            "wagtailusers.UserProfile",
            _("how you have set up the admin"),
            of=by_account("wagtailusers.UserProfile", "user"),
            fields=("preferred_language", "current_time_zone", "avatar", "theme", "contrast", "density"),
            erase=_profiles,
        )
    )


_GOING = (
    ("wagtailadmin.EditingSession", _("pages that you have open in the admin"), ("object_id", "last_seen_at")),
    ("wagtailadmin.FormState", _("what you typed in the admin and have not saved"), ("object_id", "data")),
    ("wagtailcore.APIToken", _("keys for programs"), ("name", "prefix")),
    ("wagtailcore.CommentReply", _("answers to comments on pages"), ("text", "created_at")),
    ("wagtailcore.PageSubscription", _("pages of whose comments you are told"), ("page__title",)),
)
_STAYING = (
    (
        "wagtailcore.Page", ("owner", "locked_by"), _("pages that you made or locked"), ("title", "url_path"),
        _("The pages, without who made them."),
    ),
    (
        "wagtailcore.ModelLogEntry", ("user",), _("what you changed in the admin"), ("timestamp", "action", "label"),
        _("What was changed and when, without who did it."),
    ),
    (
        "wagtailcore.PageLogEntry", ("user",), _("what you changed of pages"), ("timestamp", "action", "label"),
        _("What was changed and when, without who did it."),
    ),
    (
        "wagtailcore.UploadedFile", ("uploaded_by_user",), _("files on their way into the admin"), ("file",),
        _("The file, until it is tidied away."),
    ),
    (
        "wagtaildocs.Document", ("uploaded_by_user",), _("documents that you put there"), ("title", "created_at"),
        _("The document, without who put it there."),
    ),
    (
        "wagtailimages.Image", ("uploaded_by_user",), _("pictures that you put there"), ("title", "created_at"),
        _("The picture, without who put it there."),
    ),
    (
        "wagtailcore.WorkflowState", ("requested_by",), _("pages that you sent for review"), ("status", "created_at"),
        _("The review, without who asked for it."),
    ),
    (
        "wagtailcore.TaskState", ("finished_by",), _("pages that you reviewed"), ("status", "comment", "finished_at"),
        _("The review, without who gave it."),
    ),
)  # fmt: skip


def _inside(person: Person) -> Q:
    """A version of a page holds numbers of accounts in its content too."""
    return any_of(Q(**{f"content__{name}": pk}) for name in ("owner", "locked_by") for pk in person.user_ids)


def _revisions(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    for row in rows.filter(_inside(person)).iterator():
        row.content = {
            name: None if name in ("owner", "locked_by") and value in person.user_ids else value
            for name, value in row.content.items()
        }
        type(row).objects.filter(pk=row.pk).update(content=row.content)
    type_of = rows.model
    type_of.objects.filter(person.is_in("user")).update(user=None)
    return number


def _comments(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    comments = rows.model.objects
    comments.filter(person.is_in("resolved_by")).update(resolved_by=None)
    comments.filter(person.is_in("user")).delete()
    return number


def _profiles(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    for row in rows:
        if row.avatar:
            row.avatar.delete(save=False)
        row.delete()
    return number
