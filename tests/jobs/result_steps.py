"""One sweep of a vault."""

from collections import Counter

from tests.world import World


async def sweep(world: World, *, spare: float) -> Counter[str]:
    """One look with so much to spare: what it asked of Azure."""
    await world.rows(
        "UPDATE vault_watches SET spare = :spare, swept_at = clock_timestamp() RETURNING vault_id", spare=spare
    )
    return await world.run("observing")
