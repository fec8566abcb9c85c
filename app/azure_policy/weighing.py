"""How many VMs a request is about, by our rows, and whether its rule may act now."""

from typing import Final

from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure_policy.errors import AzurePolicyRuleHeld
from app.azure_policy.rules import Wanted
from app.core.letter_case import fold_case
from app.estate import queries
from app.identity.access.grants import Grant, Grants
from app.protection_rules.errors import ConfirmNeeded
from app.protection_rules.holds import MOST_UNCONFIRMED, HoldReason
from app.protection_rules.models import ProtectionRule
from app.selectors.queries import conditions
from app.selectors.rules import Selector

MOST_OF_AZURE: Final = 50_000
"""What one remediation may cover (docs/azure.md, Azure Policy)."""


async def count_vms(session: AsyncSession, tenant: str, wanted: Wanted) -> int:
    """VMs of the last reading of the estate that Azure would protect, and that no vault protects.

    What could not be read is not among them: a remediation has a limit in Azure, too.
    """
    scope = wanted.scope
    vms = queries.machines(tenant, Grants((Grant(scope.subscription_id, scope.resource_group),)))
    where: list[ColumnElement[bool]] = [
        *conditions(Selector(locations=[wanted.location]), key=vms.c.vm_key, location=vms.c.location, tags=vms.c.tags),
        vms.c.vm_key.startswith(f"{fold_case(scope.id)}/", autoescape=True),
        vms.c.protected_item_id.is_(None),
        vms.c.elsewhere_vault_id.is_(None),
    ]
    if wanted.tag is not None:
        value = vms.c.tags_folded[fold_case(wanted.tag.name)].astext
        has_tag = func.lower(value).in_([one.lower() for one in wanted.tag.values])
        where.append(has_tag if wanted.definition == "existing_vault_with_tag" else or_(value.is_(None), not_(has_tag)))
    return int(await session.scalar(select(func.count()).select_from(vms).where(*where)) or 0)


def most_of(vms: int, confirm: int | None) -> int:
    """How many VMs a remediation may cover. Raises ConfirmNeeded where a number is needed, and is not this one."""
    if vms <= MOST_UNCONFIRMED:
        return MOST_UNCONFIRMED
    if confirm != vms:
        said = "" if confirm is None else f" {confirm} were confirmed."
        raise ConfirmNeeded(
            f"The remediation would protect {vms} VMs, more than {MOST_UNCONFIRMED}.{said}",
            remedy=f'Look at them in GET /v1/estate/vms. To go on, send "confirm": {vms}.',
            pointer="#/confirm",
            count=vms,
            limit=MOST_UNCONFIRMED,
        )
    return min(vms, MOST_OF_AZURE)


def rule_now(rule: ProtectionRule) -> str:
    """The hash of a rule that may act, or why it may not."""
    if rule.stopped_at is not None:
        return "stopped"
    if rule.waiting is not None and rule.waiting["reason"] == HoldReason.APPROVAL:
        return "waiting for an approval"
    return rule.hash


def check_may_act(rule: ProtectionRule) -> None:
    """Raises AzurePolicyRuleHeld."""
    now = rule_now(rule)
    if now != rule.hash:
        raise AzurePolicyRuleHeld(
            f"The rule {rule.name} is {now}: Azure Policy would protect VMs for it all the same.",
            remedy="Have the rule approved, or start it, or change its mode to observe; then PUT again.",
        )
