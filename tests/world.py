"""The whole of Holdfast in one process: the API, the worker's loops, a simulated Azure, and a real Postgres.

    async def test_...(world: World) -> None:
        vault = await world.vault()                      # steps of the story, through the public API
        answer = await world.api.post("/v1/vaults", json=...)
        await world.settle()                             # every loop, until no job is in flight any more

Nothing is patched: API and loops are built as in production and get one HTTP client whose far end is the simulator, for
Azure as for the issuer of callers' tokens. Nothing sleeps: `settle` moves the simulator's clock and makes rows due.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI
from sqlalchemy import text

from app.azure.sdk.client import OpenAzure, build_azure
from app.budgets.gate import SharedBudgets
from app.core.db.database import Database
from app.core.db.notices import EVENTS_CHANNEL
from app.core.db.notifier import Notification, Notifier
from app.core.db.notify import WORK_CHANNEL, read_work_payload
from app.core.loop import Loop
from app.core.settings import Settings
from app.events.quiet_changes import CHANGES_CHANNEL
from app.identity.access.memberships import home_of
from app.identity.access.permissions import PLATFORM_ADMIN, ROLES
from app.jobs.api.services import Services
from app.jobs.work import LoopName
from app.protection.items import REMEMBERED
from app.simulator.asgi import Simulator
from app.simulator.asgi import create_app as create_simulator
from app.simulator.faults import parse_fault
from app.simulator.progress import TICKS
from app.worker import bulk_loops_of, loops_of, recovery_loops_of
from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.remembered_steps import Steps, remembered
from tests.resource_pool import borrowed_app
from tests.simulator.story import RG, STORAGE, TARGET, vm_id

SIMULATOR = "http://simulator.test"
ISSUER = f"{SIMULATOR}/11111111-1111-1111-1111-111111111111/v2.0"
AUDIENCE = "api://holdfast"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
HOME = home_of(ISSUER, "11111111-1111-1111-1111-111111111111")
"""The tenant of callers whose token has the usual claims."""
EVERY_ROLE = [*ROLES, PLATFORM_ADMIN]
OTHER_TENANT = "22222222-2222-2222-2222-222222222222"


VAULT = {"subscription_id": SUBSCRIPTION, "resource_group": "rg-demo", "name": "vault-demo", "location": "westus"}
POLICY = {
    "name": "production",
    "time_zone": "America/New_York",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {"daily": {"count": 30}},
}
DISKS = {"mode": "disks", "resource_group_id": TARGET, "staging_storage_account_id": STORAGE}
KEEP = "2036-01-31T00:00:00Z"

_MAKE_DUE = """
WITH jobs_due AS (UPDATE jobs SET due_at = clock_timestamp() WHERE state = ANY(:states)),
     vaults_due AS (UPDATE vault_watches SET due_at = clock_timestamp(), taken_in_at = {taken_in_at})
UPDATE azure_budgets SET blocked_until = NULL
"""
_AZURES_OWN_SEEN = """
CASE WHEN vault_id IN (SELECT vault_id FROM jobs WHERE state = ANY(:states)
                       GROUP BY vault_id HAVING bool_and(origin = 'azure')) THEN NULL ELSE taken_in_at END
"""
_HAS_WORK = {
    LoopName.SUBMITTING: "SELECT 1 FROM jobs WHERE state = 'queued'",
    LoopName.RESOLVING: "SELECT 1 FROM jobs WHERE state = 'submitting'",
    LoopName.CANCELLING: "SELECT 1 FROM cancellations",
    LoopName.EXPIRING: "SELECT 1 FROM jobs WHERE state = 'awaiting_approval'",
    LoopName.RECOVERING: "SELECT 1 FROM recovery_runs WHERE ended_at IS NULL",
    LoopName.BULK: "SELECT 1 FROM bulk_requests WHERE ended_at IS NULL",
    "in_flight": "SELECT 1 FROM jobs WHERE state = ANY(:states)",
}
IN_FLIGHT = ("queued", "submitting", "running", "cancelling")
STEP_SECONDS = 600.0
"""How far `step` moves Azure's clock."""
FIRST_LOOK_SECONDS = 60.0
SUBMIT, SWEEP = LoopName.SUBMITTING, LoopName.OBSERVING

__all__ = [
    "DISKS",
    "EVIDENCE_KEY",
    "IN_FLIGHT",
    "ISSUER",
    "KEEP",
    "POLICY",
    "RG",
    "SECRETS_KEY",
    "VAULT",
    "World",
    "open_world",
    "until",
    "vm_id",
]


class Overheard(Notifier):
    """Tells this process at once, and no other: nothing listens here, and a connection is made for nothing else."""

    def __init__(self, hear: Callable[[Iterable[Notification]], None]) -> None:
        super().__init__("", connecting={})
        self._hear = hear

    def notify_later(self, notifications: Iterable[Notification]) -> None:
        self._hear(notifications)


async def until(holds: Callable[[], bool]) -> None:
    """Let the other tasks of this process go on until it holds; they tell nobody when it does."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0)


async def _no_server_error(answer: httpx.Response) -> None:
    assert answer.status_code != 500, (answer.request.method, answer.request.url, await answer.aread())


class World:
    """One running Holdfast. `api` carries the token of an ordinary caller; `client()` makes other callers."""

    def __init__(self, database_url: str, simulator: Simulator, **settings: Any) -> None:
        self.simulator = simulator
        self.settings = Settings(
            database_url=database_url,
            simulator=True,
            arm_url=SIMULATOR,
            oidc_issuers=(ISSUER,),
            **{"secrets_keys": SECRETS_KEY, "evidence_keys": EVIDENCE_KEY} | settings,
        )
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(simulator))
        self.database = Database(database_url, application_name="holdfast-test-worker")
        self.budgets = SharedBudgets(self.database)
        self.azure: OpenAzure = build_azure(SIMULATOR, simulator=True, http=self.http, gate=self.budgets)
        self.job_loops = loops_of(self.settings, self.database, self.azure)
        self.loops: Mapping[str, Loop] = {
            **self.job_loops,
            **recovery_loops_of(self.database, self.azure),
            **bulk_loops_of(self.database, self.azure),
        }
        """The loops of recovery runs and of bulk requests are asked only where there is one."""
        self._woken = set[str]()
        self.api_hears_of_events = False
        """Whether commits of the worker wake those who wait for events. Walks do not count what the API does then."""
        self.database._notifier = Overheard(self._hear)
        self.steps = Steps(self.database, simulator, self.settings.model_dump_json(exclude={"database_url"}))
        self.app: FastAPI
        self.api: httpx.AsyncClient

    # --- the API and its callers ---------------------------------------------------------------------------------
    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Run the API for the block. A second block is a restart: a new app on the same database."""
        with borrowed_app(self.settings, self.http) as self.app:
            REMEMBERED.forget()  # as a new process
            async with self.app.router.lifespan_context(self.app), self.client() as self.api:
                self.services.tally.hold_seconds = 0.0  # every scrape counts anew
                yield

    @property
    def services(self) -> Services:
        """What the running API has made for its requests."""
        made: Services = self.app.state.services
        return made

    def replace_services(self, **services: Any) -> None:
        """Have the running API use these in place of its own."""
        self.steps.forget_where()
        self.app.state.services = replace(self.services, **services)

    def client(self, token: str | None = "", **claims: Any) -> httpx.AsyncClient:
        """A caller of the API: with this token, with none (None), or with a fresh one of these claims.

        A 500 fails the test wherever it happens: no request of a caller may cause one.
        """
        headers = {} if token is None else {"Authorization": f"Bearer {token or self.token(**claims)}"}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://holdfast.test",
            headers=headers,
            event_hooks={"response": [_no_server_error]},
        )

    def stranger(self) -> httpx.AsyncClient:
        """A caller of another tenant."""
        return self.client(tid=OTHER_TENANT, oid="stranger", sub="stranger")

    def token(
        self,
        *,
        without: tuple[str, ...] = (),
        key: Any = None,
        header: dict[str, Any] | None = None,
        algorithm: str = "RS256",
        **claims: Any,
    ) -> str:
        """A token as the simulator's issuer signs it, with these claims instead of the usual ones."""
        identity, now = self.simulator.identity, int(time.time())
        usual = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "caller-1",
            "oid": "caller-1",
            "azp": "tests",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "tid": "11111111-1111-1111-1111-111111111111",
            "roles": EVERY_ROLE,
        }
        payload = {name: value for name, value in (usual | claims).items() if name not in without}
        headers = {"kid": identity.key_id} | (header or {})
        return jwt.encode(payload, identity.key if key is None else key, algorithm=algorithm, headers=headers)

    # --- time and the worker -------------------------------------------------------------------------------------
    async def run_due(self) -> None:
        """Every loop until none has anything due now. No clock is moved."""
        busy = True
        while busy:
            pauses = [await loop.run_once() for loop in self.job_loops.values()]
            busy = any(pause == 0.0 for pause in pauses)

    async def _run_woken(self, loops: Iterable[str]) -> None:
        """These loops, then those that have more to do or were woken, as in a worker. Cheaper than `run_due`."""
        due = [name for name in self.loops if name in set(loops)]
        while due:
            self._woken.clear()
            more = {name for name in due if await self.loops[name].run_once() == 0.0}
            if SWEEP in due and SWEEP not in more and SUBMIT in await self._loops_with_work():
                more.add(SUBMIT)  # the sweep wakes it in SQL, where a job ends that others wait for
            due = [name for name in self.loops if name in more | self._woken]

    def _hear(self, notifications: Iterable[Notification]) -> None:
        """As a worker's listener: who is woken by what was committed here."""
        for channel, payload in notifications:
            name, within = read_work_payload(payload)
            if channel == WORK_CHANNEL and within == 0:
                self._woken.add(name)
            elif channel == EVENTS_CHANNEL and self.api_hears_of_events:
                asyncio.get_running_loop().call_soon(self.services.feed.wake, payload)  # as from another process
            elif channel == CHANGES_CHANNEL and self.api_hears_of_events:
                asyncio.get_running_loop().call_soon(self.services.feed.quiet_changes.wake, payload)

    async def make_due(self, *, azures_own: bool = False) -> None:
        """Whatever is in flight is due now, and so is the sweep of its vault. Leases stay as they are.

        A Retry-After has passed, too: time has gone by. `azures_own`: vaults in which only jobs of Azure's run take
        them in by our clock, which does not move here; a test that meets the hour of a scheduled backup would wait for
        its end in vain.
        """
        statement = _MAKE_DUE.format(taken_in_at=_AZURES_OWN_SEEN if azures_own else "taken_in_at")
        async with self.database.engine.connect() as connection:  # one round trip: it is done before every look
            await connection.execute(text(statement), {"states": list(IN_FLIGHT)})
        self.budgets.ask_again()

    async def run(self, *loops: str) -> Counter[str]:
        """Each of these loops once, with everything in flight due: what it asked of Azure, by class."""
        before = self.requests
        for name in loops:
            await self.make_due()
            await self.loops[name].run_once()
        return self.requests - before

    @asynccontextmanager
    async def hurrying(self) -> AsyncIterator[None]:
        """Azure's clock goes a hundred times as fast: what one request of a caller waits for is over soon."""

        async def pass_time() -> None:
            while True:
                await asyncio.sleep(0.05)
                self.advance(5)

        passing = asyncio.create_task(pass_time())
        try:
            yield
        finally:
            passing.cancel()

    async def step(self, seconds: float = STEP_SECONDS) -> None:
        """Azure's clock moves on; then everything in flight is looked at once."""
        self.advance(seconds)
        await self.make_due()
        await self.run_due()

    async def settle(self, *, seconds: float | None = None, steps: int = 60) -> None:
        """Step until no job is in flight: by so many seconds, or to what happens next at Azure.

        Every job is looked at once soon after it began, and then when something happens. Loops that follow no job
        (pruning, sealing) do not run: `run_due` is for them. Raises AssertionError naming
        what is left after so many steps, or, without `seconds`, after as many times ten minutes of Azure's clock.
        """
        await self._run_woken(await self._loops_with_work())
        left = steps * (seconds or STEP_SECONDS)
        forward = seconds or FIRST_LOOK_SECONDS
        while loops := await self._loops_with_work():
            if left <= 0:
                raise AssertionError(f"still in flight: {await self.in_flight()}")
            self.advance(forward)
            left -= forward
            await self.make_due(azures_own=True)
            await self._run_woken(loops)
            forward = seconds or min(self._until_something_happens(), left) or STEP_SECONDS

    async def _loops_with_work(self) -> set[str]:
        """Those that follow jobs, if any is in flight, and those that have a row to look at."""
        looks = ", ".join(f"EXISTS ({rows}) AS {name}" for name, rows in _HAS_WORK.items())
        (found,) = await self.rows(f"SELECT {looks}", states=list(IN_FLIGHT))
        if not found.pop("in_flight"):
            return set()
        return {LoopName.OPERATIONS, SWEEP} | {name for name, has_rows in found.items() if has_rows}

    def _until_something_happens(self) -> float:
        """Seconds of Azure's clock until its next consequence is due; a step, where none is to come."""
        agenda = self.simulator.world.agenda()
        if not agenda:
            return STEP_SECONDS
        return max((agenda[0][0] - self.simulator.clock.now()) / TICKS, 0.0) + 1.0

    def advance(self, seconds: float) -> None:
        """Move Azure's clock; what would have happened there until then has happened."""
        self.simulator.clock.advance(seconds)
        self.simulator.world.settle()

    async def in_flight(self) -> list[tuple[str, str, str | None]]:
        """(kind, state, waiting reason) of every job that has not ended."""
        rows = await self.rows(
            "SELECT kind, state, waiting_reason FROM jobs WHERE state = ANY(:states) ORDER BY id",
            states=list(IN_FLIGHT),
        )
        return [(row["kind"], row["state"], row["waiting_reason"]) for row in rows]

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.database.begin() as session:
            return [dict(row) for row in (await session.execute(text(statement), values)).mappings()]

    def fault(self, method: str, path: str, effect: str, *, times: int | None = 1, **more: Any) -> None:
        """As POST /_simulator/faults."""
        asked = {"match": {"method": method, "path": path}, "times": times, "effect": effect, **more}
        self.simulator.faults.waiting.append(parse_fault(asked))

    @property
    def triggers(self) -> list[dict[str, Any]]:
        """What Azure was really made to do."""
        return list(self.simulator.world.truth.triggers)

    @property
    def requests(self) -> Counter[str]:
        """How often Azure was really asked, by class."""
        return Counter(self.simulator.world.truth.requests)

    # --- the story, through the public API -------------------------------------------------------------------------
    async def done(self, path: str, body: Mapping[str, Any], **headers: str) -> dict[str, Any]:
        """POST, follow to the end: the job. Raises AssertionError unless it succeeded."""
        answer = await self.api.post(path, json=dict(body), headers=headers)
        assert answer.status_code == 202, answer.text
        await self.settle()
        job: dict[str, Any] = (await self.api.get(answer.headers["Location"])).json()
        assert job["state"] == "succeeded", job
        return job

    async def resource_of(self, job: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self.api.get(job["resource"])
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @remembered
    async def vault(self, /, **changes: Any) -> dict[str, Any]:
        return await self.resource_of(await self.done("/v1/vaults", VAULT | changes))

    @remembered
    async def policy(self, /, vault: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        return await self.resource_of(await self.done(f"/v1/vaults/{vault['id']}/policies", POLICY | changes))

    async def default_policy(self, vault: Mapping[str, Any]) -> dict[str, Any]:
        """The policy that Azure itself puts into a vault."""
        page = (await self.api.get(f"/v1/vaults/{vault['id']}/policies")).json()
        found: dict[str, Any] = next(policy for policy in page["items"] if policy["name"] == "DefaultPolicy")
        return found

    @remembered
    async def item(self, vm: str = "vm-web-01", vault: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A protected VM, in this vault or in a new one."""
        vault = vault or await self.vault()
        policy = await self.default_policy(vault)
        body = {"vm_id": vm_id(vm), "vault_id": vault["id"], "policy_id": policy["id"]}
        return await self.resource_of(await self.done("/v1/protected-items", body))

    @remembered
    async def back_up(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """A backup from beginning to end: its job."""
        return await self.done(f"/v1/protected-items/{item['id']}/backups", {"retain_until": KEEP})

    async def points(self, item: Mapping[str, Any]) -> list[dict[str, Any]]:
        answer = await self.api.get(f"/v1/protected-items/{item['id']}/recovery-points")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def aclose(self) -> None:
        await self.azure.aclose()
        await self.http.aclose()
        await self.database.aclose()


@asynccontextmanager
async def open_world(database_url: str, signing_key: rsa.RSAPrivateKey, **settings: Any) -> AsyncIterator[World]:
    """A world whose API is up."""
    async with AsyncExitStack() as stack:
        world = World(database_url, create_simulator(signing_key=signing_key), **settings)
        stack.push_async_callback(world.aclose)
        await stack.enter_async_context(world.serving())
        yield world
