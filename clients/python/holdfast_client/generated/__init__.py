"""Generated from openapi/openapi.json by `make clients`: models, operations, and the two faces of the API."""
