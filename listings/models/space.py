"""Spaces: what only members see, of a group or of a place, and the two people who are told when something is wrong."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Joining(models.TextChoices):
    OPEN = "open", _("Anybody who asks is a member at once")
    APPROVAL = "approval", _("Somebody of us decides on each")
    CLOSED = "closed", _("Nobody can join just now")


class ContactRole(models.TextChoices):
    CONTACT = "contact", _("Safeguarding contact")
    DEPUTY = "deputy", _("Deputy")


class SpaceContact(models.Model):
    """Somebody who is told when something is wrong, by an address that they confirmed themselves.

    `uuid` stands in the letter that asks them: whoever holds it may say yes or no, and nothing else.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    space = models.ForeignKey("listings.Space", on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(max_length=10, choices=ContactRole)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=40)
    asked_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ContactRole.values), name="space_contact_role_known"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(email="") & ~Q(phone=""), name="space_contact_can_be_reached"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Space(models.Model):
    """Membership of a group or of a place, and what it comes with.

    A group's is open from `opened_at` on, and never without two different people who have confirmed that they are
    told when something is wrong (constraint, and a trigger of the migration). A place's needs neither.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.OneToOneField(
        "listings.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="space"
    )
    place = models.OneToOneField(
        "mapping.Place", null=True, blank=True, on_delete=models.CASCADE, related_name="membership"
    )
    name = models.CharField(max_length=120, blank=True)
    # What members see and may do, in the group's own words: read before anybody joins.
    summary = models.TextField(max_length=1000, blank=True)
    joining = models.CharField(max_length=10, choices=Joining, default=Joining.APPROVAL)
    contact = models.ForeignKey(
        SpaceContact, null=True, blank=True, on_delete=models.RESTRICT, related_name="contact_of"
    )
    deputy = models.ForeignKey(SpaceContact, null=True, blank=True, on_delete=models.RESTRICT, related_name="deputy_of")
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, place__isnull=False)
                | Q(organisation__isnull=False, place__isnull=True),
                name="space_of_one",
            ),
            models.CheckConstraint(condition=Q(joining__in=Joining.values), name="space_joining_known"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(place__isnull=False)
                | Q(contact__isnull=False, deputy__isnull=False) & ~Q(contact=F("deputy")) & ~Q(summary=""),
                name="space_open_has_two_contacts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_open(self) -> bool:
        """Whether it has members who see more than others."""
        return self.opened_at is not None or self.place_id is not None

    @property
    def title(self) -> str:
        """Its own name, else that of the group or place."""
        return self.name or (self.organisation.name if self.organisation_id else self.place.name)

    @property
    def home(self):
        """The place of the group, or the place itself."""
        return self.organisation.place if self.organisation_id else self.place

    @property
    def join_url(self) -> str:
        if self.organisation_id:
            return reverse("group-join", args=[self.organisation.uuid])
        return reverse("place-join", args=[self.place.slug])
