"""The form for a widget: what it shows, how, and which sites may show it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping import search
from mapping.models import Place
from mapping.views.explore import MAPS_OWN

from .models import Widget
from .models.widget import ORIGIN

MAX_ORIGINS = 20
# The pages of a place whose addresses ask a question, below its own address.
LISTS = ("", "list/", "map/", "calendar/")
# What else these addresses hold: it is the page's, and no part of the question.
PAGES_OWN = (*MAPS_OWN, "from", "show", "month", "week")


def origin_of(text: str) -> str:
    """Return the origin of an address that somebody pasted: `https://www.example.org`.

    Raises `ValidationError`, with what to do, when there is none in it.
    """
    text = text.strip().lower()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        host, port, parts = "", "", None
    # A word alone is a slip rather than a site.
    named = "." in host or host == "localhost"
    origin = f"{parts.scheme}://{host}{port}" if parts and named else ""
    try:
        ORIGIN(origin)
    except ValidationError:
        raise ValidationError(
            _("“%(text)s” is not the address of a site. Write it like https://www.example.gov.uk.")
            % {"text": text[:100]}
        ) from None
    return origin


def canonical(text: str, place: Place, host: str = "") -> str:
    """Return the canonical parameters of what was pasted: an address of a list, or what follows its `?`.

    `host` is where this site answers: an address of another, or of another page, asks nothing of ours. Raises
    `ValidationError` with every problem and its remedy.
    """
    asked = _asked(text.strip().split("#")[0], place, host)
    try:
        return search.answer(QueryDict(asked), place, also=PAGES_OWN).query.replace(page=1).query_string
    except search.QueryError as error:
        raise ValidationError([str(problem) for problem in error.problems]) from None


def _asked(text: str, place: Place, host: str) -> str:
    """What follows the question mark of `text`; raises `ValidationError` where that is no list of `place`."""
    address, mark, asked = text.partition("?")
    before = address.split("/")[0]
    if not address or (not mark and "=" in before):
        # What follows a question mark, with it or without.
        return asked or address
    site, path = "", address
    if "://" in address:
        parts = urlsplit(address)
        site, path = parts.netloc, parts.path
    elif "." in before:
        site, path = before, address.removeprefix(before)
    if site and _plain(site) != _plain(host):
        raise ValidationError(
            _("“%(site)s” is another site. Paste the address of the list of %(place)s here.")
            % {"site": site[:100], "place": place.name}
        )
    home = place.get_absolute_url()
    if f"/{path.lstrip('/')}" not in {f"{home}{it}" for it in LISTS}:
        raise ValidationError(
            _("“%(path)s” is not the list of %(place)s. Paste the address of its list, map or calendar.")
            % {"path": path[:100], "place": place.name}
        )
    return asked


def _plain(site: str) -> str:
    return site.lower().removeprefix("www.")


class WidgetForm(forms.ModelForm):
    """Places are those that the steward looks after."""

    allowed_origins = forms.CharField(
        label=gettext_lazy("Sites that may show it"),
        required=False,
        help_text=gettext_lazy(
            "One address a line, such as https://www.example.gov.uk. Empty: no site may, and only the link works."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    query = forms.CharField(
        label=gettext_lazy("What it shows"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "Filter the list of the place until it shows what you want, then paste its address here. Empty: everything."
        ),
    )

    class Meta:
        model = Widget
        fields = ["name", "place", "view", "query", "allowed_origins", "height"]
        labels = {
            "name": gettext_lazy("Title"),
            "place": gettext_lazy("Place"),
            "view": gettext_lazy("Shown as"),
            "height": gettext_lazy("Height in pixels"),
        }
        help_texts = {"name": gettext_lazy("Readers see it above the list.")}

    def __init__(self, *args, places, host: str = "", **kwargs) -> None:
        self.host = host
        instance = kwargs.get("instance")
        if instance is not None and instance.pk:
            kwargs["initial"] = {
                "allowed_origins": "\n".join(instance.allowed_origins), **kwargs.get("initial", {})
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places
        self.fields["place"].empty_label = None
        self.fields["height"].min_value = 200
        self.fields["height"].widget.attrs.update(min=200, max=4000)

    def clean_height(self) -> int:
        height = self.cleaned_data["height"]
        if not 200 <= height <= 4000:
            raise ValidationError(_("Choose a height from 200 to 4,000 pixels."))
        return height

    def clean_allowed_origins(self) -> list[str]:
        lines = self.cleaned_data["allowed_origins"].replace(",", "\n").split()
        if len(lines) > MAX_ORIGINS:
            raise ValidationError(
                _("These are more than %(most)s sites. Make a second widget for the others.") % {"most": MAX_ORIGINS}
            )
        return list(dict.fromkeys(origin_of(line) for line in lines))

    def clean(self) -> dict:
        data = super().clean()
        if data.get("place") is not None and "query" in data:
            try:
                data["query"] = canonical(data["query"], data["place"], self.host)
                if len(data["query"]) > Widget._meta.get_field("query").max_length:
                    raise ValidationError(_("This asks for too much at once. Choose fewer filters."))
            except ValidationError as error:
                self.add_error("query", error)
        return data
