"""No test fails because a machine is busy: property tests have no deadline, in any profile or of their own."""

import ast
from pathlib import Path

from hypothesis import settings

TESTS = Path(__file__).parent


def test_no_profile_has_a_deadline():
    names = ["default", "ci"]
    assert [settings.get_profile(name).deadline for name in names] == [None, None]
    assert settings().deadline is None


def test_no_test_sets_a_deadline_of_its_own():
    found = [
        f"{file.relative_to(TESTS)}:{call.lineno}"
        for file in TESTS.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "deadline" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None)
    ]
    assert found == []
