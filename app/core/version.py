"""The version of Holdfast: of the package, of the OpenAPI document, and what GET /v1/me says."""

VERSION = "0.2.0"
