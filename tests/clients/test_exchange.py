"""Retries, keys, problems and waits of the Python client: tables, without a server."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from holdfast_client import (
    ApiProblem,
    AsyncHoldfast,
    Holdfast,
    Invalid,
    JobFailed,
    NoConnection,
    NotEndedInTime,
    NotUnderstood,
    Operation,
    Patience,
    PersonNeeded,
    Unauthenticated,
    Unavailable,
)
from holdfast_client.exchange import KEY
from holdfast_client.generated.models import BackupCreate, JobRead
from holdfast_client.operation import as_json

Answer = httpx.Response | BaseException
BUSY = httpx.Response(503, headers={"Retry-After": "2"}, json={"title": "Away", "code": "database_away", "status": 503})
PROBLEM = {
    "type": "https://holdfast.invalid/x",
    "title": "Not valid",
    "status": 422,
    "detail": "It must be later.",
    "code": "invalid_request",
    "pointer": "#/retain_until",
    "remedy": "Name a later time.",
    "retryable": False,
    "azure_code": None,
    "blockers": ["a"],
}
JOB: dict[str, Any] = {
    "id": "0192a0b4-0000-7000-8000-000000000001",
    "kind": "backup",
    "state": "running",
    "origin": "holdfast",
    "resource": None,
    "vault_id": None,
    "protected_item_id": None,
    "requested_by": "dana",
    "reference": None,
    "labels": {},
    "created_at": "2026-11-28T03:00:00Z",
    "started_at": None,
    "finished_at": None,
    "updated_at": "2026-11-28T03:00:00Z",
    "progress_percent": None,
    "remaining_seconds": None,
    "tasks": [],
    "as_of": None,
    "waiting": None,
    "azure": {"job_id": None, "activity_id": None, "status": None},
    "result": None,
    "error": None,
}
ERROR = {
    "code": "azure_refused",
    "title": "Azure refused",
    "detail": "No.",
    "remedy": "Ask the owner.",
    "retryable": False,
    "azure_code": "UserErrorX",
}


class Server:
    """Answers in turn; the last answer for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def client(self, **more: Any) -> Holdfast:
        made = Holdfast("http://x/v1/", "a-token", transport=httpx.MockTransport(self), **more)
        made._sleep = self.slept.append
        return made


def job(**changes: Any) -> httpx.Response:
    etag = f'"{changes.get("state", "running")}{changes.get("progress_percent", "")}"'
    return httpx.Response(200, json=JOB | changes, headers={"ETag": etag})


READ = Operation("GET", "/v1/me", read=as_json)
WRITE = Operation("POST", "/v1/estate/refresh", read=as_json)
KEYED = WRITE.having(Idempotency_Key="k")
WELL = httpx.Response(200, json={"ok": True})
LOST = httpx.ConnectError("refused")


@pytest.mark.parametrize(
    ("operation", "answers", "asked"),
    [
        (READ, (WELL,), 1),
        (READ, (BUSY, WELL), 2),
        (READ, (httpx.Response(429), WELL), 2),
        (READ, (LOST, LOST, WELL), 3),
        (WRITE, (BUSY, WELL), 2),
        (KEYED, (httpx.Response(503), WELL), 2),
        (KEYED, (LOST, WELL), 2),
        (KEYED, (httpx.ReadTimeout("late"), WELL), 2),
    ],
)
def test_what_does_no_harm_is_repeated(operation: Operation[Any], answers: tuple[Answer, ...], asked: int) -> None:
    server = Server(*answers)
    with server.client() as client:
        assert client.send(operation) == {"ok": True}
    assert (len(server.asked), len(server.slept)) == (asked, asked - 1)


@pytest.mark.parametrize(
    ("operation", "answer", "raised"),
    [
        (WRITE, LOST, NoConnection),
        (WRITE, httpx.Response(503), Unavailable),
        (WRITE, httpx.ReadTimeout("late"), NoConnection),
        (KEYED, httpx.Response(422, json=PROBLEM), Invalid),
        (READ, httpx.Response(401, json={"title": "No token"}), Unauthenticated),
        (READ, httpx.Response(500, text="<html>"), ApiProblem),
        (READ, httpx.Response(200, text="<html>"), NotUnderstood),
    ],
)
def test_what_could_do_harm_or_is_final_is_sent_once(
    operation: Operation[Any], answer: Answer, raised: type[Exception]
) -> None:
    server = Server(answer)
    with server.client() as client, pytest.raises(raised):
        client.send(operation)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("retry_after", "low", "high"),
    [
        ("7", 7, 7),
        (" 7 ", 7, 7),
        ("a date", 10, 21),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0, 0),
        ("soon", 0.3, 0.7),
        ("-5", 0.3, 0.7),
    ],
)
def test_retry_after_is_seconds_or_a_date(retry_after: str, low: float, high: float) -> None:
    in_twenty_seconds = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    given = in_twenty_seconds if retry_after == "a date" else retry_after
    server = Server(httpx.Response(429, headers={"Retry-After": given}), WELL)
    with server.client() as client:
        client.send(READ)
    assert low <= server.slept[0] <= high


def test_patience_ends() -> None:
    server = Server(BUSY)
    with server.client(patience=Patience(seconds=5)) as client, pytest.raises(Unavailable) as caught:
        client.send(READ)
    assert server.slept == [2.0, 2.0]
    assert (caught.value.code, caught.value.retry_after) == ("database_away", "2")
    server = Server(LOST)
    with server.client(patience=Patience(seconds=0)) as client, pytest.raises(NoConnection, match="http://x"):
        client.send(READ)


def test_a_problem_says_what_to_do() -> None:
    with Server(httpx.Response(422, json=PROBLEM)).client() as client, pytest.raises(Invalid) as caught:
        client.send(READ)
    problem = caught.value
    assert str(problem) == "Not valid: It must be later."
    assert (problem.code, problem.pointer, problem.remedy) == (
        "invalid_request",
        "#/retain_until",
        "Name a later time.",
    )
    assert (problem.more, problem.retryable) == ({"blockers": ["a"]}, False)


def test_all_attempts_of_a_write_have_one_key_and_two_writes_have_two() -> None:
    body = BackupCreate(retain_until=datetime(2036, 1, 1, tzinfo=UTC))
    accepted = job(retain_until="2036-01-01T00:00:00Z")
    server = Server(LOST, accepted, accepted)
    with server.client(tenant="t-1") as client:
        pending = client.backups.create(JobRead.from_dict(JOB).id, body)
        client.backups.create(JobRead.from_dict(JOB).id, body, idempotency_key="mine")
    keys = [request.headers[KEY] for request in server.asked]
    assert keys[0] == keys[1] != keys[2] == "mine"
    assert pending.id == JOB["id"]
    first = server.asked[0]
    assert first.url == f"http://x/v1/protected-items/{JOB['id']}/backups"
    assert (first.headers["Authorization"], first.headers["Holdfast-Tenant"]) == ("Bearer a-token", "t-1")
    assert json.loads(first.content)["retain_until"] == "2036-01-01T00:00:00+00:00"


def test_a_list_is_read_page_by_page() -> None:
    pages = [httpx.Response(200, json={"items": [JOB], "next": after}) for after in ("c2", None)]
    server = Server(*pages)
    with server.client() as client:
        listed = client.jobs.list(state=["running", "queued"], limit=1)
        assert next(listed).state == "running"
        assert len(server.asked) == 1, "the second page is asked for when it is needed"
        assert len(list(listed)) == 1
    assert [dict(request.url.params).get("cursor") for request in server.asked] == [None, "c2"]
    assert server.asked[0].url.params.get_list("state") == ["running", "queued"]


NOT_MODIFIED = httpx.Response(304)


def waited(*answers: Answer, timeout: float | None = None) -> tuple[JobRead, Server, list[JobRead]]:
    server, seen = Server(*answers), list[JobRead]()
    with server.client() as client:
        return client.jobs.pending(JOB["id"]).wait(timeout, seen.append), server, seen


def test_a_wait_asks_for_changes_only_and_tells_each() -> None:
    ended, server, seen = waited(
        job(progress_percent=None), NOT_MODIFIED, job(progress_percent=40.0), job(state="succeeded")
    )
    assert ended.state == "succeeded"
    assert [one.progress_percent for one in seen] == [None, 40.0, None]
    asked = [(one.headers.get("If-None-Match"), one.headers.get("Prefer")) for one in server.asked]
    assert asked == [
        (None, None),
        ('"runningNone"', "wait=5"),
        ('"runningNone"', "wait=5"),
        ('"running40.0"', "wait=5"),
    ]


@pytest.mark.parametrize(
    ("last", "raised", "remedy"),
    [
        (job(state="failed", error=ERROR), JobFailed, "Ask the owner."),
        (job(state="cancelled"), JobFailed, None),
        (job(state="needs_attention"), PersonNeeded, "resolve"),
    ],
)
def test_a_wait_ends_as_the_job_did(last: httpx.Response, raised: type[Exception], remedy: str | None) -> None:
    with pytest.raises(raised) as caught:
        waited(job(), last)
    found = getattr(caught.value, "remedy", None)
    assert found is None if remedy is None else remedy in str(found)


def test_a_wait_gives_up_and_names_the_job() -> None:
    with pytest.raises(NotEndedInTime) as caught:
        waited(job(), NOT_MODIFIED, timeout=0)
    assert JOB["id"] in str(caught.value)
    assert JOB["id"] in str(caught.value.remedy)


def test_a_state_that_this_version_does_not_know_is_kept() -> None:
    with Server(job(state="resting", a_new_field=1)).client() as client:
        found = client.jobs.get(JobRead.from_dict(JOB).id)
    assert (found.state, found.additional_properties) == ("resting", {"a_new_field": 1})


def test_a_token_is_asked_for_each_time() -> None:
    tokens = iter(["one", "two"])
    server = Server(WELL)
    token: Callable[[], str] = lambda: next(tokens)  # noqa: E731 - as a caller writes it
    with Holdfast("http://x", token, transport=httpx.MockTransport(server)) as client:
        client.send(READ)
        client.send(READ)
    assert [one.headers["Authorization"] for one in server.asked] == ["Bearer one", "Bearer two"]


async def test_the_client_for_asyncio_keeps_the_same_rules() -> None:
    server = Server(BUSY, job(), job(progress_percent=1.0), job(state="succeeded"))
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with AsyncHoldfast("http://x", "t", transport=httpx.MockTransport(server)) as client:
        client._sleep = sleep
        ended = await client.jobs.pending(JOB["id"]).wait()
    assert (ended.state, slept[0], len(server.asked)) == ("succeeded", 2.0, 4)
    pages = [httpx.Response(200, json={"items": [JOB], "next": after}) for after in ("c2", None)]
    async with AsyncHoldfast("http://x", "t", transport=httpx.MockTransport(Server(*pages))) as client:
        assert [one.id async for one in client.jobs.list()] == [JobRead.from_dict(JOB).id] * 2
