"""The gate before Azure: called before each request and after each answer.

Azure Resource Manager counts requests by subscription, by identity and by kind of request; so does the gate. The
adapter (`azure/sdk`) calls it for every request to Resource Manager. How it decides is in budgets/gate.py.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RequestClass(StrEnum):
    """The budget class of a request: what Azure, or we, count apart."""

    JOB_READS = "job_reads"
    """Jobs of vaults, lists and single ones: Azure counts them together (docs/azure.md, Throttling)."""
    OTHER_READ = "other_read"
    WRITE = "write"
    """PUT, PATCH, DELETE, and POSTs that change something."""
    QUERY_GRAPH = "query_graph"
    """A query of Resource Graph: a read with a quota of its own, of seconds (docs/azure.md, Resource Graph)."""
    COMPUTE_READ = "compute_read"
    """Machines, disks, snapshots, scripts: Compute counts them itself (docs/azure.md, Compute and Network)."""
    COMPUTE_WRITE = "compute_write"
    NETWORK_READ = "network_read"
    """Networks, cards, addresses. Apart, so that looking at what a restore made delays no other read."""
    NETWORK_WRITE = "network_write"
    POLICY_INSIGHTS = "policy_insights"
    """Compliance and remediations: Azure Policy counts them itself (docs/azure.md, Azure Policy)."""
    POLICY_SCAN = "policy_scan"
    """Evaluations on demand, of which Azure leaves about ten."""
    RESTORE_TEST = "restore_test"
    """What restore tests ask, with their restores and tear-downs; but for the lists of vaults' jobs, which are of all.
    Apart, so that tests take no other request's budget: where Azure leaves little, they wait."""
    TRIGGER = "trigger"
    """A backup or a restore. They have their own class, so that reads cannot use up their budget."""


IS_LOW_PRIORITY: ContextVar[bool] = ContextVar("is_low_priority", default=False)


@contextmanager
def at_low_priority() -> Iterator[None]:
    """What is asked of Azure within the block counts towards RESTORE_TEST."""
    token = IS_LOW_PRIORITY.set(True)
    try:
        yield
    finally:
        IS_LOW_PRIORITY.reset(token)


def priority_of(*, is_background: bool) -> AbstractContextManager[None]:
    """`at_low_priority` for what runs in the background, else nothing."""
    return at_low_priority() if is_background else nullcontext()


@dataclass(frozen=True, slots=True)
class Metered:
    """What a request counts towards."""

    subscription_id: str
    """In lower case; '' for what belongs to no subscription (listing them)."""
    principal: str
    """The object id of the identity that Azure sees; '' if the token does not contain it."""
    request_class: RequestClass

    @property
    def has_short_quota(self) -> bool:
        """Whether Azure limits it by seconds, and says so: nothing is estimated then."""
        return self.request_class is RequestClass.QUERY_GRAPH

    def __str__(self) -> str:
        return f"{self.subscription_id}|{self.principal}|{self.request_class}"


@dataclass(frozen=True, slots=True)
class Answered:
    """The rate limit headers of an answer. All None: there was no answer."""

    status: int | None = None
    remaining: int | None = None
    """The least that any `x-ms-ratelimit-remaining-*` header says is left."""
    retry_after: float | None = None
    """Seconds. On a 429 or 503 it holds for the whole class; on a 202 it is a hint for that one operation."""
    resets_after: float | None = None
    """Seconds until a quota of a few seconds is full again, where Azure says so; `remaining` is then of that quota."""


class Gate(Protocol):
    """Asked by the adapter, once before and once after each request. Never while a transaction is open."""

    async def admit(self, asked: Metered, /) -> None:
        """Returns when the request may be sent now.

        Raises AzureThrottled (with seconds) or AzureUnreachable when it may not: it was certainly not sent.
        """
        ...

    async def learn(self, asked: Metered, answer: Answered, /) -> None:
        """Call exactly once for every admitted request, with any outcome."""
        ...


class OpenGate:
    """A gate without limits: for a client that runs alone."""

    async def admit(self, _asked: Metered, /) -> None:
        """At once."""

    async def learn(self, _asked: Metered, _answer: Answered, /) -> None:
        """Nothing."""
