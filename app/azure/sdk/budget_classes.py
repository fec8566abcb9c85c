"""Budget class and account of each request, and the rate limit headers of its answer.

The classes are those that Azure was seen to limit separately (docs/decisions/0008): reads of a vault's jobs, other
reads, writes; and those of Compute, of Network and of Azure Policy, which count their requests themselves. Backups and
restores have a class apart from other writes, so that they never wait for anything else.
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from azure.core.rest import AsyncHttpResponse

from app.azure.gate import IS_LOW_PRIORITY, Answered, Metered, RequestClass
from app.azure.sdk.formats import LONGEST_WAIT, seconds_or_none, whole_or_none
from app.azure.sdk.refusals import asked_wait, said_in

_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([0-9a-f-]{36})(?:/|\?|$)", re.IGNORECASE)
_TRIGGER: Final = re.compile(r"/(?:backup|restore|backupcrossregionrestore)$")
_JOB_READS: Final = re.compile(r"/backupjobs(?:/[^/]+)?$")
"""One action of Azure: `Microsoft.RecoveryServices/vaults/backupJobs/read`."""
_READING_POSTS: Final = frozenset(
    {
        "backupstatus",
        "backupcrrjobs",
        "backupcrrjob",
        "backupvalidateoperation",
        "backuptriggervalidateoperation",
        "listinstantitemrecoveryoperationresult",
        "accesstoken",
    }
)
"""Requests that change nothing although they are POSTs."""
_READS: Final = frozenset({"GET", "HEAD"})
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_GRAPH: Final = "/providers/microsoft.resourcegraph/resources"
_REMAINING: Final = "x-ms-ratelimit-remaining-"
_AMOUNT: Final = re.compile(r"(?:^|;)\s*(-?\d{1,9})\s*$")
_OF_ONE_MACHINE: Final = re.compile(r"Resource\s*;\s*(-?\d{1,9})\s*$", re.IGNORECASE)
"""`Microsoft.Compute/LowCostGetResource;35`: what is left of one machine's count, not of the subscription's."""
_OF_PROVIDER: Final = {
    "microsoft.compute": (RequestClass.COMPUTE_READ, RequestClass.COMPUTE_WRITE),
    "microsoft.network": (RequestClass.NETWORK_READ, RequestClass.NETWORK_WRITE),
    "microsoft.policyinsights": (RequestClass.POLICY_INSIGHTS, RequestClass.POLICY_INSIGHTS),
}


def metered(method: str, target: str, authorization: str) -> Metered:
    """`target`: path and query; `authorization`: the header, whose token names the principal."""
    path = target.partition("?")[0].rstrip("/").lower()
    found = _SUBSCRIPTION.match(target)
    return Metered(found[1].lower() if found else "", principal_of(authorization), _class_of(method, path))


def _class_of(method: str, path: str) -> RequestClass:
    last = path.rpartition("/")[2]
    if method == "POST" and path == _GRAPH:
        return RequestClass.QUERY_GRAPH
    if method in _READS and _JOB_READS.search(path):
        return RequestClass.JOB_READS
    if IS_LOW_PRIORITY.get():
        return RequestClass.RESTORE_TEST
    if method == "POST" and _TRIGGER.search(path):
        return RequestClass.TRIGGER
    return _by_provider(method, path, last)


def _by_provider(method: str, path: str, last: str) -> RequestClass:
    provider = path.rpartition("/providers/")[2].partition("/")[0]
    if last == "triggerevaluation":
        return RequestClass.POLICY_SCAN
    if provider in _OF_PROVIDER:
        read, write = _OF_PROVIDER[provider]
        return read if method in _READS else write
    if method in _READS or (method == "POST" and last in _READING_POSTS):
        return RequestClass.OTHER_READ
    return RequestClass.WRITE


@lru_cache(maxsize=16)
def principal_of(authorization: str) -> str:
    """The `oid` of a bearer token, read and not verified: it only says which row to count in. '' for an opaque one."""
    parts = authorization.partition(" ")[2].split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return ""
    who = claims.get("oid") if isinstance(claims, dict) else None
    return who if isinstance(who, str) and len(who) <= 64 else ""


def answered(response: AsyncHttpResponse) -> Answered:
    """Reads the rate limit headers of an answer."""
    status = response.status_code
    said = said_in(response.text())[1] if status == HTTPStatus.TOO_MANY_REQUESTS else None
    wait, quota = asked_wait(response, said), short_quota(response.headers)
    if quota is None:
        # A machine that was asked too often closes no class: the others may be asked.
        is_of_class = not (status == HTTPStatus.TOO_MANY_REQUESTS and _machine_is_used_up(response.headers))
        return Answered(status, remaining(response.headers), wait if is_of_class else None)
    left, resets_after = quota
    return Answered(status, left, resets_after if wait is None and status in _BUSY else wait, resets_after)


def short_quota(headers: Mapping[str, str]) -> tuple[int, float] | None:
    """(queries left, seconds until all are back) of Resource Graph (docs/azure.md, Resource Graph)."""
    left, resets_after = headers.get("x-ms-user-quota-remaining"), headers.get("x-ms-user-quota-resets-after")
    amount, seconds = whole_or_none(left), seconds_or_none(resets_after)
    return None if amount is None or seconds is None else (max(amount, 0), min(seconds, LONGEST_WAIT))


def remaining(headers: Mapping[str, str]) -> int | None:
    """The least that any header leaves: several limits hold at once. None where none says.

    What is left of one machine's own count is passed over.

    Below nothing is nothing: -1 and -3 were recorded (docs/azure.md, Throttling).

    Seen: `...-subscription-writes: 1199`, `...-subscription-resource-requests: 198`, `...-subscription-global-writes`
    (docs/azure.md, Asynchronous writes); also `...-resource:
    Microsoft.Compute/GetOperation3Min;107,Microsoft.Compute/...;1990`.
    """
    amounts = [
        int(amount[1])
        for name, text in headers.items()
        if name.lower().startswith(_REMAINING)
        for part in text.split(",")
        if (amount := _AMOUNT.search(part)) and not _OF_ONE_MACHINE.search(part)
    ]
    return max(min(amounts), 0) if amounts else None


def _machine_is_used_up(headers: Mapping[str, str]) -> bool:
    parts = headers.get(f"{_REMAINING}resource", "").split(",")
    return any(int(found[1]) <= 0 for part in parts if (found := _OF_ONE_MACHINE.search(part)))
