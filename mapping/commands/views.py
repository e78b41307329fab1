"""Saved views: ways of looking at a place's network that somebody named."""

from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import Actor, Place, PlaceRole, PlaceRoleKind, SavedView, Visibility
from mapping.network.view.state import NetworkView

from .change import change

MAX_VIEWS = 500


class ViewRefused(HereaboutsError, ValueError):
    """A view cannot be kept. `field` names what to change."""

    status = 422

    def __init__(self, field: str, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.field = field


def may_save(user, place: Place) -> bool:
    """Members, weavers and stewards of a place save views of it."""
    if not user.is_authenticated:
        return False
    return (user.is_superuser and user.is_active) or PlaceRole.objects.filter(user=user, place=place).exists()


def may_change(user, view: SavedView) -> bool:
    """Who saved a view changes it, as long as they may save any; so do the stewards of its place."""
    if not may_save(user, view.place):
        return False
    if view.created_by_id == user.pk or user.is_superuser:
        return True
    return PlaceRole.objects.filter(user=user, place_id=view.place_id, role=PlaceRoleKind.STEWARD).exists()


def save(
    *, actor: Actor, place: Place, state: NetworkView, name: str, text: str = "", visibility: str = Visibility.PUBLIC
) -> SavedView:
    """Keep a new view; its address is made of its name, with a number when that is taken.

    What is published of the place stays as it is, so no revision is raised.

    Raises
    ------
    ViewRefused
        When the state was not understood, the name is empty, or the place has very many views.
    """
    name, text = _checked(name, text)
    if state.problems:
        raise ViewRefused("address", " ".join(str(it) for it in state.problems))
    with change(actor=actor, action="save view", place=place) as it:
        # One at a time in a place, so that two of one name do not take one address.
        Place.objects.select_for_update(no_key=True).get(pk=place.pk)
        if SavedView.objects.filter(place=place).count() >= MAX_VIEWS:
            raise ViewRefused(
                "name", _("There are very many saved views here."), _("Delete some that nobody needs first.")
            )
        view = SavedView.objects.create(
            place=place,
            slug=_free(place, name),
            name=name,
            text=text,
            state=state.params(),
            visibility=visibility,
            created_by=actor.user,
        )
        it.data.update(slug=view.slug, name=name, visibility=str(visibility), state=view.state)
        it.places.clear()
    return view


def rename(*, actor: Actor, view: SavedView, name: str, text: str, visibility: str) -> SavedView:
    """Change what is said of a view and who may open it. Its address stays, so links to it hold.

    A published tour may show it, so the revision of the place is raised.
    """
    name, text = _checked(name, text)
    with change(actor=actor, action="rename view", place=view.place, target=view) as it:
        before = {"name": view.name, "text": view.text, "visibility": str(view.visibility)}
        if before == {"name": name, "text": text, "visibility": str(visibility)}:
            it.nothing_changed()
            return view
        view.name, view.text, view.visibility = name, text, visibility
        view.save(update_fields=["name", "text", "visibility", "updated_at"])
        it.data.update(before=before)
    return view


def delete(*, actor: Actor, view: SavedView) -> None:
    """Take a view away; the audit row keeps what it showed."""
    with change(actor=actor, action="delete view", place=view.place, target=view) as it:
        it.data.update(slug=view.slug, name=view.name, text=view.text, state=view.state)
        view.delete()


def _checked(name: str, text: str) -> tuple[str, str]:
    name, text = " ".join(name.split()), text.strip()
    if not name:
        raise ViewRefused("name", _("Give the view a name, such as “Who funds whom”."))
    if len(name) > 120:
        raise ViewRefused("name", _("The name is too long."), _("Keep it under 120 letters."))
    if len(text) > 2000:
        raise ViewRefused("text", _("The text is too long."), _("Keep it under 2,000 letters."))
    if "\x00" in name + text:
        raise ViewRefused("name", _("The name or text has a character in it that cannot be kept."))
    return name, text


def _free(place: Place, name: str) -> str:
    base = slugify(name)[:70].strip("-") or "view"
    taken = set(SavedView.objects.filter(place=place, slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
