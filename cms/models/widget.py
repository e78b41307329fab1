"""Widgets: a saved query that another site may show in a frame."""

from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping.models import Place


class WidgetView(models.TextChoices):
    LIST = "list", _("List")
    MAP = "map", _("Map and list")
    CALENDAR = "calendar", _("Calendar")


def new_token() -> str:
    return secrets.token_urlsafe(12)


ORIGIN = RegexValidator(
    r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$",
    _("Write the address of the site only, such as https://www.example.gov.uk."),
)


class Widget(models.Model):
    """What is shown (`query`, as in a page's URL), how, and on whose pages."""

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    name = models.CharField(max_length=120)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="widgets")
    view = models.CharField(max_length=10, choices=WidgetView, default=WidgetView.LIST)
    query = models.CharField(
        max_length=500,
        blank=True,
        help_text=_("What follows the question mark in the address of a list, such as category=library."),
    )
    allowed_origins = ArrayField(
        models.CharField(max_length=200, validators=[ORIGIN]),
        default=list,
        blank=True,
        help_text=_("Sites that may show it, separated by commas. Empty: none may."),
    )
    height = models.PositiveIntegerField(default=600)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/embed/{self.token}/"
