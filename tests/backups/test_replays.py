"""A repeated request for a backup gets the answer of the first, whatever has become of the item since."""

from sqlalchemy import text

from tests.world import KEEP, World

KEY = {"Idempotency-Key": "tonight"}


async def test_a_replay_is_answered_although_the_item_could_not_be_backed_up_any_more(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}/backups"
    first = await world.api.post(path, json={"retain_until": KEEP}, headers=KEY)
    async with world.database.begin() as session:
        await session.execute(text("UPDATE protected_items SET state = 'soft_deleted'"))
    again = await world.api.post(path, json={"retain_until": KEEP}, headers=KEY)
    world.fault("GET", "/protectedItems/", "status_before", status=503)  # the row is all there is
    fresh = await world.api.post(path, json={"retain_until": KEEP})
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert (fresh.status_code, fresh.headers["content-type"]) == (409, "application/problem+json")


async def test_a_replay_is_answered_although_the_item_is_no_longer_ours(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}/backups"
    first = await world.api.post(path, json={"retain_until": KEEP}, headers=KEY)
    async with world.database.begin() as session:
        await session.execute(text("UPDATE protected_items SET tenant = 'somebody-else'"))
    again = await world.api.post(path, json={"retain_until": KEEP}, headers=KEY)
    fresh = await world.api.post(path, json={"retain_until": KEEP}, headers={"Idempotency-Key": "another"})
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert fresh.status_code == 404


async def test_a_used_key_with_another_body_is_refused_also_where_the_body_would_be(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}/backups"
    await world.api.post(path, json={"retain_until": KEEP}, headers=KEY)
    other = await world.api.post(path, json={"retain_until": "2037-01-31T00:00:00Z"}, headers=KEY)
    past = await world.api.post(path, json={"retain_until": "2001-01-31T00:00:00Z"}, headers=KEY)
    assert [(answer.status_code, answer.json()["code"]) for answer in (other, past)] == [
        (422, "idempotency_key_reused"),
        (422, "idempotency_key_reused"),
    ]


async def test_repeating_a_backup_makes_one_job(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}/backups"
    answers = [await world.api.post(path, json={"retain_until": KEEP}, headers=KEY) for _ in range(3)]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await world.rows("SELECT id FROM jobs WHERE kind = 'backup'")) == 1
