"""The paths under /v1/cost."""

import json
from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from app.core.http.problems import problem_responses
from app.cost import service
from app.cost.schemas import EstimateCreate, EstimateRead, shown
from app.cost.service import EstimateRequest
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.services import services_of
from app.policies.router import Now, checked

router = APIRouter(prefix="/v1/cost", tags=["cost"], route_class=SecuredRoute)


@router.post(
    "/estimate",
    operation_id="estimate_cost",
    openapi_extra=requires(Permission.COST_READ),
    response_model=EstimateRead,
    responses=problem_responses(401, 404, 413, 422, 503),
)
async def estimate_cost(
    request: Request, body: Annotated[EstimateCreate, Body()], caller: CurrentCaller, db: DatabaseOf, now: Now
) -> Response:
    """What backup costs a month: of protected items, VMs or a selection, with another policy or redundancy.

    Nothing is created. Computed from the points that the policy keeps, measured or assumed sizes, and Azure's public
    price list; VMs are not read from Azure. What is not known is null, and never part of a sum.
    """
    wanted = EstimateRequest(
        item_ids=body.protected_item_ids,
        vm_ids=body.vm_ids,
        selected=body.selector.as_selected() if body.selector is not None else None,
        policy_id=body.policy_id,
        definition=checked(body.policy) if body.policy is not None else None,
        redundancy=body.redundancy,
        cross_region=body.cross_region_restore,
        location=body.location,
        currency=body.currency,
        said=body.assumptions.as_assumptions(),
    )
    made = await service.estimate_cost(db, services_of(request).price_lists, caller, wanted, now.date())
    return Response(json.dumps(shown(made, wanted.said)), media_type="application/json")
