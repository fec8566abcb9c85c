"""API and loops in this process, and the clock of the simulator: nothing here waits for real time."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from sqlalchemy import text

from app.budgets.gate import SharedBudgets
from app.core.db.database import WORKER_ROLE, Database
from app.core.loop import Loop
from app.core.settings import Settings
from app.jobs.lifecycle import SETTLED
from app.jobs.work import LoopName
from app.main import create_app
from app.wiring import late_azure
from app.worker import alert_loops_of, bulk_loops_of, loops_of, recovery_loops_of, restore_test_loops_of

Json = dict[str, Any]
ROUNDS = 120
TRIES = 5
LONGEST_PAUSE = 5.0
"""Seconds, also where Retry-After says more."""
MOST_PASSES = 20
POLL_SECONDS = 600.0
"""Nothing becomes due again by itself, however slow this machine is."""
STEP_SECONDS = 40.0
"""Nominal seconds that the simulator's clock moves on in each round."""
IDLE = frozenset({LoopName.PRUNING, LoopName.SEALING, LoopName.MAILING})
_DUE = (
    "UPDATE jobs SET due_at = clock_timestamp() WHERE state IN ('queued', 'submitting', 'running', 'cancelling')",
    "UPDATE vault_watches SET due_at = clock_timestamp()",
    "UPDATE recovery_runs SET due_at = clock_timestamp() WHERE ended_at IS NULL",
    "UPDATE restore_test_runs SET due_at = clock_timestamp() WHERE state <> 'ended'",
    "UPDATE azure_budgets SET blocked_until = NULL",
)
"""Nothing has to be waited for: Azure's clock has moved, and its Retry-After has passed."""


class SampleFailed(Exception):
    """The sample world could not be made; the message is one line."""


class Caller:
    """One principal's requests."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, method: str, path: str, body: Json | None = None, **headers: str) -> Json:
        """The answer's body; a 503 is asked again. Raises SampleFailed unless the request succeeded."""
        for _ in range(TRIES):
            answer = await self._client.request(method, path, json=body, headers=headers)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            # On a slow machine Azure's facts come too late for one request. It wrote nothing, and says when to repeat.
            await asyncio.sleep(min(LONGEST_PAUSE, float(answer.headers.get("Retry-After", 1))))
        if not answer.is_success:
            raise SampleFailed(f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        found: Json = answer.json() if answer.content else {}
        return found


class Stage:
    """Everything that makes the sample world, in one process."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient, time_scale: float) -> None:
        self._settings = settings = settings.model_copy(update={"poll_seconds": POLL_SECONDS})
        self._http = http
        self._scale = time_scale
        self._app = create_app(settings, http=http)
        self._database = Database(settings.database_dsn, role=WORKER_ROLE, application_name="holdfast-sample")
        self._budgets = SharedBudgets(self._database)
        self._provider = late_azure(settings, self._budgets, http=http)
        self._loops: Mapping[str, Loop] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as owned:
            owned.push_async_callback(self._database.aclose)
            owned.push_async_callback(self._provider.aclose)
            azure = await self._provider.get()
            self._loops = {
                **loops_of(self._settings, self._database, azure),
                **recovery_loops_of(self._database, azure),
                **bulk_loops_of(self._database, azure),
                **restore_test_loops_of(self._settings, self._database, azure),
            }
            await owned.enter_async_context(self._app.router.lifespan_context(self._app))
            yield

    def caller(self, token: str) -> Caller:
        headers = {"Authorization": f"Bearer {token}"}
        transport = httpx.ASGITransport(self._app)
        return Caller(httpx.AsyncClient(transport=transport, base_url="http://sample", headers=headers, timeout=60))

    async def control(self, action: str, body: Json) -> Json:
        """One request to the simulator's control surface. Raises SampleFailed."""
        answer = await self._http.post(f"{self._settings.arm_url}/_simulator/{action}", json=body)
        if not answer.is_success:
            raise SampleFailed(f"{action}: {answer.status_code} {answer.text[:500]}")
        found: Json = answer.json()
        return found

    async def in_azure(self, token: str, method: str, path: str, body: Json) -> None:
        """What somebody does in Azure without Holdfast. Raises SampleFailed."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self._settings.arm_url}{path}?api-version=2024-04-01"
        answer = await self._http.request(method, url, json=body, headers=headers)
        if not answer.is_success:
            raise SampleFailed(f"{method} {path}: {answer.status_code} {answer.text[:500]}")

    async def end(self, *jobs: str) -> None:
        """Work until these jobs have ended, or need a person. Raises SampleFailed."""
        for _ in range(ROUNDS):
            await self.work()
            if await self._all_settled(jobs):
                return
            await self.advance(STEP_SECONDS)
        raise SampleFailed(f"These jobs do not end: {', '.join(jobs)}")

    async def until(self, caller: Caller, path: str, *, waiting_for: str | None = None, **wanted: str) -> Json:
        """Work until what this path shows is so; `waiting_for`: a reason of `waiting`. Raises SampleFailed."""
        found: Json = {}
        for _ in range(ROUNDS):
            await self.work()
            found = await caller.ask("GET", path)
            reason = (found.get("waiting") or {}).get("reason")
            if all(found[name] == value for name, value in wanted.items()) and waiting_for in {None, reason}:
                return found
            await self.advance(STEP_SECONDS)
        raise SampleFailed(f"{path} does not become {wanted}: {found}")

    async def work(self, only: Collection[str] | None = None) -> None:
        """Each loop, until none has anything due now."""
        await self._make_due()
        for _ in range(MOST_PASSES):
            due = [loop for name, loop in self._loops.items() if name not in IDLE and (only is None or name in only)]
            if not any([await loop.run_once() == 0.0 for loop in due]):
                return

    async def open_alerts(self) -> None:
        """What has failed so far becomes an alert."""
        while await alert_loops_of(self._settings, self._database)[LoopName.ALERTS].run_once() == 0.0:
            pass

    async def advance(self, nominal_seconds: float) -> None:
        await self.control("advance", {"seconds": nominal_seconds / self._scale})

    async def _make_due(self) -> None:
        async with self._database.begin() as session:
            for statement in _DUE:
                await session.execute(text(statement))
        self._budgets.ask_again()

    async def _all_settled(self, jobs: Collection[str]) -> bool:
        states = text("SELECT count(*) FROM jobs WHERE id::text = ANY(:jobs) AND state = ANY(:settled)")
        async with self._database.begin() as session:
            found = await session.scalar(states, {"jobs": list(jobs), "settled": list(SETTLED)})
        return bool(found == len(jobs))
