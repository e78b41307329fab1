"""Bookings: who comes to a date of a listing, or does a shift."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

# Without letters and figures that are taken for each other when they are read out.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 7


def new_code() -> str:
    """A code for a ticket: short enough to be read out, too many (31**7) to be guessed at a door."""
    return "".join(secrets.choice(ALPHABET) for _number in range(CODE_LENGTH))


class BookingTerms(models.Model):
    """How one books: one row a listing that takes bookings. `places` of each date; empty: as many as come.

    With `is_shifts` people sign up to help, and `places` is how many are needed.
    """

    listing = models.OneToOneField(
        "listings.Listing", on_delete=models.CASCADE, primary_key=True, related_name="booking_terms"
    )
    is_open = models.BooleanField(default=True)
    is_shifts = models.BooleanField(default=False)
    places = models.PositiveIntegerField(null=True, blank=True)
    max_people = models.PositiveSmallIntegerField(default=4)
    has_waiting_list = models.BooleanField(default=True)
    words = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(max_people__gte=1, max_people__lte=50), name="booking_terms_people"),
            models.CheckConstraint(condition=Q(places__isnull=True) | Q(places__gte=1), name="booking_terms_places"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class BookingDate(models.Model):
    """A date that people book, or a shift. `original` is the date's (`Occurrence.original`); empty: a shift of its own.

    `taken` counts the people who have a place: the database refuses more than there are. `where` is where people think
    it is (`booking_where`), and `off_since` when they were told that it is off the map.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="booking_dates")
    original = models.CharField(max_length=40, blank=True, default="")
    label = models.CharField(max_length=200, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    where = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)
    off_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "original"], condition=~Q(original=""), name="booking_date_of_original_once"
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(taken__lte=F("places")), name="booking_date_not_overbooked"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="booking_date_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="booking_date_starts")]

    def __str__(self) -> str:
        return f"{self.listing} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def left(self) -> int | None:
        """How many places are left; None: as many as come."""
        return None if self.places is None else self.places - self.taken


class BookingState(models.TextChoices):
    HELD = "held", _("Not confirmed yet")
    BOOKED = "booked", _("Has a place")
    WAITING = "waiting", _("On the waiting list")
    ENDED = "ended", _("Cancelled")


class BookingNotice(models.TextChoices):
    """What somebody is still to be told by letter."""

    CONFIRM = "confirm", _("Confirm it")
    MOVED_UP = "moved_up", _("You have a place")
    MOVED = "moved", _("It is at another time")
    ELSEWHERE = "elsewhere", _("It is at another place")
    OFF = "off", _("It was taken off the map")
    BACK = "back", _("It is on the map again")
    TWICE = "twice", _("They booked the same thing twice, and one of the two stays")
    CALLED_OFF = "called_off", _("It does not take place")
    ORGANISER = "organiser", _("The organiser cancelled your booking")
    REMINDER = "reminder", _("It is tomorrow")
    NONE = "", _("Nothing")


# These take a place.
TAKING = (BookingState.HELD, BookingState.BOOKED)


class Booking(models.Model):
    """One address, one date, so many people. `uuid` stands in its link: whoever holds it may confirm and cancel.

    HELD takes a place until `held_until`; who waits has said that the address is theirs once `confirmed_at` is set.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    date = models.ForeignKey(BookingDate, on_delete=models.CASCADE, related_name="bookings")
    email = models.EmailField()
    name = models.CharField(max_length=100, blank=True, default="")
    people = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=BookingState, default=BookingState.HELD)
    code = models.CharField(max_length=10, default=new_code)
    language = models.CharField(max_length=10, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True, default="")
    came_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    notice = models.CharField(max_length=10, choices=BookingNotice, blank=True, default=BookingNotice.NONE)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "email"], condition=~Q(state=BookingState.ENDED), name="booking_of_address_once"
            ),
            models.UniqueConstraint(fields=["date", "code"], name="booking_code_once"),
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=50), name="booking_people"),
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_known"),
            models.CheckConstraint(condition=Q(notice__in=BookingNotice.values), name="booking_notice_known"),
            models.CheckConstraint(
                condition=~Q(state=BookingState.BOOKED) | Q(confirmed_at__isnull=False), name="booking_was_confirmed"
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="booking_email"),
            models.Index(fields=["held_until"], condition=Q(state=BookingState.HELD), name="booking_held"),
            models.Index(fields=["notice"], condition=~Q(notice=""), name="booking_notice"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
