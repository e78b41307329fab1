"""360Giving grants (the CSV or the JSON of the standard) -> who funded whom, how much and when."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import ijson

from .errors import ReadError, Reject
from .geojson import cell_text, json_file
from .identifiers import normalise_identifier, split_org_id
from .locate import normalise_postcode
from .mapping_file import DEFAULT_NULLS
from .nodes import NAME_LENGTH, clean, clean_website
from .persons import is_person, says_what
from .tabular import open_table
from .text import check_file, inspect, open_bytes

NEEDED = (
    "Identifier",
    "Currency",
    "Amount Awarded",
    "Award Date",
    "Recipient Org:Identifier",
    "Recipient Org:Name",
    "Funding Org:Identifier",
    "Funding Org:Name",
)
# The paths of the JSON, as the headings that the standard gives them in a table.
_HEADINGS = {
    "id": "Identifier",
    "title": "Title",
    "currency": "Currency",
    "amountAwarded": "Amount Awarded",
    "awardDate": "Award Date",
    "plannedDates.startDate": "Planned Dates:Start Date",
    "plannedDates.endDate": "Planned Dates:End Date",
    "plannedDates.duration": "Planned Dates:Duration (months)",
    "grantProgramme.title": "Grant Programme:Title",
    "url": "URL",
    "dataSource": "Data Source",
    **{
        f"{side}Organization.{name}": f"{heading} Org:{label}"
        for side, heading in (("recipient", "Recipient"), ("funding", "Funding"))
        for name, label in (
            ("id", "Identifier"),
            ("name", "Name"),
            ("charityNumber", "Charity Number"),
            ("companyNumber", "Company Number"),
            ("postalCode", "Postal Code"),
            ("url", "Web Address"),
        )
    },
}
# Headings of a grant to a person. Beside an organisation's they are empty.
_INDIVIDUAL = ("recipient ind:", "recipient individual:", "to individuals details:")
_MONEY = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,2})?|-?\d+(\.\d+)?")
MAX_MONEY = Decimal("1e11")


@dataclass(frozen=True, slots=True)
class GrantOrg:
    """An organisation as one grant spells it. `identifiers` are (scheme, value), its own id first."""

    name: str
    identifiers: tuple[tuple[str, str], ...]
    postcode: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant. `held_to` is the planned end, or the start and the planned months."""

    row: int
    key: str
    title: str
    amount: Decimal
    currency: str
    awarded: date
    held_from: date
    held_to: date | None
    funder: GrantOrg
    recipient: GrantOrg
    programme: str = ""
    url: str = ""


class Grants:
    """The grants of a 360Giving file, each as a GrantRow or a Reject; iterating raises ReadError.

    to_individuals : grants to a person, left out of the last reading: nobody comes in without their own consent.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = check_file(path)
        self.to_individuals = 0

    def __iter__(self) -> Iterator[GrantRow | Reject]:
        self.to_individuals = 0
        with open_bytes(self.path) as handle:
            start = handle.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")
        is_json = self.path.suffix.lower() == ".json" or start.startswith((b"{", b"["))
        seen: dict[str, int] = {}
        for item in _json_rows(self.path) if is_json else _table_rows(self.path):
            if not isinstance(item, Reject) and _to_individual(item[1]):
                self.to_individuals += 1
                continue
            made = item if isinstance(item, Reject) else _grant(*item)
            if isinstance(made, GrantRow):
                if made.key in seen:
                    remedy = f"Row {seen[made.key]} is the same grant."
                    made = Reject.of(made.row, "Identifier", made.key, remedy)
                else:
                    seen[made.key] = made.row
            yield made

    def notes(self) -> list[str]:
        """What was left out, in sentences."""
        if not self.to_individuals:
            return []
        return [f"Grants to individuals left out: {self.to_individuals:,}. Nobody is shown without their own consent."]


def read_grants(path: str | Path) -> Grants:
    """Open a 360Giving file (CSV or JSON). Raises ReadError, as reading it does."""
    return Grants(path)


def _to_individual(row: Mapping[str, str | None]) -> bool:
    """Whether a grant went to a person: the standard keeps them apart from organisations."""
    for name, value in row.items():
        plain = name.casefold()
        if value and plain.startswith(_INDIVIDUAL):
            return True
        if value and plain.startswith("recipient") and says_what(plain.removeprefix("recipient")) and is_person(value):
            return True
    return False


def _table_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]] | Reject]:
    # Newer tables number the organisations: "Recipient Org:0:Name".
    table = open_table(path, nulls=frozenset(DEFAULT_NULLS))
    headings = {name: re.sub(r"(?<=Org):0(?=:)", "", name) for name in table.header}
    individuals = any(name.casefold().startswith(_INDIVIDUAL) for name in headings.values())
    missing = [
        name
        for name in NEEDED
        if name not in headings.values() and not (individuals and name.startswith("Recipient Org:"))
    ]
    if missing:
        remedy = "This needs the headings of the 360Giving standard."
        raise ReadError(f"there is no column '{missing[0]}'", path, remedy)
    for item in table.rows():
        if isinstance(item, Reject):
            yield item
        else:
            yield item[0], {headings[name]: cell for name, cell in item[1].items()}


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]] | Reject]:
    found = inspect(path, lines=False)
    number = 0
    with json_file(path, found.encoding) as handle:
        prefix = "item" if found.sample.lstrip("\ufeff \t\r\n").startswith("[") else "grants.item"
        for number, grant in enumerate(ijson.items(handle, prefix, use_float=False), start=1):
            handle.mark(number)
            if not isinstance(grant, dict):
                yield Reject.of(number, "(whole grant)", grant, "A grant must be an object.")
            else:
                yield number, _flat(grant)
    if not number:
        remedy = 'It needs a list called "grants".'
        raise ReadError("there is no grant in it", path, remedy)


def _flat(grant: Mapping[str, Any]) -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    if any(grant.get(name) for name in ("recipientIndividual", "toIndividualsDetails")):
        flat["Recipient Ind:Identifier"] = "a person"
    recipients = grant.get("recipientOrganization")
    for org in recipients if isinstance(recipients, list) else [recipients]:
        for name in ("type", "organisationType", "organizationType"):
            if isinstance(org, Mapping) and isinstance(org.get(name), str):
                flat[f"Recipient Org:{name}"] = org[name]
    for path, heading in _HEADINGS.items():
        value: Any = grant
        for step in path.split("."):
            if isinstance(value, list):
                value = value[0] if value else None
            value = value.get(step) if isinstance(value, Mapping) else None
        flat[heading] = cell_text(str(value) if isinstance(value, Decimal) else value) or None
    return flat


def _grant(number: int, row: Mapping[str, str | None]) -> GrantRow | Reject:
    try:
        key = _text(row, "Identifier", 200)
        amount = _money(row)
        awarded = _day(row, "Award Date", needed=True)
        begins = _day(row, "Planned Dates:Start Date") or awarded
        ends = _day(row, "Planned Dates:End Date", end=True) or _after(row, begins)
        currency = _text(row, "Currency", 3).upper()
        if not re.fullmatch("[A-Z]{3}", currency):
            raise _BadCell("Currency", "Write the three letters of a currency, such as GBP.")
        if ends and ends < begins:
            raise _BadCell("Planned Dates:End Date", "It ends before it begins.")
        funder, recipient = _org(row, "Funding"), _org(row, "Recipient")
        if funder.identifiers[0] == recipient.identifiers[0]:
            remedy = "The funder and the recipient are the same."
            raise _BadCell("Recipient Org:Identifier", remedy)
    except _BadCell as error:
        return Reject.of(number, error.field, row.get(error.field) or "", error.remedy)
    url = clean_website(row.get("URL") or "") or clean_website(row.get("Data Source") or "")
    return GrantRow(
        row=number,
        key=key,
        title=clean(row.get("Title"), 300),
        amount=amount,
        currency=currency,
        awarded=awarded,
        held_from=begins,
        held_to=ends,
        funder=funder,
        recipient=recipient,
        programme=clean(row.get("Grant Programme:Title"), 200),
        url=url,
    )


class _BadCell(ValueError):
    def __init__(self, field: str, remedy: str) -> None:
        self.field, self.remedy = field, remedy


def _text(row: Mapping[str, str | None], field: str, limit: int) -> str:
    text = clean(row.get(field), limit + 1)
    if not text:
        raise _BadCell(field, "This is needed.")
    if len(text) > limit:
        raise _BadCell(field, f"This is longer than {limit} characters.")
    return text


def _money(row: Mapping[str, str | None]) -> Decimal:
    field = "Amount Awarded"
    text = _text(row, field, 40).lstrip("£$€ ")
    if not _MONEY.fullmatch(text):
        raise _BadCell(field, "Write an amount such as 1250.50.")
    try:
        amount = round(Decimal(text.replace(",", "")), 2)
    except InvalidOperation:
        raise _BadCell(field, "Write an amount such as 1250.50.") from None
    if abs(amount) >= MAX_MONEY:
        raise _BadCell(field, "The amount is too large.")
    if amount < 0:
        raise _BadCell(field, "An amount below zero is not a grant.")
    return amount


def _day(row: Mapping[str, str | None], field: str, needed: bool = False, end: bool = False) -> date | None:
    """A date as the standard writes it; a month or a year alone is its first (or last) day."""
    text = clean(row.get(field), 40)
    if not text:
        if needed:
            raise _BadCell(field, "This is needed.")
        return None
    try:
        if re.fullmatch(r"\d{4}", text):
            return date(int(text), 12, 31) if end else date(int(text), 1, 1)
        if re.fullmatch(r"\d{4}-\d{2}", text):
            year, month = map(int, text.split("-"))
            return date(year, month, calendar.monthrange(year, month)[1] if end else 1)
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        raise _BadCell(field, "Write a date as 2024-03-31.") from None


def _after(row: Mapping[str, str | None], begins: date) -> date | None:
    field = "Planned Dates:Duration (months)"
    text = clean(row.get(field), 20)
    if not text:
        return None
    if not re.fullmatch(r"\d{1,3}(\.0+)?", text):
        raise _BadCell(field, "Write a number of months.")
    months = begins.month - 1 + int(float(text))
    try:
        year, month = begins.year + months // 12, months % 12 + 1
        return date(year, month, min(begins.day, calendar.monthrange(year, month)[1]))
    except ValueError:
        raise _BadCell(field, "It would end after the year 9999.") from None


def _org(row: Mapping[str, str | None], side: str) -> GrantOrg:
    head = f"{side} Org:"
    said = _text(row, f"{head}Identifier", 100)
    own = split_org_id(said) or ("360G", said)  # an id without a scheme is the funder's own
    numbers = (("GB-CHC", "Charity Number"), ("GB-COH", "Company Number"))
    more = (normalise_identifier(scheme, clean(row.get(head + label), 40)) for scheme, label in numbers)
    identifiers = tuple(dict.fromkeys((own, *(pair for pair in more if pair[1]))))
    return GrantOrg(
        name=_text(row, f"{head}Name", NAME_LENGTH),
        identifiers=identifiers,
        postcode=normalise_postcode(row.get(head + "Postal Code") or "") or "",
        website=clean_website(row.get(head + "Web Address") or ""),
    )
