"""A machine that was restored, how it looks, and the recordings of Compute and Network."""

from typing import Any

import httpx

from tests.azure.tape import stored
from tests.simulator.restore_steps import NEW_VM, ready
from tests.simulator.story import Story, vm_id

MADE = vm_id("vm-web-01r", "rg-restored")
COMPUTE, NETWORKS = "2024-07-01", "2024-05-01"
FLOWS = {flow.name.rpartition("/")[2]: flow for flow in stored("compute-")}


async def restored(story: Story, **plan: Any) -> dict[str, Any]:
    """A machine that was restored just now; what the truth says of its restore."""
    if plan:
        await story.control("plans", **plan)
    item, point = await ready(story)
    answer = await story.restore(item, point, **NEW_VM)
    assert answer.status_code == 202, answer.text
    await story.advance(320)
    return dict((await story.client.get("/_simulator/truth")).json()["restores"][-1])


async def look(story: Story, machine: str = MADE) -> dict[str, Any]:
    body = await story.get(machine, api=COMPUTE, **{"$expand": "instanceView"})
    return dict(body)


def words(view: dict[str, Any]) -> tuple[str, str]:
    return view["statuses"][-1]["code"], view["vmAgent"]["statuses"][0]["displayStatus"]


async def over(story: Story, answer: httpx.Response, seconds: float = 60) -> None:
    """Follow an accepted deletion to its end."""
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    first = await story.get(answer.headers["Azure-AsyncOperation"], api=None)
    assert first["status"] == "InProgress"
    await story.advance(seconds)
    assert (await story.get(answer.headers["Azure-AsyncOperation"], api=None))["status"] == "Succeeded"
    assert (await story.send("GET", answer.headers["Location"], api=None)).status_code == 204


def names_of(body: Any) -> set[str]:
    if isinstance(body, dict):
        return set(body) | {name for value in body.values() for name in names_of(value)}
    return {name for one in body for name in names_of(one)} if isinstance(body, list) else set()
