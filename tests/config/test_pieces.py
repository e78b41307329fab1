"""Pieces of pages that are written once for each language and for each of their values."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.safestring import mark_safe

from config.templatetags import pieces

LOAD = "{% load design i18n pieces %}"


def test_it_is_written_once_for_each_value_and_language(monkeypatch):
    template = Template(LOAD + "{% piece name=name %}{{ name }}, {% now 'F' %}.{% endpiece %}")
    written = []
    write = pieces.PieceNode._write
    monkeypatch.setattr(pieces.PieceNode, "_write", lambda *it: written.append(it[2]) or write(*it))
    texts = [template.render(Context({"name": name})) for name in ("Ann", "Bob", "Ann", "Bob")]
    assert texts[:2] == texts[2:] and texts[0] != texts[1]
    with translation.override("cy"):
        assert template.render(Context({"name": "Ann"})) != texts[0]
    assert written == [{"name": "Ann"}, {"name": "Bob"}, {"name": "Ann"}]


def test_what_is_inside_knows_of_nothing_but_its_values():
    """Else what one reader was shown would be shown to the next."""
    template = Template(LOAD + "{% piece shown=it %}{{ shown }}{{ it }}{{ user }}{% endpiece %}")
    assert template.render(Context({"it": "a", "user": "Ann"})) == "a"


def test_text_is_written_as_it_is_escaped():
    template = Template(LOAD + "{% piece it=it %}{{ it }}{% endpiece %}")
    assert template.render(Context({"it": mark_safe("<b>")})) == "<b>"
    assert template.render(Context({"it": "<b>"})) == "&lt;b&gt;"


@pytest.mark.parametrize("value", [1, True, None, ["a", 2]])
def test_numbers_truth_nothing_and_lists_are_told_apart(value):
    template = Template(LOAD + "{% piece it=it %}{{ it }}{% endpiece %}")
    for it in (value, "other", value, 1, True):
        assert template.render(Context({"it": it})) == Template("{{ it }}").render(Context({"it": it}))


def test_a_record_is_no_value():
    with pytest.raises(TypeError, match="not for a object"):
        Template(LOAD + "{% piece it=it %}{{ it }}{% endpiece %}").render(Context({"it": object()}))


def test_its_icons_are_carried_by_every_page_that_has_it():
    inside = "{% piece %}{% icon 'home' %}{% endpiece %}{% piece %}{% icon 'heart' %}{% endpiece %}"
    template = Template(LOAD + inside + "{% page_icons %}")

    def page() -> str:
        return template.render(RequestContext(HttpRequest()))

    assert 'id="i-home"' in page() and 'id="i-heart"' in page()
    assert page() == page()
    # Without a request there is no page that carries them.
    assert "icons.svg#i-home" in template.render(Context())


def test_no_more_are_kept_than_few():
    template = Template(LOAD + "{% piece it=it %}{{ it }}{% endpiece %}")
    [node] = template.nodelist.get_nodes_by_type(pieces.PieceNode)
    for n in range(3 * pieces.MAX_WRITTEN):
        assert template.render(Context({"it": n})) == str(n)
        assert len(node.written) <= pieces.MAX_WRITTEN


@pytest.mark.parametrize(
    "inside", ["{% piece 'a' %}{% endpiece %}", "{% piece %}{% block b %}{% endblock %}{% endpiece %}"]
)
def test_a_block_or_a_value_without_a_name_is_refused(inside):
    with pytest.raises(TemplateSyntaxError, match="piece"):
        Template(LOAD + inside)
