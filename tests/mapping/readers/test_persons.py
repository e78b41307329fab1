"""Who is a person, in whatever words a file says it."""

from __future__ import annotations

import doctest

import pytest

from mapping.readers import edge_keys, node_names, persons
from mapping.readers.persons import end_said, kind_said, person_said

WORDS = (
    "Person", "person", "PERSON", " Person ", "Persons", "people", "People", "Individual", "individuals", "Human",
    "Human being", "Personne", "Personne physique", "Natürliche Person", "Persona", "Pessoa", "Persoon", "Osoba",
    "Pobl", "Unigolyn", "человек", "شخص", "व्यक्ति", "個人", "NaturalPerson", "named_individual", ":Person",
    ":Person:Trustee",
    "Person|Volunteer", "Organisation; Person", "foaf:Person", "http://schema.org/Person", "Resident", "Volunteer",
)  # fmt: skip
OTHERS = (
    "Organisation", "Group", "Young people's charity", "Human rights group", "Human resources", "Older people",
    "Individual giving programme", "Personnel agency", "Community", "", "Peopleware Ltd",
)  # fmt: skip
HEADINGS = ("type", "Type", "TYPE", "kind", "Kind", "element type", "Element Type", "element_type", "nodeType", "class",
            "Class", "labels", ":LABEL", "@type", "rdf:type", "Entity type", "category", "Category")  # fmt: skip


@pytest.mark.parametrize("module", [persons, edge_keys, node_names])
def test_the_examples_are_true(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("word", WORDS)
def test_every_spelling_of_a_person_is_known(word):
    assert person_said({"Name": "Ann", "Type": word})


@pytest.mark.parametrize("word", OTHERS)
def test_what_only_sounds_like_it_is_none(word):
    assert person_said({"Name": "Ann", "Type": word}) is None


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_heading_that_says_what_a_thing_is_counts(heading):
    assert person_said({heading: "Person"}) == (heading, "Person")


@pytest.mark.parametrize("heading", ["Audience type", "Beneficiary category", "Name", "Notes", "Funder type"])
def test_a_heading_that_speaks_of_others_says_nothing(heading):
    assert person_said({heading: "Individuals"}) is None


def test_a_yes_under_person_is_one_and_a_name_is_none():
    assert person_said({"Is person": "yes"}) and person_said({"Person?": "TRUE"})
    assert person_said({"Is person": "no", "Person": "Ann Bee"}) is None
    assert person_said({"label": "Human"}, name="Human") is None


def test_the_mapping_file_says_what_a_word_means():
    assert person_said({"Type": "Chair"}, {"chair": "person"}) == ("Type", "Chair")
    assert person_said({"Type": "Individual"}, {"individual": "organisation"}) is None
    assert kind_said({"Type": "Individual"}, {"individual": "organisation"}) == "organisation"


def test_columns_of_an_edge_say_what_its_ends_are():
    assert set(end_said({"source_type": "Person", "target kind": "People"})) == {"source", "target"}
    assert set(end_said({"From Type": "Club", "Type of target node": "individual"})) == {"target"}
    assert end_said({"type": "Person", "target": "Person", "source note": "Person"}) == {}
