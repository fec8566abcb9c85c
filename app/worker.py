"""Builds and runs the background loops. Any number of these processes may run; they share nothing but Postgres."""

import asyncio
import gc
import signal
from collections.abc import Mapping

import structlog

from app.alerts.intake.loop import EVERY_SECONDS as ALERT_SECONDS
from app.alerts.intake.loop import AlertLoop
from app.alerts.mail.sending import EVERY_SECONDS as MAIL_SECONDS
from app.alerts.mail.sending import MailLoop
from app.approvals.expire import ExpireLoop
from app.audit.sealing import SEAL_SECONDS, SealLoop
from app.azure.ports import Azure
from app.budgets.gate import SharedBudgets
from app.budgets.rows import BUDGET_CHANNEL
from app.bulk.loop import EVERY_SECONDS as BULK_SECONDS
from app.bulk.loop import BulkLoop
from app.core.clock import SystemClock
from app.core.db.database import WORKER_ROLE, Database
from app.core.db.mode import log_mode, wait_for_mode
from app.core.db.notices import EVENTS_CHANNEL
from app.core.db.notify import WORK_CHANNEL, Listener, read_work_payload
from app.core.loop import Loop, Pump
from app.core.secret_box import SecretBox
from app.core.settings import Settings
from app.cost.months.loop import EVERY_SECONDS as COST_SECONDS
from app.cost.months.loop import CostLoop
from app.estate.reading import EstateLoop
from app.evidence.keys import EvidenceKeys
from app.jobs.hints.ask import HintLoop
from app.jobs.loops.cancel import CancelLoop
from app.jobs.loops.poll_operations import LOOKS_AT_ONCE, PollOperationsLoop
from app.jobs.loops.prune import EVERY, PruneLoop
from app.jobs.loops.reconcile import ReconcileLoop
from app.jobs.loops.submit import AT_ONCE, SubmitLoop
from app.jobs.sweep.sweep import VAULTS_AT_ONCE, SweepLoop
from app.jobs.work import LoopName
from app.protection.health.loop import EVERY_SECONDS as HEALTH_SECONDS
from app.protection.health.loop import HealthLoop
from app.protection.health.point_kinds import EVERY_SECONDS as KINDS_SECONDS
from app.protection.health.point_kinds import PointKindsLoop
from app.protection_rules.enforcing.loop import EVERY_SECONDS as RULE_SECONDS
from app.protection_rules.enforcing.loop import RuleLoop
from app.recovery_runs.loop import EVERY_SECONDS as RECOVERY_SECONDS
from app.recovery_runs.loop import RecoveryLoop
from app.reports.writing import LOOK_EVERY, ReportLoop
from app.restore_tests.runs.loop import EVERY_SECONDS as TEST_SECONDS
from app.restore_tests.runs.loop import TestLoop
from app.webhooks.outgoing import Outgoing
from app.webhooks.sending.delivering import WEBHOOKS_AT_ONCE, DeliverLoop, Sending
from app.webhooks.sending.fan_out import FanOutLoop
from app.webhooks.sending.pruning import EVERY_SECONDS as WEBHOOK_PRUNE_SECONDS
from app.webhooks.sending.pruning import WebhookPruneLoop
from app.wiring import (
    ITEM_IDS,
    event_body,
    item_updates_of,
    late_azure,
    mail_server_of,
    price_lists_of,
    settle_seconds,
    works_of,
)

log = structlog.get_logger()

WOKEN_BY_EVENTS: Mapping[str, float] = {
    LoopName.HANDING_OUT: 0.0,
    LoopName.RECOVERING: 0.0,
    LoopName.BULK: 0.2,
    LoopName.ALERTS: 1.0,
}
"""Loops that take in what changed, and the seconds within which events are taken in together."""
DRAIN_SECONDS = 9.0
"""SIGTERM must end the process within 10 s.

Work that is cut off leaves an open attempt or a lease; another worker continues it.
"""


def loops_of(settings: Settings, database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loops, by the name that a notification calls them."""
    works, poll = works_of(azure, database), settings.poll_seconds
    submitting = SubmitLoop(database, works, poll_seconds=poll)
    operations = PollOperationsLoop(database, works, azure.operations, azure.jobs, poll_seconds=poll)
    item_updates = item_updates_of(database, azure)
    observing = SweepLoop(database, works, azure.jobs, azure.protected_items, ITEM_IDS, item_updates, poll_seconds=poll)
    resolving = ReconcileLoop(database, works, azure.jobs, settle_seconds=settle_seconds(settings), poll_seconds=poll)
    cancelling = CancelLoop(database, works, azure.jobs, poll_seconds=poll)
    expiring = ExpireLoop(database, works)
    prune = PruneLoop(
        database, events_days=settings.retention_events_days, attempts_days=settings.retention_attempts_days
    )
    loops = (
        Pump(LoopName.SUBMITTING, submitting.start, submitting.run_once, idle_seconds=poll, at_once=AT_ONCE),
        Pump(LoopName.OPERATIONS, operations.start, operations.run_once, idle_seconds=poll, at_once=LOOKS_AT_ONCE),
        Pump(LoopName.OBSERVING, observing.start, observing.run_once, idle_seconds=poll, at_once=VAULTS_AT_ONCE),
        Loop(LoopName.RESOLVING, resolving.run_once, idle_seconds=poll),
        Loop(LoopName.CANCELLING, cancelling.run_once, idle_seconds=poll),
        Loop(LoopName.EXPIRING, expiring.run_once, idle_seconds=poll),
        Loop(LoopName.SEALING, SealLoop(database).run_once, idle_seconds=SEAL_SECONDS),
        Loop(LoopName.PRUNING, prune.run_once, idle_seconds=EVERY.total_seconds()),
    )
    return {loop.name: loop for loop in loops}


def hint_loops_of(settings: Settings, database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loop that says which vaults to list first: it changes when something is done, never what."""
    poll = settings.poll_seconds
    hinting = HintLoop(database, azure.resource_graph, poll_seconds=poll, enabled=settings.hint)
    return {LoopName.HINTING: Loop(LoopName.HINTING, hinting.run_once, idle_seconds=poll)}


def health_loops_of(database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loops that look at items, not at jobs: what is due and was missed; and of which kind the points are."""
    kinds = PointKindsLoop(database, azure.recovery_points)
    loops = (
        Loop(LoopName.HEALTH, HealthLoop(database).run_once, idle_seconds=HEALTH_SECONDS),
        Loop(LoopName.POINT_KINDS, kinds.run_once, idle_seconds=KINDS_SECONDS),
    )
    return {loop.name: loop for loop in loops}


def report_loops_of(settings: Settings, database: Database) -> Mapping[str, Loop]:
    """The loop that writes reports: no job waits for it."""
    writing = ReportLoop(database, time_zone=settings.report_time_zone, kept_days=settings.retention_reports_days)
    loop = Loop(LoopName.REPORTING, writing.run_once, idle_seconds=LOOK_EVERY.total_seconds())
    return {loop.name: loop}


def alert_loops_of(settings: Settings, database: Database) -> Mapping[str, Loop]:
    """The loops that open and tell alerts, and send mails."""
    alerts = AlertLoop(database, poll_seconds=settings.poll_seconds)
    mailing = MailLoop(
        database,
        server=mail_server_of(settings),
        sender=settings.mail_from or "",
        time_zone=settings.report_time_zone,
    )
    loops = (
        Loop(LoopName.ALERTS, alerts.run_once, idle_seconds=ALERT_SECONDS),
        Loop(LoopName.MAILING, mailing.run_once, idle_seconds=MAIL_SECONDS),
    )
    return {loop.name: loop for loop in loops}


def recovery_loops_of(database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loop that leads recovery runs."""
    leading = RecoveryLoop(database, works_of(azure, database), azure)
    return {LoopName.RECOVERING: Loop(LoopName.RECOVERING, leading.run_once, idle_seconds=RECOVERY_SECONDS)}


def bulk_loops_of(database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loop that leads bulk requests."""
    leading = BulkLoop(database, azure, works_of(azure, database), SystemClock())
    return {LoopName.BULK: Loop(LoopName.BULK, leading.run_once, idle_seconds=BULK_SECONDS)}


def estate_loops_of(settings: Settings, database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loop that reads the estate; none, where that is switched off."""
    if not settings.estate_seconds:
        return {}
    estate = EstateLoop(database, azure, every_seconds=settings.estate_seconds)
    return {LoopName.ESTATE: Loop(LoopName.ESTATE, estate.run_once, idle_seconds=settings.poll_seconds)}


def _every_loop(settings: Settings, database: Database, azure: Azure) -> Mapping[str, Loop]:
    return {
        **loops_of(settings, database, azure),
        **hint_loops_of(settings, database, azure),
        **health_loops_of(database, azure),
        **recovery_loops_of(database, azure),
        **bulk_loops_of(database, azure),
        **report_loops_of(settings, database),
        **alert_loops_of(settings, database),
        **cost_loops_of(settings, database, azure),
        **estate_loops_of(settings, database, azure),
        **webhook_loops_of(settings, database),
        **restore_test_loops_of(settings, database, azure),
        **rule_loops_of(settings, database, azure),
    }


def rule_loops_of(settings: Settings, database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loop that enforces protection rules."""
    protecting = RuleLoop(database, azure.machines, works_of(azure, database), is_on=bool(settings.estate_seconds))
    return {LoopName.PROTECTING: Loop(LoopName.PROTECTING, protecting.run_once, idle_seconds=RULE_SECONDS)}


def cost_loops_of(settings: Settings, database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loop that keeps what items cost: no job waits for it."""
    keeping = CostLoop(database, price_lists_of(settings), SystemClock(), azure.vaults)
    loop = Loop(LoopName.COST, keeping.run_once, idle_seconds=COST_SECONDS)
    return {loop.name: loop}


def webhook_loops_of(settings: Settings, database: Database) -> Mapping[str, Loop]:
    """The loops that hand out events to webhooks, and send them."""
    sending = Sending(database, Outgoing.of(settings), SecretBox(settings.keys_of_secrets), event_body)
    delivering = DeliverLoop(sending)
    pump = Pump(
        LoopName.DELIVERING,
        delivering.start,
        delivering.run_once,
        idle_seconds=settings.poll_seconds,
        at_once=WEBHOOKS_AT_ONCE,
    )
    delivering.is_stopping = lambda: pump.is_stopping
    pruning = WebhookPruneLoop(
        database, kept_days=settings.retention_deliveries_days, events_days=settings.retention_events_days
    )
    loops = (
        Loop(LoopName.HANDING_OUT, FanOutLoop(database).run_once, idle_seconds=settings.poll_seconds),
        pump,
        Loop(LoopName.WEBHOOK_PRUNING, pruning.run_once, idle_seconds=WEBHOOK_PRUNE_SECONDS),
    )
    return {loop.name: loop for loop in loops}


def restore_test_loops_of(settings: Settings, database: Database, azure: Azure) -> Mapping[str, Loop]:
    """The loop of restore tests."""
    box, keys = SecretBox(settings.keys_of_secrets), EvidenceKeys(settings.keys_of_evidence)
    works = works_of(azure, database)
    testing = TestLoop(database, azure, works, box, keys, poll_seconds=settings.poll_seconds)
    return {LoopName.TESTING: Loop(LoopName.TESTING, testing.run_once, idle_seconds=TEST_SECONDS)}


def _wake(loops: Mapping[str, Loop], name: str, within: float) -> None:
    if name in loops:
        loops[name].wake(within)


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then let running work end. Raises DatabaseOfOtherMode."""
    stopping = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopping.set)
    log_mode(settings, "worker")
    database = Database(settings.database_dsn, role=WORKER_ROLE, application_name="holdfast-worker")
    try:
        await wait_for_mode(database, simulator=settings.simulator, stopping=stopping)
        await _work(settings, database, stopping)
    finally:
        await database.aclose()
    log.info("worker.stopped")


async def _work(settings: Settings, database: Database, stopping: asyncio.Event) -> None:
    budgets = SharedBudgets(database)
    provider = late_azure(settings, budgets)
    azure = await provider.get()
    loops = _every_loop(settings, database, azure)

    def wake(channel: str, payload: str) -> None:
        if channel == BUDGET_CHANNEL:
            budgets.ask_again(payload)
        elif channel == EVENTS_CHANNEL:
            for name, within in WOKEN_BY_EVENTS.items():
                _wake(loops, name, within)
        else:
            _wake(loops, *read_work_payload(payload))

    def wake_all() -> None:
        budgets.ask_again()
        for loop in loops.values():
            loop.wake()

    channels = (WORK_CHANNEL, BUDGET_CHANNEL, EVENTS_CHANNEL)
    listener = Listener(settings.database_dsn, channels=channels, on_notify=wake, on_connect=wake_all)
    listening = asyncio.create_task(listener.run(), name="listener")
    working = [asyncio.create_task(loop.run(), name=loop.name) for loop in loops.values()]
    gc.freeze()  # as the API does (main.py)
    log.info("worker.ready", arm_url=settings.arm_url, simulator=settings.simulator)
    try:
        await stopping.wait()
        log.info("worker.draining")
        for loop in loops.values():
            loop.stop()
        _, late = await asyncio.wait(working, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await provider.aclose()
