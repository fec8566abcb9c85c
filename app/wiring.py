"""The composition root: builds the Azure port from settings, and maps each kind of job to its work."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any, get_args
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.mail.server import MailServer
from app.alerts.models import Alert
from app.alerts.schemas import AlertRead
from app.approvals.schemas import ApprovalRead
from app.azure import names
from app.azure.gate import Gate
from app.azure.lists import Listed
from app.azure.ports import Azure
from app.azure.values import AzureItem, AzurePolicy
from app.azure_alerts.records import Records
from app.azure_alerts.service import vault_blockers as azure_alerts_blockers
from app.azure_alerts.work import SetAzureAlerts
from app.azure_policy.records import Records as AzurePolicyRecords
from app.azure_policy.service import vault_blockers as azure_policy_blockers
from app.azure_policy.work import SetAzurePolicy
from app.backups.work import Backup
from app.bulk.work import LeadingBulk
from app.core.clock import SystemClock
from app.core.db.database import Database
from app.core.events.models import Event
from app.core.events.rows import restored
from app.core.events.types import EventType, ResourceKind
from app.core.settings import Settings, SettingsError
from app.cost.effects import CostEffects
from app.cost.prices.lists import PriceLists
from app.cost.prices.retail import RetailPrices
from app.estate.drift_records import compare_one
from app.estate.models import EstateDrift, EstateWeakening
from app.estate.schemas import DriftRead, WeakeningRead
from app.events.cloud_events import cloud_event_of
from app.events.rendering import Rendering, Renderings
from app.identity.access.models import Tenant
from app.identity.access.permissions import Permission
from app.jobs.api.schemas import JobRead
from app.jobs.approval.models import Approval
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.sweep.apply_items import ItemUpdates
from app.jobs.work import Work
from app.policies.models import Policy
from app.policies.records import definition_of, drop_policies, missing_policies, record_azure_policies, take_in_policies
from app.policies.schemas import PolicyEventData
from app.policies.work import DeletePolicy, PutPolicy
from app.protection.changes import ChangeKind
from app.protection.health.models import HealthEvent
from app.protection.health.schemas import BackupMiss
from app.protection.models import ProtectedItem
from app.protection.observed import ObservedItems
from app.protection.records import forget_items_of, ids_by_vm, missing_items, take_in_items
from app.protection.schemas import ProtectedItemEventData
from app.protection.work import ChangeItem, Protect
from app.protection_rules.enforcing.work import EnforceRule
from app.protection_rules.models import ProtectionRule
from app.protection_rules.schemas import RuleRead
from app.recovery_runs.schemas import RecoveryGateEventData
from app.recovery_runs.work import RecoveryRunning
from app.reports.models import DailyReport
from app.reports.schemas import ReportRead
from app.restore_tests.runs.schemas import CheckRequestedTold, RestoreTestRunTold
from app.restore_tests.runs.work import ApprovingTest, TestingRestores
from app.restores.inventories import Inventories
from app.restores.mount_work import SETTLE_SECONDS, MountFiles, UnmountFiles
from app.restores.work import Restoring
from app.tear_down.records import PlanRecords
from app.tear_down.work import TearDown
from app.tenants.schemas import TenantRead
from app.vaults.blockers import Blocker
from app.vaults.delete_work import DeleteVault
from app.vaults.models import Vault
from app.vaults.records import Children, Findings, ItemsSeen, Missing, PoliciesSeen
from app.vaults.schemas import VaultRead
from app.vaults.work import AdoptVault, CreateVault, RefreshVault, UpdateVault
from app.webhooks.models import Webhook
from app.webhooks.schemas import WebhookRead


class LateAzure:
    """The port, built on first use and in a thread: importing the SDK costs about a second and 40 MB.

    The API is ready without it; `warm()` builds it while no caller waits.
    """

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self._azure: Any = None
        self._lock = asyncio.Lock()

    async def get(self) -> Azure:
        if self._azure is None:
            async with self._lock:
                if self._azure is None:
                    self._azure = await asyncio.to_thread(self._build)
        azure: Azure = self._azure
        return azure

    async def warm(self) -> None:
        await self.get()

    async def aclose(self) -> None:
        if self._azure is not None:
            await self._azure.aclose()


def late_azure(settings: Settings, gate: Gate, *, http: httpx.AsyncClient | None = None) -> LateAzure:
    """The port to the Azure, or the simulator, that ARM_URL names; over these connections, or over its own."""

    def build() -> Any:
        from app.azure.sdk.client import build_azure  # noqa: PLC0415 - late on purpose, see LateAzure

        return build_azure(settings.arm_url, simulator=settings.simulator, http=http, gate=gate)

    return LateAzure(build)


async def _take_policies(session: AsyncSession, tenant: str, vault_id: UUID, seen: PoliciesSeen) -> Findings:
    await compare_one(session, tenant, vault_id)  # before and after, as in a sweep (protection/observed.py)
    taken = await take_in_policies(
        session, tenant=tenant, vault_id=vault_id, policies=seen.policies, read_at=seen.read_at, proven_gone=seen.gone
    )
    return Findings(len(seen.policies), taken.added, taken.changed, taken.gone, sorted(seen.unproven))


async def _take_items(session: AsyncSession, tenant: str, vault_id: UUID, seen: ItemsSeen) -> Findings:
    taken = await take_in_items(
        session,
        tenant=tenant,
        vault_id=vault_id,
        items=seen.items,
        existing_vms=seen.existing_vms,
        read_at=seen.read_at,
        proven_gone=frozenset(names.vm_key(vm) for vm in seen.gone),
    )
    await compare_one(session, tenant, vault_id)
    changed = [item.vm_id for item in taken.changed]
    return Findings(len(seen.items), taken.added, changed, taken.gone, sorted(vm.id for vm in seen.unproven))


def children_of(database: Database) -> Children:
    """Policies and items of a vault, which are written with it although their folders are to its right."""

    async def missing(vault_id: UUID, items: Listed[AzureItem], policies: Listed[AzurePolicy]) -> Missing:
        async with database.begin() as session:
            await compare_one(session, None, vault_id)
            return Missing(
                await missing_items(session, vault_id, items), await missing_policies(session, vault_id, policies)
            )

    return Children(missing, _take_policies, _take_items, drop_policies, forget_items_of)


ITEM_IDS = ids_by_vm
"""How jobs, and the API of vaults, find the items of a vault."""


def item_updates_of(database: Database, azure: Azure) -> ItemUpdates:
    """How a sweep applies what it reads of a vault's items and policies to their rows."""
    return ItemUpdates(
        database,
        azure.protected_items,
        azure.policies,
        ObservedItems(compare_one),
        ITEM_IDS,
        azure.vaults,
    )


def price_lists_of(settings: Settings, http: httpx.AsyncClient | None = None) -> PriceLists:
    """Azure's price list, or the simulator's samples; over these connections, or over its own."""
    return PriceLists(RetailPrices(settings.prices_origin, http), SystemClock().now)


def mail_server_of(settings: Settings) -> MailServer | None:
    """The mail server of the settings; None = no mail is sent. Raises SettingsError."""
    if settings.smtp_url is None:
        return None
    try:
        return MailServer.of_url(settings.smtp_url.get_secret_value())
    except ValueError as error:
        raise SettingsError(f"HOLDFAST_SMTP_URL is wrong: {error}.") from None


async def vault_blockers_of(session: AsyncSession, vault_id: UUID) -> list[Blocker]:
    """What keeps a vault from being deleted, of every folder to the right of `vaults`."""
    return [*await azure_alerts_blockers(session, vault_id), *await azure_policy_blockers(session, vault_id)]


def cost_effects_of(lists: PriceLists) -> CostEffects:
    """What the dry runs of vaults, policies and items show of their cost, whose folder is to their right."""
    return CostEffects(lists, SystemClock())


CHANGES_OF_ITEMS: tuple[ChangeKind, ...] = get_args(ChangeKind)


def works_of(azure: Azure, database: Database) -> Mapping[str, Work[Any, Any]]:
    """What the loops do for each kind of job."""
    children = children_of(database)
    works: tuple[Work[Any, Any], ...] = (
        CreateVault(azure.vaults, azure.policies, record_azure_policies),
        AdoptVault(azure, children),
        RefreshVault(azure, children),
        UpdateVault(azure.vaults, azure.protected_items),
        DeleteVault(azure.vaults, azure.protected_items, children),
        SetAzureAlerts(azure.monitor, Records(database)),
        SetAzurePolicy(azure.governance, azure.policies, AzurePolicyRecords(database)),
        PutPolicy(azure.policies),
        DeletePolicy(azure.policies),
        Protect(azure.protected_items, azure.virtual_machines),
        *(ChangeItem(kind, azure) for kind in CHANGES_OF_ITEMS),
        Backup(azure.backups, azure.protected_items),
        Restoring(azure, Inventories(database)),
        MountFiles(azure),
        UnmountFiles(azure),
        TestingRestores(),
        ApprovingTest(),
        RecoveryRunning(),
        LeadingBulk(database),
        EnforceRule(database),
        TearDown(azure, PlanRecords(database)),
    )
    return {work.kind: work for work in works}


def settle_seconds(settings: Settings) -> Mapping[str, float]:
    """SETTLE by kind: the age of an attempt from which its absence is believed.

    Kinds that are PUTs are not in it: they read the object itself, and can be repeated.
    """
    restore = settings.settle_restore_seconds
    return {
        JobKind.RESTORE: restore,
        JobKind.BACKUP: settings.settle_backup_seconds,
        JobKind.MOUNT_FILES: min(SETTLE_SECONDS, restore),
    }


# --- how events are told ---------------------------------------------------------------------------------------------
def _approval_of(event: Event) -> ApprovalRead:
    approval = restored(Approval, event.data)
    return ApprovalRead.of(approval, restored(Job, event.data["job"] | {"id": event.data["job_id"]}))


def _policy_of(event: Event) -> PolicyEventData:
    policy = restored(Policy, event.data)
    return PolicyEventData.of_row(policy, definition_of(policy))


_MISS = Rendering(BackupMiss, lambda event: BackupMiss.of(restored(HealthEvent, event.data)))
RENDERINGS = Renderings(
    by_kind={
        ResourceKind.JOB: Rendering(JobRead, lambda event: JobRead.of(restored(Job, event.data))),
        ResourceKind.ITEM: Rendering(
            ProtectedItemEventData, lambda event: ProtectedItemEventData.of_row(restored(ProtectedItem, event.data))
        ),
        ResourceKind.VAULT: Rendering(VaultRead, lambda event: VaultRead.of(restored(Vault, event.data))),
        ResourceKind.POLICY: Rendering(PolicyEventData, _policy_of),
        ResourceKind.TENANT: Rendering(TenantRead, lambda event: TenantRead.of(restored(Tenant, event.data))),
        ResourceKind.APPROVAL: Rendering(ApprovalRead, _approval_of),
        ResourceKind.DRIFT: Rendering(DriftRead, lambda event: DriftRead.of(restored(EstateDrift, event.data))),
        ResourceKind.ALERT: Rendering(AlertRead, lambda event: AlertRead.of(restored(Alert, event.data))),
        ResourceKind.WEAKENING: Rendering(
            WeakeningRead, lambda event: WeakeningRead.of(restored(EstateWeakening, event.data))
        ),
        ResourceKind.REPORT: Rendering(ReportRead, lambda event: ReportRead.of(restored(DailyReport, event.data))),
        ResourceKind.RECOVERY_RUN: Rendering(RecoveryGateEventData, lambda event: RecoveryGateEventData.of(event.data)),
        ResourceKind.RULE: Rendering(RuleRead, lambda event: RuleRead.of(restored(ProtectionRule, event.data))),
        ResourceKind.WEBHOOK: Rendering(WebhookRead, lambda event: WebhookRead.of(restored(Webhook, event.data))),
        ResourceKind.RESTORE_TEST_RUN: Rendering(
            RestoreTestRunTold, lambda event: RestoreTestRunTold.model_validate(event.data)
        ),
    },
    by_type={
        **dict.fromkeys((EventType.BACKUP_MISSED, EventType.BACKUP_RECOVERED, EventType.BACKUP_WITHDRAWN), _MISS),
        EventType.RESTORE_TEST_CHECK_REQUESTED: Rendering(
            CheckRequestedTold,
            lambda event: CheckRequestedTold.model_validate(event.data),
            guarded="token",
            permission=Permission.RESTORE_TESTS_JUDGE,
        ),
    },
)
"""How each kind of event is told, by the folders whose resources these are."""


def event_body(event: Event, types: Collection[str] = ()) -> str:
    """The JSON of an event as a webhook of these types gets it. The same however often it is made.

    What is guarded goes to a webhook that names the type: its owner asked for that, and not for all there is.
    """
    return cloud_event_of(event, RENDERINGS, is_whole=event.type in types).model_dump_json()
