"""Requests for Azure's alerts of a vault, reading what is set, and what follows when a job has ended."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure_alerts import rules
from app.azure_alerts.errors import AzureAlertsNotFound
from app.azure_alerts.models import AlertsState, AzureAlerts
from app.core.db.database import NOW
from app.core.errors import PreconditionFailed
from app.core.http.conventions import check_if_match, etag_of
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ENDED, WELL, State
from app.jobs.models import Job, Origin
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.work import Ticket
from app.vaults.blockers import Blocker
from app.vaults.models import Vault

ORDER = TypeAdapter(rules.Order)
"""The form of an order in `jobs.ask`."""
SENT = TypeAdapter(rules.Wanted | None)
"""The form of an entry in `azure_alerts.unproven`."""


async def find_alerts(session: AsyncSession, tenant: str, vault_id: UUID) -> AzureAlerts | None:
    return await session.scalar(
        select(AzureAlerts).where(AzureAlerts.vault_id == vault_id, AzureAlerts.tenant == tenant)
    )


async def get_alerts(session: AsyncSession, tenant: str, vault_id: UUID) -> AzureAlerts:
    """Raises AzureAlertsNotFound."""
    found = await find_alerts(session, tenant, vault_id)
    if found is None:
        raise AzureAlertsNotFound(
            "Holdfast has set up no alerts of Azure for this vault.",
            remedy="Set them up: PUT /v1/vaults/{id}/azure-alerts.",
        )
    return found


async def request(
    session: AsyncSession,
    asked: Asked,
    vault: Vault,
    wanted: rules.Wanted | None,
    *,
    receive_at: str | None,
    if_match: str | None,
) -> Job:
    """Record the change of the alerts of a vault that is held; `wanted` None removes them.

    Raises AzureAlertsNotFound, PreconditionFailed. Runs after every earlier job on the vault itself.
    """
    find = get_alerts if wanted is None else find_alerts
    row = await find(session, vault.tenant, vault.id)
    _check_version(row, if_match)
    touched = set(row.touched_groups if row is not None else ())
    if wanted is not None and wanted.action_group_id is not None and wanted.receive:
        touched.add(wanted.action_group_id)
    expected = may_be_in_azure(row) + await _in_flight(session, vault.id)
    order = rules.Order(vault.ref, vault.id, wanted, receive_at, tuple(sorted(touched)), tuple(expected))
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=JobKind.SET_AZURE_ALERTS,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/vaults/{vault.id}/azure-alerts",
            resource_id=vault.id,
            vault_id=vault.id,
            series=f"vault:{vault.id}",
            sensitive=rules.sensitive(order),
        ),
    )
    if is_new:
        await _note(session, vault, wanted, job.id, sorted(touched))
    return job


def _check_version(row: AzureAlerts | None, if_match: str | None) -> None:
    """If-Match on nothing fails, also `*` (RFC 9110 section 13.1.1)."""
    if row is not None:
        check_if_match(if_match, etag_of(row.updated_at), needed=False)
    elif if_match is not None:
        raise PreconditionFailed(
            "Holdfast has set up no alerts of Azure for this vault, so there is no version to change.",
            remedy="Leave If-Match out.",
        )


async def _note(
    session: AsyncSession, vault: Vault, wanted: rules.Wanted | None, job_id: UUID, touched: Sequence[str]
) -> None:
    """The row, before anything is sent: what a job may leave in Azure can be found by it."""
    changes = {"state": _state_while(wanted), "job_id": job_id, "touched_groups": list(touched), "updated_at": NOW}
    if wanted is None:
        await session.execute(update(AzureAlerts).where(AzureAlerts.vault_id == vault.id).values(changes))
        return
    new = {"vault_id": vault.id, "tenant": vault.tenant, "is_set": False, "unproven": [], **_columns(wanted), **changes}
    await session.execute(
        pg_insert(AzureAlerts).values(new).on_conflict_do_update(index_elements=["vault_id"], set_=changes)
    )


def _columns(wanted: rules.Wanted) -> dict[str, object]:
    return {
        "action_group_id": wanted.action_group_id,
        "emails": list(wanted.emails),
        "severity": wanted.severity,
        "built_in": wanted.built_in,
        "receive": wanted.receive,
    }


def wanted_of(row: AzureAlerts) -> rules.Wanted:
    return rules.Wanted(row.action_group_id, tuple(row.emails), row.severity, row.built_in, row.receive)


def may_be_in_azure(row: AzureAlerts | None) -> list[rules.Wanted]:
    """What a job has set last, and what was sent since by jobs that did not end well: part of it may be there."""
    if row is None:
        return []
    sent = [wanted for one in row.unproven if (wanted := SENT.validate_python(one)) is not None]
    return [wanted_of(row), *sent] if row.is_set else sent


async def _in_flight(session: AsyncSession, vault_id: UUID) -> list[rules.Wanted]:
    """What the requests before this one, that have not ended, want; oldest first."""
    asks = await session.scalars(select(Job.ask).where(*_not_ended(vault_id)).order_by(Job.id))
    return [wanted for ask in asks if (wanted := ORDER.validate_python(ask).wanted) is not None]


def _not_ended(vault_id: UUID) -> Sequence[ColumnElement[bool]]:
    """Jobs about the alerts of a vault; also those that wait for a person."""
    return (
        Job.vault_id == vault_id,
        Job.kind == JobKind.SET_AZURE_ALERTS,
        Job.state.in_(NOT_ENDED),
        Job.origin == Origin.HOLDFAST,
    )


# --- the end of a job ------------------------------------------------------------------------------------------------
async def settle(session: AsyncSession, ticket: Ticket, state: State) -> None:
    """What is set now, in the transaction that ends the job."""
    order = ORDER.validate_python(ticket.ask)
    vault_id = ticket.named_vault_id
    row = await session.scalar(select(AzureAlerts).where(AzureAlerts.vault_id == vault_id).with_for_update())
    if row is None:
        return
    row.updated_at = NOW
    if state in WELL:
        _take_over(row, order, ticket)
    elif row.unproven:
        row.as_of = None
    if row.job_id == ticket.id:
        await _hand_on(session, row)
    await session.flush()


def note_sent(row: AzureAlerts, wanted: rules.Wanted | None) -> None:
    sent = SENT.dump_python(wanted, mode="json")
    if sent not in row.unproven:
        row.unproven = [*row.unproven, sent]


async def _hand_on(session: AsyncSession, alerts: AzureAlerts) -> None:
    """The row after its newest job has ended: it is about the newest of the others, or as Azure has it, or it goes."""
    others = select(Job.id, Job.ask).where(*_not_ended(alerts.vault_id), Job.id != alerts.job_id)
    other = (await session.execute(others.order_by(Job.id.desc()).limit(1))).first()
    if other is not None:
        alerts.job_id = other.id
        alerts.state = _state_while(ORDER.validate_python(other.ask).wanted)
    elif alerts.unproven:
        alerts.state = AlertsState.INCOMPLETE
    elif alerts.is_set:
        alerts.state = AlertsState.READY
        alerts.touched_groups = _in_use(wanted_of(alerts))
    else:
        await session.delete(alerts)  # nothing of it is in Azure, or ever was


def _state_while(wanted: rules.Wanted | None) -> AlertsState:
    return AlertsState.REMOVING if wanted is None else AlertsState.SETTING


def _take_over(row: AzureAlerts, order: rules.Order, ticket: Ticket) -> None:
    """What a job that ended well has left in Azure."""
    wanted = order.wanted
    is_issued = row.pending_job == ticket.id
    digest = row.pending_digest if is_issued else row.token_digest
    row.as_of, row.is_set, row.unproven = NOW, wanted is not None, []
    row.token_digest = digest if wanted is not None and wanted.receive else None
    if is_issued:
        row.pending_digest = row.pending_job = None
    for name, value in (_columns(wanted) if wanted is not None else {}).items():
        setattr(row, name, value)


def _in_use(wanted: rules.Wanted) -> list[str]:
    given = wanted.action_group_id if wanted.receive else None
    return [given] if given is not None else []


async def vault_blockers(session: AsyncSession, vault_id: UUID) -> Sequence[Blocker]:
    """Alerts that Azure may still have about the vault: they would be left in Azure without it."""
    state = await session.scalar(select(AzureAlerts.state).where(AzureAlerts.vault_id == vault_id))
    path = f"/v1/vaults/{vault_id}/azure-alerts"
    if state is None:
        return []
    remedy = "Remove what Holdfast has made in Azure to report failed backups of the vault."
    call = None if state == AlertsState.REMOVING else f"DELETE {path}"
    shown: Blocker = {"kind": "azure_alerts", "name": "alerts in Azure", "vm_id": None, "resource": path}
    return [shown | {"purge_at": None, "call": call, "remedy": remedy}]
