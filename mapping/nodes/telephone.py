"""What a telephone dials of a number as somebody wrote it."""

from __future__ import annotations

import re

# A trunk nought beside the code of the country, as in "+44 (0)161".
_TRUNK = re.compile(r"(?<=[0-9])\s*\(0\)")
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ().\u00a0-]*")
_GROUP = re.compile(r"[0-9]+")
# How long numbers are at most, with what stands before: in Britain, after its code, anywhere (E.164).
_BRITISH, _WITH_CODE, LONGEST = 11, 12, 15
# Figures of an hour, and of the shortest number that anybody answers: 101, 111, 999.
_HOUR, _LEAST = 2, 3


def dialled(text: str) -> str:
    """Return the first number in `text` as digits, with a plus where it begins with one; "" where there is none.

    What stands behind it, opening times or a second number, is left out: "0161 496 0000 10am-4pm" is 01614960000.
    """
    numbers = _NUMBER.finditer(_TRUNK.sub("", text))
    # "24 hours: 0800 1111", "7 days a week": fewer figures are no number.
    found = next((it for it in numbers if sum(map(str.isdigit, it[0])) >= _LEAST), None)
    if found is None:
        return ""
    groups = _GROUP.findall(found[0])
    behind = found.string[found.end() : found.end() + 1]
    # "10am", "10:00": these figures touch what goes on behind them.
    hours = len(groups) > 1 and found[0][-1].isdigit() and len(groups[-1]) <= _HOUR
    if hours and (behind.isalpha() or behind == ":"):
        groups.pop()
    plus = "+" if found[0].startswith("+") else ""
    most = _BRITISH if not plus and groups[0].startswith("0") and not groups[0].startswith("00") else LONGEST
    most = _WITH_CODE if plus and groups[0].startswith("44") else most
    number = groups[0]
    for group in groups[1:]:
        if len(number) + len(group) > most:
            break
        number += group
    return plus + number
