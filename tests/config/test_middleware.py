"""The policy of a page goes with it, and with the answer that it has not changed."""

import pytest
from django.http import HttpResponse, HttpResponseNotModified

from config import importmap
from config.middleware import PolicyMiddleware


@pytest.mark.parametrize("answer", [HttpResponse, HttpResponseNotModified])
def test_a_page_allows_its_import_map(rf, answer):
    response = PolicyMiddleware(lambda request: answer())(rf.get("/"))
    assert response._csp_update["script-src"] == [importmap.csp_hash()]
    assert "geolocation=(self)" in response["Permissions-Policy"]


def test_the_admin_has_a_policy_of_its_own(rf):
    response = PolicyMiddleware(lambda request: HttpResponse())(rf.get("/admin/"))
    assert not hasattr(response, "_csp_update")
    assert "unsafe-eval" not in str(response._csp_replace)
