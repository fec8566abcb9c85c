"""The primary is lost and its standby takes over, while an API and a worker run and restores are on their way.

Real processes, a real standby that streams. Both servers stand in the URL, the standby first. The only things helped
along are who decides about the failover, and the leases of what could not be written.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import psycopg

from tests.bench.stack import Api, Bench, Process, protect_some
from tests.database import server_place
from tests.jobs.postgres import OwnPostgres, own_postgres, standby_of
from tests.simulator.process import running_simulator
from tests.whole import only_whole
from tests.world import DISKS, KEEP

PATIENCE_SECONDS = 90.0
ITEMS = 2


def either(*servers: OwnPostgres) -> str:
    """One URL for all of them: libpq takes the first that takes writes."""
    hosts = [parse_qs(urlsplit(server.url).query)["host"][0] for server in servers]
    return f"postgresql://postgres@/holdfast?host={','.join(hosts)}&port={','.join('5432' for _ in hosts)}"


class Stage:
    def __init__(self, made: Bench, process: Process, primary: OwnPostgres, standby: OwnPostgres) -> None:
        self.made, self.primary, self.standby = made, primary, standby
        self.process = process
        self.http = httpx.AsyncClient(
            base_url=process.url, headers={"Authorization": f"Bearer {made.token()}"}, timeout=30, trust_env=False
        )
        self.heard: set[str] = set()
        """What the API said while there was no primary."""

    async def restore(self, item: str) -> str:
        """Asked for, and asked for again until it is accepted: the job. Nobody is told anything but to come back."""
        body = {"protected_item_id": item, "recovery_point": {"latest": True}, "target": DISKS}
        headers = {"Idempotency-Key": str(uuid4())}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (answer := await self.http.post("/v1/restores", json=body, headers=headers)).status_code != 202:
                self._note(answer)
                await asyncio.sleep(0.2)
        return str(answer.json()["id"])

    async def until_ready(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (answer := await self.http.get("/readyz")).status_code != 200:
                self._note(answer)
                await asyncio.sleep(0.1)

    def _note(self, answer: httpx.Response) -> None:
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["Retry-After"]) >= 1
        self.heard.add(answer.json()["code"])

    async def ended(self, job: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found: dict[str, Any] = (await self.http.get(f"/v1/jobs/{job}")).raise_for_status().json()
                if found["state"] not in {"queued", "submitting", "running"}:
                    return found
                await asyncio.sleep(0.2)

    async def control(self, method: str, action: str, body: object = None) -> Any:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.request(method, f"{self.made.simulator}/_simulator/{action}", json=body)
            return answer.raise_for_status().json()

    async def until_azure_has(self, requests: int) -> None:
        """Held back by the simulator, which has read them and not yet acted."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.control("GET", "faults"))["faults"][0]["hits"] < requests:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def until_acted_and_heard(self, requests: int) -> None:
        """Azure has acted on so many, and a caller was told that there is no primary."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(await self.restores()) < requests or not self.heard:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    def end_leases(self) -> None:
        """Of claims whose verdicts could not be written; it would take a minute or two."""
        with psycopg.connect(self.standby.url, autocommit=True) as connection:
            connection.execute("UPDATE jobs SET lease_until = clock_timestamp() WHERE state = 'submitting'")
            connection.execute("UPDATE vault_watches SET lease_until = NULL, due_at = clock_timestamp()")

    async def restores(self) -> list[str]:
        """What Azure was made to do: the request ids, as it tells them."""
        triggers = (await self.control("GET", "truth"))["triggers"]
        return sorted(trigger["client_request_id"] for trigger in triggers if trigger["kind"] == "restore")


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """API and worker run, some VMs are protected and have a recovery point; commits wait for the standby."""
    with ExitStack() as owned:
        place = owned.enter_context(server_place("failover"))
        primary = owned.enter_context(own_postgres(place / "first"))
        standby = owned.enter_context(standby_of(primary, place / "second"))
        simulator, _ = owned.enter_context(running_simulator("--time-scale", "3000"))
        made = Bench(either(standby, primary), simulator, place)
        async with made.api() as process:
            found = Stage(made, process, primary, standby)
            async with found.http:
                yield found


@only_whole
async def test_a_failover_while_restores_are_on_their_way_loses_none_and_doubles_none() -> None:
    async with stage() as there:
        caller = Api(there.process.url, there.made.token())
        items = await protect_some(there.made, caller, items=ITEMS)
        with there.made.worker(poll_seconds=0.5):
            backups = [f"/v1/protected-items/{item}/backups" for item in items]
            await asyncio.gather(*(caller.done(path, {"retain_until": KEEP}) for path in backups))
            delay = {"match": {"method": "POST", "path": "/restore$"}, "times": ITEMS, "effect": "delay", "seconds": 2}
            await there.control("POST", "faults", delay)
            jobs = [await there.restore(item) for item in items]
            await there.until_azure_has(ITEMS)
            there.primary.lose()
            assert await there.restores() == [], "Azure acts while there is nowhere to write its answers"
            late = asyncio.create_task(there.restore(items[0]))
            await there.until_acted_and_heard(ITEMS)
            there.standby.take_over()
            await there.until_ready()
            there.end_leases()
            ended = [await there.ended(job) for job in [*jobs, await late]]
        assert [job["state"] for job in ended] == ["succeeded"] * (ITEMS + 1)
        assert sorted(job["azure"]["activity_id"] for job in ended) == await there.restores()
        # The one server is gone, the other one only reads: which of the two is said last is libpq's choice.
        assert there.heard <= {"database_reads_only", "database_away"}
