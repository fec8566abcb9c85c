"""The demo as a caller: what it sends, how it follows a job, what it says when something is wrong."""

import io
import json
from typing import Any

import httpx
import pytest
import respx
from rich.console import Console

from app.dev import story
from app.dev.chapters import tell
from app.dev.console import Screen, describe, describe_problem
from app.dev.story import StoryFailed

API = "http://api.test"
Json = dict[str, Any]


def screen() -> tuple[Screen, io.StringIO]:
    shown = io.StringIO()
    return Screen(Console(file=shown, width=200)), shown


def job(kind: str, resource: str, state: str = "succeeded", **more: Any) -> Json:
    return {"id": f"job-{kind}", "kind": kind, "state": state, "resource": resource, "progress_percent": None, **more}


@pytest.fixture
def api(respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch) -> respx.MockRouter:
    """An API in which everything succeeds at the first look."""
    monkeypatch.setattr(story, "LOOK_SECONDS", 0)
    answers = {
        "/v1/vaults": job("create_vault", "/v1/vaults/v1"),
        "/v1/vaults/v1/policies": job("put_policy", "/v1/policies/p1"),
        "/v1/protected-items": job("protect", "/v1/protected-items/i1"),
        "/v1/protected-items/i1/backups": job("backup", "/v1/protected-items/i1"),
        "/v1/restores": job("restore", "/v1/restores/r1", result={"resources": [{"kind": "disk", "id": "/disks/d1"}]}),
        "/v1/restores/r1/unmount": job("unmount_files", "/v1/restores/r1"),
        "/v1/protected-items/i1/undelete": job("undelete", "/v1/protected-items/i1"),
    }
    respx_mock.get(f"{API}/v1/me").respond(json={"acting_in": "t1"})
    respx_mock.get(f"{API}/v1/tenants/t1").respond(json={"id": "t1"}, headers={"ETag": '"t"'})
    respx_mock.patch(f"{API}/v1/tenants/t1").respond(json={"id": "t1", "approvals": ["replace_disks"]})
    asked = {"requested_by": "mona", "summary": "Overwrite it.", "expires_at": "2026-01-01T04:00:00Z"}
    respx_mock.get(f"{API}/v1/approvals/a1").respond(json=asked)
    respx_mock.post(f"{API}/v1/approvals/a1/approve").respond(json={"decided_by": "dana", "reason": "Fine"})
    waiting = job("restore", "/v1/restores/r1", "awaiting_approval", approval="/v1/approvals/a1")
    replacing = respx_mock.post(f"{API}/v1/restores", json__target__mode="replace_disks")
    replacing.respond(202, json=waiting)
    respx_mock.get(f"{API}/v1/jobs/job-restore").respond(json=answers["/v1/restores"])
    for path, answer in answers.items():
        respx_mock.post(f"{API}{path}").respond(202, json=answer, headers={"Retry-After": "60"})
    point = {"id": "rp", "time": "2026-01-01T00:00:00Z", "consistency": "file_system", "tiers": [{"tier": "snapshot"}]}
    respx_mock.get(f"{API}/v1/protected-items/i1/recovery-points").respond(json={"items": [point], "next": None})
    checks = [{"name": "recovery_point", "status": "passed"}]
    respx_mock.post(f"{API}/v1/restores/preflight").respond(json={"ok": True, "checks": checks})
    script = {"file_name": "vm.py", "expires_at": "2026-01-01T12:00:00Z"}
    respx_mock.get(f"{API}/v1/restores/r1/mount-script").respond(json=script)
    respx_mock.get(f"{API}/v1/vaults/v1").respond(json={"id": "v1"}, headers={"ETag": '"e1"'})
    respx_mock.patch(f"{API}/v1/vaults/v1").respond(202, json=job("update_vault", "/v1/vaults/v1"))
    group = {"key": "/subscriptions/s/resourceGroups/rg", "total": 2, "by_state": {"paused": 1, "unprotected": 1}}
    coverage = {"as_of": "2026-01-01T01:00:00Z", "groups": [group], "total": 2, "coverage_percent": 0.0}
    respx_mock.post(f"{API}/v1/estate/refresh").respond(json={"due_at": "2026-01-01T00:59:00Z", "as_of": None})
    respx_mock.get(f"{API}/v1/estate/coverage").respond(json=coverage)
    respx_mock.get(f"{API}/v1/unprotected-vms").respond(json={"items": [{"vm": {"name": "vm-bare"}}]})
    cost = {
        "currency": "USD",
        "today": {"expected": "17.32"},
        "total": {"expected": "19.23"},
        "difference": "1.91",
        "reasons": [{"code": "storage_rate", "detail": "+27 %"}],
    }
    respx_mock.post(f"{API}/v1/cost/estimate").respond(json=cost)
    made = {"resources": [{"kind": "action_group", "id": "/groups/g1"}]}
    alerts = job("set_azure_alerts", "/v1/vaults/v1/azure-alerts", result=made)
    respx_mock.put(f"{API}/v1/vaults/v1/azure-alerts").respond(202, json=alerts)
    item = {"id": "i1", "state": "paused", "purge_at": "2026-01-15T00:00:00Z"}
    respx_mock.get(f"{API}/v1/protected-items/i1").respond(json=item)
    respx_mock.delete(f"{API}/v1/protected-items/i1").respond(202, json=job("unprotect", "/v1/protected-items/i1"))
    return respx_mock


def told() -> list[Json]:
    return tell(API, "token-1", "token-2", screen()[0], lambda: None)


@pytest.mark.respx(assert_all_called=False)
def test_it_tells_the_story_in_its_order_and_returns_what_was_restored(api: respx.MockRouter) -> None:
    assert told() == [{"kind": "disk", "id": "/disks/d1"}] * 4
    requests = [call.request for call in api.calls]
    assert [f"{request.method} {request.url.path}" for request in requests] == [
        "POST /v1/vaults",
        "POST /v1/vaults/v1/policies",
        "POST /v1/protected-items",
        "PUT /v1/vaults/v1/azure-alerts",
        "POST /v1/protected-items/i1/backups",
        "GET /v1/protected-items/i1/recovery-points",
        "GET /v1/me",
        "GET /v1/tenants/t1",
        "PATCH /v1/tenants/t1",
        "POST /v1/restores/preflight",
        "POST /v1/restores",
        "POST /v1/restores",
        "POST /v1/restores",
        "GET /v1/approvals/a1",
        "POST /v1/approvals/a1/approve",
        "GET /v1/jobs/job-restore",
        "POST /v1/restores",
        "GET /v1/restores/r1/mount-script",
        "POST /v1/restores/r1/unmount",
        "POST /v1/cost/estimate",
        "GET /v1/vaults/v1",
        "PATCH /v1/vaults/v1",
        "GET /v1/protected-items/i1/recovery-points",
        "POST /v1/restores",
        "DELETE /v1/protected-items/i1",
        "GET /v1/protected-items/i1",
        "POST /v1/protected-items/i1/undelete",
        "GET /v1/protected-items/i1",
        "POST /v1/estate/refresh",
        "GET /v1/estate/coverage",
        "GET /v1/estate/coverage",
        "GET /v1/unprotected-vms",
    ]
    restores = [json.loads(r.content) for r in requests if r.url.path == "/v1/restores"]
    assert [body["target"]["mode"] for body in restores] == ["disks", "new_vm", "replace_disks", "files", "disks"]
    assert restores[-1]["recovery_point"] == {"latest": True, "region": "secondary"}
    tenant, patch = [request for request in requests if request.method == "PATCH"]
    assert (tenant.headers["If-Match"], patch.headers["If-Match"]) == ('"t"', '"e1"')
    assert json.loads(tenant.content) == {"approvals": ["replace_disks"]}
    at_once = ("/preflight", "/estimate", "/approve", "/tenants/t1", "/refresh")
    writes = [r for r in requests if r.method != "GET" and not r.url.path.endswith(at_once)]
    posts = [request for request in writes if request.method == "POST"]
    assert len({request.headers["Idempotency-Key"] for request in posts}) == len(posts)
    seconds = [request for request in requests if request.headers["Authorization"] == "Bearer token-2"]
    assert [request.url.path for request in seconds] == ["/v1/approvals/a1", "/v1/approvals/a1/approve"]
    assert all(json.loads(request.content)["reference"].startswith("demo-") for request in writes)


@pytest.mark.respx(assert_all_called=False)
def test_it_follows_a_job_until_it_has_ended(api: respx.MockRouter) -> None:
    api.post(f"{API}/v1/vaults").respond(202, json=job("create_vault", "/v1/vaults/v1", "queued"))
    looks = api.get(f"{API}/v1/jobs/job-create_vault")
    looks.side_effect = [
        httpx.Response(200, json=job("create_vault", "/v1/vaults/v1", "running")),
        httpx.Response(200, json=job("create_vault", "/v1/vaults/v1", "succeeded")),
    ]
    told()
    assert looks.call_count == 2


@pytest.mark.respx(assert_all_called=False)
def test_a_refusal_is_shown_as_the_problem_it_is(api: respx.MockRouter) -> None:
    problem = {"title": "Invalid vault name", "detail": "2 to 50 letters.", "code": "invalid", "pointer": "/name"}
    api.post(f"{API}/v1/vaults").respond(422, json=problem)
    with pytest.raises(StoryFailed) as failed:
        told()
    assert str(failed.value) == (
        "POST /v1/vaults: 422\n  Invalid vault name\n  2 to 50 letters.\n  field: /name\n  code: invalid"
    )


@pytest.mark.respx(assert_all_called=False)
@pytest.mark.parametrize("state", ["failed", "cancelled", "needs_attention"])
def test_a_job_that_ends_badly_ends_the_story_with_its_remedy(api: respx.MockRouter, state: str) -> None:
    error = {
        "title": "The VM is not reachable",
        "azure_code": "UserErrorGuestAgentStatusUnavailable",
        "remedy": "Start it.",
    }
    api.post(f"{API}/v1/restores").respond(202, json=job("restore", "/v1/restores/r1", state, error=error))
    with pytest.raises(StoryFailed, match=r"(?s)not reachable.*UserErrorGuestAgent.*what to do: Start it\."):
        told()


@pytest.mark.respx(assert_all_called=False)
def test_a_restore_that_names_nothing_is_no_success(api: respx.MockRouter) -> None:
    api.post(f"{API}/v1/restores").respond(202, json=job("restore", "/v1/restores/r1", result=None))
    with pytest.raises(StoryFailed, match="names nothing"):
        told()


@pytest.mark.respx(assert_all_called=False)
def test_an_api_that_is_gone_is_said_in_words(api: respx.MockRouter) -> None:
    api.post(f"{API}/v1/vaults").mock(side_effect=httpx.ConnectError("refused"))
    with pytest.raises(StoryFailed, match=r"POST /v1/vaults: the API does not answer \(refused\)"):
        told()


def test_a_job_is_described_with_what_azure_gives_and_nothing_invented() -> None:
    running = {"state": "running", "progress_percent": 40.0, "tasks": [{"name": "Take Snapshot", "state": "running"}]}
    assert describe(running) == "running, 40 %: Take Snapshot"
    assert describe({"state": "running", "progress_percent": None, "tasks": []}) == "running"
    waiting = {"state": "submitting", "progress_percent": None, "waiting": {"reason": "azure_unreachable"}}
    assert describe(waiting) == "submitting (waiting: azure unreachable)"
    assert describe_problem({}) == "Something went wrong"


def test_without_a_terminal_only_changes_are_printed_and_long_ids_stay_in_one_line() -> None:
    console, shown = screen()
    console.console.width = 40
    with console.step("Restore"):
        for text in ("queued", "queued", "running", "/subscriptions/" + "x" * 90):
            console.progress(text)
    lines = shown.getvalue().splitlines()
    assert lines[:4] == ["1. Restore", "   queued", "   running", f"   /subscriptions/{'x' * 90}"]
    assert lines[4].startswith("   done in ")
