"""The paths /v1/vaults/{id}/azure-alerts, and the one that Azure calls without a token of a caller."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Request, Response

from app.azure import names
from app.azure.grants import check_granted, check_id_granted
from app.azure_alerts import payloads, receiving, rules, service
from app.azure_alerts.errors import AzureAlertsNotValid, PublicUrlMissing, ReceiverNotFound
from app.azure_alerts.schemas import AzureAlertsPut, AzureAlertsRead
from app.core.http.conventions import IfMatch, address_of, etag_of
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version
from app.events.filters import EventFilter
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.access.services import access_services_of
from app.jobs.api.schemas import JobRead, WriteBody
from app.jobs.api.writes import ACCEPTED, CurrentWrite, Write
from app.jobs.requests.enqueue import find_replay
from app.vaults.models import Vault
from app.vaults.service import get_vault, hold_vault

RECEIVE = "/v1/azure-alerts/receive/"
router = APIRouter(prefix="/v1/vaults/{vault_id}/azure-alerts", tags=["alerts in Azure"], route_class=SecuredRoute)
calls = APIRouter(tags=["alerts in Azure"])


@router.put(
    "",
    operation_id="put_azure_alerts",
    openapi_extra=requires(Permission.VAULTS_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 412, 413, 422, 503),
)
async def put_azure_alerts(
    vault_id: UUID, body: Annotated[AzureAlertsPut, Body()], write: CurrentWrite, if_match: IfMatch = None
) -> Response:
    """Have Azure itself report failed backups: by a metric alert and the built-in alerts, to an action group.

    Replaces what an earlier PUT has set. Hearing less than before may need an approval.
    """
    wanted = _wanted(body, write.caller)
    receive_at = _receive_at(write.request) if wanted.receive else None
    return await _change(write, vault_id, body, wanted, receive_at, if_match)


def _wanted(body: AzureAlertsPut, caller: Caller) -> rules.Wanted:
    group = body.action_group_id
    if group is not None:
        try:
            group = names.read_action_group_id(group)
        except ValueError as error:
            raise AzureAlertsNotValid(
                str(error), pointer="#/action_group_id", remedy="Copy the id of the action group from Azure."
            ) from None
    wanted = rules.Wanted(group, tuple(body.emails), body.severity, body.built_in, body.receive)
    rules.check(wanted)
    if group is not None:
        check_id_granted(caller.membership.grants, group, "#/action_group_id")
    return wanted


def _receive_at(request: Request) -> str:
    origin = access_services_of(request).settings.public_url
    if origin is None:
        raise PublicUrlMissing(
            "Azure could not call this installation: its own address is not set.",
            pointer="#/receive",
            remedy="Leave receive out, or ask the operator to set HOLDFAST_PUBLIC_URL.",
        )
    return f"{origin}{RECEIVE}"


async def _change(
    write: Write,
    vault_id: UUID,
    body: WriteBody | None,
    wanted: rules.Wanted | None,
    receive_at: str | None,
    if_match: str | None,
) -> Response:
    asked, caller = write.asked(body), write.caller
    async with write.db.begin() as session:
        job = await find_replay(session, asked)
        if job is None:
            vault: Vault = await hold_vault(session, caller.tenant, vault_id)
            check_granted(caller.membership.grants, vault.ref)
            job = await service.request(session, asked, vault, wanted, receive_at=receive_at, if_match=if_match)
    return await write.accepted(job)


@router.get(
    "",
    operation_id="get_azure_alerts",
    openapi_extra=requires(Permission.VAULTS_READ),
    response_model=AzureAlertsRead,
    responses=problem_responses(401, 404, 422, 503) | NOT_CHANGED,
)
async def get_azure_alerts(vault_id: UUID, caller: CurrentCaller, db: DatabaseOf, wanted: CurrentRead) -> Response:
    """What Holdfast has set up in Azure for this vault. The secret address of a receiver is never shown."""

    async def read() -> Version:
        async with db.begin() as session:
            vault = await get_vault(session, caller.tenant, vault_id)
            row = await service.get_alerts(session, caller.tenant, vault_id)
        order = rules.Order(vault.ref, vault_id, service.wanted_of(row))
        # Jobs of the vault change it; a call of Azure does too, and wakes no waiting read.
        events = EventFilter(types=("holdfast.job.*",), vault_id=vault_id)
        shown = AzureAlertsRead.of(row, order)
        return Version(shown, etag_of(row.updated_at, shown=shown), events)

    return await wanted.answer(read)


@router.delete(
    "",
    operation_id="delete_azure_alerts",
    openapi_extra=requires(Permission.VAULTS_WRITE),
    status_code=202,
    response_model=JobRead,
    responses=ACCEPTED | problem_responses(401, 404, 409, 412, 413, 422, 503),
)
async def delete_azure_alerts(
    vault_id: UUID, write: CurrentWrite, body: Annotated[WriteBody | None, Body()] = None, if_match: IfMatch = None
) -> Response:
    """Remove what Holdfast has made in Azure, and nothing else.

    Your own action group stays, without Holdfast's receiver. The vault's built-in alerts stay on: a PUT turns them
    off. May need an approval.
    """
    return await _change(write, vault_id, body, None, None, if_match)


@calls.post(
    RECEIVE + "{token}",
    operation_id="receive_azure_alert",
    status_code=204,
    responses={204: {"description": "Received. Always the same."}, **problem_responses(404, 413, 429, 503)},
)
async def receive_azure_alert(
    request: Request, token: Annotated[str, Path(min_length=1, max_length=100, description="Known to Azure only.")]
) -> Response:
    """Where an action group calls. An alert of the vault makes Holdfast look at it early; no state comes of it.

    The answer does not depend on the body.
    """
    services = access_services_of(request)
    async with services.database.begin() as session:
        receiver = await receiving.find_receiver(session, token)
    if receiver is None:
        # Only then: calls of many tenants come from the same addresses of Azure.
        limits, address = services.request_limits, address_of(request)
        if limits.is_shut_out(address):
            raise limits.shut_out(address)
        limits.count_bad_token(address)
        raise ReceiverNotFound(
            "No receiver of alerts has this address.", remedy="A PUT of the vault's azure-alerts makes a new one."
        )
    body = await request.body()
    async with services.database.of_tenant(receiver.tenant).begin() as session:
        arm_id = await receiving.arm_id_of(session, receiver)
        if arm_id is not None and payloads.is_about(body, arm_id):
            await receiving.bring_look_forward(session, receiver)
    return Response(status_code=204)
