"""Builds the API: settings -> database -> routers -> error handlers. Nothing else."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse

from app.alerts.router import router as alerts
from app.approvals.router import router as approvals
from app.audit.queries import count_unsealed
from app.audit.refusals import Refusals
from app.audit.router import router as audit
from app.azure.errors import AzureError
from app.azure.ports import AzureProvider
from app.azure_alerts.router import calls as azure_alert_calls
from app.azure_alerts.router import router as azure_alerts
from app.azure_policy.router import router as azure_policy
from app.azure_policy.service import policy_blocker, rule_blocker
from app.backups.router import router as backups
from app.budgets.gate import SharedBudgets
from app.budgets.rows import BUDGET_CHANNEL, budgets_by_class
from app.bulk.router import router as bulk
from app.core.clock import SystemClock
from app.core.db.database import API_ROLE, NOT_NOW, Database, DatabaseReadsOnly
from app.core.db.mode import Mode, log_mode
from app.core.db.notices import EVENTS_CHANNEL
from app.core.db.notify import ENDED_CHANNEL, Listener
from app.core.db.statement_timeout import SILENCE_SECONDS, close_silent_connections
from app.core.gather_isolated import Shared
from app.core.http.conventions import RequestContextMiddleware, RequestGuard
from app.core.http.http_protocol import BoundedConnection
from app.core.http.problems import install_problem_handlers, problem_responses
from app.core.http.problems import render as render_error
from app.core.metrics import CONTENT_TYPE, Counts, Tally, render
from app.core.secret_box import SecretBox
from app.core.settings import Settings
from app.cost.prices.lists import PriceLists
from app.cost.router import router as cost
from app.docs import add_docs
from app.error_catalogue.router import router as errors
from app.estate.router import router as estate
from app.events.feed import Feed
from app.events.quiet_changes import CHANGES_CHANNEL
from app.events.router import router as events
from app.events.streams import OpenStreams
from app.evidence.router import router as evidence
from app.identity.access.limits import AtOnce, RequestLimits
from app.identity.access.membership_cache import ACCESS_CHANNEL, Access
from app.identity.tokens.bearer import TokenVerifier
from app.identity.tokens.keys import SigningKeys
from app.jobs.api.live_reads import LiveReads
from app.jobs.api.router import router as jobs
from app.jobs.api.services import Services, services_of, services_of_app
from app.jobs.api.wait import JobEnds
from app.jobs.errors import azure_said
from app.jobs.hints.store import hint_figures
from app.jobs.metrics import count_due, count_in_flight, count_open_attempts, count_orphans
from app.openapi import describe
from app.permissions.router import router as permissions
from app.policies.router import router as policies
from app.protection.health.router import router as expectations
from app.protection.router import router as protection
from app.protection_rules.router import router as protection_rules
from app.recovery_plans.router import router as recovery_plans
from app.recovery_runs.router import asking as recovery_asking
from app.recovery_runs.router import router as recovery_runs
from app.reports.router import pages as report_pages
from app.reports.router import router as reports
from app.restore_tests.quarter.router import router as restore_test_reports
from app.restore_tests.router import router as restore_tests
from app.restore_tests.runs.router import router as restore_test_runs
from app.restore_tests.runs.router import verdict_calls as restore_test_verdicts
from app.restores.defaults.router import router as restore_defaults
from app.restores.router import router as restores
from app.tear_down.router import router as tear_down
from app.tenants.router import router as tenants
from app.tenants.service import make_home
from app.vaults.router import router as vaults
from app.webhooks.outgoing import Outgoing
from app.webhooks.router import router as webhooks
from app.wiring import ITEM_IDS, RENDERINGS, cost_effects_of, late_azure, price_lists_of, vault_blockers_of, works_of

ROUTERS = (
    backups,
    jobs,
    restores,
    protection,
    vaults,
    policies,
    approvals,
    estate,
    reports,
    alerts,
    tenants,
    permissions,
    audit,
    expectations,
    restore_defaults,
    errors,
    cost,
    events,
    webhooks,
    azure_alerts,
    azure_alert_calls,
    azure_policy,
    evidence,
    restore_test_reports,
    protection_rules,
    restore_tests,
    restore_test_runs,
    restore_test_verdicts,
    recovery_plans,
    recovery_asking,
    recovery_runs,
    bulk,
    tear_down,
    report_pages,
)
"""The first match wins, and each router before it costs 10 us: so the routers with most requests come first."""
EXPOSED_HEADERS = ["Location", "Retry-After", "ETag", "Link", "X-Request-ID", "RateLimit", "RateLimit-Policy"]
DRAIN_SECONDS = 8
"""Seconds that running requests get after SIGTERM; callers who wait for a job are answered at once."""


def create_app(settings: Settings, *, http: httpx.AsyncClient | None = None) -> FastAPI:
    """The API for these settings. Opens connections only when it is started.

    `http`: whose connections lead out of the process, to Azure and to the issuers; the owner who passes one closes it.
    """
    app = FastAPI(
        title="Holdfast",
        lifespan=_lifespan(settings, http),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        swagger_ui_oauth2_redirect_url=None,
    )
    for router in ROUTERS:
        app.include_router(router)
    _add_probes(app)
    add_docs(app, settings)
    install_problem_handlers(app)
    _add_azure_handler(app)
    app.add_middleware(RequestGuard)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED_HEADERS,
        )
    app.add_middleware(RequestContextMiddleware)
    describe(app)
    return app


def _lifespan(
    settings: Settings, http: httpx.AsyncClient | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = _database(settings)
        access = _access(settings, database)
        budgets = SharedBudgets(database)
        azure = late_azure(settings, budgets, http=http)
        refusals = Refusals(database)
        ends = JobEnds()
        feed = Feed(database, RENDERINGS)
        listener = _listener(settings, ends, access, budgets, feed)
        async with httpx.AsyncClient() if http is None else nullcontext(http) as reaching:  # certificates cost 30 ms
            keys = SigningKeys(settings.oidc_issuers, reaching)
            app.state.services = _services(
                settings,
                database=database,
                access=access,
                keys=keys,
                refusals=refusals,
                azure=azure,
                ends=ends,
                feed=feed,
                prices=price_lists_of(settings, reaching),
            )
            running = (listener.run(), azure.warm(), feed.look_at_intervals())
            tasks = [asyncio.create_task(one) for one in running]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                for closing in (feed, refusals, keys, azure, database):
                    await closing.aclose()

    return lifespan


def _services(
    settings: Settings,
    *,
    database: Database,
    access: Access,
    keys: SigningKeys,
    refusals: Refusals,
    azure: AzureProvider,
    ends: JobEnds,
    feed: Feed,
    prices: PriceLists,
) -> Services:
    return Services(
        settings=settings,
        clock=SystemClock(),
        database=database,
        access=access,
        signing_keys=keys,
        verifier=TokenVerifier(keys, audience=settings.oidc_audience),
        request_limits=RequestLimits(per_principal=settings.rate_per_minute, bad_tokens=settings.bad_tokens_per_minute),
        at_once=AtOnce(settings.requests_at_once),
        on_refused=refusals.tell,
        # The probes need no token, so concurrent requests share one check.
        is_ready=Shared(partial(_check_ready, database, access.mode)),
        tally=Tally(partial(_count, database)),
        azure=azure,
        works_of=partial(works_of, database=database),
        job_ends=ends,
        feed=feed,
        open_streams=OpenStreams(per_principal=settings.streams_per_principal, per_tenant=settings.streams_per_tenant),
        item_ids=ITEM_IDS,
        vault_blockers=vault_blockers_of,
        rule_blocker=rule_blocker,
        policy_blocker=policy_blocker,
        live_reads=LiveReads(per_minute=settings.live_reads_per_minute),
        costs=cost_effects_of(prices),
        price_lists=prices,
        secret_box=SecretBox(settings.keys_of_secrets),
        webhook_calls=Outgoing.of(settings),
    )


def _database(settings: Settings) -> Database:
    """A caller is answered, also where the server is frozen; a worker has time."""
    database = Database(settings.database_dsn, role=API_ROLE, application_name="holdfast-api")
    close_silent_connections(SILENCE_SECONDS, database.engine)
    return database


def _access(settings: Settings, database: Database) -> Access:
    return Access(
        database,
        ruling_issuer=next(iter(settings.oidc_issuers), None),
        mode=Mode(simulator=settings.simulator),
        make_home=make_home,
        approval_hours=settings.approval_hours,
    )


def _listener(settings: Settings, ends: JobEnds, access: Access, budgets: SharedBudgets, feed: Feed) -> Listener:
    """One connection listens for notifications: ended jobs, events, changed rights, Retry-After of Azure."""

    def heard(channel: str, payload: str) -> None:
        if channel == ENDED_CHANNEL:
            ends.wake(payload)
        elif channel == EVENTS_CHANNEL:
            feed.wake(payload)
        elif channel == CHANGES_CHANNEL:
            feed.quiet_changes.wake(payload)
        elif channel == BUDGET_CHANNEL:
            budgets.ask_again(payload)
        else:
            access.forget()

    def look_again() -> None:
        ends.wake_all()
        feed.wake_all()
        access.forget()
        budgets.ask_again()

    channels = (ENDED_CHANNEL, EVENTS_CHANNEL, CHANGES_CHANNEL, ACCESS_CHANNEL, BUDGET_CHANNEL)
    return Listener(settings.database_dsn, channels=channels, on_notify=heard, on_connect=look_again)


def _add_azure_handler(app: FastAPI) -> None:
    @app.exception_handler(AzureError)
    async def azure_error(_: Request, error: AzureError) -> Response:
        """A refusal that no service handles is still Azure's answer, not an internal error."""
        return render_error(azure_said(error))


def _add_probes(app: FastAPI) -> None:
    @app.get("/healthz", operation_id="healthz", tags=["operations"])
    async def healthz() -> dict[str, str]:
        """The process is alive: it answers. Nothing else is looked at, not even the database."""
        return {"status": "ok"}

    @app.get("/readyz", operation_id="readyz", tags=["operations"], responses=problem_responses(503))
    async def readyz(request: Request) -> dict[str, str]:
        """The process can serve: its database answers, accepts writes, and belongs to this mode."""
        await services_of(request).is_ready()
        return {"status": "ready"}

    @app.get("/metrics", operation_id="metrics", tags=["operations"], response_class=PlainTextResponse)
    async def metrics(request: Request) -> Response:
        """What this process counts and measures, in the text format of Prometheus. docs/operating.md lists it."""
        return Response(render(await services_of(request).tally.newest()), media_type=CONTENT_TYPE)


async def _check_ready(database: Database, mode: Mode) -> None:
    await database.check_takes_writes()
    await mode.check(database)


async def _count(database: Database) -> Counts | None:
    """What the database counts, over all tenants; None while it is away, or takes no writes."""
    try:
        await database.check_takes_writes()
        async with database.begin() as session:
            return Counts(
                in_flight=await count_in_flight(session),
                attempts=await count_open_attempts(session),
                due=await count_due(session),
                orphans=await count_orphans(session),
                unsealed=await count_unsealed(session),
                budgets=await budgets_by_class(session),
                hint=await hint_figures(session),
            )
    except (*NOT_NOW, DatabaseReadsOnly):
        return None


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, without starting anything."""
    return create_app(Settings(oidc_issuers=())).openapi()


class DrainingServer(uvicorn.Server):
    """On SIGTERM, callers who wait are answered now, not when their patience ends, and streams of events end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app
        self._freezing: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._freezing = asyncio.create_task(self._freeze())

    async def _freeze(self) -> None:
        """Leave what is there for good out of the garbage collector's work, once the Azure SDK is loaded.

        Walking it took 3 % of an accepted write.
        """
        await services_of_app(self._app).azure.get()
        gc.freeze()

    def handle_exit(self, sig: int, frame: object) -> None:
        if hasattr(self._app.state, "services"):
            services_of_app(self._app).job_ends.drain()
            services_of_app(self._app).feed.drain()
        super().handle_exit(sig, frame)  # type: ignore[arg-type]


def serving(settings: Settings) -> DrainingServer:
    """The server of the API, not yet running."""
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
        http=BoundedConnection,
    )
    return DrainingServer(config, app)


def serve(settings: Settings, *, listening: socket.socket | None = None) -> None:
    """Serve until SIGTERM or SIGINT; ends within 10 s of it.

    `listening`: a socket that the caller already listens on, used in place of HOLDFAST_HOST and HOLDFAST_PORT.
    """
    log_mode(settings, "api")
    serving(settings).run(sockets=[listening] if listening else None)
