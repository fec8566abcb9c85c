"""Lists at size: Postgres is asked how it would read each page, and how much it read.

Nothing here measures time. A page is well read when the big table is read through an index and few rows are touched
that are not on the page; a table of 50,000 jobs is enough for the planner to care.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from app.azure.names import read_vm_id
from app.core.http.pages import encode_cursor
from app.jobs.api import queries
from app.jobs.api.queries import JobFilter
from app.jobs.models import Job
from app.protection.items import ItemFilter, list_items
from tests.database import cloned
from tests.jobs.plan_checks import complaints
from tests.jobs.plan_reader import Reader, ago
from tests.many_jobs import (
    ITEM_ID,
    POLICY_ID,
    RARE_LABEL,
    RARE_REFERENCE,
    SMALL_TENANT,
    TENANT,
    VAULT_ID,
    put_many_items,
    put_many_jobs,
)
from tests.simulator.story import vm_id
from tests.whole import some_of

JOBS = 50_000
DAYS = 10
ITEMS = 20_000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Ask:
    """A page as a caller asks for it: the first, or the one after `after`. `reads`: how many rows it may touch."""

    wanted: Mapping[str, Any]
    after: UUID | None = None
    tenant: str = TENANT
    reads: int = 3 * PAGE


@pytest.fixture(scope="module")
def filled(template_database_url: str) -> Iterator[str]:
    """The URL of a database with many jobs and items."""
    with cloned(template_database_url) as url:
        with psycopg.connect(url) as connection:
            put_many_jobs(connection, jobs=JOBS, days=DAYS)
            put_many_items(connection, items=ITEMS)
        yield url


class JobReader(Reader):
    """Reads pages of jobs."""

    async def read(self, ask: Ask, *, without: str | None = None) -> tuple[int, list[str]]:
        """How many jobs are on the page, and what is wrong with how it was read."""
        cursor = encode_cursor("jobs", str(ask.after)) if ask.after else None
        async with self.asking(ask.tenant, without=without) as session:
            wanted = JobFilter(**ask.wanted)
            page, _ = await queries.list_jobs(session, ask.tenant, wanted, limit=PAGE, cursor=cursor)
            said = [one for plan in await self.plans(session) for one in complaints(plan, ask.reads)]
            return len(page), said


@pytest.fixture
async def reader(filled: str) -> AsyncIterator[JobReader]:
    opened = JobReader(filled)
    yield opened
    await opened.database.aclose()


def asks() -> dict[str, Ask]:
    """Every filter by itself, deep pages, last pages, and what people combine."""
    day, half = ago(days=1), ago(days=DAYS / 2)
    middle = UUID(int=int(half.timestamp() * 1000) << 80)
    failed = {"state": ["failed"]}
    return {
        "nothing": Ask({}),
        "deep": Ask({}, after=middle),
        "small tenant": Ask({}, tenant=SMALL_TENANT),
        "kind": Ask({"kind": ["protect"]}),
        "state": Ask(failed),
        "state, deep": Ask(failed, after=middle),
        "vault": Ask({"vault_id": VAULT_ID}),
        "vault, deep": Ask({"vault_id": VAULT_ID}, after=middle),
        "item": Ask({"protected_item_id": ITEM_ID}),
        "vm": Ask({"vm": read_vm_id(vm_id("vm-7"))}),
        "vm, deep": Ask({"vm": read_vm_id(vm_id("VM-7"))}, after=middle),
        "vm name": Ask({"name": "VM-7"}),
        "vm name, deep": Ask({"name": "vm-7"}, after=middle),
        "no such vm": Ask({"vm": read_vm_id(vm_id("vm-none"))}),
        "several states of a vm": Ask({"name": "vm-7", "state": ["succeeded", "failed"]}),
        "several kinds of a vm, deep": Ask({"name": "vm-7", "kind": ["backup", "restore"]}, after=middle),
        "origin": Ask({"origin": "holdfast"}),
        "reference": Ask({"reference": RARE_REFERENCE}),
        "label": Ask({"label": RARE_LABEL}),
        "label, deep": Ask({"label": RARE_LABEL}, after=middle),
        "label of nobody": Ask({"label": ("team", "nobody")}),
        # The range of ids is an hour wider than the time asked for, on both sides: 208 jobs each.
        "created since": Ask({"created_since": half}),
        "created until": Ask({"created_until": half}, reads=500),
        "created between": Ask({"created_since": ago(days=5.2), "created_until": half}, reads=500),
        "nothing created": Ask({"created_since": ago(days=-1)}),
        "updated since": Ask({"updated_since": day}),
        "updated lately": Ask({"updated_since": ago(minutes=10)}),
        "updated since, last page": Ask({"updated_since": day}, after=middle),
        # Each of several is read to the end of the page, and what they give is merged.
        "several states": Ask({"state": ["failed", "needs_attention", "cancelled"]}, reads=4 * PAGE),
        # Postgres 18 touches three pages, 15 five: it reads on before it merges.
        "several kinds, deep": Ask({"kind": ["restore", "protect"]}, after=middle, reads=5 * PAGE),
        # A night, however long ago; the few that ran at another time than their ids say are read first.
        "started and finished": Ask({"started_since": ago(days=5.02), "finished_until": half}, reads=700),
        "started lately": Ask({"started_since": ago(minutes=10)}),
        "finished lately": Ask({"finished_since": ago(minutes=10)}),
        "started until": Ask({"started_until": half}, reads=1000),
        "finished until": Ask({"finished_until": half}, reads=1000),
        "finished since, deep": Ask({"finished_since": ago(days=9)}, after=middle),
        "nothing started": Ask({"started_since": ago(days=-1)}),
        "failed in a vault": Ask(failed | {"vault_id": VAULT_ID}, reads=700),
        "failed last night": Ask(failed | {"created_since": day, "created_until": ago(hours=12)}),
        "restores of an item": Ask({"kind": ["restore"], "protected_item_id": ITEM_ID}),
        "failed with a label": Ask(failed | {"label": RARE_LABEL}),
        "label since": Ask({"label": RARE_LABEL, "created_since": day}),
    }


async def test_every_filter_of_jobs_and_every_deep_page_reads_an_index_and_little_else(reader: JobReader) -> None:
    read = {name: await reader.read(ask) for name, ask in asks().items()}
    assert {name: said for name, (_, said) in read.items() if said} == {}
    # A page with nothing on it proves little; these are to find nothing, as quickly.
    assert {name for name, (count, _) in read.items() if count == 0} == {
        "label of nobody",
        "no such vm",
        "nothing created",
        "nothing started",
        "failed in a vault",
        "restores of an item",
        "failed with a label",
    }


async def test_each_index_is_there_for_a_reason_without_it_a_plan_is_complained_about(reader: JobReader) -> None:
    made = asks()
    for index, name in (
        ("ix_jobs_tenant_id", "small tenant"),
        ("ix_jobs_tenant_kind_id", "kind"),
        ("ix_jobs_tenant_state_id", "state"),
        ("ix_jobs_tenant_vault_id", "vault"),
        ("ix_jobs_tenant_item_id", "item"),
        ("ix_jobs_tenant_vm_id", "vm"),
        ("ix_jobs_tenant_vm_name_id", "vm name"),
        ("ix_jobs_tenant_origin_id", "origin"),
        ("ix_jobs_tenant_reference_id", "reference"),
        ("ix_jobs_tenant_started_at", "started lately"),
        ("ix_jobs_tenant_finished_at", "finished lately"),
        ("ix_jobs_tenant_ran_apart", "started until"),
        ("ix_jobs_tenant_updated_at", "updated lately"),
        ("ix_jobs_tenant_moved_late", "updated since, last page"),
    ):
        _, said = await reader.read(made[name], without=index)
        assert said, index


@pytest.mark.parametrize(
    "wanted",
    some_of(
        [
            {"updated_since": ago(hours=6)},
            {"updated_since": ago(days=3), "label": RARE_LABEL},
            {"updated_since": ago(days=9), "state": ["failed"]},
            {"created_since": ago(days=6), "created_until": ago(days=5.8), "vault_id": VAULT_ID},
            {"started_since": ago(days=4.1), "finished_until": ago(days=4)},
            {"finished_until": ago(days=9)},
            {"started_since": ago(days=0.2)},
            {"started_since": ago(days=3), "started_until": ago(days=2), "updated_since": ago(days=2.5)},
            {"started_until": ago(days=1), "state": ["succeeded", "failed"], "label": RARE_LABEL},
            {"state": ["failed", "needs_attention"], "kind": ["backup", "restore"]},
            {"kind": ["restore", "protect"], "finished_since": ago(days=2)},
        ],
        short=4,
    ),
)
async def test_paging_through_a_filter_by_time_shows_each_job_once_and_leaves_none_out(
    reader: JobReader, wanted: dict[str, Any]
) -> None:
    """The list is read in ranges of ids; what a plain query over all rows finds is the measure."""
    asked = JobFilter(**wanted)
    rows = select(Job.id).where(Job.tenant == TENANT).order_by(Job.id.desc())
    if asked.updated_since is not None:
        rows = rows.where(Job.updated_at >= asked.updated_since)
    if asked.created_since is not None:
        rows = rows.where(Job.created_at.between(asked.created_since, asked.created_until))
    if asked.state is not None:
        rows = rows.where(Job.state.in_(asked.state))
    if asked.kind is not None:
        rows = rows.where(Job.kind.in_(asked.kind))
    rows = rows.where(Job.vault_id == asked.vault_id) if asked.vault_id else rows
    for column, since, until in (
        (Job.started_at, asked.started_since, asked.started_until),
        (Job.finished_at, asked.finished_since, asked.finished_until),
    ):
        rows = rows.where(column >= since) if since else rows
        rows = rows.where(column <= until) if until else rows
    if asked.label is not None:
        rows = rows.where(Job.labels[asked.label[0]].astext == asked.label[1])
    async with reader.asking(TENANT) as session:
        expected = list(await session.scalars(rows))
        assert len(expected) > 3
        found: list[UUID] = []
        cursor: str | None = None
        while not found or cursor is not None:
            page, cursor = await queries.list_jobs(session, TENANT, asked, limit=PAGE, cursor=cursor)
            found += [job.id for job in page]
    assert found == expected


ITEM_ASKS: dict[str, tuple[ItemFilter, UUID | None]] = {
    "nothing": (ItemFilter(), None),
    "deep": (ItemFilter(), UUID(int=1_000_000 + ITEMS // 2)),
    "vm": (ItemFilter(vm=read_vm_id(vm_id("vm-7"))), None),
    "name": (ItemFilter(name="VM-7"), None),
    "no such name": (ItemFilter(name="vm-none"), None),
    "vault": (ItemFilter(vault_id=[VAULT_ID]), None),
    "vault, deep": (ItemFilter(vault_id=[VAULT_ID]), UUID(int=1_000_000 + ITEMS // 2)),
    "policy": (ItemFilter(policy_id=[POLICY_ID]), None),
    "state": (ItemFilter(state=["error"]), None),
    "several states": (ItemFilter(state=["error", "paused", "protected"]), None),
    "health": (ItemFilter(health=["ActionRequired"]), None),
    "missed": (ItemFilter(rpo=["missed"]), None),
    "met, deep": (ItemFilter(rpo=["met"]), UUID(int=1_000_000 + ITEMS // 2)),
    "due": (ItemFilter(rpo=["due"]), None),
    "missed or due in a vault": (ItemFilter(rpo=["missed", "due"], vault_id=[VAULT_ID]), None),
    "gone": (ItemFilter(vm_missing=True), None),
    "there": (ItemFilter(vm_missing=False), None),
    "updated since": (ItemFilter(updated_since=ago(minutes=5)), None),
    "no point since": (ItemFilter(no_recovery_point_since=ago(days=200)), None),
    "no point today": (ItemFilter(no_recovery_point_since=ago(days=-1)), None),
}
"""Not here: `q`. A part of a name is looked for in every item of the tenant, in the order of the page."""


async def test_every_filter_of_protected_items_reads_an_index(reader: JobReader) -> None:
    wrong = {}
    for name, (wanted, cursor) in ITEM_ASKS.items():
        async with reader.asking(TENANT) as session:
            at = encode_cursor("protected_items", str(cursor)) if cursor else None
            await list_items(session, TENANT, wanted, limit=PAGE, cursor=at)
            said = [one for plan in await reader.plans(session) for one in complaints(plan, reads=400)]
        if said:
            wrong[name] = said
    assert wrong == {}
