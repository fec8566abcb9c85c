"""Trouble on request: answer wrongly, late or not at all, before or after having acted; or let the job fail.

Also the connection cut itself: over a socket the transport is aborted without one byte of an answer; in-process
(httpx.ASGITransport), where there is no socket, the client's own transport error is raised.
"""

import random
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from app.simulator.arm import Reply
from app.simulator.progress import TICKS, Job, http_date
from app.simulator.world import Json

EFFECTS = (
    "status_before",
    "status_after",
    "drop_before",
    "drop_after",
    "delay",
    "fail_job",
    "warn_job",
    "vanish_job",
    "rename_job",
    "acknowledge",
    "odd_entry",
)
OK = 200
CUT = "simulator.cut"  # ASGI scope extension: a callable that aborts the connection
NAMES = {
    401: "AuthenticationFailed",
    403: "AuthorizationFailed",
    404: "ResourceNotFound",
    408: "RequestTimeout",
    409: "Conflict",
    429: "TooManyRequests",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}


@dataclass(slots=True)
class Fault:
    """`times` requests that match get `effect`; None = every one."""

    effect: str
    method: str | None = None
    path: re.Pattern[str] | None = None
    times: int | None = 1
    status: int = 503
    retry_after: str | None = None
    retry_date_in: float | None = None  # seconds from the simulated now: Retry-After as a date
    seconds: float = 0.0
    probability: float = 1.0
    running_as: str | None = None  # what rename_job calls the statuses of a job
    completed_as: str | None = None
    body: str | None = None  # instead of an error in ARM's shape; {hits} in it is how many requests this fault met
    headers: dict[str, str] = field(default_factory=dict)
    code: str | None = None
    message: str | None = None
    lists_tell: bool = True  # whether lists show the errorDetails of the job, too
    told_beside: str = ""  # the job's dynamicErrorMessage
    hits: int = 0

    def matches(self, method: str, path: str, chance: Callable[[], float]) -> bool:
        if self.times is not None and self.hits >= self.times:
            return False
        if self.method is not None and self.method != method:
            return False
        if self.path is not None and not self.path.search(path):
            return False
        return self.probability >= 1 or chance() < self.probability

    def failure(self) -> Json:
        """The errorDetails entry of a job that `fail_job` lets fail; as recorded in 2024 unless told otherwise."""
        return {
            "errorCode": 400199,
            "errorTitle": self.code or "VMCreationTimeOutStorageErrorV2",
            "errorString": self.message or "Create VM took very long time and got timed out",
            "recommendations": [
                "Please retry the operation after some time. If problem persists, please contact Microsoft support."
            ],
        }

    def change(self, job: Job) -> None:
        """What a job that such a request began will be like."""
        if self.effect == "fail_job":
            job.failure = self.failure()
        elif self.effect == "warn_job":
            job.warnings, job.completed_as = self.warnings(), "CompletedWithWarnings"
        elif self.effect == "rename_job":
            job.running_as, job.completed_as = self.running_as or job.running_as, self.completed_as or job.completed_as
        job.lists_tell, job.message = self.lists_tell, self.told_beside

    def warnings(self) -> tuple[Json, ...]:
        """The errorDetails of a job that `warn_job` lets complete with warnings; none where it has no code.

        Their shape is that of a failure's: such a job was not recorded.
        """
        if self.code is None:
            return ()
        said = self.message or "Something went wrong."
        advice = ["Look into it, then try again."]
        return ({"errorCode": 400000, "errorTitle": self.code, "errorString": said, "recommendations": advice},)

    def reply(self, now: int) -> Reply:
        headers = dict(self.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = self.retry_after
        if self.retry_date_in is not None:
            headers["Retry-After"] = http_date(now + int(self.retry_date_in * TICKS))
        if self.body is not None:
            return Reply(self.status, self.body.replace("{hits}", str(self.hits)), headers)
        code = self.code or NAMES.get(self.status, "InjectedFault")
        message = self.message or f"The simulator was told to answer {self.status}."
        return Reply(self.status, {"error": {"code": code, "message": message}}, headers)


def with_odd_entry(reply: Reply) -> Reply:
    """The list that it is, and one more entry that no reader can make sense of."""
    listed = reply.body.get("value") if isinstance(reply.body, dict) else None
    if reply.status != OK or not isinstance(listed, list):
        return reply
    odd = {"id": None, "name": "odd", "properties": "none that anybody knows"}
    return Reply(reply.status, reply.body | {"value": [odd, *listed]}, reply.headers)


def parse_fault(body: Json) -> Fault:
    """A fault from its JSON (app/simulator/control.py). Raises ValueError with what is wrong."""
    if body.get("effect") not in EFFECTS:
        raise ValueError(f"effect must be one of {', '.join(EFFECTS)}")
    match = body.get("match") or {}
    times, retry = body.get("times", 1), body.get("retry_after")
    _check_numbers(times, retry, body.get("probability", 1.0))
    try:
        path = re.compile(str(match["path"]), re.IGNORECASE) if match.get("path") else None
    except re.error as error:
        raise ValueError(f"match.path is not a regular expression: {error}") from None
    return Fault(
        effect=str(body["effect"]),
        method=str(match["method"]).upper() if match.get("method") else None,
        path=path,
        times=times,
        status=int(body.get("status", 503)),
        retry_after=None if retry is None or isinstance(retry, dict) else str(retry),
        retry_date_in=float(retry["date_in"]) if isinstance(retry, dict) else None,
        probability=float(body.get("probability", 1.0)),
        running_as=body.get("running_as"),
        completed_as=body.get("completed_as"),
        body=None if body.get("body") is None else str(body["body"]),
        seconds=float(body.get("seconds", 0)),
        headers={str(name): str(value) for name, value in (body.get("headers") or {}).items()},
        code=body.get("code"),
        message=body.get("message"),
        lists_tell=bool(body.get("lists_tell", True)),
        told_beside=str(body.get("dynamic_message") or ""),
    )


def _check_numbers(times: Any, retry: Any, probability: Any) -> None:
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times must be a positive whole number, or null for every time")
    dated = isinstance(retry, dict) and type(retry.get("date_in")) in {int, float}
    if not dated and type(retry) not in {str, int, type(None)}:
        raise ValueError("retry_after is text, or {'date_in': seconds}")
    if isinstance(probability, bool) or not 0 < probability <= 1:
        raise ValueError("probability must be above 0 and at most 1")


class Faults:
    """The faults waiting for their requests, in the order they were set."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self._dice = random.Random(20261122)  # noqa: S311 - the same chances in every run

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that matches this request; it counts as used."""
        for fault in self.waiting:
            if fault.matches(method, path, self._dice.random):
                fault.hits += 1
                return fault
        return None

    def describe(self) -> list[Json]:
        return [
            {
                "effect": fault.effect,
                "match": {"method": fault.method, "path": fault.path.pattern if fault.path else None},
                "times": fault.times,
                "hits": fault.hits,
                "status": fault.status,
                "probability": fault.probability,
            }
            for fault in self.waiting
        ]


async def cut_connection(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]]) -> None:
    """End the exchange without an answer."""
    cut = scope.get("extensions", {}).get(CUT)
    if cut is None:
        # In-process the only client is httpx, which raises what the application raises: so its own error it is.
        from httpx import RemoteProtocolError  # noqa: PLC0415

        raise RemoteProtocolError("Server disconnected without sending a response.")
    cut()
    # The server must have noticed before we return, or it would report an application that never answered.
    while (await receive())["type"] != "http.disconnect":
        pass
