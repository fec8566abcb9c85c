"""The worker's part of vaults: create, adopt, refresh, change. Deletion is in delete_work.py.

Creating is a PUT, an upsert: it would silently change the settings of an existing vault. So the vault is read first,
and an existing one counts as created by this job only if the job has an earlier attempt and the vault is as requested.
Adopting and refreshing only read. A change may need two writes; each reads first, so the job can be repeated at any
point.
"""

import contextlib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.errors import USE_VAULT_API, AzureNotFound, AzureRejected, AzureUnknown
from app.azure.lists import Listed
from app.azure.ports import Azure, Policies, ProtectedItems, Vaults
from app.azure.values import (
    AzureItem,
    AzureJob,
    AzureVault,
    ItemRef,
    Operation,
    PolicyRef,
    SoftDelete,
    VaultChange,
    VaultOrder,
    VaultRef,
)
from app.core.gather_isolated import all_or_none
from app.jobs.api.queries import add_to_result
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.sweep.absence import prove
from app.jobs.work import (
    Absent,
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    Found,
    JobError,
    Look,
    NotCarriedOutError,
    RefusedError,
    Ticket,
    Work,
)
from app.vaults import errors, records, rules, service
from app.vaults.records import Children, ItemsSeen, Missing, PoliciesSeen, RecordPolicies
from app.vaults.results import CreateResult, InventoryResult, UpdateResult, found, inventory

MISSING_AT_ONCE = 20
"""Maximum number of missing things asked for in one refresh; the rest wait for the next."""
POLICIES_AT_ONCE = MISSING_AT_ONCE // 2
"""Maximum number of policies among them, so that neither kind keeps the other waiting for ever."""

BELIEVE_404_AFTER = 900.0
"""Seconds. A young vault answers 404 about some VM although it is there; an old one means it.

Source: docs/azure.md, Redundancy.
"""


async def whole_vault(vaults: Vaults, vault: VaultRef) -> AzureVault:
    """The vault; where it does not show how it keeps deleted data, that is read from its config object."""
    return await _with_soft_delete(vaults, await vaults.get(vault))


async def _with_soft_delete(vaults: Vaults, there: AzureVault) -> AzureVault:
    if there.soft_delete_state is not None:
        return there
    soft_delete = await vaults.get_soft_delete(there.ref)
    return replace(there, soft_delete_state=soft_delete.state, soft_delete_days=soft_delete.days)


class CreateVault(Work[VaultOrder, CreateResult]):
    kind = JobKind.CREATE_VAULT

    def __init__(self, vaults: Vaults, policies: Policies, record_policies: RecordPolicies) -> None:
        self._vaults = vaults
        self._policies = policies
        self._record_policies = record_policies

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> VaultOrder | AlreadyDone:
        order = service.ORDER.validate_python(ticket.ask)
        try:
            there = await self._vaults.get(order.vault)
        except AzureNotFound as missing:
            if missing.code == "ResourceGroupNotFound":
                raise
            return order
        if attempts and rules.matches(order, location=there.location, tags=there.tags):
            return AlreadyDone("the vault is there, made by an earlier attempt of this job")
        raise RefusedError(
            JobError(
                code="vault_exists",
                title="The name of the vault is taken",
                detail=f"Azure already has a vault {order.vault.name} in {order.vault.resource_group}.",
                remedy='Take it over ("adopt": true), or choose another name.',
            )
        )

    async def send(self, _ticket: Ticket, prepared: VaultOrder, *, request_id: UUID, deadline: float) -> Operation:
        return await self._vaults.create(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        order = service.ORDER.validate_python(ticket.ask)
        try:
            there = await self._vaults.get(order.vault)
        except AzureNotFound:
            return Absent()
        # Not as asked: created by another tool. The next attempt's `prepare` refuses it with the reason.
        return Found(None) if rules.matches(order, location=there.location, tags=there.tags) else Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> CreateResult:
        order = service.ORDER.validate_python(ticket.ask)
        try:
            vault = await self._vaults.get(order.vault)
        except AzureNotFound as missing:
            said = f"the vault {order.vault.name} was requested; Azure has none of that name ({missing.code})."
            raise NotCarriedOutError(said, None) from missing
        with contextlib.suppress(AzureRejected):  # a young vault's config may be refused: then nothing is known of it
            vault = await _with_soft_delete(self._vaults, vault)
        policies = await self._policies.list(order.vault)
        result: CreateResult = {
            "resources": [{"kind": "vault", "id": vault.ref.id}],
            "facts": {"vault": vault, "policies": policies},
        }
        if said := rules.not_created_as_asked(order, rules.settings_of(vault)):
            raise NotCarriedOutError(said, result)
        return result

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: CreateResult | None) -> None:
        if result is None:
            if state is State.FAILED or state is State.CANCELLED:
                await records.forget_vault(session, ticket.named_vault_id, ticket.id)
            return
        facts = result["facts"]
        await records.record_ready(session, ticket.named_vault_id, facts["vault"])
        await self._record_policies(session, ticket.tenant, ticket.named_vault_id, facts["policies"])


class RefreshVault(Work[AlreadyDone, InventoryResult]):
    """Sends nothing: the job reads the vault, its policies and its items, and writes them to their rows."""

    kind = JobKind.REFRESH_VAULT

    def __init__(self, azure: Azure, children: Children) -> None:
        self._azure = azure
        self._children = children

    async def prepare(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord]) -> AlreadyDone:
        # A vault that is gone is refused here, where a job can still fail.
        await self._azure.vaults.get(service.REF.validate_python(ticket.ask))
        return AlreadyDone("nothing is sent: the vault is only read")

    async def send(self, ticket: Ticket, prepared: object, *, request_id: UUID, deadline: float) -> Operation:
        raise NotImplementedError("A vault is refreshed by reading it: `prepare` never asks for a write.")

    async def find(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        return Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> InventoryResult:
        ref = service.REF.validate_python(ticket.ask)
        # The rows' `as_of` is the database's clock, so this must be too: a process's own may be minutes off.
        read_at = ticket.read_at
        vault, policies, items = await all_or_none(
            whole_vault(self._azure.vaults, ref), self._azure.policies.list(ref), self._azure.protected_items.list(ref)
        )
        missing = await self._children.missing(ticket.named_vault_id, items, policies)
        in_policies = await self._prove_policies(ref, PoliciesSeen(policies, read_at), missing)
        left = MISSING_AT_ONCE - min(len(missing.policies), POLICIES_AT_ONCE)
        in_items = await self._prove_items(ref, ItemsSeen(items, read_at), missing, left)
        in_items = replace(in_items, existing_vms=await self._existing_vms(in_items.items))
        return inventory(vault, in_policies, in_items)

    async def _prove_policies(self, vault: VaultRef, seen: PoliciesSeen, missing: Missing) -> PoliciesSeen:
        """With Azure's answer about each policy that is missing from the list."""
        policies = self._azure.policies
        proof = await prove(
            missing.policies, lambda name: policies.get(PolicyRef(vault, name)), lambda asked: asked < POLICIES_AT_ONCE
        )
        shown = replace(seen.policies, entries=(*seen.policies, *proof.there))
        return replace(seen, policies=shown, gone=proof.gone, unproven=proof.unproven)

    async def _prove_items(self, vault: VaultRef, seen: ItemsSeen, missing: Missing, at_once: int) -> ItemsSeen:
        items = self._azure.protected_items
        proof = await prove(missing.items, lambda vm: items.get(ItemRef(vault, vm)), lambda asked: asked < at_once)
        shown = replace(seen.items, entries=(*seen.items, *proof.there))
        return replace(seen, items=shown, gone=proof.gone, unproven=proof.unproven)

    async def _existing_vms(self, items: Listed[AzureItem]) -> AbstractSet[str] | None:
        """The existing VMs: one list per subscription, not one GET per VM. None if Holdfast may not read them.

        The identity for backups need not have the right to read VMs; then no VM is reported as missing.
        """
        there: set[str] = set()
        try:
            for subscription_id in sorted({item.vm.subscription_id for item in items}):
                listed = await self._azure.discovery.list_vms(subscription_id)
                if listed.unreadable:  # one of them may be any of ours
                    return None
                there |= {names.vm_key(vm) for vm in listed}
        except AzureRejected:
            return None
        return there

    async def finish(
        self, session: AsyncSession, ticket: Ticket, _state: State, result: InventoryResult | None
    ) -> None:
        if result is None:
            return
        facts = result["facts"]
        settings = await records.record_ready(session, ticket.named_vault_id, facts["vault"])
        policies = await self._children.take_policies(session, ticket.tenant, ticket.named_vault_id, facts["policies"])
        items = await self._children.take_items(session, ticket.tenant, ticket.named_vault_id, facts["items"])
        await self._children.drop_policies(session, ticket.named_vault_id, policies.gone)
        await add_to_result(session, ticket.id, {"found": found(settings, policies, items, facts["items"])})


class AdoptVault(RefreshVault):
    """A refresh of a vault that is seen for the first time."""

    kind = JobKind.ADOPT_VAULT

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: InventoryResult | None) -> None:
        await super().finish(session, ticket, state, result)
        if result is None and state in {State.FAILED, State.CANCELLED}:
            await records.forget_vault(session, ticket.named_vault_id, ticket.id)


@dataclass(frozen=True, slots=True)
class Steps:
    """The writes that are left of a change.

    All by one PATCH of the vault; soft delete by its config object where the vault does not show it.
    """

    vault: VaultRef
    soft_delete: SoftDelete | None
    """By the config object."""
    change: VaultChange | None
    believes_404: bool


class UpdateVault(Work[Steps, UpdateResult]):
    kind = JobKind.UPDATE_VAULT

    def __init__(self, vaults: Vaults, items: ProtectedItems) -> None:
        self._vaults = vaults
        self._items = items

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Steps | AlreadyDone:
        order = service.UPDATE.validate_python(ticket.ask)
        there = await self._vaults.get(order.vault)
        live = rules.settings_of(await _with_soft_delete(self._vaults, there))
        if changed := rules.changed_outside(order, live):
            raise RefusedError(errors.changed_outside(changed))
        left = rules.left_to_do(order, live)
        if rules.is_nothing(left):
            return AlreadyDone("the vault is as asked")
        if rules.needs_empty_vault(live, left) and (count := _held(await self._items.list(order.vault))):
            raise RefusedError(errors.redundancy_locked(count))
        soft_delete, change = rules.soft_delete_change(left, live), rules.vault_change(order.vault, left)
        if soft_delete is not None and there.soft_delete_state is not None:
            change = rules.with_soft_delete(order.vault, change, soft_delete)
            soft_delete = None
        return Steps(
            order.vault,
            soft_delete,
            change,
            believes_404=bool(attempts) and attempts[0].age_seconds > BELIEVE_404_AFTER,
        )

    async def send(self, _ticket: Ticket, prepared: Steps, *, request_id: UUID, deadline: float) -> Operation:
        """Soft delete first: it is done with its answer. What comes after it may run on in Azure, and is followed."""
        operation, change, done = Operation(None), prepared.change, ""
        try:
            if prepared.soft_delete is not None:
                by_config = await self._set_by_config(prepared, prepared.soft_delete, request_id, deadline)
                if by_config is None:
                    change = rules.with_soft_delete(prepared.vault, change, prepared.soft_delete)
                else:
                    operation, done = by_config, " (Soft delete was changed; nothing else was.)"
            if change is not None:
                operation = await self._vaults.update(change, request_id=request_id, deadline=deadline)
        except AzureNotFound as missing:
            if prepared.believes_404:
                raise
            # The vault existed a moment ago, and Azure may have acted (docs/azure.md, Redundancy): only a read can show
            # it.
            raise AzureUnknown(f"A young vault answered: {missing}", status=missing.status) from missing
        except AzureRejected as rejected:
            raise type(rejected)(rejected.status, rejected.code, rejected.message + done) from rejected
        return operation

    async def _set_by_config(
        self, prepared: Steps, wanted: SoftDelete, request_id: UUID, deadline: float
    ) -> Operation | None:
        """None: nothing was done, and the config object will always refuse. So it is sent to the vault."""
        try:
            return await self._vaults.set_soft_delete(prepared.vault, wanted, request_id=request_id, deadline=deadline)
        except AzureRejected as rejected:
            if rejected.code != USE_VAULT_API:
                raise
            return None

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        order = service.UPDATE.validate_python(ticket.ask)
        live = rules.settings_of(await whole_vault(self._vaults, order.vault))
        return Found(None) if rules.is_nothing(rules.left_to_do(order, live)) else Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> UpdateResult:
        order = service.UPDATE.validate_python(ticket.ask)
        vault = await whole_vault(self._vaults, order.vault)
        live = rules.settings_of(vault)
        result: UpdateResult = {
            "resources": [{"kind": "vault", "id": vault.ref.id}],
            "facts": {"vault": vault},
        }
        if said := rules.not_as_asked(rules.left_to_do(order, live), live):
            # 202 and "Succeeded" may come before the vault shows the change: read again, and do not record an old
            # state.
            raise NotCarriedOutError(said, result)
        return result

    async def finish(self, session: AsyncSession, ticket: Ticket, _state: State, result: UpdateResult | None) -> None:
        if result is not None:
            await records.record_ready(session, ticket.named_vault_id, result["facts"]["vault"])


def _held(items: Listed[AzureItem]) -> int:
    """How many items a vault holds, those that cannot be read among them."""
    return len(items) + len(items.unreadable)
