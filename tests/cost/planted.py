"""Items as rows, with a past: vaults, a policy for each, and VMs of 100 GB that were protected on a day of June 2024.

Planted by SQL, because no story can be told in the past. Prices are those of the simulator, typed again here.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.core.clock import Clock
from app.cost.months.loop import CostLoop
from app.cost.prices.lists import PriceLists
from app.cost.prices.retail import RetailPrices
from tests.world import HOME, World

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
INSTANCE, LRS, SNAPSHOTS = 10.0, 0.0224, 0.12
"""USD, of the simulator."""
KEPT_180_DAYS = {
    "time_zone": "UTC",
    "schedule": {"at": "02:00:00"},
    "retention": {"daily": {"count": 180}, "weekly": None, "monthly": None, "yearly": None},
    "instant_restore_days": 2,
    "enhanced": False,
}


class At:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def june(day: int, hour: int = 12) -> datetime:
    """2024: months and days that are over wherever the tests run; no Azure of today said anything of them."""
    return datetime(2024, 6, day, hour, tzinfo=UTC)


JULY = datetime(2024, 7, 1, 6, tzinfo=UTC)


class Planted:
    def __init__(self, world: World) -> None:
        self._world = world

    def execute(self, statement: str, **values: Any) -> None:
        with psycopg.connect(self._world.settings.database_dsn, autocommit=True) as owner:
            owner.execute(statement.encode(), values)

    def vault(self, number: int) -> UUID:
        """A vault without geo redundancy, and its policy, whose id is 100 higher."""
        self.execute(
            "INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state, "
            "redundancy, cross_region_restore) VALUES (%(id)s, %(tenant)s, %(subscription)s, 'rg', %(name)s, %(name)s,"
            " 'westus', 'ready', 'local', false)",
            id=UUID(int=number),
            tenant=HOME,
            subscription=SUBSCRIPTION,
            name=f"vault-{number}",
        )
        self.execute(
            "INSERT INTO policies (id, tenant, vault_id, name, name_key, state, revision, definition) VALUES "
            "(%(id)s, %(tenant)s, %(vault)s, 'nightly', 'nightly', 'ready', 1, %(definition)s)",
            id=UUID(int=100 + number),
            tenant=HOME,
            vault=UUID(int=number),
            definition=Jsonb(KEPT_180_DAYS),
        )
        self.revision(number, 1, june(1), KEPT_180_DAYS)
        return UUID(int=number)

    def revision(self, vault: int, number: int, at: datetime, definition: dict[str, Any]) -> None:
        self.execute(
            "INSERT INTO policy_revisions (policy_id, number, tenant, definition, created_at) VALUES "
            "(%(id)s, %(number)s, %(tenant)s, %(definition)s, %(at)s)",
            id=UUID(int=100 + vault),
            number=number,
            tenant=HOME,
            definition=Jsonb(definition),
            at=at,
        )

    def item(self, number: int, vault: int, since: datetime, *, vm: str = "vm", origin: str = "holdfast") -> UUID:
        """Protected, and backed up once: 100 GB."""
        path = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{vm}"
        values: dict[str, Any] = {"id": UUID(int=number), "tenant": HOME, "vault": UUID(int=vault)}
        self.execute(
            "INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, created_at, origin) "
            "VALUES (%(id)s, %(tenant)s, %(vault)s, %(policy)s, %(path)s, lower(%(path)s), %(state)s, %(since)s, "
            "%(origin)s)",
            **values,
            state="protecting" if origin == "holdfast" else "protected",
            policy=UUID(int=100 + vault),
            path=path,
            since=since,
            origin=origin,
        )
        self.execute(
            "INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, origin, vault_id, protected_item_id, "
            "ask, result) VALUES (gen_random_uuid(), %(tenant)s, 'azure', 'azure', 'backup', 'succeeded', 'azure', "
            """%(vault)s, %(id)s, '{}', '{"backup_size": "102400 MB"}')""",
            **values,
        )
        self.note(number, since)
        self.becomes(number, "protected", since)
        return UUID(int=number)

    def note(self, number: int, at: datetime) -> None:
        """What was noted last of an item was seen then."""
        self.execute(
            "UPDATE item_history SET at = %(at)s WHERE id = "
            "(SELECT max(id) FROM item_history WHERE protected_item_id = %(id)s)",
            at=at,
            id=UUID(int=number),
        )

    def gone(self, number: int, at: datetime) -> None:
        self.execute("DELETE FROM protected_items WHERE id = %(id)s", id=UUID(int=number))
        self.note(number, at)

    def becomes(self, number: int, state: str, at: datetime) -> None:
        self.execute("UPDATE protected_items SET state = %(state)s WHERE id = %(id)s", id=UUID(int=number), state=state)
        self.note(number, at)


async def planted(world: World) -> Planted:
    await world.api.get("/v1/jobs")  # the first request of a directory makes its tenant
    return Planted(world)


def loop_of(world: World, clock: Clock, made: type[CostLoop] = CostLoop) -> CostLoop:
    lists = PriceLists(RetailPrices(world.settings.prices_origin, world.http), clock.now)
    return made(world.database, lists, clock, world.azure.vaults)


async def charge_until(world: World, now: datetime) -> None:
    """The worker's loop, for which it is `now`."""
    keeping = loop_of(world, At(now))
    while await keeping.run_once() == 0.0:  # enrols the tenant
        pass
    await due(world)
    while await keeping.run_once() == 0.0:
        pass


async def due(world: World) -> None:
    await world.rows("UPDATE cost_schedules SET due_at = clock_timestamp(), lease_until = NULL RETURNING tenant")


async def kept(world: World) -> list[tuple[int, int, float | None, int]]:
    """(item, vault, dollars rounded, days) of what is kept of June."""
    rows = await world.rows(
        "SELECT item_id, vault_id, amount, days FROM cost_accruals WHERE month = DATE '2024-06-01' ORDER BY item_id"
    )
    return [
        (
            row["item_id"].int,
            row["vault_id"].int,
            round(float(row["amount"]), 4) if row["amount"] is not None else None,
            row["days"],
        )
        for row in rows
    ]


def days(first: int, last: int) -> int:
    """The bits of days of a month."""
    return sum(1 << (day - 1) for day in range(first, last + 1))


def june_cost(points: list[int], *, snapshots: int = 2) -> float:
    """What a VM of 100 GB that changes by 2 % a day costs, whose points were these on its days of June.

    A day is a thirtieth of a month: an instance, the first point and what changed until each further one, and of the
    snapshots what changed since the first.
    """
    total = 0.0
    for count in points:
        stored = 100 * (1 + 0.02 * (count - 1))
        total += INSTANCE + stored * LRS + 2 * (min(count, snapshots) - 1) * SNAPSHOTS
    return round(total / 30, 4)
