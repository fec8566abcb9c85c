"""What shall be in Azure for a rule, and which step is next. Pure.

Every name is derived: the assignment's from the rule's id, a role's from assignment, scope, role and identity, a
remediation's from its job. So a step that was sent and whose answer was lost is found again, and is never made twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid5

from app.azure.governance.values import (
    BACKUP_CONTRIBUTOR,
    Assignment,
    AssignmentOrder,
    BuiltIn,
    Remediation,
    RemediationOrder,
    Role,
    RoleOrder,
    Scope,
    assignment_id,
    remediation_id,
    role_id,
)
from app.azure.values import PolicyRef

NAMESPACE: Final = UUID("6f0d1c52-0a51-4a5e-9f0a-4a1f2c9b7d31")
Kind = Literal["existing_vault", "existing_vault_with_tag"]
BUILT_IN: Final[Mapping[Kind, BuiltIn]] = {
    "existing_vault": BuiltIn.WITHOUT_TAG,
    "existing_vault_with_tag": BuiltIn.WITH_TAG,
}


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants. `tag`: what includes VMs, or excludes them where the definition is without one."""

    scope: Scope
    location: str
    definition: Kind
    tag: Tag | None
    policy: PolicyRef

    @property
    def built_in(self) -> BuiltIn:
        return BUILT_IN[self.definition]

    @property
    def parameters(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {"vaultLocation": self.location, "backupPolicyId": self.policy.id}
        if self.tag is not None:
            kind = "inclusion" if self.built_in is BuiltIn.WITH_TAG else "exclusion"
            given |= {f"{kind}TagName": self.tag.name, f"{kind}TagValue": list(self.tag.values)}
        return given


@dataclass(frozen=True, slots=True)
class Order:
    """`wanted` None = everything of ours is removed. `expected`: what is set, and what earlier requests want."""

    rule_id: UUID
    rule_name: str
    wanted: Wanted | None
    remediate: bool = False
    touched: tuple[Scope, ...] = ()
    expected: tuple[Wanted, ...] = ()
    at_most: int = 0
    """VMs that the remediation may cover; 0 = as many as Azure takes without a number."""

    @property
    def name(self) -> str:
        """Of the assignment, at any scope."""
        return f"holdfast-{self.rule_id}"

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Every scope that may hold an assignment of ours, each once."""
        wanted = () if self.wanted is None else (self.wanted.scope,)
        return tuple({one.id.lower(): one for one in (*self.touched, *wanted)}.values())


@dataclass(frozen=True, slots=True)
class RoleOnRecord:
    scope: Scope
    name: str

    @property
    def key(self) -> str:
        return role_id(self.scope, self.name).lower()


@dataclass(frozen=True, slots=True)
class RemediationOnRecord:
    scope: Scope
    name: str

    @property
    def id(self) -> str:
        return remediation_id(self.scope, self.name)


@dataclass(frozen=True, slots=True)
class Notes:
    """What the job has noted between two requests to Azure."""

    last: str = ""
    """The step that it last began to send."""
    held: tuple[str, ...] = ()
    """Roles that the identity has under another name: keys of `RoleOnRecord`."""
    evaluated: bool = False
    principal_missing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What Azure has. What is not there is missing."""

    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    """By the scope's id in lower case."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    """By id in lower case: of those that are wanted, and of those on record."""
    remediation: Remediation | None = None
    definition_roles: Sequence[str] = ()
    """Names of the roles that the definition wants."""


# --- steps -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Step:
    """One write, or none: `Follow`."""

    @property
    def key(self) -> str:
        """What it is about, so that the same one is recognised."""
        return f"{type(self).__name__} {self.said}"

    @property
    def said(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Assign(Step):
    order: AssignmentOrder

    @property
    def said(self) -> str:
        return assignment_id(self.order.scope, self.order.name)


@dataclass(frozen=True, slots=True)
class Grant(Step):
    order: RoleOrder

    @property
    def said(self) -> str:
        return self.order.id


@dataclass(frozen=True, slots=True)
class Revoke(Step):
    role: RoleOnRecord

    @property
    def said(self) -> str:
        return role_id(self.role.scope, self.role.name)


@dataclass(frozen=True, slots=True)
class Unassign(Step):
    scope: Scope
    name: str

    @property
    def said(self) -> str:
        return assignment_id(self.scope, self.name)


@dataclass(frozen=True, slots=True)
class Remediate(Step):
    order: RemediationOrder

    @property
    def said(self) -> str:
        return remediation_id(self.order.scope, self.order.name)


@dataclass(frozen=True, slots=True)
class Cancel(Step):
    remediation: RemediationOnRecord

    @property
    def said(self) -> str:
        return self.remediation.id


@dataclass(frozen=True, slots=True)
class Evaluate(Step):
    scope: Scope

    @property
    def said(self) -> str:
        return self.scope.id


@dataclass(frozen=True, slots=True)
class Follow(Step):
    """Nothing is sent: Azure works on it."""

    remediation: RemediationOnRecord

    @property
    def said(self) -> str:
        return self.remediation.id


def next_step(
    order: Order,
    seen: Seen,
    notes: Notes,
    *,
    on_record: Sequence[RoleOnRecord],
    remediation: RemediationOnRecord | None,
) -> Step | None:
    """The next step; None = it is as asked. `remediation`: of this job, or of a removal the newest one of ours."""
    if order.wanted is None:
        return next(_removed(order, seen, on_record, remediation), None)
    return next(_set(order, order.wanted, seen, on_record, remediation, notes), None)


def _set(
    order: Order,
    wanted: Wanted,
    seen: Seen,
    on_record: Sequence[RoleOnRecord],
    remediation: RemediationOnRecord | None,
    notes: Notes,
) -> Iterator[Step]:
    """The new one first: VMs are not without it in between."""
    found = seen.assignments.get(wanted.scope.id.lower())
    if found is None or not is_as_wanted(found, wanted):
        yield Assign(_assignment(order, wanted, found))
        return
    roles = needed_roles(order, wanted, found, seen.definition_roles)
    for role in roles:
        if role.id.lower() not in {*seen.roles, *notes.held}:
            yield Grant(role)
    yield from _emptied(order, seen, on_record, keep=wanted.scope, roles={one.id.lower() for one in roles})
    if not order.remediate:
        if not notes.evaluated and notes.last:
            yield Evaluate(wanted.scope)
        return
    if remediation is None:
        return
    if seen.remediation is None:
        found_id = assignment_id(wanted.scope, order.name)
        yield Remediate(RemediationOrder(remediation.scope, remediation.name, found_id, order.at_most or None))
    elif not seen.remediation.is_over:
        yield Follow(remediation)


def _removed(
    order: Order,
    seen: Seen,
    on_record: Sequence[RoleOnRecord],
    remediation: RemediationOnRecord | None,
) -> Iterator[Step]:
    """Only Azure's own word shows that a remediation is being cancelled: a request on record may never have left."""
    if remediation is not None and seen.remediation is not None and not seen.remediation.is_over:
        is_cancelling = seen.remediation.state.lower() == "cancelling"
        yield Follow(remediation) if is_cancelling else Cancel(remediation)
    yield from _emptied(order, seen, on_record, keep=None, roles=set())


def _emptied(
    order: Order, seen: Seen, on_record: Sequence[RoleOnRecord], *, keep: Scope | None, roles: set[str]
) -> Iterator[Step]:
    """What is ours and not wanted any more: roles, then assignments, by which the rest can be found."""
    for role in on_record:
        if role.key in seen.roles and role.key not in roles:
            yield Revoke(role)
    for scope in order.scopes:
        if scope.id.lower() in seen.assignments and (keep is None or scope.id.lower() != keep.id.lower()):
            yield Unassign(scope, order.name)


def is_as_wanted(found: Assignment, wanted: Wanted) -> bool:
    return (
        found.definition_id == wanted.built_in.id.lower()
        and _folded(found.parameters) == _folded(wanted.parameters)
        and found.enforces
        and not found.excludes
        and found.principal_id is not None
    )


def _folded(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Azure compares all of these without letter case."""
    return {
        name: [str(one).lower() for one in value] if isinstance(value, list) else str(value).lower()
        for name, value in parameters.items()
    }


def _assignment(order: Order, wanted: Wanted, found: Assignment | None) -> AssignmentOrder:
    """The location of an identity cannot be changed."""
    return AssignmentOrder(
        scope=wanted.scope,
        name=order.name,
        definition_id=wanted.built_in.id,
        location=(found.location if found is not None else None) or wanted.location,
        display_name=f"Backup by Holdfast's rule {order.rule_name}"[:128],
        parameters=wanted.parameters,
        metadata={"holdfastRule": str(order.rule_id)},
    )


def needed_roles(order: Order, wanted: Wanted, found: Assignment, roles: Sequence[str]) -> list[RoleOrder]:
    """Those of the definition at the scope; and one in the vault's group, where a deployment reaches beyond it."""
    places = [(wanted.scope, role) for role in roles]
    group = Scope(wanted.policy.vault.subscription_id, wanted.policy.vault.resource_group)
    if not wanted.scope.holds(group.id):
        places.append((group, BACKUP_CONTRIBUTOR))
    principal = found.principal_id or ""
    return [
        RoleOrder(
            scope,
            str(uuid5(NAMESPACE, "|".join((_key(order, wanted), scope.id.lower(), role, principal)))),
            role,
            principal,
        )
        for scope, role in places
    ]


def _key(order: Order, wanted: Wanted) -> str:
    return assignment_id(wanted.scope, order.name).lower()


# --- how it ended ---------------------------------------------------------------------------------------------------
def has_reached_its_limit(total: int | None, at_most: int) -> bool:
    """Whether a remediation may have left VMs out because of its limit. By Azure's counts."""
    return total is not None and bool(at_most) and total >= at_most
