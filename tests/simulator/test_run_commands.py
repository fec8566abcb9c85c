"""Scripts in machines: recorded requests are answered as recorded, planted ends are told, secrets are not."""

import json
import re
from typing import Any

import pytest

from app.simulator.asgi import Simulator
from app.simulator.world import SUBSCRIPTION
from tests.azure.tape import Exchange, path_of
from tests.simulator.machine_steps import COMPUTE, FLOWS, MADE, names_of, restored
from tests.simulator.story import Story, vm_id

VM = vm_id("vm-web-01")
COMMAND = f"{VM}/runCommands/check"


def body_of(script: str = "exit 0", **properties: Any) -> dict[str, Any]:
    return {"location": "westus", "properties": {"source": {"script": script}, **properties}}


async def view_of(story: Story, command: str = COMMAND) -> dict[str, Any]:
    body = await story.get(command, api=COMPUTE, **{"$expand": "instanceView"})
    return dict(body["properties"]["instanceView"])


async def test_recorded_requests_are_answered_as_recorded(story: Story, simulator: Simulator) -> None:
    """A script that is not known to the shell: the provisioning succeeds, and the script has failed."""
    exchanges = [x for x in FLOWS["run_command"].exchanges if "/runCommands" in x["request"]["url"]]
    vm_path = path_of(exchanges[0]["request"]["url"]).partition("/runCommands")[0]
    simulator.world.add_vm(vm_path.rpartition("/")[2], vm_path.split("/")[4], "westus", "Linux")
    recorded = exchanges[2]["response"]["body"]["properties"]["instanceView"]
    rule = {"exit_code": recorded["exitCode"], "output": recorded["output"], "error": recorded["error"]}
    await story.control("scripts", contains="Write-Host", **rule)
    for exchange in exchanges:
        await replay(story, exchange)
        if exchange["request"]["method"] != "GET":
            await story.advance(11)
    assert len(exchanges) == 9


async def replay(story: Story, exchange: Exchange) -> None:
    text = json.dumps(exchange).replace("00000000-0000-0000-0000-000000000000", SUBSCRIPTION)
    asked, said = json.loads(text)["request"], json.loads(text)["response"]
    expand = {"$expand": "instanceView"} if "instanceView" in asked["url"] else {}
    answer = await story.send(asked["method"], path_of(asked["url"]), asked["body"], api=COMPUTE, **expand)
    assert answer.status_code == said["status"], answer.text
    assert without_times(answer.json() if answer.content else None) == without_times(said["body"])
    sent, known = answer.headers, {name.lower() for name in said["headers"]}
    for name in ("azure-asyncoperation", "location", "azure-asyncnotification", "x-ms-ratelimit-remaining-resource"):
        assert (name in sent) == (name in known), (name, asked["method"])
    if "azure-asyncoperation" in sent:
        form = r"/subscriptions/[^/]+/providers/Microsoft.Compute/locations/westus/operations/[0-9a-f-]{36}\?p="
        assert re.search(form, said["headers"]["azure-asyncoperation"])
        assert re.search(form, sent["azure-asyncoperation"])


def without_times(body: Any) -> Any:
    if isinstance(body, list):
        return [without_times(one) for one in body]
    if isinstance(body, dict):
        return {name: without_times(value) for name, value in body.items() if name not in {"startTime", "endTime"}}
    return body


async def test_an_operation_and_its_location_are_as_recorded(story: Story, simulator: Simulator) -> None:
    """The action: its output is in the operation, and again at the end of `Location`."""
    action = FLOWS["run_command_action"].exchanges
    posted, polls = action[-4], action[-3:]
    vm_path = path_of(posted["request"]["url"]).rpartition("/")[0]
    group, name = vm_path.split("/")[4], vm_path.rpartition("/")[2]
    simulator.world.add_vm(name, group, "westus", "Linux")
    await story.control("scripts", output="/var/lib/waagent/run-command/download/0/script.sh hello\n")
    answer = await story.send("POST", f"{vm_id(name, group)}/runCommand", posted["request"]["body"], api=COMPUTE)
    assert (answer.status_code, answer.content) == (202, b"")
    again = await story.send("POST", f"{vm_id(name, group)}/runCommand", posted["request"]["body"], api=COMPUTE)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "Conflict")
    link, location = answer.headers["Azure-AsyncOperation"], answer.headers["Location"]
    assert "monitor=true" in location
    running = await story.send("GET", link, api=None)
    assert names_of(running.json()) == names_of(polls[0]["response"]["body"])
    assert (await story.send("GET", location, api=None)).status_code == 202
    await story.advance(17)
    for url, recorded in ((link, polls[1]), (location, polls[2])):
        done = await story.send("GET", url, api=None)
        body = {n: v for n, v in done.json().items() if n not in {"startTime", "endTime", "name"}}
        wanted = recorded["response"]["body"]
        assert body == {n: v for n, v in wanted.items() if n not in {"startTime", "endTime", "name"}}


@pytest.mark.parametrize(
    ("rule", "state", "code"),
    [
        ({"output": "ok\n"}, "Succeeded", 0),
        ({"exit_code": 3, "error": "no database"}, "Failed", 3),
        ({"seconds": 100}, "TimedOut", 0),
    ],
)
async def test_how_a_script_ended_is_told_by_its_view_alone(
    story: Story, rule: dict[str, Any], state: str, code: int
) -> None:
    await story.control("scripts", contains="psql", **rule)
    answer = await story.send("PUT", COMMAND, body_of("psql -c 'select 1'", timeoutInSeconds=60), api=COMPUTE)
    assert (answer.status_code, answer.json()["properties"]["provisioningState"]) == (201, "Creating")
    assert await view_of(story) == {"executionState": "Pending"}
    await story.advance(5.5)
    assert (await view_of(story))["executionState"] == ("Running" if "seconds" in rule else state)
    await story.advance(70)
    view = await view_of(story)
    assert (view["executionState"], view["exitCode"]) == (state, code)
    assert (view["output"], view["error"]) == (rule.get("output", ""), rule.get("error", ""))
    assert (await story.get(COMMAND, api=COMPUTE))["properties"]["provisioningState"] == "Succeeded"


async def test_protected_parameters_reach_the_script_and_no_answer(story: Story) -> None:
    await story.control("scripts", parameters={"password": "hush-hush"}, output="let in")
    await story.control("scripts", exit_code=1)
    secret = [{"name": "password", "value": "hush-hush"}]
    answer = await story.send(
        "PUT", COMMAND, body_of(protectedParameters=secret, runAsPassword="hush-hush"), api=COMPUTE
    )
    said = [answer.text]
    await story.advance(11)
    assert (await view_of(story))["output"] == "let in"
    for path in (COMMAND, f"{VM}/runCommands"):
        expand = {"$expand": "instanceView"}
        said.append((await story.send("GET", path, api=COMPUTE, **expand)).text)
    said.append((await story.client.get("/_simulator/truth")).text)
    assert not any("hush-hush" in text or "protectedParameters" in text for text in said)


async def test_only_the_end_of_a_long_output_is_kept(story: Story) -> None:
    await story.control("scripts", output="a" * 5000 + "end")
    await story.send("PUT", COMMAND, body_of(), api=COMPUTE)
    await story.advance(11)
    output = (await view_of(story))["output"]
    assert (len(output), output[-4:]) == (4096, "aend")


async def test_a_script_waits_for_the_agent_and_not_for_ever(story: Story) -> None:
    await restored(story, agent_seconds=60, times=1)
    command = f"{MADE}/runCommands/check"
    await story.send("PUT", command, body_of(), api=COMPUTE)
    await story.advance(30)
    assert await view_of(story, command) == {"executionState": "Pending"}
    await story.advance(60)
    assert (await view_of(story, command))["executionState"] == "Succeeded"


@pytest.mark.parametrize("plan", [{"agent_never": True}, {"no_boot": True}])
async def test_a_script_for_a_machine_that_does_not_come_up_fails(story: Story, plan: dict[str, Any]) -> None:
    await restored(story, **plan)
    answer = await story.send("PUT", f"{MADE}/runCommands/check", body_of(), api=COMPUTE)
    if "no_boot" in plan:
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "OperationNotAllowed")
        return
    await story.advance(1201)
    ended = await story.get(answer.headers["Azure-AsyncOperation"], api=None)
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "VMAgentStatusCommunicationError")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"properties": {"source": {"script": "x"}}}, "LocationRequired"),
        ({"location": "westus", "properties": {}}, "InvalidParameter"),
        ({"location": "westus"}, "InvalidRequestContent"),
    ],
)
async def test_a_command_that_lacks_something_is_refused(story: Story, body: Any, code: str) -> None:
    answer = await story.send("PUT", COMMAND, body, api=COMPUTE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


async def test_a_deletion_ends_what_was_there_and_no_newer_command(story: Story) -> None:
    """Its name is free once it is gone; a second deletion follows the first, and removes nothing later."""
    await story.send("PUT", COMMAND, body_of(), api=COMPUTE)
    await story.advance(20)
    deleted = await story.send("DELETE", COMMAND, api=COMPUTE)
    await story.advance(6)
    assert (await story.get(COMMAND, api=COMPUTE))["properties"]["provisioningState"] == "Deleting"
    refused = await story.send("PUT", COMMAND, body_of(), api=COMPUTE)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "Conflict")
    assert (await story.send("PATCH", COMMAND, body_of("exit 1"), api=COMPUTE)).status_code == 409
    assert (await story.send("DELETE", COMMAND, api=COMPUTE)).status_code == 202
    await story.advance(5)
    assert (await story.get(deleted.headers["Azure-AsyncOperation"], api=None))["status"] == "Succeeded"
    assert (await story.send("PUT", COMMAND, body_of(), api=COMPUTE)).status_code == 201
    await story.advance(60)
    assert (await story.get(COMMAND, api=COMPUTE))["properties"]["provisioningState"] == "Succeeded"


async def test_commands_of_a_machine_go_with_it(story: Story) -> None:
    await story.send("PUT", COMMAND, body_of(), api=COMPUTE)
    await story.send("DELETE", VM, api=COMPUTE)
    await story.advance(60)
    assert (await story.send("GET", COMMAND, api=COMPUTE)).status_code == 404
    inventory = (await story.client.get("/_simulator/truth/inventory")).json()
    assert not any("runcommands" in one for one in inventory["now"])
