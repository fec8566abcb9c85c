"""What the OpenAPI document says beyond the routes: the shared Problem, the security scheme, plain words at the top."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.core.problems import Problem

VERSION = "0.1.0"

DESCRIPTION = """
Backup-as-a-service for Azure virtual machines, in front of Azure Recovery Services vaults.

* **Writes are asynchronous**: 202, `Location: /v1/jobs/{id}`, and the Job. Follow it, or send `Prefer: wait=30`.
* **Asked once, done once**: send an `Idempotency-Key` with every POST; an equal request with the same key is the same
job. * **Every failure says what to do**: problem+json (RFC 9457) with `code`, `pointer` and `remedy`.
"""


def describe(app: FastAPI) -> None:
    """Have `/openapi.json` say it, generated once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title="Holdfast",
                version=VERSION,
                description=DESCRIPTION,
                routes=app.routes,
                license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            )
            app.openapi_schema = _completed(document)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    # FastAPI documents its own 422 body; ours are problems, and every route says so itself.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document
