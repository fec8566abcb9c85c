"""The paths under /v1/cost."""

import asyncio
import json
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from app.azure.values import PolicyDefinition
from app.core.http.conventions import answer
from app.core.http.problems import problem_responses
from app.cost import service
from app.cost.forecast import DAYS
from app.cost.months.schemas import CostRead, GroupRead, TotalRead
from app.cost.prices.meters import weakest
from app.cost.schemas import Currency, EstimateCreate, EstimateRead, shown
from app.cost.service import EstimateRequest
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.services import services_of
from app.policies.errors import PolicyNotValid
from app.policies.router import Now, checked
from app.policies.schemas import DefinitionBody

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
        selected=body.selector.as_selector() if body.selector is not None else None,
        policy_id=body.policy_id,
        definition=_typed(body.policy) if body.policy is not None else None,
        redundancy=body.redundancy,
        cross_region=body.cross_region_restore,
        location=body.location,
        currency=body.currency,
        said=body.assumptions.as_assumptions(),
    )
    made = await service.estimate_cost(db, services_of(request).price_lists, caller, wanted, now.date())
    content = await asyncio.to_thread(lambda: json.dumps(shown(made, wanted.said)))
    return Response(content, media_type="application/json")


def _typed(policy: DefinitionBody) -> PolicyDefinition:
    """Raises PolicyNotValid, whose pointers lead into the body of the estimate."""
    try:
        return checked(policy)
    except PolicyNotValid as error:
        found = error.facts.get("errors", ())
        errors = [{**one, "pointer": _in_policy(one["pointer"])} for one in found]
        pointer = _in_policy(error.pointer or "#")
        raise PolicyNotValid(error.detail, pointer=pointer, remedy=error.remedy, errors=errors) from None


def _in_policy(pointer: str) -> str:
    return f"#/policy{pointer.removeprefix('#')}"


@router.get(
    "",
    operation_id="get_cost",
    openapi_extra=requires(Permission.COST_READ),
    response_model=CostRead,
    responses=problem_responses(401, 422, 503),
)
async def get_cost(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    now: Now,
    group_by: Annotated[
        str,
        Query(
            max_length=120,
            pattern=r"^(tenant|vault|label:[^\x00-\x1f\x7f]+)$",
            description="`tenant`, `vault`, or `label:KEY`: its value on the newest job about the item that has it.",
        ),
    ],
    currency: Currency = "USD",
) -> Response:
    """Charge-back: what the tenant's protected items cost a month, in 90 days, and cost in the months kept.

    Computed from the day on which each item was protected. Soft-deleted data is not in it. What a vault stores is
    measured where Azure says it (`storage.basis`); no answer asks Azure.
    """
    made = await service.charge_back(db, services_of(request).price_lists, caller.tenant, group_by, currency, now)
    on = now.date() + timedelta(days=DAYS)
    read = CostRead(
        currency=currency,
        price_date=min((one.as_of for one in made.lists), default=None),
        price_source=weakest(one.source for one in made.lists).value if made.lists else None,
        group_by=group_by,
        groups=[
            GroupRead(
                key=one.key, name=made.names.get(one.key or ""), **TotalRead.parts(one, made.past.get(one.key, ()), on)
            )
            for one in made.groups
        ],
        total=TotalRead(**TotalRead.parts(made.total, made.past_total, on)),
        unknown_prices=list(made.unknown_prices),
    )
    return answer(read)
