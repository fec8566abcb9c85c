"""Definitions, assignments, roles, compliance and remediations of Azure Policy, in our words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.azure import names
from app.azure.lists import Listed
from app.azure.values import VmRef

AUTHORIZATION: Final = "providers/Microsoft.Authorization"
INSIGHTS: Final = "providers/Microsoft.PolicyInsights"
BACKUP_CONTRIBUTOR: Final = "5e467623-bb1f-42f4-a55d-6e525e11384b"
"""What a deployment needs in the group of the vault."""


class BuiltIn(StrEnum):
    """The built-in definitions of VM backup to an existing vault."""

    WITHOUT_TAG = "09ce66bc-1220-4153-8104-e3f51c936913"
    WITH_TAG = "345fa903-145c-4fe1-8bcd-93ec2adccde8"

    @property
    def id(self) -> str:
        return f"/{AUTHORIZATION}/policyDefinitions/{self.value}"


NEW_VAULT: Final = frozenset({"98d0b9f8-fd90-49c9-88e2-d3baf3b0dd86", "83644c87-93dd-49fe-bf9f-6aff8fd0834e"})
"""The built-in definitions that make a vault of their own."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A subscription, or a resource group of it."""

    subscription_id: str
    resource_group: str | None = None

    @property
    def id(self) -> str:
        group = f"/resourceGroups/{self.resource_group}" if self.resource_group is not None else ""
        return f"/subscriptions/{self.subscription_id}{group}"

    def holds(self, arm_id: str) -> bool:
        """Whether something is in it, by its ARM id."""
        return f"{arm_id}/".lower().startswith(f"{self.id}/".lower())


def read_scope(text: str) -> Scope:
    """From the ARM id of a subscription or a resource group. Raises ValueError (a sentence)."""
    parts = text.split("/")
    if len(parts) == 3 and not parts[0] and parts[1].lower() == "subscriptions":
        return Scope(names.check_subscription_id(parts[2].lower()))
    group = names.parse_resource_group_id(text)
    return Scope(group.subscription_id, group.name)


def assignment_id(scope: Scope, name: str) -> str:
    return f"{scope.id}/{AUTHORIZATION}/policyAssignments/{name}"


def role_id(scope: Scope, name: str) -> str:
    return f"{scope.id}/{AUTHORIZATION}/roleAssignments/{name}"


def remediation_id(scope: Scope, name: str) -> str:
    return f"{scope.id}/{INSIGHTS}/remediations/{name}"


@dataclass(frozen=True, slots=True)
class Definition:
    """A policy definition. `condition`: the `if` of its rule, as Azure has it."""

    id: str
    name: str
    condition: Mapping[str, Any] = field(repr=False)
    defaults: Mapping[str, Any]
    """Of its parameters, those that have one."""
    roles: tuple[str, ...]
    """What the identity of an assignment needs: ids of role definitions, without a scope, in lower case."""


@dataclass(frozen=True, slots=True)
class Assignment:
    id: str
    scope: str
    """As Azure writes it; a management group's is possible."""
    definition_id: str
    """In lower case."""
    parameters: Mapping[str, Any]
    """Name -> value."""
    principal_id: str | None
    """Of its identity."""
    enforces: bool
    excludes: tuple[str, ...]
    """`notScopes`."""
    location: str | None


@dataclass(frozen=True, slots=True)
class AssignmentOrder:
    """The whole assignment as it shall be, with an identity of its own. Azure keeps the identity that is there."""

    scope: Scope
    name: str
    definition_id: str
    location: str
    display_name: str
    parameters: Mapping[str, Any]
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Role:
    """A role assignment."""

    id: str
    role: str
    """The name of the role's definition, in lower case."""
    principal_id: str


@dataclass(frozen=True, slots=True)
class RoleOrder:
    scope: Scope
    name: str
    """A UUID."""
    role: str
    principal_id: str

    @property
    def id(self) -> str:
        return role_id(self.scope, self.name)


@dataclass(frozen=True, slots=True)
class Compliance:
    """Resources that an assignment is for. None = Azure does not say. Both 0: also before the first evaluation."""

    compliant: int | None
    non_compliant: int | None


ENDED_WELL: Final = frozenset({"succeeded", "complete"})
OVER: Final = frozenset({"succeeded", "complete", "failed", "canceled", "cancelled"})
"""Words of a remediation that has ended, in lower case. `complete` is in the specification only."""


@dataclass(frozen=True, slots=True)
class Remediation:
    id: str
    assignment_id: str
    """In lower case."""
    state: str
    """Azure's word."""
    total: int | None
    succeeded: int | None
    failed: int | None

    @property
    def is_over(self) -> bool:
        """Not for a word that is not known here."""
        return self.state.lower() in OVER


@dataclass(frozen=True, slots=True)
class RemediationOrder:
    """It evaluates first: an assignment that is new has no states yet."""

    scope: Scope
    name: str
    assignment_id: str
    at_most: int | None = None
    """How many VMs; None = as many as Azure takes without a number."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One VM of a remediation."""

    resource_id: str
    status: str
    code: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Image:
    """What a VM was made from. All None: a custom image, or none."""

    publisher: str | None = None
    offer: str | None = None
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyVm:
    """A VM, as far as a definition asks."""

    vm: VmRef
    location: str
    tags: Mapping[str, str]
    image: Image


@dataclass(frozen=True, slots=True)
class VmsSeen:
    """VMs of a scope. `is_whole`: all of them; else time was over before."""

    vms: Listed[PolicyVm]
    is_whole: bool = True
