"""What a GET answers: our row, and what could be read of Azure, as far as the caller's tenant may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.governance.values import assignment_id
from app.azure.values import PolicyRef
from app.azure_policy import findings, service
from app.azure_policy.findings import Fight
from app.azure_policy.models import AzurePolicy
from app.azure_policy.reading import NOT_WHOLE, Live, Unreachable
from app.azure_policy.rules import Order, RemediationOnRecord, Wanted
from app.azure_policy.schemas import (
    MOST_SKIPS,
    AzurePolicyRead,
    AzurePolicySkip,
    AzurePolicyTag,
    PolicyCompliance,
    PolicyConflict,
    PolicyDifference,
    PolicyRemediation,
    PolicyUnreachable,
)
from app.azure_policy.targets import all_targets, ids_of, vaults_by_vm
from app.identity.access.caller import Caller
from app.identity.access.grants import Grants
from app.jobs.api.schemas import VmRead
from app.protection_rules.models import ProtectionRule


@dataclass(frozen=True, slots=True)
class Known:
    """What our rows say. `is_granted`: whether the tenant still has all of the scope."""

    rule: ProtectionRule
    row: AzurePolicy | None
    wanted: Wanted | None
    vault_id: UUID | None
    policy_id: UUID | None
    """Ids of what `wanted` names; None = it is here no more."""
    remediation: RemediationOnRecord | None
    targets: Mapping[str, Sequence[tuple[str, PolicyRef]]]
    vaults: Mapping[str, str]
    grants: Grants
    is_granted: bool

    @property
    def name(self) -> str:
        return Order(self.rule.id, self.rule.name, None).name

    @property
    def wanted_if_granted(self) -> Wanted | None:
        return self.wanted if self.is_granted else None


async def known_of(session: AsyncSession, caller: Caller, rule: ProtectionRule, row: AzurePolicy | None) -> Known:
    wanted = service.wanted_of(row) if row is not None else None
    grants = caller.membership.grants
    is_granted = wanted is not None and grants.cover(wanted.scope.subscription_id, wanted.scope.resource_group)
    remediation = service.REMEDIATION.validate_python(row.remediation) if row is not None else None
    vaults = await vaults_by_vm(session, caller.tenant, wanted.scope) if wanted is not None and is_granted else {}
    targets = await all_targets(session, caller, rule)
    shown = remediation if is_granted else None
    ids = await ids_of(session, caller.tenant, wanted.policy) if wanted is not None else (None, None)
    return Known(rule, row, wanted, *ids, shown, targets, vaults, grants, is_granted)


def read_of(known: Known, live: Live) -> AzurePolicyRead:
    row, wanted, tag = known.row, known.wanted, known.wanted.tag if known.wanted is not None else None
    unreachable = [
        PolicyUnreachable(scope=one.scope, code=one.code, detail=one.detail) for one in _unreachable(known, live)
    ]
    return AzurePolicyRead(
        rule_id=known.rule.id,
        state=row.state if row is not None else "not_assigned",
        assignment_id=assignment_id(wanted.scope, known.name) if wanted is not None else None,
        scope=wanted.scope.id if wanted is not None else None,
        location=wanted.location if wanted is not None else None,
        definition=wanted.definition if wanted is not None else None,
        tag=AzurePolicyTag(name=tag.name, values=list(tag.values)) if tag is not None else None,
        vault_id=known.vault_id,
        policy_id=known.policy_id,
        compliance=_compliance(live),
        remediation=_remediation(known, live),
        skips=_skips(live),
        skips_total=_skips_total(live),
        differences=_differences(known),
        conflicts=None if live.fights is None else _conflicts(known, live.fights),
        unreachable=unreachable,
        job=f"/v1/jobs/{row.job_id}" if row is not None else None,
        as_of=row.as_of if row is not None else None,
    )


def _unreachable(known: Known, live: Live) -> Sequence[Unreachable]:
    if known.wanted is None or known.is_granted:
        return live.unreachable
    said = "Your tenant has no grant for all of this scope any more."
    return [Unreachable(known.wanted.scope.id, "not_granted", said), *live.unreachable]


def _compliance(live: Live) -> PolicyCompliance | None:
    found = live.compliance
    if found is None:
        return None
    return PolicyCompliance(compliant=found.compliant, non_compliant=found.non_compliant)


def _remediation(known: Known, live: Live) -> PolicyRemediation | None:
    found, ours = live.remediation, known.remediation
    if found is None or ours is None:
        return None
    return PolicyRemediation(
        id=ours.id, state=found.state.lower(), total=found.total, succeeded=found.succeeded, failed=found.failed
    )


def _skips(live: Live) -> list[AzurePolicySkip] | None:
    if live.skips is None:
        return None
    first = sorted(live.skips, key=lambda one: one.vm.id.lower())[:MOST_SKIPS]
    shown = [
        {"vm": VmRead.of_vm(one.vm), "reason": one.reason, "detail": findings.DETAILS[one.reason]} for one in first
    ]
    return [AzurePolicySkip.model_validate(one) for one in shown]


def _skips_total(live: Live) -> int | None:
    is_whole = all(one.code != NOT_WHOLE for one in live.unreachable)
    return len(live.skips) if live.skips is not None and is_whole else None


def _differences(known: Known) -> list[PolicyDifference]:
    if known.wanted is None:
        return []
    members = findings.differences(known.rule.definition["selector"], known.wanted)
    return [PolicyDifference(member=one.removesuffix("_case"), detail=findings.NOT_SAID[one]) for one in members]


# --- conflicts -------------------------------------------------------------------------------------------------------
def _conflicts(known: Known, fights: Sequence[Fight]) -> list[PolicyConflict]:
    found = (_conflict(known.grants, one) for one in fights)
    return [one for one in found if one is not None]


def _conflict(grants: Grants, one: Fight) -> PolicyConflict | None:
    """None: it is about a resource group of which the tenant has nothing. What is not granted is not named."""
    parts = one.scope.split("/")
    group = parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else None
    subscription = one.target.vault.subscription_id
    is_granted = grants.cover(subscription, group)
    if group is not None and not is_granted:
        return None
    vault_id, policy_id = _place(grants, one)
    where = f"in {vault_id}" if vault_id else "in another vault"
    policy = f" by {policy_id.rpartition('/')[2]}" if policy_id else ""
    target = one.target
    return PolicyConflict(
        assignment_id=one.assignment_id if is_granted else None,
        scope=one.scope if is_granted else None,
        location=one.location,
        azure_vault_id=vault_id,
        azure_policy_id=policy_id,
        rule_vault_id=target.vault.id,
        is_ours=one.is_ours,
        detail=f"Azure Policy protects VMs of {one.location} {where}{policy}, the rule in {target.vault.id} by "
        f"{target.name}. The first one to protect a VM decides, and the other changes nothing.",
        remedy="PUT again: the rule's target was changed after the assignment."
        if one.is_ours
        else "Have one of the two: change the rule's target, or take the assignment away in Azure.",
    )


def _place(grants: Grants, one: Fight) -> tuple[str | None, str | None]:
    """Vault and policy, where the tenant may know them."""
    vault_id, _, name = (one.policy_id or "").partition("/backupPolicies/")
    parts = vault_id.split("/")
    if not name or len(parts) != 9 or not grants.cover(parts[2], parts[4]):
        return None, None
    return vault_id, one.policy_id
