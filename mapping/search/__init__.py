"""From what somebody types or chooses to a page of results."""

from .answer import Found, answer
from .geocoding import tidy
from .nearest import nearest
from .parameters import API_LIMIT, QueryError, QueryProblem
from .query import Query

__all__ = ["API_LIMIT", "Found", "Query", "QueryError", "QueryProblem", "answer", "nearest", "tidy"]
