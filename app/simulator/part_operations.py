"""Asynchronous writes of Compute and Network, and how they are followed (docs/azure.md, Compute and Network).

Links and bodies as recorded 2023-2024. Compute: 202 with `Azure-AsyncOperation` and `Location` (the same path, with
`monitor=true`); Network: `operations/{id}` and `operationResults/{id}`. How an operation that failed looks was not
recorded: it is the specification's.
"""

import uuid
from typing import Final

from app.simulator.arm import Call, Reply, Route, gateway_error
from app.simulator.machine_parts import PartOperation
from app.simulator.progress import moment
from app.simulator.world import Json

COMPUTE, NETWORK = "Microsoft.Compute", "Microsoft.Network"
PRINCIPAL: Final = "571046f6-b640-41c1-86f7-f9f044b5adf9"
ASYNC: Final = {"azure-asyncnotification": "Enabled"}


def offset_time(instant: int) -> str:
    """`2024-08-26T09:00:20.7591033+00:00`: how Compute writes a time."""
    return f"{moment(instant):%Y-%m-%dT%H:%M:%S}.{instant % 10_000_000:07d}+00:00"


def begin(
    call: Call,
    provider: str,
    location: str,
    ends: int,
    *,
    kind: str = "operations",
    output: Json | None = None,
    error: Json | None = None,
) -> dict[str, str]:
    """An operation from now to then: its headers, both links among them."""
    identity = str(uuid.uuid4())
    found = PartOperation(provider, call.world.clock.now(), ends, output, error)
    call.world.parts.operations[identity] = found
    place = f"/subscriptions/{call.subscription}/providers/{provider}/locations/{location}"
    if provider == NETWORK:
        return ASYNC | {
            "Azure-AsyncOperation": call.link(f"{place}/operations/{identity}"),
            "Location": call.link(f"{place}/operationResults/{identity}"),
            "Retry-After": call.world.clock.retry_after(10),
        }
    link = call.link(f"{place}/{kind}/{identity}").replace("?", f"?p={PRINCIPAL}&", 1)
    headers = {} if kind == "DiskOperations" else dict(ASYNC)
    return headers | {
        "Azure-AsyncOperation": link,
        "Location": link.replace("&", "&monitor=true&", 1),
        "Retry-After": call.world.clock.retry_after(10),
    }


def get_operation(call: Call) -> Reply:
    """Its status; with `monitor=true`, what `Location` answers: 202 while it runs, then what came of it."""
    identity = call.params["operation"].lower()
    found = _found(call, identity)
    is_over = call.world.clock.now() >= found.ends
    headers = {"x-ms-ratelimit-remaining-resource": "Microsoft.Compute/GetOperationResource;44"}
    headers = headers if found.provider == COMPUTE else {}
    if call.query.get("monitor") == "true":
        link = f"https://{call.host}{call.path}?" + "&".join(f"{name}={text}" for name, text in call.query.items())
        return _result(found, headers, link, is_over=is_over)
    if found.provider == NETWORK:
        body: Json = {"status": _status(found, is_over=is_over)}
        return Reply(200, body | ({"error": found.error} if is_over and found.error else {}))
    body = {"startTime": offset_time(found.started)}
    if is_over:
        body["endTime"] = offset_time(found.ends)
    body["status"] = _status(found, is_over=is_over)
    if is_over and found.error is not None:
        body["error"] = found.error
    elif is_over and found.output is not None:
        body["properties"] = {"output": found.output}
    return Reply(200, body | {"name": identity}, headers)


def _status(found: PartOperation, *, is_over: bool) -> str:
    return ("Failed" if found.error else "Succeeded") if is_over else "InProgress"


def _result(found: PartOperation, headers: dict[str, str], link: str, *, is_over: bool) -> Reply:
    if not is_over:
        return Reply(202, None, headers | {"Location": link})
    if found.error is not None:
        return Reply(409, {"error": found.error}, headers)
    return Reply(204 if found.output is None else 200, found.output, headers)


def get_network_result(call: Call) -> Reply:
    """202 while it runs, then 204 (recorded 2023)."""
    found = _found(call, call.params["operation"].lower())
    return _result(found, {}, call.link(call.path), is_over=call.world.clock.now() >= found.ends)


def _found(call: Call, identity: str) -> PartOperation:
    found = call.world.parts.operations.get(identity)
    if found is None:
        raise gateway_error(404, "NotFound", f"The operation {identity} was not found.")
    return found


_PLACE = "/subscriptions/{subscription}/providers/"
ROUTES: list[Route] = [
    ("GET", _PLACE + COMPUTE + "/locations/{location}/operations/{operation}", get_operation),
    ("GET", _PLACE + COMPUTE + "/locations/{location}/DiskOperations/{operation}", get_operation),
    ("GET", _PLACE + NETWORK + "/locations/{location}/operations/{operation}", get_operation),
    ("GET", _PLACE + NETWORK + "/locations/{location}/operationResults/{operation}", get_network_result),
]
