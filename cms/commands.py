"""Writes of this app: the pages that a place needs, its stewards' way into the admin, widgets."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site

from config.errors import HereaboutsError
from listings.commands import responsible_bodies
from mapping.commands.change import change
from mapping.models import Actor, Place, PlaceRole, PlaceRoleKind

from .models import HomePage, PlacePage, Widget

SITE_NAME = settings.WAGTAIL_SITE_NAME
# What a steward may do with the page of their place (never delete it, never make another).
PAGE_PERMISSIONS = ("change_page", "publish_page")


class StewardError(HereaboutsError, ValueError):
    """Somebody could not be made a steward; the text says why and what to do."""

    status = 422


def ensure_pages(place: Place, actor: Actor) -> PlacePage:
    """Make sure that the site has a first page and `place` its page; return the place's page.

    Running it again changes nothing: what editors have written is left alone.
    """
    with change(actor=actor, action="make pages", place=place, target=place) as it:
        home, home_is_new = _ensure_home()
        page = PlacePage.objects.filter(place=place).first()
        if page is None:
            responsible_bodies.ensure_usual_categories(actor=actor, place=place)
            page = PlacePage(title=place.name, slug=place.slug, place=place, show_in_menus=True)
            home.add_child(instance=page)
            it.data["page"] = page.slug
        elif not home_is_new:
            it.nothing_changed()
    return page


def _ensure_home() -> tuple[HomePage, bool]:
    """Return the first page, and whether it or the site had to be made."""
    home, made = HomePage.objects.first(), False
    site = Site.objects.filter(is_default_site=True).first()
    if home is None:
        root = Page.get_first_root_node()
        if root is None:
            Locale.objects.get_or_create(language_code="en-gb")
            root = Page.add_root(instance=Page(title="Root", slug="root"))
        welcome = site.root_page if site else None
        home = root.add_child(instance=HomePage(title=SITE_NAME, slug="hereabouts"))
        if site is not None:
            site.root_page = home
            site.site_name = site.site_name or SITE_NAME
            site.save()
        # Wagtail's own placeholder; a page that somebody has put something under is kept.
        if welcome is not None and type(welcome) is Page and not welcome.is_root():
            if welcome.specific_class is Page and not welcome.get_children().exists():
                welcome.delete()
        made = True
    if site is None:
        Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True, site_name=SITE_NAME)
        made = True
    elif site.root_page_id != home.pk and not made:
        site.root_page = home
        site.save()
        made = True
    return home, made


def ensure_steward(email: str, place: Place, actor: Actor | None = None):
    """Make sure that a person with this address is a steward of `place`; return their account.

    An account is made when there is none: they sign in by a code sent to the address. Running it again
    changes nothing. Raises `StewardError` when the address is not one.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise StewardError(f"{email!r} is not an e-mail address.", "Write one such as name@example.org.") from None
    actor = actor or Actor.command("make_steward")
    with change(actor=actor, action="make steward", place=place, target=email) as it:
        user, user_is_new = _ensure_account(email)
        role, role_is_new = PlaceRole.objects.get_or_create(
            place=place, user=user, defaults={"role": PlaceRoleKind.STEWARD}
        )
        if role.role != PlaceRoleKind.STEWARD:
            role.role = PlaceRoleKind.STEWARD
            role.save(update_fields=["role"])
            role_is_new = True
        group = ensure_steward_group(place)
        in_group = user.groups.filter(pk=group.pk).exists()
        if not in_group:
            user.groups.add(group)
        if in_group and not user_is_new and not role_is_new:
            it.nothing_changed()
    return user


@transaction.atomic
def ensure_steward_group(place: Place) -> Group:
    """Return the group that lets stewards of `place` into the admin and edit the page of their place."""
    group, _ = Group.objects.get_or_create(name=f"Stewards of {place.slug}")
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    page = PlacePage.objects.filter(place=place).first()
    if page is not None:
        for codename in PAGE_PERMISSIONS:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=page.page_ptr, permission=permission)
    return group


def save_widget(*, actor: Actor, widget: Widget) -> Widget:
    """Keep a new or changed widget. What is published stays as it is, so no revision is raised."""
    action = "change widget" if widget.pk else "make widget"
    with change(actor=actor, action=action, place=widget.place, target=widget) as it:
        widget.save()
        it.data.update(token=widget.token, view=widget.view, query=widget.query, origins=widget.allowed_origins)
        it.places.clear()
    return widget


def delete_widget(*, actor: Actor, widget: Widget) -> None:
    """Take a widget away."""
    with change(actor=actor, action="delete widget", place=widget.place, target=widget) as it:
        it.data["token"] = widget.token
        widget.delete()
        it.places.clear()


def _ensure_account(email: str):
    """Return the account of this address, made with no password when there is none."""
    users = get_user_model()
    known = EmailAddress.objects.filter(email__iexact=email).select_related("user").first()
    user = known.user if known else users.objects.filter(email__iexact=email).first()
    made = user is None
    if user is None:
        user = users(username=email[:150], email=email)
        user.set_unusable_password()
        user.save()
    address, address_is_new = EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    if not address.verified:
        # Given by somebody who may make stewards; the code still goes to that address alone.
        address.verified = True
        address.save(update_fields=["verified"])
    return user, made or address_is_new
