"""A simulator that is started anew goes on where the last one was, also in the middle of everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.simulator import persistence
from app.simulator.asgi import create_app
from app.simulator.persistence import Keeper, UnreadableError
from app.simulator.progress import Clock
from tests.simulator.machine_steps import COMPUTE, MADE, look, restored
from tests.simulator.story import DEFAULT_POLICY, VAULT, Story, vm_id


@asynccontextmanager
async def started(place: Path) -> AsyncIterator[Story]:
    """A simulator that keeps its world there. Nothing is told that it ends: as with SIGKILL."""
    simulator = create_app(clock=Clock())
    simulator.keep_in(place)
    story = Story(simulator)
    async with story.client:
        yield story


async def test_what_was_under_way_ends_after_the_restart_as_it_would_have(tmp_path: Path) -> None:
    place = tmp_path / "azure"
    async with started(place) as story:
        token = story.client.headers["Authorization"]
        await story.make_vault()
        item, point = await story.with_recovery_point()
        assert (await story.restore(item, point)).status_code == 202
        await story.back_up(item)
        body = {"properties": {"registrationType": "Invalid"}}
        await story.send("POST", f"{item}/recoveryPoints/{point}/provisionInstantItemRecovery", body)
        await story.send("POST", f"{VAULT}/backupFabrics/Azure/refreshContainers")
        assert (await story.put_item("vm-db-01", policyId=DEFAULT_POLICY)).status_code == 202
        jobs = {job["name"] for job in (await story.get(f"{VAULT}/backupJobs"))["value"]}
    async with started(place) as story:
        story.client.headers["Authorization"] = token  # it stays valid
        assert {job["name"] for job in (await story.get(f"{VAULT}/backupJobs"))["value"]} == jobs
        await story.advance(6000)
        ended = (await story.get(f"{VAULT}/backupJobs"))["value"]
        assert {job["properties"]["status"] for job in ended} == {"Completed"}
        assert len((await story.get(f"{item}/recoveryPoints"))["value"]) == 2
        assert story.simulator.world.registered[vm_id("vm-db-01").lower()]
        assert (await story.send("DELETE", item)).status_code == 202
    async with started(place) as story:
        await story.advance(60)
        assert (await story.get(item))["properties"]["isScheduledForDeferredDelete"]
        await story.advance(15 * 86_400)
        assert (await story.send("GET", item)).status_code == 404


async def test_what_only_time_has_done_is_kept_as_it_was_seen(tmp_path: Path) -> None:
    async with started(tmp_path / "azure") as story:
        await story.make_vault()
        item = await story.protect()
        await story.back_up(item)
        story.simulator.clock.advance(4500)
        points = (await story.get(f"{item}/recoveryPoints"))["value"]
        assert points
    restarted = create_app(clock=Clock())
    restarted.keep_in(tmp_path / "azure")
    (kept,) = [found for vault in restarted.world.vaults.values() for found in vault.items.values()]
    assert [point.name for point in kept.recovery_points] == [point["name"] for point in points]


@pytest.mark.parametrize("content", [b"", b"{}\n", b"garbage"])
def test_a_file_of_another_version_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "azure"
    place.write_bytes(content)
    with pytest.raises(UnreadableError, match="another version"):
        create_app().keep_in(place)
    assert place.read_bytes() == content


def test_a_damaged_file_is_refused_and_nothing_of_it_is_called(tmp_path: Path) -> None:
    place = tmp_path / "azure"
    create_app().keep_in(place)
    head, _, body = place.read_bytes().partition(b"\n")
    assert place.stat().st_mode & 0o077 == 0, "it holds a key"
    calls = (b"cos\nsystem\n(S'true'\ntR.", b"capp.simulator.persistence\nos.system\n(S'true'\ntR.")
    for harmful in (body[: len(body) // 2], *calls):
        place.write_bytes(head + b"\n" + harmful)
        with pytest.raises(UnreadableError, match="damaged"):
            create_app().keep_in(place)


class SlowWrites:
    """Time stands still but for writes: each takes the seconds of processor time that come next in `cost`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
        self.now, self.cost, self._place, self._worked, self._asked = 1000.0, 0.0, place, 0.0, 0
        monkeypatch.setattr(persistence, "ticking", lambda: self.now)
        monkeypatch.setattr(persistence, "working", self._work)
        self.keeper = Keeper(create_app(), place)

    def _work(self) -> float:
        self._asked += 1
        self._worked += self.cost if self._asked % 2 == 0 else 0.0
        return self._worked

    def is_written(self, *, cost: float) -> bool:
        """Whether a request that wrote is in the file when it is answered."""
        self.cost = cost
        self._place.unlink(missing_ok=True)
        self.keeper.note(wrote=True)
        assert self.keeper.is_late is not self._place.exists(), "it is written now, or a little later"
        return self._place.exists()


async def test_a_world_that_takes_long_to_write_is_written_less_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = SlowWrites(monkeypatch, tmp_path / "azure")
    assert [writes.is_written(cost=1.0) for _ in range(4)] == [True, True, True, False]
    writes.now += 10.1
    assert writes.is_written(cost=0.05)
    assert writes.is_written(cost=1.0), "it is small again"


async def test_one_slow_write_among_fast_ones_delays_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one loads modules, and any may have a garbage collection in it."""
    writes = SlowWrites(monkeypatch, tmp_path / "azure")
    costs = (5.0, 0.01, 0.01, 5.0, 5.0, 0.01, 5.0, 0.01)
    assert [writes.is_written(cost=cost) for cost in costs] == [True] * len(costs)


async def test_a_restored_machine_and_what_was_begun_with_it_are_kept(tmp_path: Path) -> None:
    """Its boot goes on, its script ends, and a deletion that was accepted is carried out."""
    place = tmp_path / "azure"
    async with started(place) as story:
        await restored(story, agent_seconds=60, public_ip=True)
        body = {"location": "westus", "properties": {"source": {"script": "true"}}}
        command = await story.send("PUT", f"{MADE}/runCommands/check", body, api=COMPUTE)
        token = story.client.headers["Authorization"]
    async with started(place) as story:
        story.client.headers["Authorization"] = token
        await story.advance(90)
        link = command.headers["Azure-AsyncOperation"].partition("&t=")[0]  # the signature is of the process before
        assert (await story.get(link, api=None))["status"] == "Succeeded"
        assert (await look(story))["properties"]["instanceView"]["vmAgent"]["statuses"][0]["displayStatus"] == "Ready"
        assert (await story.send("DELETE", MADE, api=COMPUTE)).status_code == 202
    async with started(place) as story:
        await story.advance(60)
        assert (await story.send("GET", MADE, api=COMPUTE)).status_code == 404
        assert len((await story.client.get("/_simulator/truth")).json()["restores"][0]["made"]) == 5
