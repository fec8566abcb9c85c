"""The protocol `Work`: what a feature implements in its `work.py` for each kind of job.

The loops own the protocol (attempts, leases, verdicts); a Work owns the meaning (which call, which result, which
consequence). A Work is built in `wiring` with the Azure ports it needs; the only method that gets a session is
`finish`, and it gets no port's answer but what `collect` brought.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NotRequired, Protocol, TypedDict, TypeVar, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureUnknown
from app.azure.values import AzureItem, AzureJob, Operation, VaultRef
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State


class LoopName(StrEnum):
    """The loops of the worker. The names are used in notifications, health checks, metrics and log lines."""

    SUBMITTING = "submitting"
    """Sends queued jobs (loops/submit.py)."""
    OPERATIONS = "operations"
    """Follows what Azure accepted until it names a job or has ended (loops/poll_operations.py)."""
    OBSERVING = "observing"
    """Follows the jobs of whole vaults (sweep/)."""
    RESOLVING = "resolving"
    """Finds out what became of attempts whose answer was lost (loops/reconcile.py)."""
    CANCELLING = "cancelling"
    """Asks Azure to cancel (loops/cancel.py)."""
    EXPIRING = "expiring"
    """Ends what waits for an approval that will not come (app/approvals/expire.py)."""
    SEALING = "sealing"
    """Seals the audit trail (app/audit/sealing.py)."""
    HINTING = "hinting"
    """Asks Resource Graph which vaults to list first (hints/)."""
    PRUNING = "pruning"
    """Deletes old rows (loops/prune.py)."""
    HEALTH = "health"
    """Finds which items are due, missed or recovered (app/protection/health/loop.py)."""
    POINT_KINDS = "point_kinds"
    """Reads the kind of the newest recovery points (app/protection/health/point_kinds.py)."""
    COST = "cost"
    """Keeps what each item costs, month by month (app/cost/months/loop.py)."""
    REPORTING = "reporting"
    """Writes the daily reports (app/reports/writing.py)."""
    ALERTS = "alerts"
    """Opens, heals and tells alerts (app/alerts/intake/loop.py)."""
    MAILING = "mailing"
    """Sends mails of alerts, and writes the one of each morning (app/alerts/mail/sending.py)."""
    RECOVERING = "recovering"
    """Leads recovery runs from wave to wave (app/recovery_runs/loop.py)."""
    TESTING = "testing"
    """Begins rounds of restore tests, and leads their runs (app/restore_tests/runs/loop.py)."""
    BULK = "bulk"
    """Leads bulk requests (app/bulk/loop.py)."""
    PROTECTING = "protecting"
    """Weighs protection rules that are enforced, and asks for their jobs (app/protection_rules/enforcing/loop.py)."""
    ESTATE = "estate"
    """Reads the estate (app/estate/reading.py); not in an installation that switched it off."""
    HANDING_OUT = "handing_out"
    """Hands out events to webhooks (app/webhooks/sending/fan_out.py)."""
    DELIVERING = "delivering"
    """Sends deliveries to the receivers of webhooks (app/webhooks/sending/delivering.py)."""
    WEBHOOK_PRUNING = "webhook_pruning"
    """Deletes old deliveries (app/webhooks/sending/pruning.py)."""


Result = Mapping[str, object]
"""The result of a job, shown as `result` in JSON. Each kind of job has a TypedDict of its own, in its feature.
`resources` lists what was created or changed in Azure. `facts` has what only `finish` needs (objects from Azure's
answers): it goes from `collect` to `finish` in memory, and is neither stored nor shown."""

FACTS = "facts"


class Resource(TypedDict):
    """One thing that a job made or changed in Azure."""

    kind: str
    id: str
    name: NotRequired[str]


Named = TypeVar("Named", UUID, datetime)
ItemIds = Callable[[AsyncSession, UUID], Awaitable[Mapping[str, UUID]]]
"""The items of a vault by the ARM id of their VM, as their rows spell it: protection knows them, jobs does not."""


def shown(result: Result) -> dict[str, object]:
    """The part of a result that callers see."""
    return {name: value for name, value in result.items() if name != FACTS}


@dataclass(frozen=True, slots=True)
class Ticket:
    """A claimed job, as the loops hand it around. Detached from any session."""

    id: UUID
    kind: str
    tenant: str
    state: State
    fence: int
    ask: Mapping[str, Any]
    resource_id: UUID | None
    vault_id: UUID | None
    protected_item_id: UUID | None
    tries: int
    series: str | None = None
    released_series: str | None = None
    """The job released this series once; if it is sent again, a later write may have been sent before."""
    azure_job_ids: Sequence[str] | None = None
    operation_url: str | None = None
    azure_job_id: str | None = None
    azure_region: str | None = None
    taken_as_is: bool = False
    """A person decided to accept what is in Azure instead of what was requested."""
    is_background: bool = False
    """A restore test needs it: it gives way to what people asked for (`azure.gate.priority_of`)."""
    updated_at: datetime | None = None
    """By the database's clock; everything that is done with this ticket happens later."""

    @property
    def named_resource_id(self) -> UUID:
        """The resource, for a kind of which every job names one."""
        return _named(self.resource_id, "resource", self.id)

    @property
    def named_vault_id(self) -> UUID:
        """The vault, for a kind of which every job names one."""
        return _named(self.vault_id, "vault", self.id)

    @property
    def read_at(self) -> datetime:
        """A moment before anything is read for this ticket, by the database's clock. Every claimed ticket has it."""
        return _named(self.updated_at, "time of its last change", self.id)


def _named(found: Named | None, what: str, job_id: UUID) -> Named:
    if found is None:
        raise ValueError(f"Job {job_id} names no {what}.")
    return found


@dataclass(frozen=True, slots=True)
class AttemptOnRecord:
    id: UUID
    opened_at: datetime
    age_seconds: float
    """By the database's clock, at the moment it was claimed."""


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed, and what to do: data, shown as `error`."""

    code: str
    title: str
    detail: str
    remedy: str
    retryable: bool = False
    azure_code: str | None = None
    type: str | None = None
    """Of a reason of Azure's: its type in the catalogue. None = one of our own, named by the code."""
    fixable_by: str | None = None

    def as_json(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in self.__slots__}
        return own | {"type": self.type or f"urn:holdfast:problem:{self.code}"}


class RefusedError(Exception):
    """Raised by `Work.prepare`: the request must not be sent; by `Work.send`: Azure refused it. And this is why."""

    def __init__(self, error: JobError) -> None:
        super().__init__(error.detail)
        self.error = error


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """The world is as asked, by an earlier attempt of this very job: nothing is sent."""

    detail: str


class NotCarriedOutError(AzureUnknown):
    """Raised by `Work.collect`: Azure reports that the write ended well, but a GET shows something else than requested.

    Azure may show it later, so the job waits; after its time limit (bounds.py) a person decides. The message says what
    was requested and what is there. `result` is what is there, as `collect` would return it; it is used if a person
    accepts it. None = nothing can be accepted.
    """

    def __init__(self, difference: str, result: Result | None) -> None:
        super().__init__(difference)
        self.result = result


class StepEnded(Exception):
    """Raised by `collect` of a work that takes steps: what was sent has ended, and more is to be sent in `seconds`.

    `result`: the job's, should it end here, because a person has cancelled it.
    """

    def __init__(self, left: str, *, seconds: float = 0.0, result: Result | None = None) -> None:
        super().__init__(left)
        self.seconds = seconds
        self.result = result


# --- what a look for a lost attempt can find --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Found:
    """Azure has it. `job` when it is an Azure job; None when the object itself is there, so the write is done."""

    job: AzureJob | None


@dataclass(frozen=True, slots=True)
class Absent:
    """A complete list had no trace of the attempt."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    detail: str


Finding = Found | Absent | Ambiguous


class Look(Protocol):
    """One look at a vault's Azure jobs, shared by all attempts that were claimed together (activity_lookup.py)."""

    async def find(self, vault: VaultRef, attempts: Sequence[AttemptOnRecord], *, region: str | None = None) -> Finding:
        """Find the outcome of these attempts of one job by their activity ids. AzureError = could not look.

        `region` = the paired region that runs the job, asked for its own view of the vault.
        """


Prepared = TypeVar("Prepared")
KindResult = TypeVar("KindResult", bound=Result)
"""The result of one kind of job."""


@runtime_checkable
class ResultFromLists(Protocol):
    """A work whose result can be read from a sweep's lists, with at most one GET more."""

    def result_from_lists(self, ticket: Ticket, job: AzureJob | None, items: Sequence[AzureItem] | None) -> Result:
        """The result as far as it is known from the job, if it was read, and from the items, if they were listed."""


@runtime_checkable
class TellsOfBadEnds(Protocol):
    """A work that has a result to report although its job did not end well."""

    async def collect_of_bad_end(self, ticket: Ticket, job: AzureJob) -> Result | None:
        """As `collect`, for a job of ours that failed or was cancelled; None = it has no result."""


@runtime_checkable
class LetsGo(Protocol):
    """A work whose acceptance put a row into a state in which it takes no other write."""

    async def let_go(self, session: AsyncSession, ticket: Ticket) -> None:
        """Its series was released, in this transaction: the row takes later writes again, as before it was asked."""


@runtime_checkable
class TakesSteps(Protocol):
    """A work of several writes, one after another, each of which may be repeated: each is an attempt of its own.

    `collect` is called however the operation of the last write ended. It raises StepEnded while something is left.
    """

    async def step_failed(self, ticket: Ticket, error: JobError) -> None:
        """The operation of the last write failed, or was cancelled. `collect` follows."""

    async def result_so_far(self, session: AsyncSession, ticket: Ticket) -> Result | None:
        """By what is on record: of a job that ends between two steps. None = nothing was sent."""

    def warnings_of(self, result: Any) -> list[dict[str, str | None]]:
        """What to warn of at the end (`failures.Warned`); none = it ended plainly well."""


class Work(Protocol[Prepared, KindResult]):
    """One kind of job. Works inherit from it, so that they have the defaults below.

    Parameters are taken by position: one that a work does not read begins with `_`.
    """

    kind: JobKind
    repeat: Literal["look_first", "put_again"] = "put_again"
    """`look_first`: a POST that must never be sent twice; a lost attempt must be proven absent for SETTLE before
    another is opened. `put_again`: an idempotent PUT; sending it again is harmless once we looked."""
    removes_its_operation: bool = False
    """What it deletes is where Azure keeps the operation, so a 404 for the operation has `find` asked whether the thing
    is gone (found = gone)."""

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord], /) -> Prepared | AlreadyDone:
        """Read what must be known before sending. If it fails, nothing was sent. Raises RefusedError."""

    async def send(self, ticket: Ticket, prepared: Prepared, /, *, request_id: UUID, deadline: float) -> Operation:
        """The one write. AzureError decides the verdict (docs/decisions/0003).

        Raises RefusedError instead of an AzureRejected that the feature can explain better.
        """
        ...

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord], look: Look, /) -> Finding:
        """Find the outcome of attempts whose answer was lost. AzureError = could not look.

        Azure's lists of jobs are read through `look`, which reads them once for all attempts of a vault.
        """
        ...

    async def collect(self, ticket: Ticket, job: AzureJob | None, /) -> KindResult:
        """Read the result of the job from Azure, after it has ended well.

        A write is compared with what is in Azure; raises NotCarriedOutError if they differ.
        """
        ...

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: KindResult | None, /) -> None:
        """Apply the consequences in our own tables, in the transaction that settles the job."""
