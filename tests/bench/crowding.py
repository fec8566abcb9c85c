"""What another tenant feels of a burst: its p95 while 1,000 requests of one principal are on their way, and alone."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Sequence
from itertools import cycle

from app.dev.tokens import fetch_token
from app.identity.access.permissions import PLATFORM_ADMIN
from app.simulator.entra import principal_id
from tests.bench.accepting import percentile
from tests.bench.caller import Answer, Connection, ask, connect, request_bytes
from tests.bench.report import Figure
from tests.bench.sending import backup_request
from tests.bench.stack import Api, Bench

BAR_MS = 1000.0
OTHER = "bench-other"
ALONE = 60
PAUSE_SECONDS = 0.005
"""Between two requests of the other one, alone and during the burst."""


async def crowding_figures(
    made: Bench, api: Api, items: Sequence[str], *, burst: int, rounds: int, name: str = "burst_other"
) -> list[Figure]:
    """The other tenant lists its jobs; the burst asks for backups. Raises RuntimeError for an answer out of place."""
    other = await _another_tenant(made, api)
    listing = request_bytes("GET", "/v1/jobs", other.headers)
    alone: list[float] = []
    during: list[float] = []
    heard: Counter[str] = Counter()
    for _ in range(rounds):
        asking = await connect(api.url)
        alone += [await _milliseconds(asking, listing) for _ in range(ALONE)]
        crowd = await asyncio.gather(*(connect(api.url) for _ in range(burst)))
        try:
            requests = [backup_request(api, item) for item, _ in zip(cycle(items), crowd, strict=False)]
            answers = asyncio.gather(*(_sent(one, what) for one, what in zip(crowd, requests, strict=True)))
            await asyncio.sleep(0)
            while not answers.done():
                during.append(await _milliseconds(asking, listing))
            heard.update(map(_word, await answers))
        finally:
            for one in (*crowd, asking):
                one.close()
    if heard["database_away"] or set(heard) - {"202", "too_many_at_once", "database_busy"}:
        raise RuntimeError(f"a burst of {burst} heard {dict(heard)}")
    calm, p95 = percentile(alone, 95), percentile(during, 95)
    said = ", ".join(f"{count} {word}" for word, count in sorted(heard.items()))
    return [
        Figure(f"{name}_p95_ms", f"another tenant's GET in a burst of {burst}, p95", p95, "ms", (BAR_MS, False), said),
        Figure(f"{name}_ratio", "  against alone", p95 / calm, note=f"alone p95 {calm:.1f} ms, {len(during)} GETs"),
    ]


async def _another_tenant(made: Bench, api: Api) -> Api:
    """A caller who is a member of a tenant of its own, and of no other."""
    ruler = Api(api.url, fetch_token(made.issuer, principal="bench-ruler", roles=[PLATFORM_ADMIN]))
    member = {"kind": "principal", "id": principal_id(OTHER), "roles": ["reader"]}
    body = {"name": "bench-other", "members": [member]}
    answer = await ask(api.url, request_bytes("POST", "/v1/tenants", ruler.headers, body))
    if answer.status != 201:
        raise RuntimeError(f"POST /v1/tenants: {answer.status} {answer.content.decode()}")
    return Api(api.url, fetch_token(made.issuer, principal=OTHER, roles=[]))


async def _sent(connection: Connection, request: bytes) -> Answer:
    sent: Awaitable[Answer] = connection.send(request)
    return await sent


async def _milliseconds(connection: Connection, request: bytes) -> float:
    answer = await connection.send(request)
    if answer.status != 200:
        raise RuntimeError(f"the other tenant heard {answer.status}: {answer.content.decode()}")
    await asyncio.sleep(PAUSE_SECONDS)
    return answer.took * 1000


def _word(answer: Answer) -> str:
    return "202" if answer.status == 202 else str(json.loads(answer.content)["code"])
