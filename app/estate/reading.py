"""The loop that reads the estate: one reading serves all tenants, and is shared by all replicas.

    claim the due row -> what is known of each tenant -> Resource Graph, for all subscriptions together
      -> Azure itself about scopes without rows, machines that vanished, the vaults read longest ago
      -> one transaction a tenant: machines, scopes, drifts -> give the row back, due after the interval

5,000 machines with an item each are ten queries. No transaction is open while Azure is asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import case, true
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.azure import names
from app.azure.lists import Listed
from app.azure.ports import Azure
from app.azure.values import AzureVault
from app.core.db.database import NOW, Database
from app.core.db.leases import claim, hold, renew, seconds_until_due
from app.estate import drift_records, looking, records
from app.estate.models import EstateReading
from app.estate.records import Known
from app.estate.rules import Scope, Trouble, doubts, scopes_of, to_check
from app.estate.views import Reading, View, view_of
from app.vaults.records import take_in_vault

log = structlog.get_logger()

NAME = "estate"
LEASE = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)
"""After a reading to which Azure gave no answer."""
_ROW = EstateReading.name == NAME
_CLAIM = claim(EstateReading, EstateReading.name, where=_ROW, limit=1, lease=LEASE, values={"began_at": NOW}).returning(
    EstateReading.fence, EstateReading.began_at
)


class EstateLoop:
    """`every_seconds`: from the beginning of one reading to the next."""

    def __init__(self, database: Database, azure: Azure, *, every_seconds: float) -> None:
        self._database = database
        self._azure = azure
        self._every = timedelta(seconds=every_seconds)

    async def run_once(self) -> float | None:
        """One reading, if it is due. Answers in how many seconds the next one is."""
        async with self._database.begin() as session:
            row = (await session.execute(_CLAIM)).first()
            if row is None:
                await session.execute(pg_insert(EstateReading).values(name=NAME).on_conflict_do_nothing())
                return await seconds_until_due(session, EstateReading, true())
        every = self._every if await self._read(row.fence, row.began_at) else min(self._every, AGAIN)
        async with self._database.begin() as session:
            # A caller may have wanted another reading while this one ran: then it is due already.
            wanted = EstateReading.due_at > EstateReading.began_at
            due = case((wanted, EstateReading.due_at), else_=EstateReading.began_at + every)
            await hold(session, EstateReading, _ROW, row.fence, lease_until=None, due_at=due)
            return await seconds_until_due(session, EstateReading, true())

    async def _read(self, fence: int, began: datetime) -> bool:
        """Whether Azure answered: else it is asked again soon."""
        turn = int(began.timestamp() // 60)
        async with self._database.begin() as session:
            await records.forget_old(session)
            known = await records.known_of_all(session)
            vaults = await drift_records.vaults_to_read(session, looking.VAULTS, turn)
        everything = await self._everything(known)
        scopes, unread = dict[str, tuple[Scope, ...]](), dict[str, Mapping[Scope, Trouble]]()
        for tenant, one in known.items():
            subscriptions, unread[tenant] = doubts(one.grants, everything, one.subscriptions)
            scopes[tenant] = scopes_of(one.grants, subscriptions)
        wanted = {scope for tenant, some in scopes.items() for scope in some if scope not in unread[tenant]}
        reading = await self._look(sorted(wanted), known, began)
        views = {tenant: view_of(reading, scopes[tenant], one.managed, unread[tenant]) for tenant, one in known.items()}
        gone = await self._gone(known, views, turn=turn)
        seen = await looking.read_vaults(self._azure.vaults, [ref for _, _, ref in vaults])
        shown = {tenant: dict[UUID, AzureVault]() for tenant in known}
        for tenant, vault_id, ref in vaults:
            if ref.id in seen:
                shown.setdefault(tenant, {})[vault_id] = seen[ref.id]
        for tenant, found in shown.items():
            async with self._database.begin() as session:
                if await renew(session, EstateReading, _ROW, fence, lease=LEASE) is None:
                    return True  # another worker has taken it over, and reads again
                if tenant in known:
                    await records.write(session, tenant, known[tenant], views[tenant], gone, began)
                await drift_records.compare(session, tenant)
                for vault_id, vault in found.items():
                    await take_in_vault(session, vault_id, vault, began)
                if found:
                    await drift_records.compare(session, tenant)
        log.info("estate.read", tenants=len(known), machines=sum(len(view.rows) for view in views.values()))
        return not any(isinstance(one, Trouble) for one in (everything, reading.vms, reading.items))

    async def _everything(self, known: Mapping[str, Known]) -> Listed[str] | Trouble:
        if not any(one.grants.hold_everything for one in known.values()):
            return Listed()
        return await looking.every_subscription(self._azure.discovery)

    async def _look(self, wanted: Sequence[Scope], known: Mapping[str, Known], began: datetime) -> Reading:
        if not wanted:
            return Reading(Listed(), Listed())
        seen = await looking.look(self._azure.resource_graph, sorted({one.subscription_id for one in wanted}))
        if isinstance(seen.vms, Trouble):
            return Reading(seen.vms, seen.items)
        checked: dict[str, Any] = {}
        for one in known.values():
            checked |= one.checked
        now, later = to_check(wanted, seen.vms, checked, began, limit=looking.CHECKS)
        return Reading(seen.vms, seen.items, await looking.check(self._azure.discovery, now), frozenset(later))

    async def _gone(self, known: Mapping[str, Known], views: Mapping[str, View], *, turn: int) -> set[str]:
        missing: dict[str, str] = {}
        for tenant, one in known.items():
            missing |= dict.fromkeys(records.vanished(one, views[tenant]), tenant)
        refs = [names.read_vm_id(vm_id) for vm_id in missing]
        return await looking.confirm_gone(self._azure.virtual_machines, refs, turn)
