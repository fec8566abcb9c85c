"""The processes of a soak: one Postgres, one simulator, one API, some workers; and what is done to them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from app.dev.parent_death import dies_with_parent
from app.jobs.loops.submit import SEND_WITHIN_SECONDS
from tests.bench.caller import ask, request_bytes
from tests.bench.stack import SUBSCRIPTION, Api, Bench, Process, bench, clean_environment
from tests.simulator.story import vm_id
from tests.soak.workers import Forked, WorkerFork, worker_fork

POLL_SECONDS = 0.5
SETTLE_SECONDS = 30.0
"""20 s more than the send deadline: what leaves at the last moment may be kept waiting for so long by a busy simulator.
With 4 s between them two of 5,000 restores happened twice; the simulator was seen to take up to 7 s: likely why."""
HELD_AT_MOST = SETTLE_SECONDS - SEND_WITHIN_SECONDS
LEASE_SECONDS = 4
LOOK_SECONDS = 0.2
SETUP_SECONDS = 180.0
VAULTS_AT_ONCE = 10
"""So many are set up at the same time."""

_SHORT_LEASES = f"""
CREATE FUNCTION soak_short_lease() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lease_until IS NOT NULL THEN
        NEW.lease_until := least(NEW.lease_until, clock_timestamp() + interval '{LEASE_SECONDS} seconds');
        IF TG_TABLE_NAME = 'vault_watches' THEN
            NEW.due_at := least(NEW.due_at, NEW.lease_until + interval '1 second');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER soak BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION soak_short_lease();
CREATE TRIGGER soak BEFORE UPDATE ON cancellations FOR EACH ROW EXECUTE FUNCTION soak_short_lease();
CREATE TRIGGER soak BEFORE UPDATE ON recovery_runs FOR EACH ROW EXECUTE FUNCTION soak_short_lease();
CREATE TRIGGER soak BEFORE UPDATE ON vault_watches FOR EACH ROW EXECUTE FUNCTION soak_short_lease();
"""


class Worker:
    """One replica. `kill` is SIGKILL; `restart` is what an orchestrator does: SIGTERM, wait, start anew."""

    def __init__(self, environment: Mapping[str, str], log: Path, worker_fork: WorkerFork | None) -> None:
        """`worker_fork`: forks it; None = each start is a new process, as with an orchestrator."""
        self._environment, self._log, self._worker_fork = dict(environment), log, worker_fork
        self.process = self._start()
        self.starts = 1

    def _start(self) -> subprocess.Popen[bytes] | Forked:
        with self._log.open("ab") as log:
            self._began = log.tell()
            if self._worker_fork is not None:
                return self._worker_fork.worker(self._environment, self._log)
            command = dies_with_parent([sys.executable, "-m", "app.cli", "worker"], on_owner_death=signal.SIGKILL)
            return subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    async def ready(self) -> None:
        """Until it says so in its log (or has ended)."""
        while self.process.poll() is None and b"worker.ready" not in self._log.read_bytes()[self._began :]:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)

    def come_back(self) -> None:
        self.process = self._start()
        self.starts += 1

    async def restart(self) -> int:
        """Its exit code after SIGTERM; the next one is waited for, as an orchestrator does before it goes on."""
        self.process.terminate()
        code = await asyncio.to_thread(self.process.wait, 15)
        self.come_back()
        await self.ready()
        return int(code)

    async def freeze(self, seconds: float) -> None:
        self.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


@dataclass(slots=True)
class Stage:
    made: Bench
    process: Process
    api: Api
    worker_fork: WorkerFork
    items: list[str] = field(default_factory=list)
    held: float = 0.0
    """Seconds: the longest that the simulator let a request wait while it was watched."""

    def sign_in(self) -> None:
        """With a new token: one is good for an hour, and some soaks take longer."""
        self.api = Api(self.api.url, self.made.token())

    def worker_environment(self, **settings: object) -> dict[str, str]:
        own: dict[str, object] = {
            "DATABASE_URL": self.made.database_url,
            "SIMULATOR": "true",
            "ARM_URL": self.made.simulator,
            "POLL_SECONDS": POLL_SECONDS,
            "SETTLE_RESTORE_SECONDS": SETTLE_SECONDS,
            "SETTLE_BACKUP_SECONDS": SETTLE_SECONDS,
            **settings,
        }
        return clean_environment() | {f"HOLDFAST_{name}": str(value) for name, value in own.items()}

    @contextmanager
    def workers(self, count: int, *, are_cold: bool = False, **settings: object) -> Iterator[list[Worker]]:
        """`are_cold`: each is a program started anew, and its exit code is known."""
        with ExitStack() as owned:
            made = []
            worker_fork = None if are_cold else self.worker_fork
            for number in range(count):
                worker = Worker(
                    self.worker_environment(**settings), self.made.logs / f"worker-{number}.log", worker_fork
                )
                owned.callback(worker.close)
                made.append(worker)
            yield made

    async def control(self, method: str, action: str, body: object = None) -> Any:
        return (await ask(self.made.simulator, request_bytes(method, f"/_simulator/{action}", {}, body))).json()

    @asynccontextmanager
    async def watching_azure(self) -> AsyncIterator[None]:
        """Meanwhile the simulator is asked for nothing, over and over, on a new connection each time."""
        self.held = 0.0

        async def watch() -> None:
            nothing = request_bytes("GET", "/_simulator/nothing", {}, None)
            while True:
                began = time.monotonic()
                with suppress(TimeoutError):
                    await ask(self.made.simulator, nothing)
                self.held = max(self.held, time.monotonic() - began)
                await asyncio.sleep(LOOK_SECONDS)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.made.database_url, autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()

    def run(self, statement: str) -> None:
        with psycopg.connect(self.made.database_url, autocommit=True) as connection:
            connection.execute(statement)

    async def until(self, holds: str, *values: Any, seconds: float) -> bool:
        """Whether the statement's one cell became true in time; an away database is not yet an answer."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.rows(holds, *values)[0][0]:
                    return True
            except psycopg.OperationalError:
                pass
            await asyncio.sleep(LOOK_SECONDS)
        return False

    def restart_postgres(self) -> bool:
        """As `pg_ctl restart -m immediate`, by the embedded server's own means: every backend dies, nothing is flushed.

        A child of the postmaster that dies by SIGKILL has it end all others and recover from the log. Whether one did.
        """
        postmaster = self.made.postgres_pid
        backends = self.rows("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY pid")
        for pid in (int(row[0]) for row in backends):
            if _parent(pid) == postmaster:
                os.kill(pid, signal.SIGKILL)
                return True
        return False


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()[1])
    except OSError:
        return None


@asynccontextmanager
async def stage(*, vaults: int, data_disks: int = 0) -> AsyncIterator[Stage]:
    """Everything up, so many vaults with one protected VM each that has a recovery point; no worker yet."""
    with ExitStack() as owned:
        made = owned.enter_context(bench())
        with psycopg.connect(made.database_url, autocommit=True) as connection:
            connection.execute(_SHORT_LEASES)
        async with made.api() as process:
            fork = owned.enter_context(worker_fork(clean_environment()))
            found = Stage(made, process, Api(process.url, made.token()), fork)
            await _protect(found, vaults, data_disks)
            yield found


async def _protect(found: Stage, vaults: int, data_disks: int) -> None:
    machines = [{"name": f"vm-soak-{number}", "data_disks": data_disks} for number in range(1, vaults + 1)]
    await found.control("POST", "seed", {"vms": machines})
    places = asyncio.Semaphore(VAULTS_AT_ONCE)

    async def in_turn(number: int) -> str:
        async with places:
            return await _vault(found, number)

    with found.workers(1):
        made = await asyncio.gather(*(in_turn(number) for number in range(1, vaults + 1)))
    found.items = list(made)


async def _vault(found: Stage, number: int) -> str:
    """A vault, one VM protected in it, one backup: the item's id."""
    api = found.api
    wanted = {
        "subscription_id": SUBSCRIPTION,
        "resource_group": "rg-demo",
        "name": f"vault-soak-{number}",
        "location": "westus",
    }
    vault_id = str((await _done(api, "/v1/vaults", wanted))["resource"]).rsplit("/", 1)[1]
    policies = (await api.get(f"/v1/vaults/{vault_id}/policies"))["items"]
    policy_id = next(policy["id"] for policy in policies if policy["name"] == "DefaultPolicy")
    body = {"vm_id": vm_id(f"vm-soak-{number}"), "vault_id": vault_id, "policy_id": policy_id}
    item = str((await _done(api, "/v1/protected-items", body))["protected_item_id"])
    await _done(api, f"/v1/protected-items/{item}/backups", {"retain_until": "2036-01-31T00:00:00Z"})
    return item


async def _done(api: Api, path: str, body: object) -> dict[str, Any]:
    """Asked for and followed to its end, however long a busy machine takes. Raises RuntimeError for another end."""
    answer = await ask(api.url, request_bytes("POST", path, api.headers | {"Prefer": "wait=20"}, body))
    job: dict[str, Any] = answer.json()
    deadline = time.monotonic() + SETUP_SECONDS
    while job.get("state") in {"queued", "submitting", "running"} and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
        job = await api.get(f"/v1/jobs/{job['id']}")
    if job.get("state") != "succeeded":
        raise RuntimeError(f"POST {path}: {answer.status} {job}")
    return job
