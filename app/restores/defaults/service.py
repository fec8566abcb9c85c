"""Defaults of restores: read, set and removed, each on the audit trail."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.azure import names
from app.azure.grants import check_id_granted
from app.core.db.database import NOW
from app.core.errors import PreconditionFailed
from app.core.http.conventions import check_if_match, etag_of
from app.events.quiet_changes import tell_change
from app.identity.access.caller import Caller
from app.restores.defaults.models import RestoreDefaults
from app.restores.errors import RestoreNotValid
from app.vaults.service import get_vault

UNSET = '"0"'
"""The ETag while nothing is set."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One vault, or (None) the whole tenant."""

    tenant: str
    vault_id: UUID | None

    @property
    def path(self) -> str:
        return f"/v1/vaults/{self.vault_id}/restore-defaults" if self.vault_id else "/v1/restore-defaults"


@dataclass(frozen=True, slots=True)
class Defaults:
    """ARM ids; None = no default."""

    resource_group_id: str | None = None
    subnet_id: str | None = None
    staging_storage_account_id: str | None = None


def checked(wanted: Defaults) -> Defaults:
    """The ids in their usual spelling. Raises RestoreNotValid with a pointer to the one that is wrong."""
    group, subnet = wanted.resource_group_id, wanted.subnet_id
    parsers = (
        ("resource_group_id", names.parse_resource_group_id),
        ("subnet_id", names.parse_subnet_id),
        ("staging_storage_account_id", names.parse_storage_account_id),
    )
    spelt: dict[str, str] = {}
    for name, parse in parsers:
        written = getattr(wanted, name)
        if written is None:
            continue
        try:
            spelt[name] = parse(written).id
        except ValueError as error:
            raise RestoreNotValid(
                str(error), pointer=f"#/{name}", remedy="Copy the resource's id from Azure."
            ) from None
    if group and subnet and _subscription(group) != _subscription(subnet):
        raise RestoreNotValid(
            "A VM and its network must be in one subscription.",
            pointer="#/subnet_id",
            remedy="Name a subnet of the resource group's subscription.",
        )
    return replace(wanted, **spelt)


def _subscription(resource_id: str) -> str:
    return resource_id.split("/")[2].lower()


async def read(session: AsyncSession, scope: Scope, *, for_update: bool = False) -> RestoreDefaults | None:
    """None = nothing is set. Raises VaultNotFound, also for another tenant's vault."""
    if scope.vault_id is not None:
        await get_vault(session, scope.tenant, scope.vault_id)
    found = select(RestoreDefaults).where(RestoreDefaults.tenant == scope.tenant)
    mine = RestoreDefaults.vault_id
    found = found.where(mine.is_(None) if scope.vault_id is None else mine == scope.vault_id)
    row: RestoreDefaults | None = await session.scalar(found.with_for_update() if for_update else found)
    return row


async def of_vault_and_tenant(session: AsyncSession, tenant: str, vault_id: UUID) -> Mapping[str, Defaults]:
    """`vault` and `tenant`, in the order in which they count; one that is not set is empty."""
    mine = RestoreDefaults.vault_id
    rows = await session.scalars(
        select(RestoreDefaults).where(RestoreDefaults.tenant == tenant, or_(mine == vault_id, mine.is_(None)))
    )
    found = {row.vault_id: said_by(row) for row in rows}
    return {"vault": found.get(vault_id, Defaults()), "tenant": found.get(None, Defaults())}


def version_of(row: RestoreDefaults | None) -> str:
    return etag_of(row.updated_at) if row is not None else UNSET


def said_by(row: RestoreDefaults | None) -> Defaults:
    if row is None:
        return Defaults()
    return Defaults(row.resource_group_id, row.subnet_id, row.staging_storage_account_id)


async def put(
    session: AsyncSession, caller: Caller, scope: Scope, wanted: Defaults, if_match: str | None
) -> RestoreDefaults:
    """Set them. Raises PreconditionRequired, PreconditionFailed, VaultNotFound and NotGranted."""
    for name, resource_id in asdict(wanted).items():
        if resource_id is not None:
            check_id_granted(caller.membership.grants, resource_id, f"#/{name}")
    row = await read(session, scope, for_update=True)
    check_if_match(if_match, version_of(row))
    before = said_by(row)
    values = asdict(wanted) | {"updated_at": NOW, "updated_by": caller.principal.name}
    if row is None:
        values |= {"id": uuids.uuid7(), "tenant": scope.tenant, "vault_id": scope.vault_id}
        made = await session.execute(
            pg_insert(RestoreDefaults).values(values).on_conflict_do_nothing().returning(RestoreDefaults.id)
        )
        if made.first() is None:
            raise PreconditionFailed(
                "Another caller has just set this.", remedy="Read it again, and send its ETag as If-Match."
            )
    else:
        await session.execute(update(RestoreDefaults).where(RestoreDefaults.id == row.id).values(values))
        session.expire(row)
    await _changed(session, caller, scope, before, wanted)
    written = await read(session, scope)
    if written is None:
        raise RuntimeError("a row that was just written is not there")
    return written


async def remove(session: AsyncSession, caller: Caller, scope: Scope, if_match: str | None) -> None:
    """No defaults any more; again does nothing. Raises PreconditionFailed and VaultNotFound."""
    row = await read(session, scope, for_update=True)
    check_if_match(if_match, version_of(row), needed=False)
    if row is not None:
        before = said_by(row)
        await session.execute(delete(RestoreDefaults).where(RestoreDefaults.id == row.id))
        await _changed(session, caller, scope, before, Defaults())


async def _changed(session: AsyncSession, caller: Caller, scope: Scope, before: Defaults, after: Defaults) -> None:
    said = {"before": asdict(before), "after": asdict(after)}
    await trail.record(session, caller, target=scope.path, details=said)
    tell_change(session, scope.tenant, scope.path)
