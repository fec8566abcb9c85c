"""The paths under /v1/estate, and /v1/unprotected-vms."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.core.http.conventions import Cursor, Limit, answer, next_link
from app.core.http.counts import RowCounter
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT
from app.core.http.problems import problem_responses
from app.estate import service
from app.estate.drift_rules import DriftState
from app.estate.errors import EstateReadingOff
from app.estate.queries import Filters
from app.estate.rules import EstateState, tag_filters
from app.estate.schemas import (
    DriftPage,
    EstateCoverage,
    EstateKnown,
    EstateRefresh,
    EstateVmPage,
    EstateVmRead,
    drifts_of,
)
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.jobs.api.schemas import PRINTABLE
from app.jobs.api.services import services_of

router = APIRouter(prefix="/v1", tags=["estate"], route_class=SecuredRoute)

Word = Annotated[str, Query(min_length=1, max_length=200, pattern=PRINTABLE)]
Words = Annotated[list[Word] | None, Query(max_length=50, description="May be repeated: any of them.")]
TagWord = Annotated[str, Query(min_length=2, max_length=800, pattern=r"^[^=\x00]{1,512}=[^\x00]*$")]
Tags = Annotated[
    list[TagWord] | None,
    Query(max_length=50, description="`key=value`, may be repeated: any value of one key, and all keys. Keys ignore "
          "the letter case, values do not."),
]  # fmt: skip
GROUP_BY = r"^(subscription|resource_group|location|tag:[^\x00-\x1f]{1,512})$"


async def filters(
    q: Annotated[Word | None, Query(description="Part of the VM's name, in any letter case.")] = None,
    subscription_id: Words = None,
    resource_group: Words = None,
    location: Words = None,
    tag: Tags = None,
) -> Filters:
    return Filters(
        q=q,
        subscription_ids=tuple(subscription_id or ()),
        resource_groups=tuple(resource_group or ()),
        locations=tuple(location or ()),
        tags=tag_filters(tag or ()),
    )


Filtered = Annotated[Filters, Depends(filters)]


@router.get(
    "/estate/vms",
    operation_id="list_estate_vms",
    openapi_extra=requires(Permission.ESTATE_READ),
    response_model=EstateVmPage,
    responses=problem_responses(401, 422, 503),
)
async def list_estate_vms(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    asked: Filtered,
    state: Annotated[
        list[EstateState] | None, Query(max_length=20, description="Only VMs in this state. May be repeated.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Every VM of the granted subscriptions and resource groups, and how it is backed up, by id.

    Read from Azure Resource Graph at intervals: a hint. A VM or item that it does not show may exist; `unreachable`
    lists what could not be read. The states of items that Holdfast manages come from its own rows.
    """
    return await _machines(request, caller, db, asked, tuple(state or ()), limit, cursor, counter)


@router.get(
    "/unprotected-vms",
    operation_id="list_unprotected_estate_vms",
    openapi_extra=requires(Permission.ESTATE_READ),
    response_model=EstateVmPage,
    responses=problem_responses(401, 422, 503),
)
async def list_unprotected_estate_vms(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    asked: Filtered,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The VMs that no vault protects, as far as could be read: state `unprotected`."""
    return await _machines(request, caller, db, asked, (EstateState.UNPROTECTED,), limit, cursor, counter)


async def _machines(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    asked: Filters,
    states: tuple[EstateState, ...],
    limit: int,
    cursor: str | None,
    counter: RowCounter,
) -> Response:
    grants = caller.membership.grants
    async with db.begin() as session:
        rows, following = await service.list_machines(
            session, caller.tenant, grants, replace(asked, states=states), limit=limit, cursor=cursor, counter=counter
        )
        known = await service.knowledge(session, caller.tenant, grants, is_on=_is_on(request))
    page = EstateVmPage(
        items=[EstateVmRead.of(dict(row), grants) for row in rows],
        next=following,
        count=counter.found,
        **EstateKnown.shown(known),
    )
    return answer(page, headers=next_link(request, following))


def _is_on(request: Request) -> bool:
    return services_of(request).settings.estate_seconds > 0


@router.get(
    "/estate/coverage",
    operation_id="get_estate_coverage",
    openapi_extra=requires(Permission.ESTATE_READ),
    response_model=EstateCoverage,
    responses=problem_responses(401, 422, 503),
)
async def get_estate_coverage(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    group_by: Annotated[
        str,
        Query(pattern=GROUP_BY, description="subscription, resource_group, location, or tag:KEY in any letter case."),
    ] = "subscription",
) -> Response:
    """How many VMs of each group are in which state, and the share that is protected; and that is proven by tests."""
    grants = caller.membership.grants
    async with db.begin() as session:
        counted = await service.count_by_group(session, caller.tenant, grants, group_by)
        proofs = await service.count_proofs(session, caller.tenant, grants, group_by)
        known = await service.knowledge(session, caller.tenant, grants, is_on=_is_on(request))
    return answer(EstateCoverage.of(counted, proofs, known))


@router.get(
    "/estate/drift",
    operation_id="list_estate_drift",
    openapi_extra=requires(Permission.ESTATE_READ),
    response_model=DriftPage,
    responses=problem_responses(401, 422, 503),
)
async def list_estate_drift(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    state: Annotated[
        DriftState | None, Query(description="Only those in this state: `open` or `resolved`. Left out: both.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """What was changed outside Holdfast and leaves backups weaker, newest first.

    Compared are the items and vaults of this tenant with what they were when a reading last found them in order. What
    a job of Holdfast changed, or what became stronger, is no drift.
    """
    grants, is_open = caller.membership.grants, None if state is None else state is DriftState.OPEN
    async with db.begin() as session:
        rows, following = await service.list_drift(
            session, caller.tenant, is_open=is_open, limit=limit, cursor=cursor, counter=counter
        )
        known = await service.knowledge(session, caller.tenant, grants, is_on=_is_on(request))
    page = DriftPage(items=drifts_of(rows), next=following, count=counter.found, **EstateKnown.shown(known))
    return answer(page, headers=next_link(request, following))


@router.post(
    "/estate/refresh",
    operation_id="refresh_estate",
    openapi_extra=requires(Permission.ESTATE_REFRESH),
    response_model=EstateRefresh,
    responses=problem_responses(401, 409, 422, 503),
)
async def refresh_estate(request: Request, caller: CurrentCaller, db: DatabaseOf) -> Response:
    """Have the estate read again now, not at the next interval. One reading serves all tenants.

    At most one reading a minute begins, however often it is asked for. Follow `as_of` of GET /v1/estate/coverage.
    """
    if not _is_on(request):
        raise EstateReadingOff(
            "This installation does not read the estate.", remedy="Operators: set HOLDFAST_ESTATE_SECONDS above 0."
        )
    grants = caller.membership.grants
    async with db.begin() as session:
        due_at = await service.want_reading(session, caller)
        known = await service.knowledge(session, caller.tenant, grants, is_on=True)
    return answer(EstateRefresh(due_at=due_at, as_of=known.as_of))
