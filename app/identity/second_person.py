"""What a tenant may want a second person for. Pure.

A feature says what an ask is (`Sensitive`); the tenant says what it wants decided by somebody else than who asked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from app.identity.principal import BETWEEN

Operation = Literal["replace_disks", "restore", "delete_data", "delete_vault", "soft_delete_off", "retention_shrink"]
APPROVER = "approver"
"""The role of those who decide."""
APPROVAL_HOURS = 4.0


@dataclass(frozen=True, slots=True)
class Sensitive:
    """An ask that a tenant may want a second person for.

    `operations`: what it is called in a tenant's settings, narrowest first (replacing disks is also a restore).
    `words`: one sentence for whoever decides.
    """

    operations: tuple[Operation, ...]
    words: str


def operation_to_approve(sensitive: Sensitive | None, wanted: Collection[str]) -> Operation | None:
    """As which operation it needs a second person, where it does. `wanted`: the tenant's setting."""
    named = sensitive.operations if sensitive is not None else ()
    return next((operation for operation in named if operation in wanted), None)


def is_same_person(one: str, other: str) -> bool:
    """Whether two callers, by their keys, may be one person: the same object of the same directory, at whatever issuer.

    Entra signs for one directory under two names (its v1 and its v2 issuer): who is known under both is two callers,
    and must not be his own second person.
    """
    return one.partition(BETWEEN)[2] == other.partition(BETWEEN)[2] if BETWEEN in one else one == other
