"""The tree of categories, as the API tells it."""

from tests.factories import CategoryFactory


def test_categories_tell_the_tree(client, db):
    CategoryFactory(slug="food-bank", parent=CategoryFactory(slug="food-help"))
    categories = client.get("/api/v1/categories").json()["categories"]
    assert {it["slug"]: it["parent"] for it in categories} == {"food-bank": "food-help", "food-help": None}


def test_a_parameter_is_refused_and_what_follows_readers_is_not(client, db):
    refused = client.get("/api/v1/categories?plaec=trafford")
    assert refused.status_code == 400
    assert "We do not know “plaec”" in refused.content.decode() and "Leave it out." in refused.content.decode()
    assert client.get("/api/v1/categories?utm_source=letter").status_code == 200
