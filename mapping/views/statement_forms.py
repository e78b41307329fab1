"""The forms in which people say how things are connected."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.access.permissions import Contributor
from mapping.commands.connection_types import offered
from mapping.commands.connections import Claim
from mapping.models import ONLY_RULES_WRITE as WRITTEN_BY_RULES
from mapping.models import Connection, ConnectionType, Node, Statement, StatementKind, Visibility
from mapping.models.document_url import NotAnAddress, key_of
from mapping.search import names

STRENGTHS = {
    1: gettext_lazy("A loose tie: they hardly notice it"),
    2: gettext_lazy("Now and then"),
    3: gettext_lazy("Steady"),
    4: gettext_lazy("Strong"),
    5: gettext_lazy("One could not do without the other"),
}
BAD_DATE = gettext_lazy("This is not a date. Write it like 2024-03-31.")
TOO_LONG = gettext_lazy("This is too long: %(show_value)d letters of %(limit_value)d. Shorten it.")
MYSELF = ""


def _date(label) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        error_messages={"invalid": BAD_DATE},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class StatementForm(forms.Form):
    """What anybody may say of a connection: how strong, since when, on what evidence, for whom to see."""

    strength = forms.TypedChoiceField(
        label=gettext_lazy("How strong is it?"),
        choices=[(str(number), words) for number, words in STRENGTHS.items()],
        coerce=int,
        initial="3",
        error_messages={"required": gettext_lazy("Say how strong it is.")},
    )
    held_from = _date(gettext_lazy("Since when?"))
    held_to = _date(gettext_lazy("Until when?"))
    note = forms.CharField(
        label=gettext_lazy("Anything to add?"),
        help_text=gettext_lazy("A sentence that everybody may read. Name no person who has not agreed to it."),
        max_length=500,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence_url = forms.CharField(
        label=gettext_lazy("Where can it be read?"),
        help_text=gettext_lazy("The address of a page or document that says so."),
        max_length=500,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    on_behalf_of = forms.ChoiceField(
        label=gettext_lazy("Who says so?"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("You cannot speak for that group. Choose another answer.")},
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see that it was said?"),
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        error_messages={"required": gettext_lazy("Say who may see it.")},
    )

    def __init__(self, *args, contributor: Contributor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contributor = contributor
        self.fields["on_behalf_of"].choices = [
            (MYSELF, _("I do, for myself")),
            *((str(group.uuid), _("%(name)s does, through me") % {"name": group.name}) for group in contributor.groups),
        ]
        if not contributor.groups:
            self.fields["visibility"].choices = [it for it in Visibility.choices if it[0] != Visibility.GROUP]

    @property
    def speaker(self) -> Node | None:
        """The group in whose name it is said; None for the person."""
        chosen = self.cleaned_data.get("on_behalf_of")
        return next((group for group in self.contributor.groups if str(group.uuid) == chosen), None)

    def clean_evidence_url(self) -> str:
        address = self.cleaned_data["evidence_url"].strip()
        if address:
            if "://" not in address and "." in address.split("/")[0] and ":" not in address:
                address = f"https://{address}"
            try:
                key_of(address)
            except NotAnAddress:
                raise forms.ValidationError(
                    _("“%(text)s” is not the address of a page or file. Write it like https://example.org/report.")
                    % {"text": address[:100]}
                ) from None
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("held_from"), data.get("held_to")
        if first and last and last < first:
            self.add_error("held_to", _("It cannot have ended before it began. Check both dates."))
        if data.get("visibility") == Visibility.GROUP and "on_behalf_of" in data and self.speaker is None:
            self.add_error("visibility", _("Say first which group it is for: choose it under “Who says so?”."))
        return data

    def values(self) -> dict[str, Any]:
        """The fields of a `Claim` that this form asks for."""
        data = self.cleaned_data
        return {
            "strength": data["strength"],
            "held_from": data["held_from"],
            "held_to": data["held_to"],
            "note": data["note"].strip(),
            "evidence_url": data["evidence_url"],
            "visibility": data["visibility"],
            "group": self.speaker if data["visibility"] == Visibility.GROUP else None,
        }


class AnswerForm(StatementForm):
    """What one says to a connection that somebody has stated."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you say?"),
        choices=[
            (StatementKind.AGREES, gettext_lazy("Yes, it holds")),
            (StatementKind.CORRECTS, gettext_lazy("It holds, but not quite like this")),
            (StatementKind.DISAGREES, gettext_lazy("No, it does not hold")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you say.")},
    )
    field_order = ["kind"]

    def __init__(self, *args, connection: Connection, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if connection.type.slug in WRITTEN_BY_RULES:
            # What was worked out can be wrong; whoever knows better than that says it in another way.
            self.fields["kind"].choices = self.fields["kind"].choices[-1:]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        said = [data.get(name) for name in ("held_from", "held_to", "note", "evidence_url")]
        if data.get("kind") == StatementKind.CORRECTS and not any(said) and not self.errors:
            self.add_error("note", _("Say what is not quite right, or give the right dates."))
        return data

    @staticmethod
    def initial_of(said: Statement | None) -> dict[str, Any]:
        """What somebody said before, to be changed."""
        if said is None:
            return {}
        return {
            "kind": said.kind,
            "strength": str(said.strength),
            "held_from": said.held_from,
            "held_to": said.held_to,
            "note": said.note,
            "evidence_url": said.evidence_url,
            "visibility": said.visibility,
            "on_behalf_of": str(said.by_node.uuid) if said.by_node else MYSELF,
        }


class ConnectForm(StatementForm):
    """A connection from or to `node`. After `is_valid()`, `claim()` is what `commands.statements.say` takes."""

    verb = forms.ChoiceField(
        label=gettext_lazy("How is it connected?"),
        error_messages={
            "required": gettext_lazy("Choose how it is connected."),
            "invalid_choice": gettext_lazy("That type is not offered here any more. Choose another."),
        },
    )
    other_name = forms.CharField(
        label=gettext_lazy("With whom or what?"),
        help_text=gettext_lazy("Type a few letters of the name."),
        max_length=300,
        error_messages={"required": gettext_lazy("Write with whom or what."), "max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # Filled in when a suggestion was taken; and what was chosen when the form had to ask which one is meant.
    other = forms.UUIDField(required=False, widget=forms.HiddenInput)
    chosen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ["verb", "other_name", "other", "chosen"]

    def __init__(self, *args, node: Node, contributor: Contributor, **kwargs) -> None:
        super().__init__(*args, contributor=contributor, **kwargs)
        self.node = node
        self.types = list(offered(node.place))
        self.choices: list[tuple[str, str]] = []
        self.found: Node | None = None
        readings = [it for kind in self.types for it in _readings(kind, node)]
        self.fields["verb"].choices = [("", _("Choose one")), *readings]

    @property
    def meanings(self) -> list[ConnectionType]:
        """The types that may begin or end here, for those who want to know what they mean."""
        possible = {value.rstrip("<>") for value, _label in self.fields["verb"].choices}
        return [kind for kind in self.types if str(kind.pk) in possible and kind.meaning]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "other_name" in data:
            name = " ".join(data["other_name"].split())
            self.found = self._other(name, data.get("other"), data.get("chosen"))
        if self.found is not None and data.get("verb"):
            self._check_kinds(*self._chosen(data["verb"]))
        return data

    def _chosen(self, verb: str) -> tuple[ConnectionType, bool]:
        kind = next(kind for kind in self.types if str(kind.pk) == verb[:-1])
        return kind, verb.endswith(">")

    def _other(self, name: str, suggested: uuids.UUID | None, chosen: uuids.UUID | None) -> Node | None:
        """The node that is meant: the one chosen, or the only one of that name. Otherwise says what to do."""
        nodes = Node.objects.visible_to(self.contributor.viewer).select_related("category", "place")
        if chosen is not None and (node := nodes.filter(uuid=chosen).first()) is not None:
            return self._not_itself(node)
        if suggested is not None:
            node = nodes.filter(uuid=suggested).first()
            # Taken from the suggestions, and the name then changed by hand: the name counts.
            if node is not None and node.name.casefold() == name.casefold():
                return self._not_itself(node)
        called_so = Q(name__iexact=name) | Q(place=self.node.place, name__plain=name)
        same = list(nodes.filter(called_so).order_by("pk")[: names.MAX_NAMES])
        near = [it for it in same if it.place_id == self.node.place_id]
        if len(near or same) == 1:
            return self._not_itself((near or same)[0])
        if same:
            message = _("There are %(number)s called “%(text)s”. Choose which one you mean.")
        else:
            same = names.like(nodes.filter(place=self.node.place).exclude(pk=self.node.pk), name)
            message = (
                _("There is no “%(text)s” here. Choose one of these, or add it to the map first.")
                if same
                else _("There is nothing called “%(text)s” here. Check how it is written, or add it to the map first.")
            )
        self.choices = [(str(it.uuid), names.distinct_label(it)) for it in same]
        self.add_error("other_name", message % {"number": len(same), "text": name})
        return None

    def _not_itself(self, node: Node) -> Node | None:
        if node.pk == self.node.pk:
            self.add_error("other_name", _("Nothing can be connected with itself. Name somebody or something else."))
            return None
        return node

    def _check_kinds(self, kind: ConnectionType, outward: bool) -> None:
        source, target = (self.node, self.found) if outward else (self.found, self.node)
        if not kind.allows(source.kind, target.kind):
            self.add_error(
                "verb",
                _("“%(verb)s” does not go with “%(name)s”, which is in the guide as: %(kind)s. Choose another type.")
                % {
                    "verb": kind.forward if outward else kind.reverse,
                    "name": self.found.name,
                    "kind": self.found.get_kind_display(),
                },
            )

    def claim(self) -> Claim:
        kind, outward = self._chosen(self.cleaned_data["verb"])
        source, target = (self.node, self.found) if outward else (self.found, self.node)
        return Claim(
            source=source,
            target=target,
            type=kind.slug,
            type_id=kind.pk,
            by_user=self.contributor.user,
            by_node=self.speaker,
            **self.values(),
        )

    def sentence(self) -> str:
        """What will be said, read from the node whose page it began on."""
        kind, outward = self._chosen(self.cleaned_data["verb"])
        verb = kind.forward if outward else kind.reverse
        return f"{self.node.name} {verb} {self.found.name}."

    def same_name(self) -> list[Node]:
        """Others that have the name of the one that was found, so that nobody takes the wrong one."""
        nodes = Node.objects.visible_to(self.contributor.viewer).filter(name__iexact=self.found.name)
        return list(nodes.exclude(pk__in=[self.found.pk, self.node.pk]).order_by("pk")[:3])


def _readings(kind: ConnectionType, node: Node) -> list[tuple[str, str]]:
    """The readings of a type that may begin at `node`: "runs", "is run by"; one where both are the same."""
    starts = not kind.source_kinds or node.kind in kind.source_kinds
    ends = not kind.target_kinds or node.kind in kind.target_kinds
    found = [(f"{kind.pk}>", kind.forward)] if starts else []
    if ends and (kind.directed or not starts):
        found.append((f"{kind.pk}<", kind.reverse))
    return found


def near_duplicates(claim: Claim, contributor: Contributor) -> list[Connection]:
    """What is stated already between the two, the same type first; five at most. One query."""
    between = Connection.objects.visible_to(contributor.viewer).between(claim.source, claim.target)
    # Nobody can agree with what only rules write.
    between = between.exclude(type__slug__in=WRITTEN_BY_RULES)
    found = list(between.select_related("source", "target", "type").order_by("type__position", "pk")[:5])
    return sorted(found, key=lambda it: it.type_id != claim.type_id)
