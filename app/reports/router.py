"""The paths under /v1/reports, and the page that a link opens without a token."""

import asyncio
import json
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Body, Header, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.core.clock import Clock
from app.core.db.database import Transactions
from app.core.http.conventions import Cursor, Limit, address_of, answer, next_link
from app.core.http.list_parameters import CurrentCounter
from app.core.http.pages import DEFAULT_LIMIT, Page
from app.core.http.problems import problem_responses
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.access.services import access_services_of
from app.reports import daily, rules, service
from app.reports.day.calendar_day import Day
from app.reports.page import csv_table
from app.reports.page.rendering import page_headers, render_note, render_page
from app.reports.page.view import view_of
from app.reports.schemas import DailyReportRead, LinkBody, LinkRead, ReportRead, Revision, ZoneName
from app.reports.service import Linked, Written
from app.reports.shared_pages import made_once

router = APIRouter(prefix="/v1/reports", tags=["reports"], route_class=SecuredRoute)
pages = APIRouter(tags=["reports"])
PAGE = "/reports/daily"
FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}},
        "description": "The report in the form that Accept names; JSON where it leaves the choice.",
    }
}


@router.get(
    "",
    operation_id="list_reports",
    openapi_extra=requires(Permission.REPORTS_READ),
    response_model=Page[ReportRead],
    responses=problem_responses(401, 422, 503),
)
async def list_reports(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    counter: CurrentCounter,
    date: date | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The reports that were written, newest first. Every revision is one."""
    async with db.begin() as session:
        rows, following = await service.list_reports(
            session, caller.tenant, day=date, limit=limit, cursor=cursor, counter=counter
        )
    page = Page[ReportRead](items=[ReportRead.of(row) for row in rows], next=following, count=counter.found)
    return answer(page, headers=next_link(request, following))


@router.get(
    "/daily",
    operation_id="get_daily_report",
    openapi_extra=requires(Permission.REPORTS_READ),
    response_model=DailyReportRead,
    responses=FORMS | problem_responses(401, 404, 406, 422, 503),
)
async def get_daily_report(
    request: Request,
    caller: CurrentCaller,
    db: DatabaseOf,
    date: Annotated[date, Query(description="As the clocks of the time zone show it.", examples=["2026-01-31"])],
    time_zone: Annotated[ZoneName | None, Query(description="IANA name; the tenant's, if left out.")] = None,
    revision: Annotated[
        Revision | None, Query(description="Which revision of the report. Left out: the newest.")
    ] = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """What became of one day's backups: JSON, CSV or an HTML page, by the header Accept.

    A worker writes the report when the day is over, in the tenant's time zone. A revision never changes; what becomes
    known later makes the next. Of a day that has no written report (today, or in another time zone) it is made from
    what is known now: `revision` 0.
    """
    form = rules.form_for(accept)
    day = await _day(request, db, caller.tenant, date, time_zone, where="query:{}")
    found = await daily.daily_report(db, caller.tenant, day, revision, _clock(request).now())
    if form == "text/html":
        text = await _page(db, caller.tenant, day, found)
        return HTMLResponse(text, headers={**page_headers(), "Vary": "Accept"})
    if form == "text/csv":
        named = f"daily-{date.isoformat()}-r{found.head.get('revision', 0)}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{named}"', "Vary": "Accept"}
        table = await asyncio.to_thread(csv_table.as_csv, found.head, found.items)
        return Response(table, media_type="text/csv; charset=utf-8; header=present", headers=headers)
    text = await asyncio.to_thread(lambda: json.dumps(_body(found)))
    return Response(text, media_type="application/json", headers={"Vary": "Accept"})


@router.post(
    "/daily/link",
    operation_id="create_report_link",
    openapi_extra=requires(Permission.REPORTS_LINK),
    status_code=201,
    response_model=LinkRead,
    responses=problem_responses(401, 404, 413, 422, 503),
)
async def create_report_link(
    request: Request, body: Annotated[LinkBody, Body()], caller: CurrentCaller, db: DatabaseOf
) -> Response:
    """Make a link by which a browser, which sends no token, sees this one report as a page, for some minutes.

    Who has the link needs no token: pass it on with care. It is on the audit trail.
    """
    day = await _day(request, db, caller.tenant, body.date, body.time_zone, where="#/{}")
    minutes = access_services_of(request).settings.report_link_minutes
    async with db.begin() as session:
        if body.revision is not None:
            await service.check_written(session, caller.tenant, day, body.revision, pointer="#/revision")
        token, expires_at = await service.make_link(session, caller, day, body.revision, minutes=minutes)
    url = f"{str(request.base_url).rstrip('/')}{PAGE}?{urlencode({'link': token})}"
    made = LinkRead(url=url, expires_at=expires_at)
    return Response(made.model_dump_json(), status_code=HTTPStatus.CREATED, media_type="application/json")


@pages.get(
    PAGE,
    operation_id="open_report_link",
    response_class=HTMLResponse,
    responses={
        404: {"description": "There is no such link, or no longer.", "content": {"text/html": {}}},
        **problem_responses(429, 503),
    },
)
async def open_report_link(
    request: Request,
    link: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            description="The secret part of the address that POST /v1/reports/daily/link made.",
        ),
    ],
) -> Response:
    """The page of one report. A link that has not ended is enough; no token is asked for."""
    services = access_services_of(request)
    limits, address = services.request_limits, address_of(request)
    if limits.is_shut_out(address):
        raise limits.shut_out(address)
    async with services.database.begin() as session:
        linked = await service.open_link(session, link)
        is_over = linked is None and await service.is_over(session, link)
    if linked is None:
        if not is_over:  # a bookmark that has expired is no guess
            limits.count_bad_token(address)
        return _note("This link is not good", "It has expired, or it was copied incompletely. Ask for a new one.")
    text = await made_once(service.digest_of(link), partial(_linked_page, request, linked))
    return HTMLResponse(text, headers=dict(page_headers()))


async def _linked_page(request: Request, linked: Linked) -> str:
    db = access_services_of(request).database.of_tenant(linked.tenant)
    day = rules.read_day(linked.day, linked.time_zone, where="query:{}")
    found = await daily.daily_report(db, linked.tenant, day, linked.revision, _clock(request).now())
    return await _page(db, linked.tenant, day, found)


def _clock(request: Request) -> Clock:
    return access_services_of(request).clock


async def _day(request: Request, db: Transactions, tenant: str, on: date, time_zone: str | None, *, where: str) -> Day:
    """Raises TimeZoneNotKnown, ReportNotDue or ReportNotFound."""
    services = access_services_of(request)
    if time_zone is None:
        async with db.begin() as session:
            time_zone = await service.zone_of_tenant(session, tenant, services.settings.report_time_zone)
    day = rules.read_day(on, time_zone, where=where)
    kept_days = services.settings.retention_reports_days
    rules.check_date(day, services.clock.now(), kept_days=kept_days, where=where)
    return day


_FIRST = ("date", "time_zone", "from", "to", "hours", "revision", "written_at")


def _body(found: Written) -> dict[str, Any]:
    head: dict[str, Any] = dict(found.head)
    return {name: head.pop(name) for name in _FIRST} | head | {"items": found.items}


async def _page(db: Transactions, tenant: str, day: Day, found: Written) -> str:
    nights = await daily.nights_of(db, tenant, day)
    async with db.begin() as session:
        name = await service.name_of_tenant(session, tenant)
    return await asyncio.to_thread(lambda: render_page(view_of(found.head, found.items, nights, tenant=name)))


def _note(title: str, text: str) -> Response:
    return HTMLResponse(render_note(title, text), status_code=HTTPStatus.NOT_FOUND, headers=dict(page_headers()))
