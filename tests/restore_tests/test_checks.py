"""Your own check: its token is for those who may judge, and one verdict counts, in time."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from app.core.events.models import Event
from app.core.events.types import EventType, ResourceKind
from app.events.feed import Told
from app.identity.access.permissions import ROLES
from app.restore_tests.runs.schemas import CHECK_EXAMPLE
from app.wiring import RENDERINGS, event_body
from tests.restore_tests.round_steps import begun, defined, ended, fleet, followed, isolated, run_tests, time_passes
from tests.world import World

TYPE = "holdfast.restore_test.check_requested"


def test_the_token_goes_to_webhooks_that_name_its_type_and_to_streams_of_those_who_may_judge() -> None:
    event = Event(
        position=1,
        id=uuid4(),
        tenant="t",
        type=EventType.RESTORE_TEST_CHECK_REQUESTED,
        action="updated",
        resource_kind=ResourceKind.RESTORE_TEST_RUN,
        resource_id="1",
        data=dict(CHECK_EXAMPLE),
        at="2026-01-31T10:00:00Z",
    )
    token = CHECK_EXAMPLE["token"]
    for types, shown in (((TYPE,), token), (("holdfast.restore_test.*",), None), (("*",), None), ((), None)):
        assert json.loads(event_body(event, types))["data"]["token"] == shown, types
    told = Told(event, RENDERINGS)
    for role, permissions in ROLES.items():
        shown = token if role in {"restorer", "admin"} else None
        assert json.loads(told.json_for(permissions))["data"]["token"] == shown, role


async def test_the_first_verdict_counts_in_time_and_is_on_the_trail(world: World) -> None:
    """Two VMs: of one the verdict comes, of the other too late."""
    await fleet(world, 2)
    await isolated(world)
    changes = {"selector": {"resource_groups": ["rg-demo"]}, "check_minutes": 30}
    await begun(world, await defined(world, levels=["restored", "your_check"], **changes))
    waiting = "The verdict of your own check has not come."
    await followed(world, lambda run: run["waits_for"] == waiting)
    events = (await world.api.get("/v1/events", params={"type": TYPE})).json()["items"]
    assert len(events) == 2, "asked once"
    (path, token), (late_path, late_token) = ((one["data"]["verdict_url"], one["data"]["token"]) for one in events)
    async with world.client(oid="r", sub="r", azp="r", roles=["reader"]) as reader:
        seen = (await reader.get("/v1/events", params={"type": TYPE})).json()["items"]
        assert [one["data"]["token"] for one in seen] == [None, None]
        assert [one["data"]["verdict_url"] for one in seen] == [path, late_path]
    verdict = {"passed": True, "detail": "it answers"}

    async def put(token: str | None, path: str = path, body: Mapping[str, Any] = verdict) -> int:
        async with world.client(token) as other:
            return (await other.put(path, json=body)).status_code

    forged = [None, "x", token[:-1] + "!", "hfv_" + token[-20:], late_token]
    assert [await put(one) for one in forged] == [401] * 5
    assert await put(token, f"/v1/restore-test-runs/{uuid4()}/verdict") == 401
    assert (await world.api.put(path, json=verdict)).status_code == 401
    assert [await put(token), await put(token), await put(token, body={"passed": False})] == [204, 204, 409]
    await time_passes(world, 31)
    assert await put(late_token, late_path) == 409, "late, though no worker has looked yet"
    await run_tests(world)
    found = {f"/v1/restore-test-runs/{run['id']}/verdict": run for run in await ended(world)}
    assert (found[path]["outcome"], found[path]["levels"][1]["detail"]) == ("proven", "it answers")
    assert (found[late_path]["outcome"], found[late_path]["failed_level"]) == ("timed_out", "your_check")
    assert [await put(token, body={"passed": False}), await put(token)] == [409, 204]
    rows = await world.rows("SELECT target, details FROM audit_entries WHERE action = 'put_restore_test_verdict'")
    assert [(row["target"], row["details"]["passed"]) for row in rows] == [(path.removesuffix("/verdict"), True)]
    for table in ("restore_test_runs", "audit_entries", "jobs"):
        assert not [row for row in await world.rows(f"SELECT * FROM {table}") if token in str(row)]  # noqa: S608
