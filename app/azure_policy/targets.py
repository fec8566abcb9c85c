"""Where a rule's assignment protects VMs: the vault and the policy of the rule's target."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.governance.values import Scope
from app.azure.grants import check_granted
from app.azure.values import PolicyRef
from app.azure_policy.errors import AzurePolicyNotValid
from app.azure_policy.service import Target
from app.core.letter_case import fold_case
from app.identity.access.caller import Caller
from app.jobs.errors import QuotaUsedUp
from app.policies.models import Policy
from app.policies.service import get_ready_policy
from app.protection.models import ProtectedItem
from app.protection.service import PROTECTED_ITEMS, check_policy_of, items_kept
from app.protection_rules import definitions
from app.protection_rules.models import ProtectionRule
from app.vaults.models import Vault
from app.vaults.service import get_ready_vault


async def target_of(
    session: AsyncSession, caller: Caller, rule: ProtectionRule, scope: Scope, location: str
) -> tuple[Target, PolicyRef]:
    """The rule's target of a region, with a vault in the scope's subscription: Azure Policy wants that.

    Raises AzurePolicyNotValid, NotGranted, VaultNotReady, PolicyNotReady, and not-found problems.
    """
    for target in definitions.targets_of(rule.definition):
        if target.location != location:
            continue
        mine = select(Vault.subscription_id).where(Vault.id == target.vault_id, Vault.tenant == caller.tenant)
        found = await session.scalar(mine)
        if found is None or fold_case(found) != fold_case(scope.subscription_id):
            continue  # also where that vault is not ready, or gone
        vault = await get_ready_vault(session, caller.tenant, target.vault_id)
        check_granted(caller.membership.grants, vault.ref)
        policy = await get_ready_policy(session, caller.tenant, target.policy_id)
        check_policy_of(policy, vault)
        return Target(vault.id, policy.id), PolicyRef(vault.ref, policy.name)
    raise AzurePolicyNotValid(
        f"The rule has no target for {location} with a vault in the subscription {scope.subscription_id}.",
        pointer="#/location",
        remedy="Azure Policy protects VMs in a vault of their region and subscription: give the rule such a target.",
    )


async def check_quota_left(session: AsyncSession, caller: Caller) -> None:
    """Whether the tenant may have one more item. Raises QuotaUsedUp. How many Azure will protect is not known here."""
    limit = caller.membership.quotas.get(PROTECTED_ITEMS)
    if limit is None:
        return
    used = await items_kept(session, caller.tenant)
    if used >= limit:
        raise QuotaUsedUp(
            f"Your tenant has {used} protected items and may have {limit}.",
            quota=PROTECTED_ITEMS,
            limit=limit,
            used=used,
            remedy="Delete the backup data of one, or ask for a higher quota.",
        )


async def all_targets(
    session: AsyncSession, caller: Caller, rule: ProtectionRule
) -> Mapping[str, Sequence[tuple[str, PolicyRef]]]:
    """Subscription -> (region, vault and policy), of the targets that are there and granted."""
    named = list(definitions.targets_of(rule.definition))
    query = (
        select(Policy.id, Policy.name, Vault)
        .join(Vault, Vault.id == Policy.vault_id)
        .where(Policy.id.in_([one.policy_id for one in named]), Vault.tenant == caller.tenant)
    )
    rows = {row.id: (row.name, row.Vault.ref) for row in await session.execute(query)}
    found: dict[str, list[tuple[str, PolicyRef]]] = {}
    for one in named:
        name, vault = rows.get(one.policy_id, (None, None))
        if vault is not None and caller.membership.grants.cover(vault.subscription_id, vault.resource_group):
            place = found.setdefault(vault.subscription_id.lower(), [])
            place.append((one.location, PolicyRef(vault, name)))
    return found


async def ids_of(session: AsyncSession, tenant: str, policy: PolicyRef) -> tuple[UUID | None, UUID | None]:
    """Of our rows: (vault, policy), as far as they are there."""
    mine = and_(Policy.vault_id == Vault.id, Policy.name_key == fold_case(policy.name))
    which = (Vault.arm_key == fold_case(policy.vault.id), Vault.tenant == tenant)
    row = (await session.execute(select(Vault.id, Policy.id).outerjoin(Policy, mine).where(*which))).first()
    return (row[0], row[1]) if row is not None else (None, None)


async def vaults_by_vm(session: AsyncSession, tenant: str, scope: Scope) -> Mapping[str, str]:
    """VM (`names.vm_key`) -> ARM id of the tenant's vault that protects it, of the scope's VMs."""
    rows = await session.execute(
        select(ProtectedItem.vm_key, Vault)
        .join(Vault, Vault.id == ProtectedItem.vault_id)
        .where(ProtectedItem.tenant == tenant, ProtectedItem.vm_key.startswith(f"{scope.id.lower()}/", autoescape=True))
    )
    return {row.vm_key: row.Vault.ref.id for row in rows}
