"""What a tenant may want a second person for. Pure.

A feature says what an ask is (`Sensitive`); the tenant says what another person than the requester must decide.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from app.identity.access.effects import OPERATIONS, operations_of
from app.identity.tokens.principal import BETWEEN

if TYPE_CHECKING:
    Operation = str
else:
    Operation = Literal[OPERATIONS]
"""A name in a tenant's settings; which there are is derived (`effects`)."""

APPROVER = "approver"
"""The role of those who decide."""
APPROVAL_HOURS = 4.0


@dataclass(frozen=True, slots=True)
class Sensitive:
    """An ask that a tenant may want a second person for.

    `operations`: what it is called in a tenant's settings, narrowest first (replacing disks is also a restore).
    Empty: as asked, it neither weakens nor is final; but on other facts it might.
    `words`: one sentence for the approver.
    `facts`: what that was found from, as JSON. It is bound to the job (`NewJob`), and compared with Azure before
    anything is sent (app/jobs/approval/bound_facts.py). None = Azure could not be asked: then it cannot be decided.
    """

    operations: tuple[Operation, ...]
    words: str
    facts: Mapping[str, Any] | None = field(default_factory=dict)


def is_bound(kind: str, wanted: Collection[str]) -> bool:
    """Whether the facts that a job of this kind was weighed on must still hold when it is sent.

    Also where no approval was needed: that was found from them. `wanted`: the tenant's setting.
    """
    return any(operation in wanted for operation in operations_of(kind))


def operation_to_approve(sensitive: Sensitive | None, wanted: Collection[str]) -> Operation | None:
    """As which operation it needs a second person, where it does. `wanted`: the tenant's setting."""
    named = sensitive.operations if sensitive is not None else ()
    return next((operation for operation in named if operation in wanted), None)


def is_same_person(one: str, other: str) -> bool:
    """Whether two callers, by their keys, may be one person: the same object of the same directory, at any issuer.

    Entra has two issuers for one directory (v1 and v2): a person with tokens of both is two callers, and must not count
    as a second person.
    """
    return one.partition(BETWEEN)[2] == other.partition(BETWEEN)[2] if BETWEEN in one else one == other
