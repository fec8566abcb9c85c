"""The SQL of a machine's state: our item first, then what Resource Graph showed, and `unknown` where neither decides.

One relation for all answers: machines of `estate_vms`, joined in full with protected items, because an item may be of a
machine that Resource Graph does not show (any more). Machines are shown within the caller's grants; items of our own
rows always, as everywhere.
"""

from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.azure.item_states import ItemState
from app.core.db.database import NOW
from app.core.letter_case import fold_case
from app.estate.models import EstateVm
from app.estate.rules import BY_ITEM_STATE, EstateState, Proof
from app.evidence import proofs
from app.identity.access.grants import Grants
from app.protection.models import ProtectedItem
from app.vaults.models import Vault

VMS = cast("Table", EstateVm.__table__)
ITEMS = cast("Table", ProtectedItem.__table__)
VAULTS = cast("Table", Vault.__table__)


@dataclass(frozen=True, slots=True)
class Filters:
    """Values of one filter are alternatives; all filters hold together. Names are folded by the query."""

    states: tuple[EstateState, ...] = ()
    q: str | None = None
    subscription_ids: tuple[str, ...] = ()
    resource_groups: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    tags: dict[str, list[str]] = field(default_factory=dict)
    """By folded key."""


def machines(tenant: str, grants: Grants) -> Subquery:
    """One row for each machine: columns as selected at the end."""
    known = select(VMS).where(VMS.c.tenant == tenant, _granted(VMS.c.vm_key, grants)).subquery("known")
    items = _items(tenant)
    managed = select(VAULTS.c.arm_key).where(VAULTS.c.tenant == tenant).subquery("managed")
    here = known.c.item_vault_key.in_(select(managed.c.arm_key))
    key = func.coalesce(known.c.vm_key, items.c.vm_key)
    nothing: ColumnElement[Any] = literal({}, JSONB)
    return (
        select(
            key.label("vm_key"),
            func.coalesce(known.c.vm_id, items.c.vm_id).label("vm_id"),
            func.split_part(key, "/", 3).label("subscription_id"),
            func.split_part(key, "/", 5).label("group_key"),
            func.split_part(key, "/", 9).label("name_key"),
            func.coalesce(known.c.location, items.c.location).label("location"),
            known.c.os,
            known.c.size,
            func.coalesce(known.c.disks, literal([], JSONB)).label("disks"),
            func.coalesce(known.c.tags, nothing).label("tags"),
            func.coalesce(known.c.tags_folded, nothing).label("tags_folded"),
            items.c.id.label("protected_item_id"),
            items.c.vault_id,
            items.c.last_proven_at,
            items.c.refuted_at,
            case((and_(items.c.id.is_(None), ~here), known.c.item_vault_id), else_=null()).label("elsewhere_vault_id"),
            case((and_(items.c.id.is_(None), ~here), known.c.item_state), else_=null()).label("elsewhere_state"),
            func.coalesce(known.c.as_of, items.c.as_of, items.c.created_at).label("as_of"),
            func.coalesce(known.c.is_current, false()).label("is_current"),
            _state(known, items, here).label("state"),
        )
        .select_from(known.join(items, known.c.vm_key == items.c.vm_key, full=True))
        .subquery("machines")
    )


def _items(tenant: str) -> Subquery:
    names = ("vm_key", "vm_id", "id", "vault_id", "vm_missing", "as_of", "created_at", "last_proven_at", "refuted_at")
    return (
        select(*(ITEMS.c[name] for name in names), VAULTS.c.location, _state_of_item().label("state"))
        .join(VAULTS, VAULTS.c.id == ITEMS.c.vault_id)
        .where(ITEMS.c.tenant == tenant)
        .subquery("items")
    )


def _state(known: Subquery, items: Subquery, here: ColumnElement[bool]) -> ColumnElement[str]:
    """The order of these lines is the rule. `here`: Resource Graph shows an item in a vault that we manage."""
    return case(
        (items.c.vm_missing, EstateState.VM_MISSING),
        (items.c.id.is_not(None), items.c.state),
        (here, EstateState.UNKNOWN),
        (known.c.item_vault_key.is_not(None), EstateState.ELSEWHERE),
        (and_(known.c.is_current, known.c.items_known), EstateState.UNPROTECTED),
        else_=EstateState.UNKNOWN,
    )


def _state_of_item() -> ColumnElement[str]:
    never = and_(
        ITEMS.c.state == ItemState.PROTECTED,
        ITEMS.c.last_recovery_point_at.is_(None),
        ITEMS.c.last_backup_at.is_(None),
    )
    known = [(ITEMS.c.state == state, literal(shown.value)) for state, shown in BY_ITEM_STATE.items()]
    return case((never, literal(EstateState.NEVER_BACKED_UP.value)), *known, else_=EstateState.UNKNOWN.value)


def _granted(key: ColumnElement[str], grants: Grants) -> ColumnElement[bool]:
    """Rows of a grant that was taken back stay until the next reading: they are not shown."""
    if grants.hold_everything:
        return true()
    subscription, group = func.split_part(key, "/", 3), func.split_part(key, "/", 5)
    covered = [
        and_(
            subscription == one.subscription_id.lower(),
            true() if one.resource_group is None else group == fold_case(one.resource_group),
        )
        for one in grants.of
    ]
    return or_(false(), *covered)


def filtered(vms: Subquery, filters: Filters) -> Select[Any]:
    found = select(vms)
    if filters.states:
        found = found.where(vms.c.state.in_([state.value for state in filters.states]))
    if filters.q:
        found = found.where(func.strpos(vms.c.name_key, fold_case(filters.q)) > 0)
    for column, values in (
        (vms.c.subscription_id, [one.lower() for one in filters.subscription_ids]),
        (vms.c.group_key, [fold_case(one) for one in filters.resource_groups]),
        (vms.c.location, [one.lower() for one in filters.locations]),
    ):
        if values:
            found = found.where(column.in_(values))
    for key, values in filters.tags.items():
        found = found.where(vms.c.tags_folded[key].astext.in_(values))
    return found


def proof(vms: Subquery) -> ColumnElement[str]:
    """Of a machine with an item: whether a restore test has shown lately that it comes back."""
    return case(
        (proofs.holds(vms.c.last_proven_at, vms.c.refuted_at, NOW), Proof.PROVEN.value),
        (vms.c.last_proven_at.is_not(None), Proof.LAPSED.value),
        else_=Proof.NEVER.value,
    )


def group_key(vms: Subquery, group_by: str) -> ColumnElement[str]:
    """`subscription`, `resource_group`, `location` or `tag:KEY`: the key of a machine's group, null for none."""
    kind, _, tag = group_by.partition(":")
    if kind == "tag":
        return cast("ColumnElement[str]", vms.c.tags_folded[fold_case(tag)].astext)
    if kind == "resource_group":
        group = func.concat("/subscriptions/", vms.c.subscription_id, "/resourceGroups/", vms.c.group_key)
        return cast("ColumnElement[str]", group)
    return cast("ColumnElement[str]", vms.c.subscription_id if kind == "subscription" else vms.c.location)
