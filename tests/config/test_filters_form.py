"""The form of filters (config/templatetags/filters.py): what it is made of is text, and its choices are kept."""

from types import SimpleNamespace

from django.utils.safestring import mark_safe

from config.templatetags import filters

NOBODY = SimpleNamespace()


def group(label: str, **more) -> dict:
    option = {"value": "v", "label": label, "count": 3, "selected": False, "disabled": False, "icon": "", "kind": ""}
    return {"name": "category", "label": "What", "type": "checkbox", "options": [option | more]}


def test_a_choice_is_escaped_though_the_same_was_written_as_html():
    assert "<span><b></span>" in filters.choices(NOBODY, group(mark_safe("<b>")))
    assert "<span>&lt;b&gt;</span>" in filters.choices(NOBODY, group("<b>"))
    assert "<span><b></span>" in filters.choices(NOBODY, group(mark_safe("<b>")))


def test_counts_and_states_are_those_of_the_question():
    texts = [
        filters.choices(NOBODY, group("Parks", **it))
        for it in ({}, {"count": 0, "disabled": True}, {"count": 1234}, {"selected": True}, {"count": None})
    ]
    assert len(set(texts)) == 5
    assert ">3<" in texts[0] and "disabled" in texts[1] and ">1,234<" in texts[2]
    assert "checked" in texts[3] and "chip__count" not in texts[4]


def test_everything_in_the_form_is_text():
    bad = '"><script>'
    form = filters.form(
        NOBODY,
        action=f"/{bad}",
        groups=[
            group(bad, value=bad),
            {"name": "at", "label": bad, "type": "select", "options": group(bad, value=bad)["options"]},
            {"name": "age", "label": bad, "type": "number", "value": bad, "min": bad, "max": bad},
            {**group("x"), "type": "radio", "date": {"label": bad, "min": bad}},
        ],
        hidden=[("q", bad), (bad, "x")],
        clear_url=f"/{bad}",
    )
    assert "<script>" not in form and form.count("&lt;script&gt;") == 15
