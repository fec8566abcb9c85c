"""Errors as RFC 9457 problem+json: one body shape, one place that renders it, never a stack trace.

`type` is `urn:holdfast:problem:<code>`; every code is explained in docs/problems.md (a test keeps the two equal).
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from app.core.database import DATABASE_AWAY
from app.core.errors import ServiceError

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
DATABASE_RETRY_SECONDS = 2


class Problem(BaseModel):
    """What went wrong, and what to do (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:holdfast:problem:invalid_request"])
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; programs branch on this.", examples=["invalid_request"])
    pointer: str | None = Field(default=None, description="JSON pointer to the field.", examples=["#/retain_until"])
    remedy: str | None = Field(default=None, description="What the caller can do.")
    retryable: bool = False
    azure_code: str | None = None


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses=`: each of these answers is a Problem."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def problem(
    status: int, code: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Render one. Members that are None are left out."""
    body = {"type": f"urn:holdfast:problem:{code}", "title": title, "status": status, "detail": detail, "code": code}
    body |= {name: value for name, value in more.items() if value is not None}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def render(error: ServiceError) -> JSONResponse:
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = f'Bearer error="invalid_token", error_description="{error.detail}"'
    return problem(
        error.status, error.code, error.title, error.detail, headers=headers,
        pointer=error.pointer, remedy=error.remedy, retryable=error.retryable, azure_code=error.azure_code,
        **error.facts,
    )  # fmt: skip


def database_away() -> JSONResponse:
    return problem(
        503, "database_away", "The database is away", "Holdfast cannot reach its database at the moment.",
        headers={"Retry-After": str(DATABASE_RETRY_SECONDS)}, retryable=True,
        remedy="Send the same request again after Retry-After; with an Idempotency-Key it happens once.",
    )  # fmt: skip


def too_large(limit: int) -> JSONResponse:
    return problem(
        413, "body_too_large", "The body is too large", f"A body may have at most {limit} bytes.",
        remedy="Send less: no request of this API needs more.", headers={"Connection": "close"},
    )  # fmt: skip


def pointer_of(location: tuple[int | str, ...]) -> str | None:
    """A validation error's place: a JSON pointer for the body, `query:name` style for the rest."""
    if not location:
        return None
    where, *path = location
    if where == "body":
        # pydantic names the branch of a discriminated union in the path; callers know only their own JSON.
        return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    return f"{where}:{'.'.join(str(part) for part in path)}"


REMEDIES = {
    "extra_forbidden": "Remove this field, or correct its name.",
    "missing": "Add this field.",
    "json_invalid": "Send a JSON object with Content-Type: application/json.",
}


def validation_problem(error: RequestValidationError) -> JSONResponse:
    """422 with a pointer to the first mistake, and all of them under `errors`.

    Values are not echoed: they may be secret.
    """
    errors = [
        {
            "pointer": pointer_of(entry["loc"]),
            "detail": entry["msg"].removeprefix("Value error, "),
            "remedy": REMEDIES.get(entry["type"], "Correct this value; the OpenAPI document shows what is allowed."),
        }
        for entry in error.errors()
    ]
    first = errors[0]
    return problem(
        422, "invalid_request", "The request is not valid", str(first["detail"]),
        pointer=first["pointer"], remedy=first["remedy"], retryable=False, errors=errors[:50],
    )  # fmt: skip


HTTP_CODES = {404: "no_such_path", 405: "method_not_allowed", 413: "body_too_large", 415: "unsupported_media_type"}


def install_problem_handlers(app: FastAPI, *, body_limit: int) -> None:
    """Every error of this API is a problem, also the framework's own."""

    @app.exception_handler(ServiceError)
    async def service_error(_: Request, error: ServiceError) -> JSONResponse:
        return render(error)

    @app.exception_handler(RequestValidationError)
    async def not_valid(_: Request, error: RequestValidationError) -> JSONResponse:
        return validation_problem(error)

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return too_large(body_limit)
        phrase = HTTPStatus(error.status_code).phrase
        code = HTTP_CODES.get(error.status_code, phrase.lower().replace(" ", "_"))
        return problem(
            error.status_code, code, phrase, str(error.detail), headers=error.headers,
            remedy="See /docs for the paths and methods of this API.",
        )  # fmt: skip

    async def away(_: Request, error: Exception) -> JSONResponse:
        log.warning("request.database_away", error=type(error).__name__)
        return database_away()

    for kind in DATABASE_AWAY:
        app.add_exception_handler(kind, away)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        log.error("request.failed", exc_info=error)
        return problem(
            500, "internal_error", "Something went wrong in Holdfast", "The request failed inside the service.",
            remedy="Tell the operators the X-Request-ID of this answer.", retryable=False,
        )  # fmt: skip
