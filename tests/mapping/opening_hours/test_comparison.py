"""What we say beside opening-hours-py and opening_hours.js: every difference has a reason that is written down."""

import shutil
from collections import Counter

import pytest

from bench import compare_opening_hours as comparison

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (comparison.ROOT / "node_modules/opening_hours").is_dir(),
    reason="node and the package opening_hours are needed to compare with (npm ci)",
)

# Each with what is said of opening_hours.js and of opening-hours-py; docs/opening-hours.md explains.
FIXED = {
    "Mo-Fr 09:00-17:00": ("the same", "the same"),
    "Mo-Fr 08:00-18:00, Sa 09:00-12:00": ("the same", "the same"),
    "Mo-Fr 08:30-17:00; Sa 08:30-12:00; 12:00-12:40 closed": ("the same", "the same"),
    "Mo-Sa 10:00-18:00; We 14:00-18:00 off": ("the same", "the same"),
    "Mo 20:00-03:00; Tu off": ("the same", "the same"),
    "week 1-53/2 Tu 10:00-12:00": ("the same", "the same"),
    "Apr-Sep Sa[1] 10:00-12:00; easter -2 days off": ("the same", "the same"),
    "Mo-Fr 09:00-17:00; PH off": ("the same", comparison.OTHER_HOLIDAYS),
    "Tu-Th,Su,PH 12:00-23:00, Fr,Sa 12:00-24:00": ("the same", comparison.OTHER_HOLIDAYS),
    "PH Mo-Fr 10:00-12:00": ("the same", comparison.HOLIDAY_ON_A_WEEKDAY),
    "Sa, Su 10:00-16:00": ("the same", comparison.LIST_OF_DAYS),
    "Tu 10:00-12:00; Mo 20:00-03:00": ("the same", comparison.EVENINGS),
    "Mo-Fr 10:00-12:00 || Mo-Fr 11:00-14:00": ("the same", comparison.FALLBACKS),
    'Mo 10:00-12:00 "ring first"': ("the same", comparison.PERHAPS[comparison.Reason.COMMENT]),
    "Mo 17:00+": ("the same", comparison.PERHAPS[comparison.Reason.OPEN_END]),
    "Mo-Su 20:00-03:00; We off": (comparison.CALLED_OFF, comparison.EVENINGS),
    "Mo-Fr 16:00-24:00; Sa 14:00-02:00": (comparison.CLOCKS, "the same"),
    "Fr 18:00-02:00; Sa 12:00-23:00": (comparison.PERHAPS[comparison.Reason.OVERLAP],) * 2,
    "Mo-Fr 10:00-18:00; 10:00-15:00": (comparison.PERHAPS[comparison.Reason.DOUBTFUL],) * 2,
    "Su 00:00-00:00": (comparison.PERHAPS[comparison.Reason.DOUBTFUL],) * 2,
    "Mo-Fr": (comparison.PERHAPS[comparison.Reason.NO_TIMES],) * 2,
    "PH off": (comparison.PERHAPS[comparison.Reason.NO_TIMES],) * 2,
}


def outcomes(values):
    counts, examples = comparison.compare(values)
    found = {(outcome.split(": ", 1)[0], value): outcome.split(": ", 1)[1]
             for outcome, same in examples.items() for value in same}  # fmt: skip
    return counts, {
        value: (found[comparison.JAVASCRIPT, value], found[comparison.RUST, value]) for value in dict.fromkeys(values)
    }


def test_a_fixed_set():
    _, found = outcomes(list(FIXED))
    assert found == FIXED


def test_generated_ones():
    counts, found = outcomes(comparison.generated(250, seed=11))
    assert [value for value, said in found.items() if "UNEXPLAINED" in said] == []
    # More than three in four are the same in opening_hours.js, the reference implementation.
    assert Counter(said[0] for said in found.values())["the same"] > 0.75 * len(found)
