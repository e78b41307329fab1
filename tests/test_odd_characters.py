"""A NUL, which no text in the database can hold, is a name of nothing; not an error of ours."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/post/suggest/?what=venue&place=%00&q=a",
        "/post/suggest/?what=venue&place=trafford&q=a%00b",
        "/post/new/?place=%00",
        "/embed/%00/",
        "/search/?q=%00",
        "/api/v1/nodes?place=%00",
        "/maps/all.0/node.js?node=%00&lang=%00",
    ],
)
def test_a_nul_in_an_address_is_answered(client, place, address):
    assert client.get(address).status_code < 500
