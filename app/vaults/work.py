"""What the worker does to create a vault.

A PUT is an upsert: on a vault that is there it would silently change its settings. So we look first, and an existing
vault is ours only if an earlier attempt of this very job is on record and what is there is as asked.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureNotFound
from app.azure.ports import Policies, Vaults
from app.azure.values import AzureJob, AzurePolicy, AzureVault, Operation, VaultOrder
from app.jobs.lifecycle import State
from app.jobs.work import Absent, AlreadyDone, AttemptOnRecord, Finding, Found, JobError, RefusedError, Result, Ticket
from app.vaults import rules, service

VAULT = TypeAdapter(AzureVault)
POLICIES = TypeAdapter(list[AzurePolicy])

RecordPolicies = Callable[[AsyncSession, str, UUID, Sequence[AzurePolicy]], Awaitable[None]]
"""Takes in the policies that Azure puts into a new vault: (session, tenant, vault id, policies). Set in wiring, because
policies stand to the right of vaults."""


class CreateVault:
    kind = "create_vault"
    repeat: Literal["look_first", "put_again"] = "put_again"

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
                remedy="Choose another name.",
            )
        )

    async def send(self, ticket: Ticket, prepared: VaultOrder, *, request_id: UUID, deadline: float) -> Operation:
        del ticket
        return await self._vaults.create(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Finding:
        del attempts
        order = service.ORDER.validate_python(ticket.ask)
        try:
            there = await self._vaults.get(order.vault)
        except AzureNotFound:
            return Absent()
        # Not as asked: somebody else's. The next attempt's `prepare` refuses it with the reason.
        return Found(None) if rules.matches(order, location=there.location, tags=there.tags) else Absent()

    async def collect(self, ticket: Ticket, job: AzureJob | None) -> Result:
        del job
        order = service.ORDER.validate_python(ticket.ask)
        vault = await self._vaults.get(order.vault)
        policies = await self._policies.list(order.vault)
        return {
            "resources": [{"kind": "vault", "id": vault.ref.id}],
            "vault": VAULT.dump_python(vault, mode="json"),
            "policies": POLICIES.dump_python(list(policies), mode="json"),
        }

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: Result | None) -> None:
        assert ticket.vault_id is not None  # noqa: S101 - every create_vault job names its vault
        if result is None:
            if state is State.FAILED or state is State.CANCELLED:
                await service.forget_vault(session, ticket.vault_id)
            return
        values: dict[str, Any] = dict(result)
        await service.record_ready(session, ticket.vault_id, VAULT.validate_python(values["vault"]))
        await self._record_policies(
            session, ticket.tenant, ticket.vault_id, POLICIES.validate_python(values["policies"])
        )
