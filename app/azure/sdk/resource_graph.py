"""`ports.ResourceGraph` (docs/azure.md, Resource Graph): one POST for each page, and nothing of the SDK's.

The POST changes nothing, so it may be repeated. Pages are by offset and no snapshot: a row that moved between two pages
comes twice, or not at all. The first is merged here; the second cannot be seen, and is one more reason why what is
missing is no proof.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from azure.core.rest import AsyncHttpResponse

from app.azure import names
from app.azure.errors import AzureThrottled, AzureUnreadable
from app.azure.graph import queries
from app.azure.graph.values import GraphDisk, GraphItem, GraphJob, GraphJobs, GraphVm
from app.azure.lists import Listed, Unreadable
from app.azure.sdk import members
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.formats import http_date
from app.azure.sdk.members import Json
from app.azure.sdk.paging import take
from app.azure.sdk.refusals import azure_errors
from app.azure.values import VaultRef

PATH: Final = "/providers/Microsoft.ResourceGraph/resources"
API_VERSION: Final = "2021-03-01"
PAGE: Final = 1000
"""Rows: the most that Azure gives."""
SUBSCRIPTIONS: Final = 1000
"""In one query: the most that Azure takes."""
MOST_PAGES: Final = 500
"""Of one query."""
WAITS: Final = 8
"""How often a query waits for its quota between two pages; it ends within seconds."""
LONGEST_WAIT: Final = 15.0

Sleep = Callable[[float], Awaitable[None]]


T = TypeVar("T")


class SdkResourceGraph:
    def __init__(self, connection: Connection, *, sleep: Sleep = asyncio.sleep) -> None:
        self._connection = connection
        self._sleep = sleep

    async def list_vms(self, subscription_ids: Sequence[str]) -> Listed[GraphVm]:
        return await self._rows(subscription_ids, queries.VMS, machine_of, lambda one: one.vm.id, "machines")

    async def list_items(self, subscription_ids: Sequence[str]) -> Listed[GraphItem]:
        return await self._rows(subscription_ids, queries.ITEMS, _item, lambda one: one.id, "protected items")

    async def list_jobs(
        self, subscription_ids: Sequence[str], *, since: datetime, with_running: bool = False
    ) -> GraphJobs:
        query, dates = queries.jobs(since, with_running=with_running), list[datetime]()
        rows = await self._rows(subscription_ids, query, _job, lambda one: one.id, "jobs", dates)
        return GraphJobs(rows.entries, rows.unreadable, dates[0] if dates else None)

    async def _rows(
        self,
        subscription_ids: Sequence[str],
        query: str,
        read: Callable[[Json], T],
        key: Callable[[T], str],
        what: str,
        dates: list[datetime] | None = None,
    ) -> Listed[T]:
        """Every row once, from all pages of all scopes. `dates` gets the time of each page, by Azure's clock."""
        found: dict[str, T] = {}
        odd: list[Unreadable] = []
        doing = f"asking Resource Graph for {what}"
        for start in range(0, len(subscription_ids), SUBSCRIPTIONS):
            entries: list[T] = []
            scopes = subscription_ids[start : start + SUBSCRIPTIONS]
            for row in await self._pages(scopes, query, doing, dates if dates is not None else []):
                take(row, read, entries, odd)
            found |= {key(one).casefold(): one for one in entries}
        return Listed(tuple(found.values()), tuple(odd))

    async def _pages(self, subscription_ids: Sequence[str], query: str, doing: str, dates: list[datetime]) -> list[Any]:
        """The rows of one query. Raises AzureUnreadable where they do not end, or where some cannot be read."""
        rows: list[Any] = []
        token: str | None = None
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            with azure_errors(doing):
                answer = await self._ask(subscription_ids, query, token, doing)
                page, token, is_cut = page_of(answer, doing)
            if (moment := http_date(answer.headers.get("Date"))) is not None:
                dates.append(moment)
            rows += page
            if token is None:
                if is_cut:
                    raise AzureUnreadable(f"Azure left rows out and gave no way to read them, while {doing}.")
                return rows
            if token in seen or not page:
                raise AzureUnreadable(f"Azure's pages lead nowhere, while {doing}.")
            seen.add(token)
        raise AzureUnreadable(f"Azure's answer has more than {MOST_PAGES} pages, while {doing}.")

    async def _ask(
        self, subscription_ids: Sequence[str], query: str, token: str | None, doing: str
    ) -> AsyncHttpResponse:
        """One page. Between two pages the quota's end is waited for: what was read is not thrown away for it."""
        options: dict[str, Any] = {"resultFormat": "objectArray", "$top": PAGE}
        if token is not None:
            options["$skipToken"] = token
        body = {"subscriptions": list(subscription_ids), "query": query, "options": options}
        for _ in range(WAITS):
            try:
                return await self._connection.post(f"{PATH}?api-version={API_VERSION}", body, doing=doing)
            except AzureThrottled as busy:
                if token is None or not 0 < (busy.retry_after or 0) <= LONGEST_WAIT:
                    raise
                await self._sleep(busy.retry_after or 0)
        return await self._connection.post(f"{PATH}?api-version={API_VERSION}", body, doing=doing)


def page_of(response: AsyncHttpResponse, doing: str) -> tuple[list[Any], str | None, bool]:
    """(rows, what asks for the next page, whether rows are missing). `resultTruncated` is a text, not a flag."""
    body = json_of(response)
    rows = body.get("data")
    if not isinstance(rows, list):
        raise AzureUnreadable(f"Azure answered {response.status_code} without rows while {doing}.")
    return rows, members.text_or_none(body, "$skipToken"), members.flag(body, "resultTruncated")


def machine_of(row: Json) -> GraphVm:
    storage, tags = _object(row, "storage"), _object(row, "tags")
    os_disk = _object(storage, "osDisk")
    disks = [_disk(disk, members.count_or_none(disk, "lun")) for disk in members.objects(storage, "dataDisks")]
    return GraphVm(
        vm=names.read_vm_id(members.text(row, "id")),
        location=(members.text_or_none(row, "location") or "").lower(),
        tags={members.cleaned(str(key)): members.written(tags, key) for key in tags},
        size=members.text_or_none(row, "size"),
        os=members.text_or_none(os_disk, "osType"),
        disks=(*([_disk(os_disk, None)] if os_disk else []), *disks),
    )


def _disk(body: Json, lun: int | None) -> GraphDisk:
    return GraphDisk(members.text_or_none(body, "name"), members.count_or_none(body, "diskSizeGB"), lun)


def _item(row: Json) -> GraphItem:
    vm = members.text_or_none(row, "vm") or members.text(row, "machine")
    identity = members.text(row, "id")
    return GraphItem(
        id=identity,
        vault=_vault_of(identity),
        vm=names.read_vm_id(vm),
        state=members.text_or_none(row, "state"),
        current_state=members.text_or_none(row, "current"),
        is_soft_deleted=members.flag(row, "deleted"),
        last_recovery_point=members.moment_or_none(row, "point"),
        policy_name=members.text_or_none(row, "policy"),
    )


def _job(row: Json) -> GraphJob:
    identity = members.text(row, "id")
    return GraphJob(
        id=identity,
        vault=_vault_of(identity),
        job_id=identity.rpartition("/")[2],
        status=members.text(row, "status"),
        operation=members.text_or_none(row, "operation"),
        started_at=members.moment_or_none(row, "started"),
        ended_at=members.moment_or_none(row, "ended"),
    )


def _vault_of(identity: str) -> VaultRef:
    """The vault that something is in."""
    return names.read_vault_id("/".join(identity.split("/")[:9]))


def _object(body: Json, key: str) -> Json:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}
