"""Restore tests of recovery plans: what the definition of such a test takes from its plan.

It keeps the hash of the plan, so an approval is bound to what would be done. A plan that was changed makes another
definition of it: before each round the two are compared.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.evidence.statement import digest_of
from app.identity.access.caller import Caller
from app.recovery_plans.plan_json import hash_of
from app.recovery_plans.rules import Mode, Plan
from app.recovery_plans.service import get_plan, plan_of, subjects_of
from app.restore_tests.errors import RestoreTestNotValid
from app.restore_tests.models import RestoreTest


def plan_id_of(definition: Mapping[str, Any]) -> UUID | None:
    found = definition.get("plan_id")
    return UUID(found) if found is not None else None


async def with_plan(session: AsyncSession, tenant: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with what it takes from its plan, if it has one. Raises PlanNotFound, RestoreTestNotValid."""
    plan_id = plan_id_of(definition)
    if plan_id is None:
        return dict(definition)
    plan = plan_of(await get_plan(session, tenant, plan_id))
    return {**definition, "target": _target_of(plan), "plan_hash": hash_of(plan, Mode.REHEARSE)}


def _target_of(plan: Plan) -> dict[str, Any]:
    template = plan.target.rehearse
    if template is None or template.mode != "new_vm":
        raise RestoreTestNotValid(
            "The plan cannot be tested: it names no isolated target in which its VMs are made.",
            pointer="#/plan_id",
            remedy="Give the plan a target `rehearse` with the mode new_vm.",
        )
    return {
        "resource_group_id": template.resource_group_id,
        "subnet_id": template.subnet_id,
        "staging_storage_account_id": template.staging_storage_account_id,
        "zone": template.zone,
        "allow_internet": False,
    }


async def follow_plan(session: AsyncSession, test: RestoreTest) -> None:
    """Of a test that is held: as its plan is now. Raises as `with_plan`.

    Not with secret parameters: who changes a plan could send them to a machine that shows them.
    """
    now = await with_plan(session, test.tenant, test.definition)
    if now != test.definition:
        if test.secrets is not None:
            raise RestoreTestNotValid(
                "The plan was changed, and the script has secret parameters.",
                pointer="#/script/secret_parameters",
                remedy="Give them again: PATCH the test with its script and secret_parameters, or {} for none.",
            )
        test.definition, test.hash = now, digest_of(now)


async def items_of(session: AsyncSession, caller: Caller, plan_id: UUID) -> list[UUID]:
    """The items of the plan, in the order of its waves. Raises PlanNotFound, PlanNotValid."""
    plan = plan_of(await get_plan(session, caller.tenant, plan_id))
    subjects = await subjects_of(session, caller, plan, Mode.REHEARSE)
    return [one.item_id for one in subjects.candidates if one.item is not None]
