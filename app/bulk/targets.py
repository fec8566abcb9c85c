"""Resolves the targets of a bulk request, once, when it is accepted; and weighs each by our rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.grants import check_granted
from app.azure.item_states import ItemState
from app.azure.values import VmRef
from app.bulk.children import problem_of
from app.bulk.errors import BulkNothingSelected, BulkNotValid
from app.bulk.orders import Target, Wanted, weighing_of
from app.bulk.rules import MOST_TARGETS, selection_not_known
from app.bulk.singles import Weighed, weigh_all
from app.core.db.database import Transactions
from app.core.errors import ServiceError
from app.estate.queries import machines
from app.identity.access.caller import Caller
from app.jobs.kinds import JobKind
from app.jobs.machines import vm_ref
from app.jobs.work import JobError
from app.protection.errors import ItemNotFound
from app.protection.items import get_items_in_azure
from app.protection.models import ProtectedItem
from app.selectors.queries import conditions
from app.selectors.rules import Selector


async def of_items(session: AsyncSession, tenant: str, ids: Sequence[UUID]) -> list[Target]:
    """Raises BulkNotValid for an id that is there twice; ItemNotFound, also for another tenant's item."""
    _check_once([str(one) for one in ids], "protected_item_ids")
    found = await get_items_in_azure(session, tenant, ids)
    for number, one in enumerate(ids):
        if one not in found:
            raise ItemNotFound(
                f"There is no protected item {one}.",
                pointer=f"#/protected_item_ids/{number}",
                remedy="Take the ids from GET /v1/protected-items.",
            )
    return [Target(found[one].ref.vm.id, one) for one in ids]


async def of_vms(session: AsyncSession, caller: Caller, vm_ids: Sequence[str], action: JobKind) -> list[Target]:
    """A VM without an item is a target with a problem, but for `protect`.

    Raises VmIdNotValid, NotGranted, and BulkNotValid for a VM that is there twice.
    """
    vms = [vm_ref(one, pointer=f"#/vm_ids/{number}") for number, one in enumerate(vm_ids)]
    for number, vm in enumerate(vms):
        check_granted(caller.membership.grants, vm, f"#/vm_ids/{number}")
    _check_once([names.vm_key(vm) for vm in vms], "vm_ids")
    if action is JobKind.PROTECT:
        return [Target(vm.id) for vm in vms]
    keys = [names.vm_key(vm) for vm in vms]
    rows = await session.execute(
        select(ProtectedItem.vm_key, ProtectedItem.id).where(
            ProtectedItem.tenant == caller.tenant, ProtectedItem.vm_key.in_(keys)
        )
    )
    items = {row.vm_key: row.id for row in rows}
    return [_of_vm(vm, items.get(names.vm_key(vm))) for vm in vms]


def _of_vm(vm: VmRef, item_id: UUID | None) -> Target:
    if item_id is not None:
        return Target(vm.id, item_id)
    no = ItemNotFound(f"{vm.name} is not protected here.", remedy="Protect it: POST /v1/protected-items.")
    return Target(vm.id, None, problem_of(no))


STOPS = frozenset({JobKind.PAUSE, JobKind.SUSPEND})


def left_out(
    action: JobKind, selector: Selector, vm_key: str, *, is_current: bool, troubled: tuple[str, ...]
) -> JobError | None:
    """Why a selected VM's backups are not stopped. `troubled`: beginnings of keys, of scopes not read whole.

    Of what a selector looks at only tags come from the estate: names, groups and the region are those of the item.
    """
    if action not in STOPS or selector.tags is None:
        return None
    if vm_key.startswith(troubled):
        return selection_not_known("Its scope could not be read, or not whole.")
    return None if is_current else selection_not_known("The last reading of the estate did not show this VM.")


async def of_selector(
    session: AsyncSession, caller: Caller, selector: Selector, action: JobKind, troubled: tuple[str, ...]
) -> list[Target]:
    """The VMs that no vault here protects, for `protect`; protected items for the other actions.

    `troubled`: `Known.troubled`. Nothing in these scopes is stopped for its tags (`left_out`).
    Raises BulkNothingSelected, and BulkNotValid for more than there may be.
    """
    vms = machines(caller.tenant, caller.membership.grants)
    found = select(vms.c.vm_key, vms.c.vm_id, vms.c.protected_item_id, vms.c.is_current).where(
        *conditions(selector, key=vms.c.vm_key, location=vms.c.location, tags=vms.c.tags_folded)
    )
    item_id = vms.c.protected_item_id
    if action is JobKind.PROTECT:
        found = found.where(item_id.is_(None))
    else:
        found = found.where(item_id.is_not(None), vms.c.state != ItemState.SOFT_DELETED)
    rows = (await session.execute(found.order_by(vms.c.vm_key).limit(MOST_TARGETS + 1))).all()
    if len(rows) > MOST_TARGETS:
        raise BulkNotValid(
            f"The selector matches more than {MOST_TARGETS} targets.",
            pointer="#/selector",
            remedy="Narrow it: one subscription, resource group or location at a time.",
        )
    if not rows:
        raise BulkNothingSelected(
            "The selector matches no VM that could be protected."
            if action is JobKind.PROTECT
            else "The selector matches no protected item.",
            pointer="#/selector",
            remedy="Compare it with GET /v1/estate/vms. What the estate does not show yet, name by vm_ids.",
        )
    return [
        Target(
            row.vm_id,
            row.protected_item_id,
            left_out(action, selector, row.vm_key, is_current=row.is_current, troubled=troubled),
        )
        for row in rows
    ]


def _check_once(keys: Iterable[str], member: str) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys):
        if key in seen:
            raise BulkNotValid(
                "This target is named twice.", pointer=f"#/{member}/{number}", remedy="Name each target once."
            )
        seen.add(key)


# --- weighing --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Weighing:
    """A target, with what was found of it. `words`: for a person; `no`: why its job cannot be made."""

    target: Target
    words: str = ""
    no: ServiceError | None = None


async def weigh(
    db: Transactions, caller: Caller, wanted: Wanted, targets: Sequence[Target], now: datetime
) -> list[Weighing]:
    """What each target would do, by our rows: what the single request would be answered. Nothing is written or held."""
    asked = [one for one in targets if one.problem is None]
    async with db.begin() as session:
        pairs = [(one.vm_id, one.item_id) for one in asked]
        found = iter(await weigh_all(session, caller, wanted, pairs, now))
    return [Weighing(one) if one.problem is not None else _weighing(one, next(found)) for one in targets]


def _weighing(target: Target, found: Weighed) -> Weighing:
    if isinstance(found, ServiceError):
        return Weighing(replace(target, problem=problem_of(found)), no=found)
    is_weighty = found is not None and bool(found.operations)
    weighed = replace(target, weighed=weighing_of(found))
    return Weighing(weighed, found.words if found is not None and is_weighty else "")
