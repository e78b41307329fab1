"""The open data API, version 1: read only, no key, any site. The document is at /api/v1/openapi.json."""
