"""The three walks of docs/walks.md can be counted, and each leads where the page says. `make walks` prints them."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.policies.policy_steps import SIXTY, read
from tests.restores.restore_requests import ask
from tests.walking import Walk, between_rooms, circles, rooms, upwards, walked
from tests.world import DISKS, World

PAGE = (Path(__file__).parent.parent / "docs" / "walks.md").read_text(encoding="utf-8")
MOST_MODULES = 15


async def restore(world: World) -> Walk:
    """POST /v1/restores: from the handler to the committed job."""
    item = await world.item()
    await world.back_up(item)
    walk = Walk(starts_at=("restores/router.py", "create_restore"))
    with walked(walk):
        answer = await ask(world, item, DISKS)
    assert answer.status_code == 202, answer.text
    return walk


async def sweep(world: World) -> Walk:
    """One sweep of one vault in which a restore has ended: from the claim of the vault to the settled job."""
    item = await world.item()
    await world.back_up(item)
    await world.run("observing")  # what the backup made known is taken in
    assert (await ask(world, item, DISKS)).status_code == 202
    await world.run_due()
    world.advance(3600)
    await world.make_due()
    walk = Walk()
    with walked(walk):
        await world.loops["observing"].run_once()
    assert not await world.in_flight()
    return walk


async def policy(world: World) -> Walk:
    """PUT /v1/policies/{id}: from the handler to the committed job."""
    made = await world.policy(await world.vault())
    _, etag = await read(world, made)
    walk = Walk(starts_at=("policies/router.py", "put_policy"))
    with walked(walk):
        answer = await world.api.put(f"/v1/policies/{made['id']}", json=SIXTY, headers={"If-Match": etag})
    assert answer.status_code == 202, answer.text
    return walk


WALKS: dict[str, tuple[Callable[[World], Awaitable[Walk]], str, str]] = {
    "restore": (restore, "restores/router.py", "jobs/requests/enqueue.py"),
    "sweep": (sweep, "jobs/sweep/sweep.py", "restores/work.py"),
    "policy": (policy, "policies/router.py", "jobs/requests/enqueue.py"),
}
"""Name: the walk, the file where it begins, and one that it must reach."""

MEASURED = {"restore": (19, 48, 29), "sweep": (18, 26, 8), "policy": (16, 31, 15)}
"""Files, stays and returns as docs/walks.md has them: a walk may become shorter, then lower them there and here."""


@pytest.mark.parametrize("name", WALKS)
async def test_a_walk_is_counted_from_its_start_to_its_end(world: World, name: str) -> None:
    make, begins, reaches = WALKS[name]
    walk = await make(world)
    say(f"walk {name}: {walk.files} files, {len(walk.path)} stays, {walk.returns} returns, {len(walk.climbs)} climbs, ")
    say(f"  {walk.calls} calls, {len(walk.ground)} files of the ground\n  " + " > ".join(walk.path))
    acting = set(walk.acting)
    say(f"  acting: {len(acting)} files, {len(walk.acting)} stays, {len(walk.acting) - len(acting)} returns")
    say("  " + " > ".join(walk.acting))
    say("  climbs: " + ", ".join(f"{caller} -> {called}" for caller, called in walk.climbs))
    assert reaches in walk.path
    assert walk.path[0] == begins
    assert f"| {name} |" in PAGE
    files, stays, returns = MEASURED[name]
    assert f"| {name}, now | {files} | {stays} | {returns} |" in PAGE
    assert walk.files <= files
    assert len(walk.path) <= stays
    assert walk.returns <= returns


def test_the_structure_is_counted() -> None:
    found = rooms()
    for room in found:
        say(f"room {room.name}: {room.modules} modules, {room.lines} lines, {room.arrows} arrows inside")
    say(f"between rooms: {len(between_rooms())} pairs, {sum(between_rooms().values())} imports")
    say(f"upwards: {upwards()}\ncircles: {circles()}")
    say(f"more than {MOST_MODULES} modules: {[room.name for room in found if room.modules > MOST_MODULES]}")
    assert {"jobs", "restores", "core"} <= {room.name for room in found}
    assert upwards() == []
    assert [loop for loop in circles() if not all(where.startswith("simulator/") for where in loop)] == []


def say(line: str) -> None:
    """Seen with `make walks` only: pytest keeps it to itself otherwise."""
    print(line)  # noqa: T201 - the command's output
