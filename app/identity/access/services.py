"""The services that admit callers, and what a route has found out about a request so far."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from app.core.clock import Clock
from app.core.db.database import Database, Transactions
from app.core.gather_isolated import Shared
from app.core.metrics import Tally
from app.core.settings import Settings
from app.identity.access.caller import Caller
from app.identity.access.limits import AtOnce, Place, RequestLimits
from app.identity.access.membership_cache import Access
from app.identity.access.permissions import Permission
from app.identity.tokens.bearer import TokenVerifier
from app.identity.tokens.keys import SigningKeys


@dataclass(frozen=True, slots=True)
class Refusal:
    """A caller was refused: who (in no tenant, where the tenant is not known), which permission, on what, and why."""

    caller: Caller
    permission: Permission
    path: str
    code: str
    """Of the problem in the answer."""


OnRefused = Callable[[Refusal], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessServices:
    """Objects that a process creates once, at its start, for the folders left of `jobs`. `Services` has the others."""

    settings: Settings
    clock: Clock
    database: Database
    access: Access
    signing_keys: SigningKeys
    verifier: TokenVerifier
    request_limits: RequestLimits
    at_once: AtOnce
    on_refused: OnRefused
    """Called with every refusal of a privileged permission. It must not raise."""
    is_ready: Shared
    """Raises where this process cannot serve."""
    tally: Tally


def access_services_of(request: Request) -> AccessServices:
    found: AccessServices = request.app.state.services
    return found


@dataclass(slots=True)
class Admitted:
    """What was found for one request, in this order. Reading a part before it was found is an AttributeError."""

    place: Place
    caller: Caller = field(init=False)
    transactions: Transactions = field(init=False)
    """Of the caller's tenant; of the platform for permissions of the platform."""


def admitted_of(request: Request) -> Admitted:
    found: Admitted = request.state.admitted
    return found
