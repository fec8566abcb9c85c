"""Time that goes by in the database: what was written so long ago is that much older."""

from app.jobs.work import LoopName
from tests.world import World

_SHIFTED = {
    "jobs": ("created_at", "sent_at", "started_at", "updated_at", "as_of", "waiting_since", "waiting_until"),
    "attempts": ("opened_at", "closed_at"),
}
_ASKED_AT = """
    UPDATE jobs SET cancel = cancel || jsonb_build_object('requested_at',
        (cancel ->> 'requested_at')::timestamptz - make_interval(secs => :seconds))
    WHERE cancel IS NOT NULL RETURNING id
"""


async def grow_old(world: World, seconds: float) -> None:
    """Everything that is on record is older by so much; no lease is held any more."""
    for table, columns in _SHIFTED.items():
        earlier = ", ".join(f"{name} = {name} - make_interval(secs => :seconds)" for name in columns)
        await world.rows(f"UPDATE {table} SET {earlier} RETURNING id", seconds=seconds)  # noqa: S608 - names of ours
    await world.rows(_ASKED_AT, seconds=seconds)
    await world.rows("UPDATE jobs SET lease_until = NULL RETURNING id")


async def live(world: World, rounds: int = 2) -> None:
    """Every loop that looks at jobs looks at everything, so many times."""
    for _ in range(rounds):
        await world.rows("UPDATE jobs SET lease_until = NULL RETURNING id")
        await world.rows("UPDATE cancellations SET due_at = clock_timestamp() RETURNING id")
        await world.run(*[name for name in world.loops if name not in {LoopName.SEALING, LoopName.PRUNING}])
