"""Errors as RFC 9457 problem+json: one body shape, one place that renders it, never a stack trace.

`type` is `urn:holdfast:problem:<code>`; every code is explained in docs/problems.md (a test keeps the two equal).
"""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from app.core.db.database import DATABASE_AWAY, RETRY_SECONDS, DatabaseReadsOnly, reads_only
from app.core.errors import ServiceError
from app.core.http.strict_json import BodyNotValid

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong, and what to do (RFC 9457)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:holdfast:problem:retain_until_not_valid",
                    "title": "The backup cannot be kept until then",
                    "status": 422,
                    "detail": "2001-01-01T00:00:00+00:00 is in the past.",
                    "code": "retain_until_not_valid",
                    "pointer": "#/retain_until",
                    "remedy": "Name a time in the future.",
                    "retryable": False,
                }
            ]
        },
    )

    type: str = Field(examples=["urn:holdfast:problem:invalid_request"])
    title: str
    status: int
    detail: str
    code: str = Field(
        description="A stable code for programs; docs/problems.md explains each.", examples=["invalid_request"]
    )
    pointer: str | None = Field(
        default=None,
        description="JSON pointer to the field at fault, or `query:name`, `header:name`; null: none.",
        examples=["#/retain_until"],
    )
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


class ProblemResponse(JSONResponse):
    """Escapes all that is not ASCII: half a surrogate pair in a caller's field name has no UTF-8 encoding."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def problem(
    status: int, code: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> ProblemResponse:
    """Render one. Members that are None are left out."""
    body = {"type": f"urn:holdfast:problem:{code}", "title": title, "status": status, "detail": detail, "code": code}
    body |= {name: value for name, value in more.items() if value is not None}
    return ProblemResponse(body, status_code=status, headers=dict(headers or {}))


def render(error: ServiceError) -> JSONResponse:
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _challenge(error)
    return problem(
        error.status,
        error.code,
        error.title,
        error.detail,
        headers=headers,
        pointer=error.pointer,
        remedy=error.remedy,
        retryable=error.retryable,
        azure_code=error.azure_code,
        **error.facts,
    )


def _challenge(error: ServiceError) -> str:
    """RFC 6750 section 3: no error is named to a caller who sent no token."""
    if error.code == "token_missing":
        return 'Bearer realm="holdfast"'
    description = re.sub(r'[^\x20-\x7e]|["\\]', "'", error.detail)
    return f'Bearer realm="holdfast", error="invalid_token", error_description="{description}"'


def database_away() -> JSONResponse:
    return problem(
        503,
        "database_away",
        "The database is away",
        "Holdfast cannot reach its database at the moment.",
        headers={"Retry-After": str(RETRY_SECONDS)},
        retryable=True,
        remedy="Send the same request again after Retry-After; with an Idempotency-Key it happens once.",
    )


def too_large(limit: int) -> JSONResponse:
    return problem(
        413,
        "body_too_large",
        "The body is too large",
        f"A body may have at most {limit} bytes.",
        remedy="Send less: no request of this API needs more.",
        headers={"Connection": "close"},
    )


def too_slow() -> JSONResponse:
    return problem(
        408,
        "body_too_slow",
        "The body took too long",
        "The body of the request did not arrive in time.",
        remedy="Send it again, all of it at once.",
        retryable=True,
        headers={"Connection": "close"},
    )


def malformed_request() -> ProblemResponse:
    return problem(
        400,
        "malformed_request",
        "This is not an HTTP request",
        "The head of the request cannot be read.",
        remedy="Use HTTP/1.1, with TLS if the service uses TLS.",
        headers={"Connection": "close"},
    )


def head_too_slow() -> ProblemResponse:
    return problem(
        408,
        "head_too_slow",
        "The head of the request took too long",
        "The head did not arrive in time.",
        remedy="Send it again, all of it at once.",
        retryable=True,
        headers={"Connection": "close"},
    )


def head_too_large(limit: int) -> ProblemResponse:
    return problem(
        431,
        "head_too_large",
        "The head of the request is too large",
        f"Headers and path have at most {limit} bytes.",
        remedy="Send less: no request of this API needs more.",
        headers={"Connection": "close"},
    )


def pointer_of(location: Sequence[int | str], body: object) -> str | None:
    """A validation error's place: a JSON pointer (RFC 6901) for the body, `query:name` style for the rest.

    pydantic's path also names the branch of a union it tried, and whether a key or a value was wrong. Callers know only
    their own JSON, so only the parts of the path that exist in their body are kept.
    """
    if not location:
        return None
    where, *path = location
    if where != "body":
        # For a parameter that is given several times the name is enough; the message has the values.
        return f"{where}:{'.'.join(part for part in path if isinstance(part, str))}"
    pointer, here = "#", body
    for number, part in enumerate(path, start=1):
        if isinstance(here, Mapping):
            if part not in here and (number < len(path) or part == "[key]"):
                continue
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            continue
        pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
    return pointer


REMEDIES = {
    "extra_forbidden": "Remove this field, or correct its name.",
    "repeated": "Send one request for each value.",
    "repeated_header": "Send this header once.",
    "repeated_member": "Send each member once.",
    "not_a_number": "Send a number, or null.",
    "no_body_here": "Leave the body out; filters of a list are query parameters.",
    "missing": "Add this field.",
    "json_invalid": "Send a JSON object with Content-Type: application/json.",
}


def validation_problem(error: RequestValidationError) -> JSONResponse:
    """422 with a pointer to the first mistake, and all of them under `errors`; 415 for a body that is not JSON at all.

    Values are not echoed: they may be secret.
    """
    if isinstance(error.body, bytes):
        return problem(
            415,
            "unsupported_media_type",
            "The body is not declared as JSON",
            "This API reads JSON only.",
            remedy="Send Content-Type: application/json.",
            retryable=False,
        )
    errors = [
        {
            "pointer": pointer_of(entry["loc"], error.body),
            "detail": entry["msg"].removeprefix("Value error, "),
            "remedy": REMEDIES.get(entry["type"], "Correct this value; the OpenAPI document shows what is allowed."),
        }
        for entry in error.errors()
    ]
    first = errors[0]
    return problem(
        422,
        "invalid_request",
        "The request is not valid",
        str(first["detail"]),
        pointer=first["pointer"],
        remedy=first["remedy"],
        retryable=False,
        errors=errors[:50],
    )


def unreadable_body() -> JSONResponse:
    """What no JSON parser takes: bytes that are not UTF-8, nesting without end, numbers of a million digits."""
    return problem(
        422,
        "invalid_request",
        "The request is not valid",
        "The body cannot be read as JSON.",
        pointer="#",
        remedy=REMEDIES["json_invalid"],
        retryable=False,
    )


def internal_error(_error: Exception) -> JSONResponse:
    """The cause is in the log, under the request id; never in the answer."""
    return problem(
        500,
        "internal_error",
        "Something went wrong in Holdfast",
        "The request failed inside the service.",
        remedy="Tell the operators the X-Request-ID of this answer.",
        retryable=False,
    )


HTTP_CODES = {404: "no_such_path", 405: "method_not_allowed"}


def allowed_methods(request: Request) -> list[str]:
    """The methods that the path of this request allows, from the OpenAPI document.

    Starlette's own Allow header names the methods of one route only; here a path has a route for every method.
    """
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    here = request.url.path
    found = {
        method.upper()
        for path, operations in paths.items()
        if path == here or (here not in paths and compile_path(path)[0].match(here))
        for method in operations
    }
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def install_problem_handlers(app: FastAPI) -> None:
    """Every error of this API is a problem, also the framework's own."""

    @app.exception_handler(ServiceError)
    async def service_error(_: Request, error: ServiceError) -> JSONResponse:
        return render(error)

    @app.exception_handler(RequestValidationError)
    async def not_valid(_: Request, error: RequestValidationError) -> JSONResponse:
        return validation_problem(error)

    @app.exception_handler(BodyNotValid)
    async def body_not_valid(_: Request, error: BodyNotValid) -> JSONResponse:
        return validation_problem(error.problem)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.BAD_REQUEST:  # the framework's only one: it could not read the body
            return unreadable_body()
        if error.status_code == HTTPStatus.REQUEST_TIMEOUT:
            return too_slow()
        phrase = HTTPStatus(error.status_code).phrase
        code = HTTP_CODES.get(error.status_code, phrase.lower().replace(" ", "_"))
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(allowed_methods(request)) or headers.get("Allow", "")
        remedy = "See /docs for the paths and methods of this API."
        return problem(error.status_code, code, phrase, str(error.detail), headers=headers, remedy=remedy)

    async def away(_: Request, error: Exception) -> JSONResponse:
        is_there = reads_only(error)
        log.warning("request.database_away", error=type(error).__name__, reads_only=is_there)
        return render(DatabaseReadsOnly()) if is_there else database_away()

    for kind in DATABASE_AWAY:
        app.add_exception_handler(kind, away)
