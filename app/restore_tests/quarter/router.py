"""The path /v1/reports/restore-tests."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from app.core.db.database import Transactions
from app.core.events.types import EventType
from app.core.http.conventions import has_version
from app.core.http.problems import problem_responses
from app.events.conditional_reads import NOT_CHANGED, CurrentRead, Version
from app.events.filters import EventFilter
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.access.services import access_services_of
from app.reports.page.rendering import page_headers
from app.reports.rules import Form, form_for
from app.reports.schemas import ZoneName
from app.reports.service import zone_of_tenant
from app.restore_tests.quarter.contents import report_of
from app.restore_tests.quarter.csv_table import as_csv
from app.restore_tests.quarter.page import as_page
from app.restore_tests.quarter.period import PATTERN, check_quarter, read_quarter
from app.restore_tests.quarter.reads import read_facts
from app.restore_tests.quarter.schemas import RestoreTestQuarter

router = APIRouter(prefix="/v1/reports", tags=["reports"], route_class=SecuredRoute)

NEWS = EventFilter(types=(EventType.RESTORE_TEST_ENDED.value,))
VARY = {"Vary": "Accept"}
FORMS: dict[int | str, dict[str, Any]] = NOT_CHANGED | {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}},
        "description": "The report in the form that Accept names; JSON where it leaves the choice.",
    },
}


@router.get(
    "/restore-tests",
    operation_id="get_restore_test_report",
    openapi_extra=requires(Permission.REPORTS_READ),
    response_model=RestoreTestQuarter,
    responses=FORMS | problem_responses(401, 404, 406, 422, 503),
)
async def get_restore_test_report(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    wanted: CurrentRead,
    quarter: Annotated[str, Query(pattern=PATTERN, description="The quarter, such as 2026-Q1.", examples=["2026-Q4"])],
    time_zone: Annotated[ZoneName | None, Query(description="IANA name; the tenant's, if left out.")] = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """What restore tests proved in a quarter: JSON, CSV, or an HTML page to be printed, by the header Accept.

    For an auditor: each VM with what was proven of it or why not, recovery times by resource group and of recovery
    plans, and the hash of the signed evidence of each run. It is made from what is on record now.
    """
    form = form_for(accept)

    async def read() -> Version:
        report = await _report(request, db, caller.tenant, quarter, time_zone)
        body = await asyncio.to_thread(RestoreTestQuarter.read, report, access_services_of(request).clock.now())
        return Version(body, f'"{report["digest"]}"', events=NEWS)

    if form == "application/json":
        return await wanted.answer(read, headers=VARY)
    report = await _report(request, db, caller.tenant, quarter, time_zone)
    return await _in_form(form, report, wanted.if_none_match)


async def _report(
    request: Request, db: Transactions, tenant: str, quarter: str, time_zone: str | None
) -> dict[str, Any]:
    """Raises TimeZoneNotKnown, ReportNotDue, ReportNotFound."""
    services = access_services_of(request)
    now = services.clock.now()
    async with db.begin() as session:
        zone = time_zone or await zone_of_tenant(session, tenant, services.settings.report_time_zone)
        asked = read_quarter(quarter, zone)
        check_quarter(asked, now)
        facts = await read_facts(session, tenant, asked)
    return await asyncio.to_thread(lambda: report_of(asked, facts, is_over=asked.is_over(now)))


async def _in_form(form: Form, report: Mapping[str, Any], if_none_match: str | None) -> Response:
    """Each form has an ETag of its own: they are other bytes."""
    kind = "html" if form == "text/html" else "csv"
    headers = VARY | {"ETag": f'"{report["digest"]}-{kind}"'}
    if if_none_match and has_version(if_none_match, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if kind == "html":
        text = await asyncio.to_thread(as_page, report)
        return Response(text, media_type="text/html; charset=utf-8", headers=headers | dict(page_headers()))
    named = f'attachment; filename="restore-tests-{report["quarter"]}.csv"'
    text = await asyncio.to_thread(as_csv, report)
    kept = headers | {"Content-Disposition": named}
    return Response(text, media_type="text/csv; charset=utf-8; header=present", headers=kept)
