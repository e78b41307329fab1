"""What only members see is posted with the ordinary form too, and changed with it; it never gets wider by that."""

from __future__ import annotations

import pytest

from listings.models import Listing, Membership, Proposal, Space
from mapping.models import PUBLIC, Node, NodeState, Visibility
from tests.listings.posting.test_compose import answers, text

from .conftest import only_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(group, dance_hall):
    return {"place": group.place.slug, "organisation_name": None, "venue": "sale hall", "only_for": str(group.uuid)}


def sent(client, **typed):
    """Through the form, the page before it is sent, and sent."""
    answer = client.post("/post/new/", answers(**typed))
    assert answer.status_code == 302, text(answer)
    draft = answer["Location"].partition("draft=")[2]
    return text(client.get(f"/post/check/?draft={draft}")), client.post("/post/send/", {"draft": draft})


def test_only_editors_of_a_group_with_an_open_space_are_asked(people, group, space):
    address = f"/post/new/?place={group.place.slug}&draft=6b1f6d0e-5a0c-4a3e-9d5e-2f1a7c3b9d10"
    for step in ("", "&step=who"):
        assert f"Members of {group.name} only" in text(people.as_editor.get(address + step))
        assert "Who sees it?" not in text(people.as_stranger.get(address + step))
        assert "Who sees it?" not in text(people.as_nobody.get(address + step))
    Space.objects.update(opened_at=None)
    assert "Who sees it?" not in text(people.as_editor.get(address))


def test_it_is_there_at_once_for_members_alone(people, group, space, given):
    page, answer = sent(people.as_editor, **given)
    assert f"Members of {group.name} only" in page
    assert "no steward reads it first" in page and "shown to everybody" not in page
    assert answer["Location"] == f"/groups/{group.uuid}/space/"
    listing = Listing.objects.get(name="Tea dance")
    assert (listing.visibility, listing.group_id, listing.state) == (Visibility.GROUP, group.pk, NodeState.LIVE)
    assert listing.organiser_id == group.pk and listing.schedule is not None
    assert not Node.objects.visible_to(PUBLIC).filter(pk=listing.pk).exists()
    assert people.as_stranger.get(f"/node/{listing.uuid}").status_code == 404
    assert people.as_editor.get(f"/node/{listing.uuid}").status_code == 200


def test_everybody_is_still_the_answer_of_most(people, group, space, given):
    sent(people.as_editor, **{**given, "only_for": None})
    listing = Listing.objects.get(name="Tea dance")
    assert (listing.visibility, listing.state) == (Visibility.PUBLIC, NodeState.PENDING)


@pytest.mark.parametrize("how", ["closed", "no_editor"])
def test_a_choice_that_holds_no_more_is_never_dropped_silently(people, group, space, given, how):
    answer = people.as_editor.post("/post/new/", answers(**given))
    draft = answer["Location"].partition("draft=")[2]
    if how == "closed":
        Space.objects.update(opened_at=None)
    else:
        Membership.objects.filter(user=people.editor).delete()
    page = text(people.as_editor.post("/post/send/", {"draft": draft}))
    assert "You do not post into that group’s space" in page
    assert not Listing.objects.filter(name="Tea dance").exists()


def test_what_members_see_needs_no_place_on_the_map(people, group, space, given):
    words = {"at": "said", "where_said": "At Ann’s, ring twice", "venue": None}
    page, _answer = sent(people.as_editor, **{**given, **words})
    assert "At Ann’s, ring twice" in page
    assert Listing.objects.get(name="Tea dance").address == "At Ann’s, ring twice"
    answer = people.as_editor.post("/post/new/", answers(**{**given, **words, "only_for": None}))
    assert answer.status_code == 422 and "What everybody sees needs a place" in text(answer)


def test_an_edit_leaves_it_to_members_and_asks_for_no_place(people, group, space):
    listing = only_for(group, category=None, summary="Soup at six.", address="At Ann’s")
    before = Node.objects.get(pk=listing.pk).group_id
    address = f"/post/{listing.uuid}/edit/"
    page = text(people.as_editor.get(address))
    assert f"Only members of {group.name} see it, and that stays so." in page
    assert "At Ann’s" in page and 'name="organisation_name"' not in page
    typed = {
        "name": "SECRET supper", "summary": "Soup at seven.", "listing_kind": "notice", "category": "",
        "repeats": "no-date", "at": "said", "where_said": "At Ben’s", "only_for": "",
    }  # fmt: skip
    answer = people.as_editor.post(address, typed)
    assert answer.status_code == 302, text(answer)
    listing.refresh_from_db()
    assert (listing.summary, listing.address) == ("Soup at seven.", "At Ben’s")
    assert (listing.visibility, listing.group_id) == (Visibility.GROUP, before)
    # It is the group's own affair: no steward is asked, before or afterwards.
    assert not Proposal.objects.exists()
