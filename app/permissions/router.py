"""The paths under /v1/permissions: what Holdfast's own Azure identity holds, and the role that would be enough."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.azure.facts.actions import Operation, Restoring, needs_of
from app.azure.restore_values import Region
from app.core.http.conventions import answer
from app.core.http.problems import problem_responses
from app.identity.access.caller import Caller
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.services import services_of
from app.jobs.api.writes import LiveAzureOf
from app.permissions import rules, service
from app.permissions.schemas import PermissionCheckRead, RoleRead
from app.protection.schemas import ArmId
from app.vaults.service import get_vault

router = APIRouter(prefix="/v1/permissions", tags=["permissions"], route_class=SecuredRoute)

ROLE_NAME = "Holdfast least privilege"
Mode = Annotated[
    Restoring | None, Query(description="Of create_restore and create_recovery_run; left out: what any mode needs.")
]
Where = Annotated[Region, Query(description="Of the same: where it runs.")]


async def places(
    subscription_id: Annotated[
        ArmId | None, Query(description="For create_vault, adopt_vault, discover_vaults.")
    ] = None,
    resource_group: Annotated[ArmId | None, Query(description="The vault's, to create or adopt one.")] = None,
    vm_id: ArmId | None = None,
    target_resource_group_id: ArmId | None = None,
    subnet_id: ArmId | None = None,
    staging_storage_account_id: ArmId | None = None,
) -> rules.Named:
    return rules.Named(
        None, subscription_id, resource_group, vm_id, target_resource_group_id, subnet_id, staging_storage_account_id
    )


@router.get(
    "/check",
    operation_id="check_permissions",
    openapi_extra=requires(Permission.VAULTS_READ),
    response_model=PermissionCheckRead,
    responses=problem_responses(401, 404, 422, 503),
)
async def check_permissions(
    request: Request,
    operation: Annotated[Operation, Query()],
    named: Annotated[rules.Named, Depends(places)],
    caller: CurrentCaller,
    db: DatabaseOf,
    live: LiveAzureOf,
    mode: Mode = None,
    region: Where = "primary",
    vault_id: UUID | None = None,
) -> Response:
    """Check whether Holdfast's Azure identity has the rights that an operation needs, place by place, live.

    Name the places (scopes) to check. Others are listed with the actions that they need, but not checked. Only places
    within the tenant's grants may be named.
    """
    clock = services_of(request).clock
    if vault_id is not None:
        async with db.begin() as session:
            vault = await get_vault(session, caller.tenant, vault_id)
        named = rules.with_vault(named, vault.ref)
    scopes = rules.scopes_of(named, caller.membership.grants)
    needed = rules.gathered(needs_of(operation, mode, is_secondary=region == "secondary"))
    findings = await service.look(live.asked(len(scopes)).rights, needed, scopes)
    role = _role(caller, [operation], [action for actions in needed.values() for action in actions], scopes.values())
    return answer(PermissionCheckRead.of(operation, findings, role, clock.now()))


@router.get(
    "/role",
    operation_id="export_role",
    openapi_extra=requires(Permission.VAULTS_READ),
    response_model=RoleRead,
    responses=problem_responses(401, 422, 503),
)
async def export_role(
    caller: CurrentCaller,
    operation: Annotated[
        list[Operation],
        Query(
            min_length=1,
            max_length=30,
            description="The operations that the role shall be enough for. May be repeated.",
        ),
    ],
    subscription_id: Annotated[
        list[ArmId] | None, Query(max_length=30, description="The role's scopes, if the tenant is granted everything.")
    ] = None,
) -> Response:
    """The Azure custom role that is enough for these operations, in every mode and region, and for nothing else."""
    operations = list(dict.fromkeys(operation))
    needs = [need for one in operations for need in (*needs_of(one), *needs_of(one, is_secondary=True))]
    actions = [action for need in needs for action in need.actions]
    scopes = [rules.subscription(one, caller.membership.grants) for one in subscription_id or ()]
    return answer(RoleRead.model_validate(_role(caller, operations, actions, scopes)))


def _role(
    caller: Caller, operations: Sequence[Operation], actions: Iterable[str], scopes: Iterable[str]
) -> Mapping[str, Any]:
    return rules.role_of(ROLE_NAME, operations, actions, rules.assignable(caller.membership.grants, scopes))
