"""What it costs to know who is calling and what they may, once they have called before: no network, no database.

Not through a socket: of a whole request it would be a tenth, and noise would hide it.
"""

import statistics
import time

from fastapi import FastAPI
from starlette.requests import Request

from app.core.settings import Settings
from app.identity.access.admission import admit
from app.identity.access.dependencies import authorise
from app.identity.access.limits import AtOnce, Place
from app.identity.access.permissions import Permission
from app.identity.access.services import Admitted
from app.main import create_app
from tests.bench.report import Figure
from tests.bench.stack import Bench

BAR_MICROSECONDS = 1000.0
UNLIMITED = 100_000_000


async def admitting_figures(made: Bench, *, rounds: int) -> list[Figure]:
    """Microseconds a request: the token alone, and with membership and permission (`authorise`)."""
    settings = Settings(
        database_url=made.database_url,
        simulator=True,
        arm_url=made.simulator,
        oidc_issuers=(made.issuer,),
        rate_per_minute=UNLIMITED,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        token = made.token()
        first = _request(app, token)
        await authorise(first, await admit(first), Permission.ANY, "bench")  # keys fetched, membership looked up
        token_only = [await _microseconds(app, token, with_membership=False) for _ in range(rounds)]
        both = [await _microseconds(app, token, with_membership=True) for _ in range(rounds)]
    return [
        Figure(
            "admit_us", "token check and rate, warm", statistics.median(token_only), "us", (BAR_MICROSECONDS, False)
        ),
        Figure("authorise_us", "  with membership", statistics.median(both), "us", (BAR_MICROSECONDS, False)),
    ]


async def _microseconds(app: FastAPI, token: str, *, with_membership: bool, count: int = 1000) -> float:
    requests = [_request(app, token) for _ in range(count)]
    began = time.perf_counter()
    for request in requests:
        principal = await admit(request)
        if with_membership:
            await authorise(request, principal, Permission.ANY, "bench")
    return (time.perf_counter() - began) / count * 1_000_000


def _request(app: FastAPI, token: str) -> Request:
    headers = [(b"host", b"bench"), (b"authorization", f"Bearer {token}".encode())]
    state = {"admitted": Admitted(Place(AtOnce(1), "bench"))}
    return Request({"type": "http", "app": app, "headers": headers, "client": ("127.0.0.1", 1), "state": state})
