"""What readers see of a place changes when a tour is published, unpublished or deleted."""

from __future__ import annotations

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from mapping.commands.change import change
from mapping.models import Actor

from .models import TourPage


@receiver(page_published, sender=TourPage)
def published(sender, instance: TourPage, revision=None, **more) -> None:
    user = getattr(revision, "user", None)
    _raise(instance, "publish tour", Actor.of(user) if user else Actor.command("publish"))


@receiver(page_unpublished, sender=TourPage)
def unpublished(sender, instance: TourPage, **more) -> None:
    _raise(instance, "unpublish tour", Actor.command("unpublish"))


@receiver(post_delete, sender=TourPage)
def deleted(sender, instance: TourPage, **more) -> None:
    parent = instance.get_parent()
    # With its place's page gone, nobody is told of the tour any more.
    if parent is not None:
        _raise(instance, "delete tour", Actor.command("delete"))


def _raise(tour: TourPage, action: str, actor: Actor) -> None:
    """Raise the revision of the tour's place: its pages list the tour. Wagtail's own log has who did it."""
    with change(actor=actor, action=action, place=tour.place, target=tour) as it:
        it.data.update(page=tour.pk, slug=tour.slug)
