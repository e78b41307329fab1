"""The tree of categories, as the API tells it."""

from tests.factories import CategoryFactory


def test_categories_tell_the_tree(client, db):
    CategoryFactory(slug="food-bank", parent=CategoryFactory(slug="food-help"))
    categories = client.get("/api/v1/categories").json()["categories"]
    assert {it["slug"]: it["parent"] for it in categories} == {"food-bank": "food-help", "food-help": None}
