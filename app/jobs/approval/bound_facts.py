"""Checks that what is sent is what was approved: the facts stored with the request must still hold in Azure.

A feature names them in its request (`Sensitive.facts`); the approval's hash includes them. Just before sending, its
work reads the same facts from Azure (`ReadsFacts`). If one differs, nothing is sent: the job fails, and its error names
what was approved and what is there now.
"""

from collections.abc import Collection, Mapping
from typing import Any, Protocol, runtime_checkable

from app.core.errors import Unavailable
from app.identity.access.second_person import Sensitive, is_bound, operation_to_approve
from app.jobs.work import JobError, RefusedError, Ticket

BOUND = "bound"
"""Their name in `jobs.ask`."""


def bound_ask(
    kind: str, ask: Mapping[str, Any], sensitive: Sensitive | None, wanted: Collection[str]
) -> dict[str, Any]:
    """The ask; with its facts, if the tenant may require an approval for this kind.

    Raises Unavailable if an approval is required and Azure could not be asked for the facts.
    """
    if sensitive is None or not is_bound(kind, wanted):
        return dict(ask)
    if sensitive.facts is None and operation_to_approve(sensitive, wanted) is not None:
        raise Unavailable(
            "This needs an approval, and Azure cannot be asked now for the facts to approve.",
            retry_after=5,
            remedy="Send the request again after Retry-After.",
        )
    return dict(ask) | ({BOUND: dict(sensitive.facts)} if sensitive.facts else {})


@runtime_checkable
class ReadsFacts(Protocol):
    """A work whose jobs may be bound to facts."""

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """The facts as Azure has them now, by the names that the ask has; more is allowed. AzureError: not known."""
        ...


async def check_bound(work: object, ticket: Ticket) -> None:
    """Raises RefusedError if a fact has changed since the request; AzureError if it cannot be read."""
    agreed: Mapping[str, Any] | None = ticket.ask.get(BOUND)
    if agreed is None:
        return
    now = await work.facts(ticket) if isinstance(work, ReadsFacts) else {}
    changed = [
        f"{name} was {_said(value)}, is {_said(now.get(name))}"
        for name, value in agreed.items()
        if now.get(name) != value
    ]
    if changed:
        raise RefusedError(not_as_agreed("; ".join(changed)))


def not_as_agreed(changed: str) -> JobError:
    return JobError(
        code="not_as_agreed",
        title="The facts have changed since the request",
        detail=f"{changed}. Nothing was sent."[:2000],
        remedy="Refresh the vault and check the present state, then make the request again. It is checked and "
        "approved again.",
    )


def _said(value: Any) -> str:
    """Short enough for a sentence."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_said(inner)}" for name, inner in value.items() if inner is not None) + "}"
    if isinstance(value, list):
        return f"[{', '.join(_said(inner) for inner in value)}]"
    return "nothing" if value is None else str(value)
