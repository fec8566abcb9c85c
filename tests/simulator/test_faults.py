"""Trouble on request: the effect itself, how often, whom it hits, and whether the simulator had acted."""

from typing import Any

import httpx
import pytest

from tests.simulator.story import DEFAULT_POLICY, SUB, VAULT, Story, item_path

BACKUP = {"match": {"method": "POST", "path": "/backup$"}}


async def fault(story: Story, **body: Any) -> None:
    answer = await story.client.post("/_simulator/faults", json=body)
    assert answer.status_code == 200, answer.text


async def trigger(story: Story, item: str) -> httpx.Response:
    body = {"properties": {"objectType": "IaasVMBackupRequest"}}
    return await story.send("POST", f"{item}/backup", body, request_id="f6d0a2b0-0000-4000-8000-000000000001")


async def truth(story: Story) -> Any:
    return (await story.client.get("/_simulator/truth")).json()


@pytest.fixture
async def item(story: Story) -> str:
    await story.make_vault()
    return await story.protect()


async def test_status_before_answers_without_acting(story: Story, item: str) -> None:
    await fault(story, **BACKUP, effect="status_before", status=429, retry_after="30")
    answer = await trigger(story, item)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert answer.json()["error"]["code"] == "TooManyRequests"
    seen = await truth(story)
    assert (seen["triggers"], seen["requests"]["trigger"]) == ([], 1)
    assert (await trigger(story, item)).status_code == 202  # once means once


async def test_status_after_answers_wrongly_but_has_acted(story: Story, item: str) -> None:
    await fault(story, **BACKUP, effect="status_after", status=503)
    answer = await trigger(story, item)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, False)
    (acted,) = (await truth(story))["triggers"]
    job = await story.newest_job()
    assert (acted["job_id"], acted["client_request_id"]) == (job["name"], job["properties"]["activityId"])


async def test_drop_after_acts_and_answers_nothing(story: Story, item: str) -> None:
    await fault(story, **BACKUP, effect="drop_after")
    with pytest.raises(httpx.TransportError):
        await trigger(story, item)
    assert len((await truth(story))["triggers"]) == 1


async def test_delay_acts_late(story: Story, item: str) -> None:
    await fault(story, **BACKUP, effect="delay", seconds=0.05)
    answer = await trigger(story, item)
    assert answer.status_code == 202
    assert answer.elapsed.total_seconds() >= 0.05


async def test_a_job_can_be_made_to_fail_as_recorded(story: Story, item: str) -> None:
    await fault(story, **BACKUP, effect="fail_job")
    assert (await trigger(story, item)).status_code == 202
    await story.advance(4499)
    assert (await story.newest_job())["properties"]["status"] == "InProgress"
    await story.advance(1)
    job = (await story.newest_job())["properties"]
    assert (job["status"], job["errorDetails"][0]["errorTitle"]) == ("Failed", "VMCreationTimeOutStorageErrorV2")
    assert set(job["errorDetails"][0]) == {"errorCode", "errorTitle", "errorString", "recommendations"}
    listed = (await story.get(f"{VAULT}/backupJobs", filter="status eq 'Failed'"))["value"]
    assert listed[0]["properties"]["errorDetails"] == job["errorDetails"]
    assert (await story.get(f"{item}/recoveryPoints"))["value"] == []
    assert (await story.get(item))["properties"]["lastBackupStatus"] == "Failed"


async def test_a_protection_that_fails_leaves_the_machine_free_again(story: Story) -> None:
    await story.make_vault()
    await fault(
        story, match={"method": "PUT", "path": "/protectedItems/"}, effect="fail_job", code="Out", message="No."
    )
    answer = await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)
    await story.advance(35)
    status = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert (status["status"], status["error"]) == ("Failed", {"code": "Out", "message": "No."})
    assert (await story.newest_job())["properties"]["status"] == "Failed"
    assert (await story.send("GET", item_path("vm-web-01"))).status_code == 404
    protectable = (await story.get(f"{VAULT}/backupProtectableItems"))["value"]
    assert "vm-web-01" in {entry["properties"]["friendlyName"] for entry in protectable}


async def test_times_method_and_path_choose_whom_a_fault_hits(story: Story, item: str) -> None:
    match = {"method": "get", "path": r"/BACKUPJOBS$"}
    await fault(story, match=match, times=2, effect="status_before", status=500)
    jobs = f"{VAULT}/backupJobs"
    assert (await story.send("GET", item)).status_code == 200
    assert [(await story.send("GET", jobs)).status_code for _ in range(3)] == [500, 500, 200]


async def test_headers_code_and_message_make_any_refusal(story: Story, item: str) -> None:
    challenge = 'Bearer error="insufficient_claims", claims="eyJ9"'
    await fault(
        story,
        **BACKUP,
        effect="status_before",
        status=401,
        headers={"WWW-Authenticate": challenge},
        code="InteractionRequired",
        message="Step up.",
    )
    answer = await trigger(story, item)
    assert answer.headers["WWW-Authenticate"] == challenge
    assert answer.json()["error"] == {"code": "InteractionRequired", "message": "Step up."}


async def test_faults_are_listed_and_cleared(story: Story, item: str) -> None:
    await fault(story, **BACKUP, times=None, effect="status_before")
    assert [(await trigger(story, item)).status_code for _ in range(2)] == [503, 503]
    (listed,) = (await story.client.get("/_simulator/faults")).json()["faults"]
    assert listed["hits"] == 2
    await story.client.delete("/_simulator/faults")
    assert (await trigger(story, item)).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        {"effect": "explode"},
        {"effect": "delay", "times": 0},
        {"effect": "delay", "match": {"path": "("}},
        {"effect": "delay", "seconds": "soon"},
        ["no object"],
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(story: Story, body: Any) -> None:
    answer = await story.client.post("/_simulator/faults", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_requests_are_counted_by_class_whether_they_were_answered_or_not(story: Story, item: str) -> None:
    await story.client.post("/_simulator/reset", json={})
    await story.make_vault()  # a write and a read
    await story.protect()  # a write
    await fault(story, **BACKUP, effect="drop_after")
    with pytest.raises(httpx.TransportError):
        await trigger(story, item)
    await story.newest_job()  # a list and a get
    counted = (await truth(story))["requests"]
    assert counted == {"list_jobs": 1, "get_job": 1, "other_read": 1, "write": 2, "trigger": 1, "query_graph": 0}


async def test_reset_brings_the_first_world_back(story: Story) -> None:
    await story.make_vault()
    await story.back_up(await story.protect())
    await fault(story, effect="status_before", times=None)
    await story.client.post("/_simulator/reset", json={})
    assert (await story.send("GET", VAULT)).status_code == 404
    assert (await truth(story))["triggers"] == []
    await story.make_vault()
    assert (await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)).status_code == 202


async def test_a_thousand_machines_are_seeded_at_once(story: Story) -> None:
    answer = await story.client.post("/_simulator/seed", json={"vm_count": 1000, "prefix": "vm-many-"})
    assert len(answer.json()["vms"]) == 1000
    vms = await story.get(f"{SUB}/providers/Microsoft.Compute/virtualMachines")
    assert len(vms["value"]) == 1003
    assert answer.elapsed.total_seconds() < 2


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("advance", {"seconds": -1}),
        ("advance", {}),
        ("seed", {"vms": [{"name": "x", "os": "beos"}]}),
        ("seed", {"vm_count": -1}),
        ("seed", {"vms": [{}]}),
    ],
)
async def test_control_requests_that_make_no_sense_are_refused(story: Story, action: str, body: Any) -> None:
    answer = await story.client.post(f"/_simulator/{action}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_an_unknown_control_action_is_404(story: Story) -> None:
    assert (await story.client.post("/_simulator/explode")).status_code == 404
    assert (await story.client.get("/_simulator/reset")).status_code == 404
