"""The Resource Manager part: one request as parsed, path hygiene, routes, error shapes, headers, the 202 pattern.

Handlers are plain functions `Call -> Reply`; they raise `ArmError` for everything that goes wrong.
"""

import base64
import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from app.simulator.progress import Job, http_date, moment, parse_filter_time
from app.simulator.world import SUBSCRIPTION, Json, Operation, Vault, World, group_key

VAULT_SEGMENTS = 8
PAGE_SIZE = 5000  # no nextLink in any recording: lists of this size are answered whole
VAULT = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults/{vault}"
ITEM = VAULT + "/backupFabrics/{fabric}/protectionContainers/{container}/protectedItems/{item}"


class ArmError(Exception):
    """An error answer. `backend=True` has the resource provider's shape (with target, details, innerError)."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        backend: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.backend = status, code, message, backend
        self.headers = dict(headers or {})

    def reply(self) -> "Reply":
        error: Json = {"code": self.code, "message": self.message}
        if self.backend:
            error |= {"target": None, "details": None, "innerError": None}
        return Reply(self.status, {"error": error}, self.headers)


def gateway_error(status: int, code: str, message: str) -> ArmError:
    """Refused by ARM itself, before the resource provider saw it."""
    return ArmError(status, code, message, headers={"x-ms-failure-cause": "gateway"})


def refused(message: str, code: str = "BMSUserErrorInvalidInput", status: int = 400) -> ArmError:
    """A refusal by the backup service. Not observed: which code Azure has for it; the shape is the recorded one."""
    return ArmError(status, code, message, backend=True)


def not_found(what: str) -> ArmError:
    """Not observed either: the backup service's own 404 for a thing inside a vault."""
    return refused(f"{what} was not found.", "BMSUserErrorObjectNotFound", 404)


@dataclass(slots=True)
class Reply:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request, parsed. `path` is decoded and clean but keeps the caller's casing: answers echo it."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    host: str
    client_request_id: str
    world: World
    arrived: int
    caller: str = ""  # object id of the token
    page_size: int = PAGE_SIZE
    started: list[Job] = field(default_factory=list)  # jobs this request has begun
    left: dict[str, str] = field(default_factory=dict)  # headers: what limits in force leave after this request
    params: dict[str, str] = field(default_factory=dict)

    @property
    def api_version(self) -> str:
        return self.query.get("api-version", "")

    @property
    def year(self) -> int:
        """The api-version's year: what tells older from newer behaviour apart (docs/azure.md, API versions)."""
        return int(self.api_version[:4])

    @property
    def vault_path(self) -> str:
        return "/".join(self.path.split("/")[: VAULT_SEGMENTS + 1])

    @property
    def activity_id(self) -> str:
        """What the job of this write will carry. Without the header: a server-made GUID [guess].

        Source: docs/azure.md, Request ids.
        """
        return self.client_request_id or str(uuid.uuid4())

    @property
    def subscription(self) -> str:
        """The subscription of the path."""
        return self.params.get("subscription", SUBSCRIPTION).lower()

    def properties(self) -> Json:
        """`properties` of the body; anything else than an object is refused."""
        found = self.body.get("properties") if isinstance(self.body, dict) else None
        if not isinstance(found, dict):
            raise ArmError(400, "InvalidRequestContent", "The request content was invalid: 'properties' is missing.")
        return found

    def vault(self) -> Vault:
        """The vault of the path, or ARM's 404."""
        group, name = self.params["group"], self.params["vault"]
        vault = self.world.vaults.get((group_key(group, self.subscription), name.lower()))
        if vault is None:
            raise resource_not_found("Microsoft.RecoveryServices/vaults", name, group)
        return vault

    def link(self, path: str, api_version: str | None = None) -> str:
        """An absolute URL for the caller to follow. Since 2024 it is signed and must come back as it is."""
        version = api_version or self.api_version
        signature = _signature(path, version, self.world) if self.year >= 2024 else ""
        # A header holds ASCII only; other characters of a path are returned unchanged (the recorded ';' among it).
        written = quote(path, safe="/;:@!$&'()*+,=%~")
        return f"https://{self.host}{written}?api-version={version}{signature}"


def resource_not_found(resource_type: str, name: str, group: str) -> ArmError:
    return gateway_error(
        404,
        "ResourceNotFound",
        f"The Resource '{resource_type}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


# -- routes -------------------------------------------------------------------------------------------------------
Handler = Callable[[Call], Reply]
Route = tuple[str, str, Handler]  # method, template with {names}, handler


class Router:
    """Finds a handler by method and path, ignoring case."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._table: dict[tuple[str, int], list[tuple[tuple[str, ...], Handler]]] = {}
        for method, template, handler in routes:
            parts = tuple(part if part.startswith("{") else part.lower() for part in template.split("/")[1:])
            self._table.setdefault((method, len(parts)), []).append((parts, handler))

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
        segments = path.split("/")[1:]
        lowered = path.lower().split("/")[1:]
        for parts, handler in self._table.get((method, len(segments)), ()):
            if all(part.startswith("{") or part == low for part, low in zip(parts, lowered, strict=True)):
                names = {p[1:-1]: s for p, s in zip(parts, segments, strict=True) if p.startswith("{")}
                return handler, names
        return None

    def answer(self, call: Call) -> Reply:
        """Route, check what ARM checks first, and run the handler; errors become their own replies."""
        try:
            found = self.find(call.method, call.path)
            _check_gateway(call, known=found is not None)
            if found is None:
                raise gateway_error(404, "NotFound", f"No resource answers {call.method} {call.path}.")
            handler, call.params = found
            return handler(call)
        except ArmError as error:
            return error.reply()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if call.method == "GET":
                raise
            # Fields of the wrong type. A 500 would make clients send it again and again.
            message = f"The request content was invalid and could not be deserialized: {error!r}"
            return ArmError(400, "InvalidRequestContent", message).reply()


def clean_path(path: str) -> str:
    """Collapse `//` and drop a trailing `/`: az really sends both. The server has decoded percent-escapes already."""
    return re.sub(r"/{2,}", "/", path).rstrip("/") or "/"


def _check_gateway(call: Call, *, known: bool) -> None:
    version = call.api_version
    if not version:
        raise gateway_error(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-preview)?", version):
        raise gateway_error(400, "InvalidApiVersionParameter", f"The api-version '{version}' is invalid.")
    parts = call.path.split("/")
    named = parts[2].lower() if len(parts) > 2 and parts[1].lower() == "subscriptions" else None
    if known and named is not None and named not in call.world.subscriptions:
        raise gateway_error(404, "SubscriptionNotFound", f"The subscription '{parts[2]}' could not be found.")
    if {"t", "c", "s", "h"} & call.query.keys() and not _signature_holds(call):
        raise gateway_error(400, "InvalidOperationLink", "The signature of the operation link does not match.")


# -- signed links -------------------------------------------------------------------------------------------------
# 2024+ poll URLs carry about 4 kB of &t=&c=&s=&h= and work only as given; the same path without any of them was also
# answered (2024 cancel record). What Azure says to an altered one was not observed: here a plain 400.
_KEY = secrets.token_bytes(32)
_CERTIFICATE = base64.urlsafe_b64encode(secrets.token_bytes(2400)).decode().rstrip("=")


def _seal(path: str, version: str, issued: str) -> tuple[str, str]:
    text = f"{path.lower()}|{version}|{issued}".encode()
    seal = b"".join(hmac.digest(_KEY, bytes([part]) + text, "sha512") for part in range(4))
    return base64.urlsafe_b64encode(seal).decode().rstrip("="), hashlib.sha256(seal).hexdigest()


def _signature(path: str, version: str, world: World) -> str:
    issued = str(world.clock.now() + 621_355_968_000_000_000)  # .NET ticks
    seal, digest = _seal(path, version, issued)
    return f"&t={issued}&c={_CERTIFICATE}&s={seal}&h={digest}"


def _signature_holds(call: Call) -> bool:
    seal, digest = _seal(call.path, call.api_version, call.query.get("t", ""))
    given = (call.query.get("c", ""), call.query.get("s", ""), call.query.get("h", ""))
    return given == (_CERTIFICATE, seal, digest)


# -- the 202 pattern ----------------------------------------------------------------------------------------------
def accepted(
    call: Call, operation: Operation, results: str, status: str | None, *, status_version: str | None = None
) -> Reply:
    """202 with Location (`results` path), Azure-AsyncOperation (`status` path) and Retry-After; no body."""
    headers = {"Location": call.link(f"{results}/{operation.id}")}
    if status is not None:
        headers["Azure-AsyncOperation"] = call.link(f"{status}/{operation.id}", status_version)
    headers["Retry-After"] = call.world.clock.retry_after()
    return Reply(202, None, headers)


# -- filters and pages --------------------------------------------------------------------------------------------
_TERM = re.compile(r"\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*", re.IGNORECASE)


def filter_terms(call: Call, allowed: Iterable[str]) -> dict[str, str]:
    """`a eq 'x' and b eq 'y'` as {lower-case name: value}. Anything else, or an unknown name, is a 400."""
    text = call.query.get("$filter", "")
    terms: dict[str, str] = {}
    known = {name.lower() for name in allowed}
    position = 0
    while text.strip() and position <= len(text):
        match = _TERM.match(text, position)
        if match is None or match[1].lower() not in known:
            raise refused(f'The filter "{text}" is not supported.')
        terms[match[1].lower()] = match[2].replace("''", "'")
        position = match.end()
        if position == len(text):
            break
        joint = re.compile(r"and\s", re.IGNORECASE).match(text, position)
        if joint is None:
            raise refused(f'The filter "{text}" is not supported.')
        position = joint.end()
    return terms


def same(left: str, right: str) -> bool:
    return left.lower() == right.lower()


def filter_window(terms: Mapping[str, str], begin: str, end: str) -> tuple[int | None, int | None]:
    """The two time terms of a filter as instants (UTC, 12-hour clock)."""
    try:
        return tuple(parse_filter_time(terms[name]) if terms.get(name) else None for name in (begin, end))  # type: ignore[return-value]
    except ValueError:
        raise refused(f"{begin} and {end} must be like '2026-01-31 04:57:49 PM' (UTC).") from None


def page(call: Call, entries: list[Any], render: Callable[[Any], Json]) -> Reply:
    """One page of a list that is newest first. The token counts from the old end: new entries do not shift pages.

    A list that a filter shrinks while it is paged repeats entries rather than losing one. The options make pages
    small, shuffle each, and repeat entries.
    """
    try:
        left = int(base64.urlsafe_b64decode(call.query["$skipToken"])) if "$skipToken" in call.query else len(entries)
    except ValueError:
        raise refused("The skip token is not valid.") from None
    options = call.world.options
    size = options.page_size or call.page_size
    start = max(len(entries) - left, 0)
    shown = entries[start : start + size]
    if options.duplicate_entries:
        shown = [*entries[max(start - 1, 0) : start], *shown, *shown[:1]]
    if options.shuffle_pages:
        call.world.shuffle(shown)
    body: Json = {"value": [render(entry) for entry in shown]}
    rest = len(entries) - start - size
    if rest > 0:
        query = {k: v for k, v in call.query.items() if k != "$skipToken"}
        query["$skipToken"] = base64.urlsafe_b64encode(str(rest).encode()).decode()
        text = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        body["nextLink"] = f"https://{call.host}{call.path}?{text}"
    return Reply(200, body)


# -- headers ------------------------------------------------------------------------------------------------------
def standard_headers(call: Call) -> dict[str, str]:
    """What every ARM answer carries. The remaining counts are constants while no limit is in force."""
    request_id = str(uuid.uuid4())
    now = call.world.clock.now()
    headers = {
        "Date": http_date(now),
        "Cache-Control": "no-cache",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": request_id,
        "x-ms-routing-request-id": f"WESTUS:{moment(now):%Y%m%dT%H%M%SZ}:{request_id}",
    }
    if call.client_request_id:
        headers["x-ms-client-request-id"] = call.client_request_id
    if call.method == "GET":
        kind, usual = "reads", 11999
    elif call.method == "DELETE":
        kind, usual = "deletes", 14999
    elif call.path.count("/") == VAULT_SEGMENTS and call.method in {"PUT", "PATCH"}:
        kind, usual = "resource-requests", 799
    else:
        kind, usual = "writes", 1199
    return headers | (call.left or {f"x-ms-ratelimit-remaining-subscription-{kind}": str(usual)})
