"""Writes and reads restore tests, and asks for rounds of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import record
from app.azure.grants import check_id_granted
from app.azure.item_states import MAY_BE_RESTORED
from app.core.db.database import NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.secret_box import SecretBox
from app.cost.subjects import ItemFacts, items_by_id, selected_items
from app.events.quiet_changes import tell_change
from app.evidence.statement import digest_of
from app.identity.access.caller import Caller
from app.jobs.errors import QuotaUsedUp
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.requests.quotas import hold_quota
from app.restore_tests import approvals, plans
from app.restore_tests import schedule as schedules
from app.restore_tests.errors import NothingSelected, RestoreTestNotFound, RestoreTestNotValid, RestoreTestRuns
from app.restore_tests.models import RestoreTest, RestoreTestRun
from app.restore_tests.rules import RunState
from app.restore_tests.sampling import Candidate, sample
from app.restore_tests.schemas import ScriptBody, TestTargetBody
from app.restore_tests.script_secrets import sealed
from app.selectors.schemas import SelectorBody
from app.vaults.models import Vault

QUOTA = "restore_tests"
TESTS_PER_TENANT = 100
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""`due_at` of a test without a schedule."""
MANUAL_WINDOW_MINUTES = 1440
MOST_OF_ROUND = 5_000
"""VMs of one round."""
SECRET_FACTS = ("secret_names", "secrets_digest")
"""The members of a definition that describe the secret parameters of its script."""
SENT_TO = ("selector", "plan_id", "plan_hash", "target")
"""The members of a definition that say which machines get them."""
SHOWN_BY = ("text", "shell", "parameters")
"""The members of a script that say what it does with them."""


def path_of(test: RestoreTest) -> str:
    return f"/v1/restore-tests/{test.id}"


def check_target_granted(caller: Caller, target: TestTargetBody) -> None:
    """Raises NotGranted with a pointer to what the tenant may not touch."""
    for name in ("resource_group_id", "subnet_id", "staging_storage_account_id"):
        check_id_granted(caller.membership.grants, getattr(target, name), f"#/target/{name}")


def keep_secrets(
    box: SecretBox, definition: dict[str, Any], script: ScriptBody | None, before: RestoreTest | None = None
) -> str | None:
    """The secret parameters, encrypted, whose names and digest are written into the definition. None: there are none.

    `before`: what is changed; parameters that were left out stay as they were, but not with another script or other
    machines: who does not know them could read them there. Raises SecretsKeysMissing, RestoreTestNotValid.
    """
    if script is None:
        return None
    was = before.definition["script"] if before is not None else None
    if script.secret_parameters is None and before is not None and was is not None:
        if before.secrets is not None:
            _check_stay_where_they_are(before.definition, definition)
        definition["script"] |= {name: was.get(name) for name in SECRET_FACTS}
        return before.secrets
    if not script.secret_parameters:
        definition["script"] |= {"secret_names": [], "secrets_digest": None}
        return None
    values = {name: value.get_secret_value() for name, value in script.secret_parameters.items()}
    kept, digest = sealed(box, values)
    definition["script"] |= {"secret_names": sorted(values), "secrets_digest": digest}
    return kept


def _check_stay_where_they_are(was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raises RestoreTestNotValid for a change after which others could read the secret parameters that were kept."""
    changed = [name for name in SENT_TO if was.get(name) != now.get(name)]
    changed += [f"script.{name}" for name in SHOWN_BY if was["script"].get(name) != now["script"].get(name)]
    if changed:
        raise RestoreTestNotValid(
            f"The script has secret parameters, and this is changed: {', '.join(changed)}.",
            pointer="#/script/secret_parameters",
            remedy="Give them again with this change, or {} for none: a script or a machine can show what it gets.",
        )


def due_after(definition: Mapping[str, Any], after: datetime) -> datetime:
    kept = definition["schedule"]
    if kept is None:
        return NEVER
    return schedules.next_due(schedules.Schedule(**kept), after) or NEVER


def said_of(test: RestoreTest) -> dict[str, Any]:
    """For the audit trail: no secret is in it."""
    return {"name": test.name, "hash": test.hash, "target": test.definition["target"]}


# --- tests -----------------------------------------------------------------------------------------------------------
async def make_test(
    session: AsyncSession, caller: Caller, definition: Mapping[str, Any], secrets: str | None
) -> RestoreTest:
    """Raises QuotaUsedUp, NothingSelected, PlanNotFound, RestoreTestNotValid."""
    await _check_quota(session, caller)
    definition = await plans.with_plan(session, caller.tenant, definition)
    await check_selects(session, caller.tenant, definition)
    now = (await session.scalars(select(NOW))).one()
    test = RestoreTest(
        id=uuids.uuid7(),
        tenant=caller.tenant,
        name=definition["name"],
        definition=dict(definition),
        hash=digest_of(definition),
        secrets=secrets,
        owner=owner_of(caller),
        due_at=due_after(definition, now),
        created_at=now,
        updated_at=now,
    )
    session.add(test)
    await session.flush()
    await approvals.ask_for_definition(session, caller, test, path_of(test))
    await session.flush()
    await record(session, caller, target=path_of(test), details=definition, always=said_of(test))
    return test


def owner_of(caller: Caller) -> dict[str, str]:
    principal = caller.principal
    return {
        "issuer": principal.issuer,
        "directory": principal.directory,
        "object_id": principal.object_id,
        "name": principal.name,
    }


async def check_selects(session: AsyncSession, tenant: str, definition: Mapping[str, Any]) -> None:
    """Raises NothingSelected for a selector that matches no item of the tenant: it is misspelt, or names another's."""
    if definition["selector"] is None:
        return
    selector = SelectorBody.model_validate(definition["selector"])
    if not await selected_items(session, tenant, selector.as_selector(), limit=1):
        raise _nothing_selected("The selector")


def _nothing_selected(what: str) -> NothingSelected:
    return NothingSelected(
        f"{what} matches no protected item that can be restored.",
        pointer="#/selector",
        remedy="GET /v1/protected-items lists what there is.",
    )


async def _check_quota(session: AsyncSession, caller: Caller) -> None:
    limit = await hold_quota(session, caller, QUOTA, default=TESTS_PER_TENANT)
    used = await session.scalar(select(func.count()).where(RestoreTest.tenant == caller.tenant)) or 0
    if limit is not None and used >= limit:
        raise QuotaUsedUp(
            f"Your tenant has {used} restore tests, and may have {limit}.",
            remedy="Delete one that is not used, or ask for a higher quota.",
            quota=QUOTA,
            limit=limit,
            used=used,
        )


async def get_test(session: AsyncSession, tenant: str, test_id: UUID, *, hold: bool = False) -> RestoreTest:
    """`hold`: lock it for a change. Raises RestoreTestNotFound."""
    query = select(RestoreTest).where(RestoreTest.tenant == tenant, RestoreTest.id == test_id)
    found = await session.scalar(query.with_for_update() if hold else query)
    if found is None:
        raise RestoreTestNotFound(
            f"There is no restore test {test_id}.", remedy="List those of your tenant: GET /v1/restore-tests."
        )
    return found


async def list_tests(
    session: AsyncSession, tenant: str, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[RestoreTest], str | None]:
    """Oldest first."""
    query = select(RestoreTest).where(RestoreTest.tenant == tenant).order_by(RestoreTest.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "restore_tests", 1)
    if keys is not None:
        query = query.where(RestoreTest.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("restore_tests", str(last.id)) if last else None


async def change_test(
    session: AsyncSession, caller: Caller, test: RestoreTest, definition: Mapping[str, Any], secrets: str | None
) -> None:
    """Of one that is held. Rounds that have begun keep the definition that they began with.

    `definition`: with what it takes from its plan (`plans.with_plan`).
    """
    if definition["selector"] != test.definition["selector"]:
        await check_selects(session, test.tenant, definition)
    now = (await session.scalars(select(NOW))).one()
    if definition["schedule"] != test.definition["schedule"]:
        test.due_at = due_after(definition, now)
    test.name, test.definition, test.hash = definition["name"], dict(definition), digest_of(definition)
    test.secrets, test.owner, test.updated_at = secrets, owner_of(caller), now
    await session.flush()
    await approvals.ask_for_definition(session, caller, test, path_of(test))
    tell_change(session, test.tenant, path_of(test))
    await session.flush()
    await record(session, caller, target=path_of(test), details=definition, always=said_of(test))


async def delete_test(session: AsyncSession, caller: Caller, test: RestoreTest) -> None:
    """Of one that is held. Its runs, and their evidence, are kept. Raises RestoreTestRuns."""
    open_runs = await session.scalar(
        select(func.count()).where(
            RestoreTestRun.tenant == test.tenant,
            RestoreTestRun.restore_test_id == test.id,
            RestoreTestRun.state != RunState.ENDED,
        )
    )
    if open_runs:
        raise RestoreTestRuns(
            f"{open_runs} of its runs have not ended.",
            remedy="Wait for them, or cancel their jobs: GET /v1/restore-test-runs shows them.",
        )
    await approvals.withdraw(session, caller, test)
    tell_change(session, test.tenant, path_of(test))
    await record(session, caller, target=path_of(test), always=said_of(test))
    await session.execute(delete(RestoreTest).where(RestoreTest.id == test.id))


# --- rounds ----------------------------------------------------------------------------------------------------------
async def ask_round(
    session: AsyncSession, asked: Asked, test: RestoreTest, *, window_minutes: int | None = None
) -> Job:
    """Record a round of a test that is held: its job, and a run for each VM. Raises NothingSelected.

    `window_minutes`: of a scheduled round. A round of a definition that was approved needs no other approval.
    """
    await plans.follow_plan(session, test)
    items = await _items_of(session, asked.caller, test)
    words = (
        f"Restore {len(items)} VMs into {_last(test.definition['target']['subnet_id'])} for the restore test "
        f"{test.name}, and delete them again; and so at each time of its schedule, while it is not changed."
    )
    new = NewJob(
        kind=JobKind.RESTORE_TEST_RUN,
        asked=asked,
        ask={
            **approvals.asked_with(test),
            "number": test.rounds + 1,
            "window_minutes": window_minutes or MANUAL_WINDOW_MINUTES,
            "scheduled": window_minutes is not None,
        },
        resource=path_of(test),
        resource_id=test.id,
        sensitive=approvals.sensitive(test, words),
    )
    job, is_new = await enqueue(session, new)
    if is_new:
        named = select(Vault).where(Vault.id.in_({item.vault_id for item in items}))
        vaults = {vault.id: vault.ref.id for vault in await session.scalars(named)}
        for position, item in enumerate(items):
            session.add(_run_of(test, job, item, position, vaults.get(item.vault_id, "")))
        test.last_round_at, test.rounds = (await session.scalars(select(NOW))).one(), test.rounds + 1
        await session.flush()
    return job


def _run_of(test: RestoreTest, job: Job, item: ItemFacts, position: int, vault_id: str) -> RestoreTestRun:
    return RestoreTestRun(
        id=uuids.uuid7(),
        tenant=test.tenant,
        restore_test_id=test.id,
        job_id=job.id,
        protected_item_id=item.id,
        vm_id=item.vm.id,
        vault_id=vault_id,
        secrets=test.secrets,
        position=position,
    )


async def _items_of(session: AsyncSession, caller: Caller, test: RestoreTest) -> list[ItemFacts]:
    plan_id = plans.plan_id_of(test.definition)
    if plan_id is None:
        return await _sampled(session, test)
    ids = await plans.items_of(session, caller, plan_id)
    found = {item.id: item for item in await items_by_id(session, test.tenant, ids)}
    if not found:
        raise _nothing_selected(f"The plan of {test.name}")
    return [found[one] for one in ids if one in found]


async def _sampled(session: AsyncSession, test: RestoreTest) -> list[ItemFacts]:
    selector = SelectorBody.model_validate(test.definition["selector"])
    found = await selected_items(session, test.tenant, selector.as_selector(), limit=None)
    items = {item.id: item for item in found if item.state in MAY_BE_RESTORED}
    if not items:
        raise _nothing_selected(f"The selector of {test.name}")
    tested = await _last_tested(session, test.tenant, list(items))
    candidates = [Candidate(item_id, tested.get(item_id)) for item_id in items]
    said = test.definition["sample"]
    chosen = sample(candidates, said["mode"], said["count"], said["seed"], test.rounds + 1)
    if len(chosen) > MOST_OF_ROUND:
        raise RestoreTestNotValid(
            f"The selector of {test.name} matches {len(chosen):,} VMs, and a round tests {MOST_OF_ROUND:,} at most.",
            pointer="#/sample",
            remedy="Select fewer, or take a sample: longest_untested tests all of them in turn.",
        )
    return [items[one] for one in chosen]


async def _last_tested(session: AsyncSession, tenant: str, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    rows = await session.execute(
        select(RestoreTestRun.protected_item_id, func.max(RestoreTestRun.ended_at))
        .where(RestoreTestRun.tenant == tenant, RestoreTestRun.protected_item_id.in_(ids))
        .where(RestoreTestRun.restore_id.is_not(None), RestoreTestRun.ended_at.is_not(None))
        .group_by(RestoreTestRun.protected_item_id)
    )
    return {item_id: ended for item_id, ended in rows if ended is not None}


def _last(arm_id: str) -> str:
    return "/".join(arm_id.rstrip("/").split("/")[-3::2])
