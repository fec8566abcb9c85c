"""Adds to the OpenAPI document what the routes do not contain: problems, headers, security, introduction.

A route declares which problems it has by their status (`problem_responses`); what every answer of this API has in
common is written here once, as components, and pointed to from everywhere.
"""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi

from app.core.http.problems import MEDIA_TYPE, Problem
from app.core.settings import Settings
from app.core.version import VERSION
from app.examples.document import add_examples
from app.identity.access.dependencies import TENANT_HEADER
from app.identity.access.permissions import KEY, PLATFORM, PLATFORM_ADMIN, ROLES, Permission, roles_with
from app.identity.tokens.keys import Endpoints
from app.reference.deprecations import with_deprecations
from app.reference.descriptions import with_descriptions
from app.reference.names import with_public_names
from app.reference.summaries import SUMMARIES
from app.reference.tags import TAGS
from app.webhooks.document import webhooks_of
from app.wiring import RENDERINGS

Json = dict[str, Any]

NOWHERE = "https://issuer.invalid"
"""Placeholder for the issuer in the written document; each deployment has its own."""
OAUTH2: Json = {
    "type": "oauth2",
    "description": (
        "Signs in at the deployment's own issuer. The document that a deployment serves names its addresses; in the "
        "written one they are placeholders."
    ),
    "flows": {
        "authorizationCode": {
            "authorizationUrl": f"{NOWHERE}/authorize",
            "tokenUrl": f"{NOWHERE}/token",
            "scopes": {
                "api://holdfast/access": "Everything you may yourself.",
                "api://holdfast/read": "Reading only.",
            },
        }
    },
}
SECURED: list[Json] = [{"bearer": []}, {"oauth2": []}]
VERDICT: Json = {
    "type": "http",
    "scheme": "bearer",
    "description": "The `token` of the event `holdfast.restore_test.check_requested`: good for the verdict of one run.",
}

DESCRIPTION = """
Backup-as-a-service for Azure virtual machines, in front of Azure Recovery Services vaults.

* **Writes are asynchronous**: 202, `Location: /v1/jobs/{id}`, and the Job. Follow it, or send `Prefer: wait=30`.
* **Safe to repeat**: send an `Idempotency-Key` with every POST; the same request with the same key is the same job.
* **Every error says what to do**: problem+json (RFC 9457) with `code`, `pointer` and `remedy`.
"""

CONTACT = {"name": "The operators of this installation"}
SERVERS: list[Json] = [{"url": "/", "description": "The installation that serves this document."}]
ALWAYS = (400, 401, 403, 404, 413, 422, 429, 500, 503)
"""Answers that every operation under /v1 may give."""
WITH_BODY = (408, 415)

HEADERS: Json = {
    "RequestId": {
        "description": "The caller's own X-Request-ID, or a new one: it is in every log line of this request.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128},
        "required": True,
    },
    "ETag": {"description": "The version of what is in the body.", "schema": {"type": "string"}, "required": True},
    "Link": {
        "description": '`<...>; rel="next"` (RFC 8288), if there is another page.',
        "schema": {"type": "string"},
    },
    "Location": {"description": "The job: /v1/jobs/{id}", "schema": {"type": "string"}, "required": True},
    "RetryAfter": {
        "description": "Seconds to wait before the next request.",
        "schema": {"type": "integer", "minimum": 1},
        "required": True,
    },
    "PreferenceApplied": {"description": "wait=N (RFC 7240)", "schema": {"type": "string"}},
    "RateLimitPolicy": {
        "description": 'Rate limit: `q` requests of a principal in `w` seconds: `"principal";q=12000;w=60`.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'How many of them are left, and for how many seconds: `"principal";r=11999;t=60`.',
        "schema": {"type": "string"},
    },
    "Challenge": {"description": "RFC 6750", "schema": {"type": "string"}, "required": True},
}
NAMES = {
    "RequestId": "X-Request-ID",
    "RetryAfter": "Retry-After",
    "PreferenceApplied": "Preference-Applied",
    "Challenge": "WWW-Authenticate",
    "RateLimitPolicy": "RateLimit-Policy",
}

TENANT: Json = {
    "name": TENANT_HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The tenant to act in, by its id. Needed by callers who are in several; GET /v1/me lists them.",
}

PROBLEMS: dict[int, tuple[str, str, str]] = {
    400: ("TenantNotNamed", "The caller is in several tenants, and the request names none.", "tenant_not_named"),
    401: ("Unauthenticated", "No token, or one that is not valid.", "token_invalid"),
    403: ("Forbidden", "The caller's roles, or the scopes of their token, do not allow this.", "role_missing"),
    404: ("NotFound", "There is no such thing, or it belongs to another tenant.", "job_not_found"),
    406: ("FormNotOffered", "None of the forms that Accept names is offered.", "form_not_offered"),
    408: ("BodyTooSlow", "The body did not arrive in time.", "body_too_slow"),
    410: ("CursorExpired", "The log of events does not go back to this cursor.", "cursor_expired"),
    409: ("Conflict", "The request conflicts with the present state.", "vault_exists"),
    412: ("PreconditionFailed", "It has changed since it was read.", "precondition_failed"),
    413: ("BodyTooLarge", "The body is larger than allowed: 64 KiB, or what the operation says.", "body_too_large"),
    415: ("UnsupportedMediaType", "The body is not declared as JSON.", "unsupported_media_type"),
    422: ("NotValid", "The request is not valid; `pointer` says where.", "invalid_request"),
    428: ("PreconditionRequired", "If-Match is missing.", "precondition_required"),
    429: ("TooManyRequests", "There were too many requests; Retry-After says how long to wait.", "rate_limited"),
    500: ("InternalError", "A bug of Holdfast; the log has the details, under the request id.", "internal_error"),
    503: (
        "Unavailable",
        "The database, Azure or the issuer is away or busy: repeat the request after Retry-After.",
        "database_away",
    ),
}
"""Status -> (name of the component, what it means, an example's code)."""


def describe(app: FastAPI) -> None:
    """Have `/openapi.json` say it, generated once."""

    def openapi() -> Json:
        if app.openapi_schema is None:
            document = get_openapi(
                title="Holdfast",
                version=VERSION,
                description=DESCRIPTION,
                routes=app.routes,
                tags=TAGS,
                license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
                contact=CONTACT,
                servers=SERVERS,
            )
            app.openapi_schema = with_deprecations(
                with_descriptions(with_public_names(_completed(_with_webhooks(document))))
            )
            add_examples(app.openapi_schema)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _with_webhooks(document: Json) -> Json:
    """With what receivers are sent. A schema that a route has, too, stands as FastAPI has written it."""
    webhooks, schemas = webhooks_of(RENDERINGS)
    known: Json = document["components"]["schemas"]
    written: Json = jsonable_encoder(schemas, exclude_none=True)
    for name, schema in written.items():
        if name not in known:
            # An example keeps its nulls: its data has required members that are null.
            examples = {"examples": schemas[name]["examples"]} if "examples" in schema else {}
            known[name] = schema | examples
        elif known[name] != schema:
            raise ValueError(f"two schemas have the name {name}")
    return document | {"webhooks": webhooks}


def served(document: Json, endpoints: Endpoints | None, settings: Settings) -> Json:
    """The document with this deployment's issuer in it, or without the scheme while its address is unknown."""
    schemes: Json = document["components"]["securitySchemes"]
    others = {name: scheme for name, scheme in schemes.items() if name != "oauth2"}
    if endpoints is not None:
        others["oauth2"] = OAUTH2 | {"flows": _flows(endpoints, settings)}
        return document | {"components": document["components"] | {"securitySchemes": others}}
    return {
        **document,
        "components": document["components"] | {"securitySchemes": others},
        "paths": {
            path: {
                method: operation | ({"security": [{"bearer": []}]} if operation["security"] == SECURED else {})
                for method, operation in operations.items()
            }
            for path, operations in document["paths"].items()
        },
    }


def preselected_scopes(settings: Settings) -> list[str]:
    """The scopes that are preselected in Swagger's Authorize dialog.

    The page sends one list for every flow. Only the simulator uses the roles in it: it takes the API from the first
    scope, and the others as roles.
    """
    audience = settings.oidc_audience
    if settings.simulator:
        return [f"{audience}/.default", *ROLES, PLATFORM_ADMIN]
    return [f"{audience if '://' in audience else f'api://{audience}'}/access"]


def _flows(endpoints: Endpoints, settings: Settings) -> Json:
    audience = settings.oidc_audience
    api = audience if "://" in audience else f"api://{audience}"
    in_names_of: Json = OAUTH2["flows"]["authorizationCode"]["scopes"]
    flows: Json = {
        "authorizationCode": {
            "authorizationUrl": endpoints.authorize,
            "tokenUrl": endpoints.token,
            "scopes": {f"{api}/{name.rpartition('/')[2]}": meaning for name, meaning in in_names_of.items()},
        }
    }
    if settings.simulator:
        # With a real issuer a person would type a secret into a page. The simulator accepts any, and grants every
        # scope.
        roles = {role: f"The role {role}; the simulator grants it." for role in (*ROLES, PLATFORM_ADMIN)}
        flows["clientCredentials"] = {
            "tokenUrl": endpoints.token,
            "scopes": {f"{audience}/.default": "A token for this API."} | roles,
        }
    return flows


def _completed(document: Json) -> Json:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    # FastAPI documents its own 422 body; ours are problems, and every route says so itself.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for schema in schemas.values():
        _say_null(schema)
    components["headers"] = HEADERS
    components["parameters"] = {"Tenant": TENANT}
    components["securitySchemes"] |= {"oauth2": OAUTH2, "verdict": VERDICT}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete_operation(operation, is_public=not path.startswith("/v1/"))
    used = {
        answer["$ref"].rpartition("/")[2]
        for operations in document["paths"].values()
        for operation in operations.values()
        for answer in operation["responses"].values()
        if "$ref" in answer
    }
    components["responses"] = {
        name: _problem_answer(status, meaning, code)
        for status, (name, meaning, code) in PROBLEMS.items()
        if name in used
    }
    return document


def _say_null(schema: Json) -> None:
    """FastAPI drops every null on its way, also those of examples: a required field that is null is written again."""
    for example in schema.get("examples", ()):
        if isinstance(example, dict):
            for name in schema.get("required", ()):
                example.setdefault(name, None)


def _complete_operation(operation: Json, *, is_public: bool) -> None:
    if KEY in operation:
        _say_who(operation)
    operation["summary"] = SUMMARIES[operation["operationId"]]
    answers: Json = operation["responses"]
    # A page for browsers says in HTML what is wrong.
    pages = {status for status, said in answers.items() if "text/html" in said.get("content", ())}
    declared = {int(status) for status in answers.keys() - pages if int(status) in PROBLEMS} | {413}
    if not is_public:
        declared |= set(ALWAYS) | set(WITH_BODY if "requestBody" in operation else ())
        if operation.get(KEY) in {Permission.ANY, *PLATFORM}:
            declared.discard(HTTPStatus.BAD_REQUEST)  # no tenant has to be named
    for failure in declared:
        answers[str(failure)] = {"$ref": f"#/components/responses/{PROBLEMS[failure][0]}"}
    waits = any(parameter.get("name") == "prefer" for parameter in operation.get("parameters", ()))
    for status, answer in answers.items():
        if "$ref" not in answer:
            told = [] if is_public else ["RateLimitPolicy", "RateLimit"]
            wanted = ["RequestId", *told, *_own_headers(status, answer, answers, waits=waits)]
            answer["headers"] = {NAMES.get(name, name): _header(name) for name in wanted}
    operation["responses"] = dict(sorted(answers.items()))
    operation["security"] = SECURED if operation.get("security") == [{"bearer": []}] else operation.get("security", [])
    for parameter in operation.get("parameters", ()):
        _complete_parameter(parameter, answers)


def _complete_parameter(parameter: Json, answers: Json) -> None:
    """A parameter is left out, never null; and If-Match is required where leaving it out is 428."""
    either = [one for one in parameter.get("schema", {}).get("anyOf", ()) if one != {"type": "null"}]
    if len(either) == 1:
        kept = {name: value for name, value in parameter["schema"].items() if name != "anyOf"}
        parameter["schema"] = either[0] | kept
    if parameter.get("name") == "If-Match" and str(HTTPStatus.PRECONDITION_REQUIRED.value) in answers:
        parameter["required"] = True


def _say_who(operation: Json) -> None:
    """In which tenant, and with which roles: for people; `x-permission` says it to machines."""
    permission = Permission(operation[KEY])
    if permission in PLATFORM:
        who = "Roles: platform_admin."
    else:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/Tenant"})
        roles = ", ".join(roles_with(permission))
        who = f"Roles: {roles}." if roles else "Every caller with a valid token."
    operation["description"] = f"{operation.get('description', '')}\n\n{who}".strip()


OF_ONE_JOB = ("/JobRead", "/BackupAccepted", "/RestoreAccepted", "/RecoveryRunAccepted", "/BulkAccepted")
"""Schemas that are one job, with what its feature adds."""


def _own_headers(status: str, answer: Json, answers: Json, *, waits: bool) -> list[str]:
    """The headers of an answer, without the request id, by the kind of answer."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    is_one_job = schema.get("$ref", "").endswith(OF_ONE_JOB)
    if status == "202":
        return ["Location", "ETag", "RetryAfter"] if is_one_job else ["RetryAfter"]
    if is_one_job and "202" in answers and answer.get("content") == answers["202"].get("content"):
        return ["Location", "ETag", "PreferenceApplied"]  # the job itself, ended in time
    if "304" in answers:
        return ["ETag", "PreferenceApplied"] if waits and status in {"200", "304"} else ["ETag"]
    if status == "200" and "428" in answers and "202" not in answers:
        return ["ETag"]  # changed in place; where there is a 202, the 200 is a dry run
    return ["Link"] if "Page" in schema.get("$ref", "") else []


def _problem_answer(status: int, meaning: str, code: str) -> Json:
    headers = ["RequestId"]
    headers += ["Challenge"] if status == HTTPStatus.UNAUTHORIZED else []
    comes_back = status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    headers += ["RetryAfter"] if comes_back else []
    example = {
        "type": f"urn:holdfast:problem:{code}",
        "title": meaning.partition(";")[0].rstrip("."),
        "status": status,
        "detail": "What happened in this case, in one sentence.",
        "code": code,
        "remedy": "What the caller can do about it.",
        "retryable": comes_back or status == HTTPStatus.REQUEST_TIMEOUT,
    }
    return {
        "description": meaning,
        "headers": {NAMES.get(name, name): _header(name) for name in headers},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


def _header(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"}
