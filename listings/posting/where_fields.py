"""Where something is: the fields that the form asks with, and the place that they make."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.commands.details import SaidWhere, Where
from listings.models import Listing
from mapping.models import LocationPrecision, LocationSource, Node, Place
from mapping.search import geocoding

from . import fields
from .venues import distinct_label, venues_like


class At:
    """Where something is: the answers that the form offers."""

    VENUE, ADDRESS, PIN, ONLINE, HOME = "venue", "address", "pin", "online", "home"
    CHOICES = (
        (VENUE, gettext_lazy("At a place on the map")),
        (ADDRESS, gettext_lazy("At an address")),
        (PIN, gettext_lazy("At a point that I show")),
        (ONLINE, gettext_lazy("Online")),
        (HOME, gettext_lazy("We come to people’s homes")),
    )
    # Offered for what only members of a group see: it need not be on the map.
    SAID = "said"
    SAID_CHOICE = (SAID, gettext_lazy("In our own words; it is on no map"))


class VenueFields(forms.Form):
    """Asks for a place on the map by its name. `read_venue` finds the one that is meant."""

    venue = fields.text(
        gettext_lazy("Name of the place"),
        300,
        hint=gettext_lazy("Such as a hall, library, church or park. Type a few letters of its name."),
        autocomplete="off",
    )
    venue_choice = forms.UUIDField(required=False, widget=forms.HiddenInput)

    place: Place
    # Venues of the name that was typed, of which one has to be chosen.
    venue_choices: list[tuple[str, str]]

    def read_venue(self, data: dict, kept: Node | None = None) -> Node | None:
        """The venue of this name; None, with an error, where there is none or several. `kept`: it may stay, though
        hidden now."""
        if self._is_kept(data, kept):
            return kept
        text = fields.tidied(data.get("venue"))
        if not text:
            return None
        found = venues_like(self.place, text)
        same = [it for it in found if it.rank == 0]
        chosen = [it for it in found if it.uuid == data.get("venue_choice")]
        if chosen or len(same) == 1:
            return (chosen or same)[0]
        self.venue_choices = [(str(it.uuid), distinct_label(it)) for it in same or found]
        words = {"text": text, "place": self.place.name}
        if same:
            message = _("There are %(number)s places called “%(text)s” in %(place)s. Choose which one you mean.")
            words["number"] = len(same)
        elif found:
            message = self.NONE_BUT_ALIKE
        else:
            message = self.NONE
        self.add_error("venue", message % words)
        return None

    NONE_BUT_ALIKE = gettext_lazy(
        "There is no “%(text)s” on the map of %(place)s. Choose one of these, or give its address instead."
    )
    NONE = gettext_lazy("There is no “%(text)s” on the map of %(place)s. Choose “At an address” and write where it is.")

    @staticmethod
    def _is_kept(data: dict, kept: Node | None) -> bool:
        same = kept is not None and data.get("venue_choice") == kept.uuid
        return same and fields.tidied(data.get("venue")) in ("", kept.name)


class WhereFields(VenueFields):
    """Asks for a venue, an address, a point, or neither. `read_where` makes a `Where` of the answers."""

    at = forms.ChoiceField(
        label=gettext_lazy("Where is it?"),
        choices=At.CHOICES,
        widget=forms.RadioSelect,
        initial=At.VENUE,
        error_messages={"required": gettext_lazy("Say where it is.")},
    )
    address = fields.text(gettext_lazy("Building and street"), 300, autocomplete="off")
    postcode = fields.text(gettext_lazy("Postcode"), 12, autocomplete="off")
    point = fields.text(
        gettext_lazy("Latitude and longitude"),
        40,
        hint=gettext_lazy("Press on the map, or write two numbers such as 53.4251, -2.3215."),
        autocomplete="off",
    )

    where_said = fields.text(gettext_lazy("Where, in your own words"), 200, autocomplete="off")

    precision = forms.ChoiceField(
        label=gettext_lazy("How exactly may everybody know where it is?"),
        help_text=gettext_lazy("Choose less where people must not be found. The exact place is then shown to nobody."),
        choices=[
            (LocationPrecision.EXACT, gettext_lazy("As exactly as I say it")),
            (LocationPrecision.STREET, gettext_lazy("The street")),
            (LocationPrecision.POSTCODE, gettext_lazy("About where the postcode is")),
            (LocationPrecision.AREA, gettext_lazy("The area only, about 15 minutes’ walk across")),
        ],
        initial=LocationPrecision.EXACT,
        required=False,
    )

    listing: Listing | None = None

    def read_where(self, data: dict) -> Where | None:
        at = data.get("at")
        if at == At.VENUE:
            return self._at_venue(data)
        if at == At.ADDRESS:
            return self._at_address(data)
        if at == At.PIN:
            return self._at_pin(data)
        if at == At.SAID:
            return SaidWhere(address=fields.tidied(data.get("where_said")))
        return {At.ONLINE: Where(), At.HOME: Where(at_home=True)}.get(at)

    def _at_venue(self, data: dict) -> Where | None:
        kept = self.listing.venue if self.listing is not None else None
        if not fields.tidied(data.get("venue")) and not self._is_kept(data, kept):
            self.add_error("venue", _("Type the name of the place, or choose another answer to “Where is it?”."))
            return None
        venue = self.read_venue(data, kept)
        return Where.at(venue) if venue is not None else None

    def _at_address(self, data: dict) -> Where | None:
        text = data.get("postcode") or ""
        if not text:
            self.add_error("postcode", _("Write the postcode, so that it can be put on the map."))
            return None
        spot = geocoding.postcode(text, self.place) if geocoding.looks_like_postcode(text) else None
        if spot is None or spot.kind != "postcode":
            self.add_error(
                "postcode",
                _("We do not know the postcode “%(text)s”. Check it, or show the point on the map instead.")
                % {"text": text},
            )
            return None
        if not self._inside(spot, "postcode"):
            return None
        return Where(
            point=Point(spot.lon, spot.lat, srid=4326),
            source=LocationSource.POSTCODE,
            precision=LocationPrecision.POSTCODE,
            address=data.get("address") or "",
            postcode=spot.label,
        )

    def _at_pin(self, data: dict) -> Where | None:
        spot = geocoding.coordinates(geocoding.tidy(data.get("point") or ""))
        if spot is None:
            self.add_error("point", _("Press on the map where it is, or write two numbers such as 53.4251, -2.3215."))
            return None
        if self.place.boundary is not None and not self.place.boundary.covers(Point(spot.lon, spot.lat, srid=4326)):
            spot = replace(spot, inside=False)
        if not self._inside(spot, "point"):
            return None
        return Where(
            point=Point(spot.lon, spot.lat, srid=4326),
            source=LocationSource.PIN,
            address=data.get("address") or "",
        )

    def _inside(self, spot: geocoding.Spot, field: str) -> bool:
        if spot.inside:
            return True
        self.add_error(
            field,
            _("%(what)s is not in %(place)s, so its stewards cannot publish it. Check it, or choose another place.")
            % {"what": _("That point") if field == "point" else spot.label, "place": self.place.name},
        )
        return False
