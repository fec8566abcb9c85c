"""Answers of Compute and Network, and the ids that they are about."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from app.azure.values import VmRef

from .conftest import SUBSCRIPTION

Json = dict[str, Any]
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
VM = VmRef(SUBSCRIPTION, "rg", "vm")
DISK = f"{GROUP}/providers/Microsoft.Compute/disks/d"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v"


def answering(*bodies: Any, status: int = 200, sent: list[httpx.Request] | None = None) -> Callable[..., Any]:
    told = iter(bodies)

    def answer(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        body = next(told)
        if isinstance(body, dict) and "response" in body:
            headers = {n: t for n, t in body["response"]["headers"].items() if n.lower() != "content-length"}
            content = b"" if body["response"]["body"] is None else json.dumps(body["response"]["body"]).encode()
            return httpx.Response(body["response"]["status"], headers=headers, content=content)
        return httpx.Response(status, json=body)

    return answer


def odd_machine(**properties: Any) -> Json:
    return {"id": VM.id, "location": "westus", "properties": properties}
