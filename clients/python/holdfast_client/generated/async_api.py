"""The resources of AsyncHoldfast, one method for each operation. Made by `make clients`."""

from __future__ import annotations

import builtins
import datetime
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from ..exchange import keyed
from ..operation import Operation
from .types import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ..async_client import AsyncHoldfast, AsyncPendingJob
    from .models import (
        AcknowledgeBody,
        AlertKind,
        AlertRead,
        AlertRuleBody,
        AlertRuleList,
        AlertRuleRead,
        AlertState,
        ApprovalDecisionBody,
        ApprovalRead,
        AuditEntryRead,
        AuditHeadRead,
        AzureAlertsPut,
        AzureAlertsRead,
        AzurePolicyPut,
        AzurePolicyRead,
        AzureRoleRead,
        BackupAccepted,
        BackupCreate,
        BulkAccepted,
        BulkCreate,
        BulkDryRun,
        BulkTargetRead,
        CheckPermissionsMode,
        CheckPermissionsOperation,
        CheckPermissionsRegion,
        CloudEvent,
        CostEstimateCreate,
        CostEstimateRead,
        CostRead,
        DailyReportRead,
        DriftRead,
        DriftState,
        ErrorCatalogue,
        ErrorRead,
        EstateCoverage,
        EstateRefresh,
        EstateState,
        EstateVmRead,
        EvidenceKeysRead,
        ExpectationsBody,
        ExpectationsRead,
        ExportRoleOperationItem,
        FoundVaults,
        HealthzResponseHealthz,
        JobEventRead,
        JobRead,
        JobResolveBody,
        JobState,
        ListApprovalsState,
        ListApprovalsView,
        ListAuditOutcome,
        ListBulkTargetsOutcomeItem,
        ListEventsStart,
        ListJobsKindItem,
        ListJobsOrigin,
        ListPlatformAuditOutcome,
        ListProtectedItemsRpoItem,
        ListProtectedItemsStateItem,
        ListRecoveryPointsRegion,
        MeRead,
        MountScriptRead,
        PermissionCheckRead,
        PolicyCreate,
        PolicyDiff,
        PolicyPreviewCreate,
        PolicyPreviewRead,
        PolicyRead,
        PolicyRevisionRead,
        PolicyUpdate,
        ProtectedItemChange,
        ProtectedItemCreate,
        ProtectedItemDiff,
        ProtectedItemRead,
        ProtectionRuleCreate,
        ProtectionRulePreview,
        ProtectionRuleRead,
        ProtectionRuleStart,
        ProtectionRuleUpdate,
        ReadyzResponseReadyz,
        RecoveryGateDecide,
        RecoveryPlanCreate,
        RecoveryPlanPreflight,
        RecoveryPlanPreflightRead,
        RecoveryPlanRead,
        RecoveryPlanUpdate,
        RecoveryPointRead,
        RecoveryRunAccepted,
        RecoveryRunCreate,
        RecoveryRunRead,
        ReportLinkBody,
        ReportLinkRead,
        ReportRead,
        RestoreAccepted,
        RestoreCreate,
        RestoreDefaultsBody,
        RestoreDefaultsRead,
        RestoredResources,
        RestorePreflightRead,
        RestoreRead,
        RestoreTestCreate,
        RestoreTestOutcome,
        RestoreTestQuarter,
        RestoreTestRead,
        RestoreTestRoundCreate,
        RestoreTestRunRead,
        RestoreTestUpdate,
        RestoreTestVerdictPut,
        SilenceBody,
        SilenceChange,
        SilenceRead,
        TenantCreate,
        TenantMemberCreate,
        TenantMemberRead,
        TenantMemberUpdate,
        TenantRead,
        TenantUpdate,
        UnprotectedVm,
        VaultCreate,
        VaultDiff,
        VaultDiscover,
        VaultRead,
        VaultUpdate,
        WebhookAttempt,
        WebhookCreate,
        WebhookDeliveryRead,
        WebhookDeliveryState,
        WebhookMade,
        WebhookRead,
        WebhookReplay,
        WebhookReplayed,
        WebhookRotate,
        WebhookSecret,
        WebhookUpdate,
        WriteBody,
    )


class AlertsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def acknowledge(self, alert_id: UUID, body: AcknowledgeBody) -> AlertRead:
        """Acknowledge an alert"""
        from .api.alerts import acknowledge_alert

        return await self._client.send(
            acknowledge_alert.acknowledge_alert(
                alert_id,
                body=body,
            )
        )

    async def create_silence(self, body: SilenceBody) -> SilenceRead:
        """Create an alert silence"""
        from .api.alerts import create_alert_silence

        return await self._client.send(
            create_alert_silence.create_alert_silence(
                body=body,
            )
        )

    async def delete_silence(self, silence_id: UUID, *, if_match: str | Unset = UNSET) -> None:
        """End an alert silence"""
        from .api.alerts import delete_alert_silence

        await self._client.send(
            delete_alert_silence.delete_alert_silence(
                silence_id,
                if_match=if_match,
            )
        )

    async def get(self, alert_id: UUID) -> AlertRead:
        """Get an alert"""
        from .api.alerts import get_alert

        return await self._client.send(
            cast(
                "Operation[AlertRead]",
                get_alert.get_alert(
                    alert_id,
                ),
            )
        )

    async def get_rule(self, kind: AlertKind) -> AlertRuleRead:
        """Get an alert rule"""
        from .api.alerts import get_alert_rule

        return await self._client.send(
            cast(
                "Operation[AlertRuleRead]",
                get_alert_rule.get_alert_rule(
                    kind,
                ),
            )
        )

    async def get_silence(self, silence_id: UUID) -> SilenceRead:
        """Get an alert silence"""
        from .api.alerts import get_alert_silence

        return await self._client.send(
            cast(
                "Operation[SilenceRead]",
                get_alert_silence.get_alert_silence(
                    silence_id,
                ),
            )
        )

    async def list_rules(self) -> AlertRuleList:
        """List the alert rules of every kind"""
        from .api.alerts import list_alert_rules

        return await self._client.send(list_alert_rules.list_alert_rules())

    def list_silences(self, *, limit: int | Unset = 50, count: bool | Unset = False) -> AsyncIterator[SilenceRead]:
        """List alert silences, newest first"""
        from .api.alerts import list_alert_silences

        return self._client.pages(
            lambda cursor: list_alert_silences.list_alert_silences(
                limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    def list(
        self,
        *,
        state: builtins.list[AlertState] | Unset = UNSET,
        kind: builtins.list[AlertKind] | Unset = UNSET,
        limit: int | Unset = 50,
        count: bool | Unset = False,
    ) -> AsyncIterator[AlertRead]:
        """List alerts, newest first"""
        from .api.alerts import list_alerts

        return self._client.pages(
            lambda cursor: list_alerts.list_alerts(
                state=state, kind=kind, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def put_rule(self, kind: AlertKind, body: AlertRuleBody, *, if_match: str) -> AlertRuleRead:
        """Set an alert rule"""
        from .api.alerts import put_alert_rule

        return await self._client.send(
            put_alert_rule.put_alert_rule(
                kind,
                body=body,
                if_match=if_match,
            )
        )

    async def update_silence(self, silence_id: UUID, body: SilenceChange, *, if_match: str) -> SilenceRead:
        """Change an alert silence"""
        from .api.alerts import update_alert_silence

        return await self._client.send(
            update_alert_silence.update_alert_silence(
                silence_id,
                body=body,
                if_match=if_match,
            )
        )


class AlertsInAzureResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def delete_azure_alerts(
        self,
        vault_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        if_match: str | Unset = UNSET,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Remove the Azure alerts of a vault"""
        from .api.alerts_in_azure import delete_azure_alerts

        return await self._client.start(
            delete_azure_alerts.delete_azure_alerts(
                vault_id,
                body=body,
                if_match=if_match,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def get_azure_alerts(self, vault_id: UUID) -> AzureAlertsRead:
        """Get the Azure alerts of a vault"""
        from .api.alerts_in_azure import get_azure_alerts

        return await self._client.send(
            cast(
                "Operation[AzureAlertsRead]",
                get_azure_alerts.get_azure_alerts(
                    vault_id,
                ),
            )
        )

    async def put_azure_alerts(
        self,
        vault_id: UUID,
        body: AzureAlertsPut,
        *,
        if_match: str | Unset = UNSET,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Set up Azure's own alerts for a vault"""
        from .api.alerts_in_azure import put_azure_alerts

        return await self._client.start(
            put_azure_alerts.put_azure_alerts(
                vault_id,
                body=body,
                if_match=if_match,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def receive_azure_alert(self, token: str) -> None:
        """Receive a call of an Azure action group"""
        from .api.alerts_in_azure import receive_azure_alert

        await self._client.send(
            receive_azure_alert.receive_azure_alert(
                token,
            )
        )


class ApprovalsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def approve(self, approval_id: UUID, body: ApprovalDecisionBody) -> ApprovalRead:
        """Approve a request of another person"""
        from .api.approvals import approve

        return await self._client.send(
            approve.approve(
                approval_id,
                body=body,
            )
        )

    async def get(self, approval_id: UUID) -> ApprovalRead:
        """Get an approval"""
        from .api.approvals import get_approval

        return await self._client.send(
            cast(
                "Operation[ApprovalRead]",
                get_approval.get_approval(
                    approval_id,
                ),
            )
        )

    def list(
        self,
        *,
        state: ListApprovalsState | Unset = UNSET,
        job_id: UUID | Unset = UNSET,
        view: ListApprovalsView | Unset = UNSET,
        limit: int | Unset = 50,
        count: bool | Unset = False,
    ) -> AsyncIterator[ApprovalRead]:
        """List approvals, newest first"""
        from .api.approvals import list_approvals

        return self._client.pages(
            lambda cursor: list_approvals.list_approvals(
                state=state,
                job_id=job_id,
                view=view,
                limit=limit,
                count=count,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    async def reject(self, approval_id: UUID, body: ApprovalDecisionBody) -> ApprovalRead:
        """Reject a request of another person"""
        from .api.approvals import reject

        return await self._client.send(
            reject.reject(
                approval_id,
                body=body,
            )
        )


class AuditResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def export(self, *, after: int | Unset = 0) -> str:
        """Export the audit trail of a tenant"""
        from .api.audit import export_audit

        return await self._client.send(
            export_audit.export_audit(
                after=after,
            )
        )

    async def export_platform(self, *, after: int | Unset = 0) -> str:
        """Export the audit trail of the platform"""
        from .api.audit import export_platform_audit

        return await self._client.send(
            export_platform_audit.export_platform_audit(
                after=after,
            )
        )

    async def get_head(self) -> AuditHeadRead:
        """Get the last hash of the audit trail"""
        from .api.audit import get_audit_head

        return await self._client.send(get_audit_head.get_audit_head())

    async def get_platform_head(self) -> AuditHeadRead:
        """Get the last hash of the platform's audit trail"""
        from .api.audit import get_platform_audit_head

        return await self._client.send(get_platform_audit_head.get_platform_audit_head())

    def list(
        self,
        *,
        limit: int | Unset = 50,
        count: bool | Unset = False,
        actor: str | Unset = UNSET,
        action: str | Unset = UNSET,
        target: str | Unset = UNSET,
        job_id: UUID | Unset = UNSET,
        outcome: ListAuditOutcome | Unset = UNSET,
        since: datetime.datetime | Unset = UNSET,
        until: datetime.datetime | Unset = UNSET,
    ) -> AsyncIterator[AuditEntryRead]:
        """List the audit trail of a tenant"""
        from .api.audit import list_audit

        return self._client.pages(
            lambda cursor: list_audit.list_audit(
                limit=limit,
                count=count,
                actor=actor,
                action=action,
                target=target,
                job_id=job_id,
                outcome=outcome,
                since=since,
                until=until,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    def list_platform(
        self,
        *,
        limit: int | Unset = 50,
        count: bool | Unset = False,
        actor: str | Unset = UNSET,
        action: str | Unset = UNSET,
        target: str | Unset = UNSET,
        job_id: UUID | Unset = UNSET,
        outcome: ListPlatformAuditOutcome | Unset = UNSET,
        since: datetime.datetime | Unset = UNSET,
        until: datetime.datetime | Unset = UNSET,
    ) -> AsyncIterator[AuditEntryRead]:
        """List the audit trail of the platform"""
        from .api.audit import list_platform_audit

        return self._client.pages(
            lambda cursor: list_platform_audit.list_platform_audit(
                limit=limit,
                count=count,
                actor=actor,
                action=action,
                target=target,
                job_id=job_id,
                outcome=outcome,
                since=since,
                until=until,
                cursor=UNSET if cursor is None else cursor,
            )
        )


class BackupsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(
        self,
        item_id: UUID,
        body: BackupCreate | None | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[BackupAccepted]:
        """Back up a VM now"""
        from .api.backups import create_backup

        return await self._client.start(
            create_backup.create_backup(
                item_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    def list_recovery_points(
        self,
        item_id: UUID,
        *,
        region: ListRecoveryPointsRegion | Unset = "primary",
        limit: int | Unset = 50,
        count: bool | Unset = False,
    ) -> AsyncIterator[RecoveryPointRead]:
        """List the recovery points of a VM"""
        from .api.backups import list_recovery_points

        return self._client.pages(
            lambda cursor: list_recovery_points.list_recovery_points(
                item_id, region=region, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )


class BulkResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(
        self,
        body: BulkCreate,
        *,
        dry_run: bool | Unset = False,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[BulkAccepted] | BulkDryRun:
        """Act on many VMs at once"""
        from .api.bulk import create_bulk
        from .models import BulkAccepted

        answer = await self._client.send(
            create_bulk.create_bulk(
                body=body,
                dry_run=dry_run,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )
        return self._client.pending(answer) if isinstance(answer, BulkAccepted) else answer

    def list_targets(
        self,
        job_id: UUID,
        *,
        outcome: builtins.list[ListBulkTargetsOutcomeItem] | Unset = UNSET,
        limit: int | Unset = 50,
        count: bool | Unset = False,
    ) -> AsyncIterator[BulkTargetRead]:
        """List the targets of a bulk request"""
        from .api.bulk import list_bulk_targets

        return self._client.pages(
            lambda cursor: list_bulk_targets.list_bulk_targets(
                job_id, outcome=outcome, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )


class CostResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def estimate(self, body: CostEstimateCreate) -> CostEstimateRead:
        """Estimate what backup would cost"""
        from .api.cost import estimate_cost

        return await self._client.send(
            estimate_cost.estimate_cost(
                body=body,
            )
        )

    async def get(self, *, group_by: str, currency: str | Unset = "USD") -> CostRead:
        """Get the cost of protected VMs, grouped"""
        from .api.cost import get_cost

        return await self._client.send(
            get_cost.get_cost(
                group_by=group_by,
                currency=currency,
            )
        )


class ErrorsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def get(self, code: str) -> ErrorRead:
        """Explain an error code"""
        from .api.errors import get_error

        return await self._client.send(
            get_error.get_error(
                code,
            )
        )

    async def list(self) -> ErrorCatalogue:
        """List Azure's error codes, explained"""
        from .api.errors import list_errors

        return await self._client.send(list_errors.list_errors())


class EstateResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def get_coverage(self, *, group_by: str | Unset = "subscription") -> EstateCoverage:
        """Count VMs by backup state"""
        from .api.estate import get_estate_coverage

        return await self._client.send(
            get_estate_coverage.get_estate_coverage(
                group_by=group_by,
            )
        )

    def list_drift(
        self, *, state: DriftState | Unset = UNSET, limit: int | Unset = 50, count: bool | Unset = False
    ) -> AsyncIterator[DriftRead]:
        """List changes made outside Holdfast"""
        from .api.estate import list_estate_drift

        return self._client.pages(
            lambda cursor: list_estate_drift.list_estate_drift(
                state=state, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    def list_vms(
        self,
        *,
        state: builtins.list[EstateState] | Unset = UNSET,
        limit: int | Unset = 50,
        count: bool | Unset = False,
        q: str | Unset = UNSET,
        subscription_id: builtins.list[str] | Unset = UNSET,
        resource_group: builtins.list[str] | Unset = UNSET,
        location: builtins.list[str] | Unset = UNSET,
        tag: builtins.list[str] | Unset = UNSET,
    ) -> AsyncIterator[EstateVmRead]:
        """List every VM and how it is backed up"""
        from .api.estate import list_estate_vms

        return self._client.pages(
            lambda cursor: list_estate_vms.list_estate_vms(
                state=state,
                limit=limit,
                count=count,
                q=q,
                subscription_id=subscription_id,
                resource_group=resource_group,
                location=location,
                tag=tag,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    def list_unprotected_vms(
        self,
        *,
        limit: int | Unset = 50,
        count: bool | Unset = False,
        q: str | Unset = UNSET,
        subscription_id: builtins.list[str] | Unset = UNSET,
        resource_group: builtins.list[str] | Unset = UNSET,
        location: builtins.list[str] | Unset = UNSET,
        tag: builtins.list[str] | Unset = UNSET,
    ) -> AsyncIterator[EstateVmRead]:
        """List every VM that is not backed up"""
        from .api.estate import list_unprotected_estate_vms

        return self._client.pages(
            lambda cursor: list_unprotected_estate_vms.list_unprotected_estate_vms(
                limit=limit,
                count=count,
                q=q,
                subscription_id=subscription_id,
                resource_group=resource_group,
                location=location,
                tag=tag,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    async def refresh(self) -> EstateRefresh:
        """Read the estate from Azure now"""
        from .api.estate import refresh_estate

        return await self._client.send(refresh_estate.refresh_estate())


class EventsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    def list(
        self,
        *,
        limit: int | Unset = 50,
        start: ListEventsStart | Unset = UNSET,
        type_: builtins.list[str] | Unset = UNSET,
        subject: str | Unset = UNSET,
        label: str | Unset = UNSET,
        vault_id: UUID | Unset = UNSET,
        last_event_id: str | Unset = UNSET,
        prefer: str | Unset = UNSET,
    ) -> AsyncIterator[CloudEvent]:
        """List or stream what changed"""
        from .api.events import list_events

        return self._client.pages(
            lambda cursor: list_events.list_events(
                limit=limit,
                start=start,
                type_=type_,
                subject=subject,
                label=label,
                vault_id=vault_id,
                last_event_id=last_event_id,
                prefer=prefer,
                cursor=UNSET if cursor is None else cursor,
            )
        )


class EvidenceResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def list_keys(self) -> EvidenceKeysRead:
        """List the public keys of evidence"""
        from .api.evidence import list_evidence_keys

        return await self._client.send(list_evidence_keys.list_evidence_keys())


class JobsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def cancel(self, job_id: UUID, *, prefer: str | Unset = UNSET) -> AsyncPendingJob[JobRead]:
        """Cancel a job"""
        from .api.jobs import cancel_job

        return await self._client.start(
            cancel_job.cancel_job(
                job_id,
                prefer=prefer,
            )
        )

    async def get(self, job_id: UUID) -> JobRead:
        """Get a job"""
        from .api.jobs import get_job

        return await self._client.send(
            cast(
                "Operation[JobRead]",
                get_job.get_job(
                    job_id,
                ),
            )
        )

    def list_events(
        self, job_id: UUID, *, limit: int | Unset = 50, count: bool | Unset = False, last_event_id: str | Unset = UNSET
    ) -> AsyncIterator[JobEventRead]:
        """List or stream the history of a job"""
        from .api.jobs import list_job_events

        return self._client.pages(
            lambda cursor: list_job_events.list_job_events(
                job_id,
                limit=limit,
                count=count,
                last_event_id=last_event_id,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    def list(
        self,
        *,
        limit: int | Unset = 50,
        count: bool | Unset = False,
        kind: builtins.list[ListJobsKindItem] | Unset = UNSET,
        state: builtins.list[JobState] | Unset = UNSET,
        vault_id: UUID | Unset = UNSET,
        protected_item_id: UUID | Unset = UNSET,
        parent: UUID | Unset = UNSET,
        origin_rule: UUID | Unset = UNSET,
        origin: ListJobsOrigin | Unset = UNSET,
        reference: str | Unset = UNSET,
        created_since: datetime.datetime | Unset = UNSET,
        created_until: datetime.datetime | Unset = UNSET,
        updated_since: datetime.datetime | Unset = UNSET,
        label: str | Unset = UNSET,
        started_since: datetime.datetime | Unset = UNSET,
        started_until: datetime.datetime | Unset = UNSET,
        finished_since: datetime.datetime | Unset = UNSET,
        finished_until: datetime.datetime | Unset = UNSET,
        vm_id: str | Unset = UNSET,
        name: str | Unset = UNSET,
    ) -> AsyncIterator[JobRead]:
        """List jobs, newest first"""
        from .api.jobs import list_jobs

        return self._client.pages(
            lambda cursor: list_jobs.list_jobs(
                limit=limit,
                count=count,
                kind=kind,
                state=state,
                vault_id=vault_id,
                protected_item_id=protected_item_id,
                parent=parent,
                origin_rule=origin_rule,
                origin=origin,
                reference=reference,
                created_since=created_since,
                created_until=created_until,
                updated_since=updated_since,
                label=label,
                started_since=started_since,
                started_until=started_until,
                finished_since=finished_since,
                finished_until=finished_until,
                vm_id=vm_id,
                name=name,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    async def resolve(
        self, job_id: UUID, body: JobResolveBody, *, prefer: str | Unset = UNSET
    ) -> AsyncPendingJob[JobRead]:
        """Decide about a job that needs attention"""
        from .api.jobs import resolve_job

        return await self._client.start(
            resolve_job.resolve_job(
                job_id,
                body=body,
                prefer=prefer,
            )
        )

    def pending(self, job_id: str | UUID) -> AsyncPendingJob[str]:
        """To wait for a job that is known by its id."""
        return self._client.pending(str(job_id))


class OperationsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def healthz(self) -> HealthzResponseHealthz:
        """Check that the process is alive"""
        from .api.operations import healthz

        return await self._client.send(healthz.healthz())

    async def metrics(self) -> str:
        """Get metrics for Prometheus"""
        from .api.operations import metrics

        return await self._client.send(metrics.metrics())

    async def readyz(self) -> ReadyzResponseReadyz:
        """Check that the process can serve"""
        from .api.operations import readyz

        return await self._client.send(readyz.readyz())


class PermissionsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def check(
        self,
        *,
        operation: CheckPermissionsOperation,
        mode: CheckPermissionsMode | Unset = UNSET,
        region: CheckPermissionsRegion | Unset = "primary",
        vault_id: UUID | Unset = UNSET,
        subscription_id: str | Unset = UNSET,
        resource_group: str | Unset = UNSET,
        vm_id: str | Unset = UNSET,
        target_resource_group_id: str | Unset = UNSET,
        subnet_id: str | Unset = UNSET,
        staging_storage_account_id: str | Unset = UNSET,
    ) -> PermissionCheckRead:
        """Check Holdfast's rights in Azure"""
        from .api.permissions import check_permissions

        return await self._client.send(
            check_permissions.check_permissions(
                operation=operation,
                mode=mode,
                region=region,
                vault_id=vault_id,
                subscription_id=subscription_id,
                resource_group=resource_group,
                vm_id=vm_id,
                target_resource_group_id=target_resource_group_id,
                subnet_id=subnet_id,
                staging_storage_account_id=staging_storage_account_id,
            )
        )

    async def export_role(
        self, *, operation: builtins.list[ExportRoleOperationItem], subscription_id: builtins.list[str] | Unset = UNSET
    ) -> AzureRoleRead:
        """Export the Azure role that Holdfast needs"""
        from .api.permissions import export_role

        return await self._client.send(
            export_role.export_role(
                operation=operation,
                subscription_id=subscription_id,
            )
        )


class PoliciesResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(
        self, vault_id: UUID, body: PolicyCreate, *, idempotency_key: str | None = None, prefer: str | Unset = UNSET
    ) -> AsyncPendingJob[JobRead]:
        """Create a backup policy"""
        from .api.policies import create_policy

        return await self._client.start(
            create_policy.create_policy(
                vault_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def delete(
        self,
        policy_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        if_match: str | Unset = UNSET,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Delete an unused policy"""
        from .api.policies import delete_policy

        return await self._client.start(
            delete_policy.delete_policy(
                policy_id,
                body=body,
                if_match=if_match,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def get(self, policy_id: UUID) -> PolicyRead:
        """Get a policy"""
        from .api.policies import get_policy

        return await self._client.send(
            cast(
                "Operation[PolicyRead]",
                get_policy.get_policy(
                    policy_id,
                ),
            )
        )

    def list(
        self, vault_id: UUID, *, limit: int | Unset = 50, count: bool | Unset = False
    ) -> AsyncIterator[PolicyRead]:
        """List the policies of a vault"""
        from .api.policies import list_policies

        return self._client.pages(
            lambda cursor: list_policies.list_policies(
                vault_id, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    def list_revisions(
        self, policy_id: UUID, *, limit: int | Unset = 50, count: bool | Unset = False
    ) -> AsyncIterator[PolicyRevisionRead]:
        """List the revisions of a policy"""
        from .api.policies import list_policy_revisions

        return self._client.pages(
            lambda cursor: list_policy_revisions.list_policy_revisions(
                policy_id, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def preview(self, body: PolicyPreviewCreate) -> PolicyPreviewRead:
        """Preview the runs and points of a policy"""
        from .api.policies import preview_policy

        return await self._client.send(
            preview_policy.preview_policy(
                body=body,
            )
        )

    async def put(
        self,
        policy_id: UUID,
        body: PolicyUpdate,
        *,
        dry_run: bool | Unset = False,
        if_match: str,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead] | PolicyDiff:
        """Replace a policy"""
        from .api.policies import put_policy
        from .models import JobRead

        answer = await self._client.send(
            put_policy.put_policy(
                policy_id,
                body=body,
                dry_run=dry_run,
                if_match=if_match,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )
        return self._client.pending(answer) if isinstance(answer, JobRead) else answer


class ProtectedItemsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def change(
        self,
        item_id: UUID,
        body: ProtectedItemChange,
        *,
        dry_run: bool | Unset = False,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead] | ProtectedItemDiff:
        """Change, pause, suspend or resume protection"""
        from .api.protected_items import change_protected_item
        from .models import JobRead

        answer = await self._client.send(
            change_protected_item.change_protected_item(
                item_id,
                body=body,
                dry_run=dry_run,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )
        return self._client.pending(answer) if isinstance(answer, JobRead) else answer

    async def create(
        self, body: ProtectedItemCreate, *, idempotency_key: str | None = None, prefer: str | Unset = UNSET
    ) -> AsyncPendingJob[JobRead]:
        """Protect a VM"""
        from .api.protected_items import create_protected_item

        return await self._client.start(
            create_protected_item.create_protected_item(
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def delete_expectations(self, *, if_match: str | Unset = UNSET) -> None:
        """Reset what is expected of all protected VMs"""
        from .api.protected_items import delete_expectations

        await self._client.send(
            delete_expectations.delete_expectations(
                if_match=if_match,
            )
        )

    async def delete_item_expectations(self, item_id: UUID, *, if_match: str | Unset = UNSET) -> None:
        """Reset what is expected of a protected VM"""
        from .api.protected_items import delete_item_expectations

        await self._client.send(
            delete_item_expectations.delete_item_expectations(
                item_id,
                if_match=if_match,
            )
        )

    async def delete(
        self,
        item_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Stop protection and delete the backups"""
        from .api.protected_items import delete_protected_item

        return await self._client.start(
            delete_protected_item.delete_protected_item(
                item_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def get_expectations(self) -> ExpectationsRead:
        """Get what is expected of all protected VMs"""
        from .api.protected_items import get_expectations

        return await self._client.send(cast("Operation[ExpectationsRead]", get_expectations.get_expectations()))

    async def get_item_expectations(self, item_id: UUID) -> ExpectationsRead:
        """Get what is expected of a protected VM"""
        from .api.protected_items import get_item_expectations

        return await self._client.send(
            cast(
                "Operation[ExpectationsRead]",
                get_item_expectations.get_item_expectations(
                    item_id,
                ),
            )
        )

    async def get(self, item_id: UUID) -> ProtectedItemRead:
        """Get a protected VM"""
        from .api.protected_items import get_protected_item

        return await self._client.send(
            cast(
                "Operation[ProtectedItemRead]",
                get_protected_item.get_protected_item(
                    item_id,
                ),
            )
        )

    def list(
        self,
        *,
        limit: int | Unset = 50,
        count: bool | Unset = False,
        vm_id: str | Unset = UNSET,
        name: str | Unset = UNSET,
        q: str | Unset = UNSET,
        vault_id: builtins.list[UUID] | Unset = UNSET,
        policy_id: builtins.list[UUID] | Unset = UNSET,
        state: builtins.list[ListProtectedItemsStateItem] | Unset = UNSET,
        health: builtins.list[str] | Unset = UNSET,
        rpo: builtins.list[ListProtectedItemsRpoItem] | Unset = UNSET,
        vm_missing: bool | Unset = UNSET,
        no_recovery_point_since: datetime.datetime | Unset = UNSET,
        updated_since: datetime.datetime | Unset = UNSET,
    ) -> AsyncIterator[ProtectedItemRead]:
        """List protected VMs"""
        from .api.protected_items import list_protected_items

        return self._client.pages(
            lambda cursor: list_protected_items.list_protected_items(
                limit=limit,
                count=count,
                vm_id=vm_id,
                name=name,
                q=q,
                vault_id=vault_id,
                policy_id=policy_id,
                state=state,
                health=health,
                rpo=rpo,
                vm_missing=vm_missing,
                no_recovery_point_since=no_recovery_point_since,
                updated_since=updated_since,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    async def put_expectations(self, body: ExpectationsBody, *, if_match: str) -> ExpectationsRead:
        """Set what is expected of all protected VMs"""
        from .api.protected_items import put_expectations

        return await self._client.send(
            put_expectations.put_expectations(
                body=body,
                if_match=if_match,
            )
        )

    async def put_item_expectations(self, item_id: UUID, body: ExpectationsBody, *, if_match: str) -> ExpectationsRead:
        """Set what is expected of a protected VM"""
        from .api.protected_items import put_item_expectations

        return await self._client.send(
            put_item_expectations.put_item_expectations(
                item_id,
                body=body,
                if_match=if_match,
            )
        )

    async def undelete(
        self,
        item_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Undelete soft-deleted backups"""
        from .api.protected_items import undelete_protected_item

        return await self._client.start(
            undelete_protected_item.undelete_protected_item(
                item_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )


class ProtectionRulesResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(self, body: ProtectionRuleCreate) -> ProtectionRuleRead:
        """Create a protection rule"""
        from .api.protection_rules import create_protection_rule

        return await self._client.send(
            create_protection_rule.create_protection_rule(
                body=body,
            )
        )

    async def delete_azure_policy(
        self,
        rule_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Remove the Azure Policy of a protection rule"""
        from .api.protection_rules import delete_azure_policy

        return await self._client.start(
            delete_azure_policy.delete_azure_policy(
                rule_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def delete(self, rule_id: UUID, *, if_match: str | Unset = UNSET) -> None:
        """Delete a protection rule"""
        from .api.protection_rules import delete_protection_rule

        await self._client.send(
            delete_protection_rule.delete_protection_rule(
                rule_id,
                if_match=if_match,
            )
        )

    async def get_azure_policy(self, rule_id: UUID) -> AzurePolicyRead:
        """Get the Azure Policy of a protection rule"""
        from .api.protection_rules import get_azure_policy

        return await self._client.send(
            get_azure_policy.get_azure_policy(
                rule_id,
            )
        )

    async def get(self, rule_id: UUID) -> ProtectionRuleRead:
        """Get a protection rule"""
        from .api.protection_rules import get_protection_rule

        return await self._client.send(
            cast(
                "Operation[ProtectionRuleRead]",
                get_protection_rule.get_protection_rule(
                    rule_id,
                ),
            )
        )

    def list(self, *, limit: int | Unset = 50, count: bool | Unset = False) -> AsyncIterator[ProtectionRuleRead]:
        """List protection rules, oldest first"""
        from .api.protection_rules import list_protection_rules

        return self._client.pages(
            lambda cursor: list_protection_rules.list_protection_rules(
                limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def preview(self, rule_id: UUID) -> ProtectionRulePreview:
        """Preview a protection rule as it is"""
        from .api.protection_rules import preview_protection_rule

        return await self._client.send(
            preview_protection_rule.preview_protection_rule(
                rule_id,
            )
        )

    async def preview_body(self, body: ProtectionRuleCreate) -> ProtectionRulePreview:
        """Preview a protection rule before it exists"""
        from .api.protection_rules import preview_protection_rule_body

        return await self._client.send(
            preview_protection_rule_body.preview_protection_rule_body(
                body=body,
            )
        )

    async def put_azure_policy(
        self, rule_id: UUID, body: AzurePolicyPut, *, idempotency_key: str | None = None, prefer: str | Unset = UNSET
    ) -> AsyncPendingJob[JobRead]:
        """Assign an Azure Policy for a protection rule"""
        from .api.protection_rules import put_azure_policy

        return await self._client.start(
            put_azure_policy.put_azure_policy(
                rule_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def start(self, rule_id: UUID, body: None | ProtectionRuleStart | Unset = UNSET) -> ProtectionRuleRead:
        """Start a stopped or waiting protection rule"""
        from .api.protection_rules import start_protection_rule

        return await self._client.send(
            start_protection_rule.start_protection_rule(
                rule_id,
                body=body,
            )
        )

    async def stop(self, rule_id: UUID) -> ProtectionRuleRead:
        """Stop a protection rule"""
        from .api.protection_rules import stop_protection_rule

        return await self._client.send(
            stop_protection_rule.stop_protection_rule(
                rule_id,
            )
        )

    async def update(self, rule_id: UUID, body: ProtectionRuleUpdate, *, if_match: str) -> ProtectionRuleRead:
        """Change a protection rule"""
        from .api.protection_rules import update_protection_rule

        return await self._client.send(
            update_protection_rule.update_protection_rule(
                rule_id,
                body=body,
                if_match=if_match,
            )
        )


class RecoveryPlansResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(self, body: RecoveryPlanCreate) -> RecoveryPlanRead:
        """Create a recovery plan"""
        from .api.recovery_plans import create_recovery_plan

        return await self._client.send(
            create_recovery_plan.create_recovery_plan(
                body=body,
            )
        )

    async def delete(self, plan_id: UUID, *, if_match: str | Unset = UNSET) -> None:
        """Delete a recovery plan"""
        from .api.recovery_plans import delete_recovery_plan

        await self._client.send(
            delete_recovery_plan.delete_recovery_plan(
                plan_id,
                if_match=if_match,
            )
        )

    async def get(self, plan_id: UUID) -> RecoveryPlanRead:
        """Get a recovery plan"""
        from .api.recovery_plans import get_recovery_plan

        return await self._client.send(
            cast(
                "Operation[RecoveryPlanRead]",
                get_recovery_plan.get_recovery_plan(
                    plan_id,
                ),
            )
        )

    def list(self, *, limit: int | Unset = 50, count: bool | Unset = False) -> AsyncIterator[RecoveryPlanRead]:
        """List recovery plans, oldest first"""
        from .api.recovery_plans import list_recovery_plans

        return self._client.pages(
            lambda cursor: list_recovery_plans.list_recovery_plans(
                limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def preflight(
        self, plan_id: UUID, body: None | RecoveryPlanPreflight | Unset = UNSET
    ) -> RecoveryPlanPreflightRead:
        """Check a recovery plan without running it"""
        from .api.recovery_plans import preflight_recovery_plan

        return await self._client.send(
            preflight_recovery_plan.preflight_recovery_plan(
                plan_id,
                body=body,
            )
        )

    async def update(self, plan_id: UUID, body: RecoveryPlanUpdate, *, if_match: str) -> RecoveryPlanRead:
        """Change a recovery plan"""
        from .api.recovery_plans import update_recovery_plan

        return await self._client.send(
            update_recovery_plan.update_recovery_plan(
                plan_id,
                body=body,
                if_match=if_match,
            )
        )


class RecoveryRunsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(
        self, plan_id: UUID, body: RecoveryRunCreate, *, idempotency_key: str | None = None, prefer: str | Unset = UNSET
    ) -> AsyncPendingJob[RecoveryRunAccepted]:
        """Run or rehearse a recovery plan"""
        from .api.recovery_runs import create_recovery_run

        return await self._client.start(
            create_recovery_run.create_recovery_run(
                plan_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def decide_recovery_gate(self, run_id: UUID, wave: str, body: RecoveryGateDecide) -> RecoveryRunRead:
        """Let a recovery run go on, or stop it"""
        from .api.recovery_runs import decide_recovery_gate

        return await self._client.send(
            decide_recovery_gate.decide_recovery_gate(
                run_id,
                wave,
                body=body,
            )
        )

    async def get(self, run_id: UUID) -> RecoveryRunRead:
        """Get a recovery run"""
        from .api.recovery_runs import get_recovery_run

        return await self._client.send(
            cast(
                "Operation[RecoveryRunRead]",
                get_recovery_run.get_recovery_run(
                    run_id,
                ),
            )
        )

    def list(
        self, *, plan_id: UUID | Unset = UNSET, limit: int | Unset = 50, count: bool | Unset = False
    ) -> AsyncIterator[RecoveryRunRead]:
        """List recovery runs, newest first"""
        from .api.recovery_runs import list_recovery_runs

        return self._client.pages(
            lambda cursor: list_recovery_runs.list_recovery_runs(
                plan_id=plan_id, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )


class ReportsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create_link(self, body: ReportLinkBody) -> ReportLinkRead:
        """Create a browser link to a report"""
        from .api.reports import create_report_link

        return await self._client.send(
            create_report_link.create_report_link(
                body=body,
            )
        )

    async def get_daily(
        self, *, date: datetime.date, time_zone: str | Unset = UNSET, revision: int | Unset = UNSET
    ) -> DailyReportRead:
        """Get the backup report of a day"""
        from .api.reports import get_daily_report

        return await self._client.send(
            get_daily_report.get_daily_report(
                date=date,
                time_zone=time_zone,
                revision=revision,
            )
        )

    async def get_restore_test(self, *, quarter: str, time_zone: str | Unset = UNSET) -> RestoreTestQuarter:
        """Get the restore test report of a quarter"""
        from .api.reports import get_restore_test_report

        return await self._client.send(
            cast(
                "Operation[RestoreTestQuarter]",
                get_restore_test_report.get_restore_test_report(
                    quarter=quarter,
                    time_zone=time_zone,
                ),
            )
        )

    def list(
        self, *, date: datetime.date | Unset = UNSET, limit: int | Unset = 50, count: bool | Unset = False
    ) -> AsyncIterator[ReportRead]:
        """List daily reports"""
        from .api.reports import list_reports

        return self._client.pages(
            lambda cursor: list_reports.list_reports(
                date=date, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def open_link(self, *, link: str) -> str:
        """Open a report by its link"""
        from .api.reports import open_report_link

        return await self._client.send(
            open_report_link.open_report_link(
                link=link,
            )
        )


class RestoreTestsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def change(self, test_id: UUID, body: RestoreTestUpdate, *, if_match: str) -> RestoreTestRead:
        """Change a restore test"""
        from .api.restore_tests import change_restore_test

        return await self._client.send(
            change_restore_test.change_restore_test(
                test_id,
                body=body,
                if_match=if_match,
            )
        )

    async def create(self, body: RestoreTestCreate) -> RestoreTestRead:
        """Create a restore test"""
        from .api.restore_tests import create_restore_test

        return await self._client.send(
            create_restore_test.create_restore_test(
                body=body,
            )
        )

    async def delete(self, test_id: UUID, *, if_match: str | Unset = UNSET) -> None:
        """Delete a restore test"""
        from .api.restore_tests import delete_restore_test

        await self._client.send(
            delete_restore_test.delete_restore_test(
                test_id,
                if_match=if_match,
            )
        )

    async def get(self, test_id: UUID) -> RestoreTestRead:
        """Get a restore test"""
        from .api.restore_tests import get_restore_test

        return await self._client.send(
            cast(
                "Operation[RestoreTestRead]",
                get_restore_test.get_restore_test(
                    test_id,
                ),
            )
        )

    async def get_evidence(self, test_run_id: UUID) -> None:
        """Get the signed evidence of a run"""
        from .api.restore_tests import get_restore_test_evidence

        await self._client.send(
            get_restore_test_evidence.get_restore_test_evidence(
                test_run_id,
            )
        )

    async def get_run(self, test_run_id: UUID) -> RestoreTestRunRead:
        """Get a run of a restore test"""
        from .api.restore_tests import get_restore_test_run

        return await self._client.send(
            cast(
                "Operation[RestoreTestRunRead]",
                get_restore_test_run.get_restore_test_run(
                    test_run_id,
                ),
            )
        )

    def list_runs(
        self,
        *,
        outcome: builtins.list[RestoreTestOutcome] | Unset = UNSET,
        protected_item_id: builtins.list[UUID] | Unset = UNSET,
        restore_test_id: UUID | Unset = UNSET,
        job: UUID | Unset = UNSET,
        limit: int | Unset = 50,
        count: bool | Unset = False,
    ) -> AsyncIterator[RestoreTestRunRead]:
        """List runs of restore tests"""
        from .api.restore_tests import list_restore_test_runs

        return self._client.pages(
            lambda cursor: list_restore_test_runs.list_restore_test_runs(
                outcome=outcome,
                protected_item_id=protected_item_id,
                restore_test_id=restore_test_id,
                job=job,
                limit=limit,
                count=count,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    def list(self, *, limit: int | Unset = 50, count: bool | Unset = False) -> AsyncIterator[RestoreTestRead]:
        """List restore tests, oldest first"""
        from .api.restore_tests import list_restore_tests

        return self._client.pages(
            lambda cursor: list_restore_tests.list_restore_tests(
                limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def put_verdict(self, test_run_id: UUID, body: RestoreTestVerdictPut) -> None:
        """Report the verdict of your own check"""
        from .api.restore_tests import put_restore_test_verdict

        await self._client.send(
            put_restore_test_verdict.put_restore_test_verdict(
                test_run_id,
                body=body,
            )
        )

    async def run(
        self,
        test_id: UUID,
        body: None | RestoreTestRoundCreate | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Run a restore test now"""
        from .api.restore_tests import run_restore_test

        return await self._client.start(
            run_restore_test.run_restore_test(
                test_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )


class RestoresResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(
        self, body: RestoreCreate, *, idempotency_key: str | None = None, prefer: str | Unset = UNSET
    ) -> AsyncPendingJob[RestoreAccepted]:
        """Restore a VM, its disks or its files"""
        from .api.restores import create_restore

        return await self._client.start(
            create_restore.create_restore(
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def delete_defaults(self, *, if_match: str | Unset = UNSET) -> None:
        """Remove the restore defaults of the tenant"""
        from .api.restores import delete_restore_defaults

        await self._client.send(
            delete_restore_defaults.delete_restore_defaults(
                if_match=if_match,
            )
        )

    async def delete_vault_defaults(self, vault_id: UUID, *, if_match: str | Unset = UNSET) -> None:
        """Remove the restore defaults of a vault"""
        from .api.restores import delete_vault_restore_defaults

        await self._client.send(
            delete_vault_restore_defaults.delete_vault_restore_defaults(
                vault_id,
                if_match=if_match,
            )
        )

    async def get_mount_script(self, restore_id: UUID) -> MountScriptRead:
        """Get the script that mounts files"""
        from .api.restores import get_mount_script

        return await self._client.send(
            get_mount_script.get_mount_script(
                restore_id,
            )
        )

    async def get(self, restore_id: UUID) -> RestoreRead:
        """Get a restore"""
        from .api.restores import get_restore

        return await self._client.send(
            cast(
                "Operation[RestoreRead]",
                get_restore.get_restore(
                    restore_id,
                ),
            )
        )

    async def get_defaults(self) -> RestoreDefaultsRead:
        """Get the restore defaults of the tenant"""
        from .api.restores import get_restore_defaults

        return await self._client.send(
            cast("Operation[RestoreDefaultsRead]", get_restore_defaults.get_restore_defaults())
        )

    async def get_vault_defaults(self, vault_id: UUID) -> RestoreDefaultsRead:
        """Get the restore defaults of a vault"""
        from .api.restores import get_vault_restore_defaults

        return await self._client.send(
            cast(
                "Operation[RestoreDefaultsRead]",
                get_vault_restore_defaults.get_vault_restore_defaults(
                    vault_id,
                ),
            )
        )

    async def list_restored_resources(self, restore_id: UUID) -> RestoredResources:
        """List what a restore made in Azure"""
        from .api.restores import list_restored_resources

        return await self._client.send(
            list_restored_resources.list_restored_resources(
                restore_id,
            )
        )

    def list(
        self,
        *,
        protected_item_id: builtins.list[UUID] | Unset = UNSET,
        state: builtins.list[JobState] | Unset = UNSET,
        reference: str | Unset = UNSET,
        limit: int | Unset = 50,
        count: bool | Unset = False,
        label: str | Unset = UNSET,
    ) -> AsyncIterator[RestoreRead]:
        """List restores, newest first"""
        from .api.restores import list_restores

        return self._client.pages(
            lambda cursor: list_restores.list_restores(
                protected_item_id=protected_item_id,
                state=state,
                reference=reference,
                limit=limit,
                count=count,
                label=label,
                cursor=UNSET if cursor is None else cursor,
            )
        )

    async def preflight(self, body: RestoreCreate) -> RestorePreflightRead:
        """Check a restore without starting it"""
        from .api.restores import preflight_restore

        return await self._client.send(
            preflight_restore.preflight_restore(
                body=body,
            )
        )

    async def put_defaults(self, body: RestoreDefaultsBody, *, if_match: str) -> RestoreDefaultsRead:
        """Set the restore defaults of the tenant"""
        from .api.restores import put_restore_defaults

        return await self._client.send(
            put_restore_defaults.put_restore_defaults(
                body=body,
                if_match=if_match,
            )
        )

    async def put_vault_defaults(
        self, vault_id: UUID, body: RestoreDefaultsBody, *, if_match: str
    ) -> RestoreDefaultsRead:
        """Set the restore defaults of a vault"""
        from .api.restores import put_vault_restore_defaults

        return await self._client.send(
            put_vault_restore_defaults.put_vault_restore_defaults(
                vault_id,
                body=body,
                if_match=if_match,
            )
        )

    async def renew_mount(
        self,
        restore_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Extend a session of mounted files"""
        from .api.restores import renew_mount

        return await self._client.start(
            renew_mount.renew_mount(
                restore_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def tear_down(
        self,
        restore_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        dry_run: bool | Unset = False,
        include: builtins.list[Literal["kept_disk"]] | Unset = UNSET,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead] | RestoredResources:
        """Delete what a restore made in Azure"""
        from .api.restores import tear_down_restore
        from .models import JobRead

        answer = await self._client.send(
            tear_down_restore.tear_down_restore(
                restore_id,
                body=body,
                dry_run=dry_run,
                include=include,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )
        return self._client.pending(answer) if isinstance(answer, JobRead) else answer

    async def unmount_files(
        self,
        restore_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """End a session of mounted files"""
        from .api.restores import unmount_files

        return await self._client.start(
            unmount_files.unmount_files(
                restore_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )


class TenantsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create_member(self, tenant_id: str, body: TenantMemberCreate) -> TenantMemberRead:
        """Add a member to a tenant"""
        from .api.tenants import create_member

        return await self._client.send(
            create_member.create_member(
                tenant_id,
                body=body,
            )
        )

    async def create(self, body: TenantCreate) -> TenantRead:
        """Create a tenant"""
        from .api.tenants import create_tenant

        return await self._client.send(
            create_tenant.create_tenant(
                body=body,
            )
        )

    async def delete_member(self, tenant_id: str, member_id: UUID) -> None:
        """Remove a member from a tenant"""
        from .api.tenants import delete_member

        await self._client.send(
            delete_member.delete_member(
                tenant_id,
                member_id,
            )
        )

    async def delete(self, tenant_id: str, *, if_match: str | Unset = UNSET) -> None:
        """Delete a tenant"""
        from .api.tenants import delete_tenant

        await self._client.send(
            delete_tenant.delete_tenant(
                tenant_id,
                if_match=if_match,
            )
        )

    async def get_me(self) -> MeRead:
        """Get your own identity and rights"""
        from .api.tenants import get_me

        return await self._client.send(get_me.get_me())

    async def get(self, tenant_id: str) -> TenantRead:
        """Get a tenant"""
        from .api.tenants import get_tenant

        return await self._client.send(
            cast(
                "Operation[TenantRead]",
                get_tenant.get_tenant(
                    tenant_id,
                ),
            )
        )

    def list_members(
        self, tenant_id: str, *, limit: int | Unset = 50, count: bool | Unset = False
    ) -> AsyncIterator[TenantMemberRead]:
        """List the members of a tenant"""
        from .api.tenants import list_members

        return self._client.pages(
            lambda cursor: list_members.list_members(
                tenant_id, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    def list(self, *, limit: int | Unset = 50, count: bool | Unset = False) -> AsyncIterator[TenantRead]:
        """List the tenants, by id"""
        from .api.tenants import list_tenants

        return self._client.pages(
            lambda cursor: list_tenants.list_tenants(
                limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def update_member(self, tenant_id: str, member_id: UUID, body: TenantMemberUpdate) -> TenantMemberRead:
        """Change a member of a tenant"""
        from .api.tenants import update_member

        return await self._client.send(
            update_member.update_member(
                tenant_id,
                member_id,
                body=body,
            )
        )

    async def update(self, tenant_id: str, body: TenantUpdate, *, if_match: str) -> TenantRead:
        """Change a tenant"""
        from .api.tenants import update_tenant

        return await self._client.send(
            update_tenant.update_tenant(
                tenant_id,
                body=body,
                if_match=if_match,
            )
        )


class VaultsResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(
        self, body: VaultCreate, *, idempotency_key: str | None = None, prefer: str | Unset = UNSET
    ) -> AsyncPendingJob[JobRead]:
        """Create a vault, or adopt one"""
        from .api.vaults import create_vault

        return await self._client.start(
            create_vault.create_vault(
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def delete(
        self,
        vault_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        if_match: str | Unset = UNSET,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Delete an empty vault"""
        from .api.vaults import delete_vault

        return await self._client.start(
            delete_vault.delete_vault(
                vault_id,
                body=body,
                if_match=if_match,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def discover(self, body: VaultDiscover, *, idempotency_key: str | None = None) -> FoundVaults:
        """Find the vaults of a subscription, and adopt them"""
        from .api.vaults import discover_vaults

        return await self._client.send(
            discover_vaults.discover_vaults(
                body=body,
                idempotency_key=keyed(idempotency_key),
            )
        )

    async def get(self, vault_id: UUID) -> VaultRead:
        """Get a vault"""
        from .api.vaults import get_vault

        return await self._client.send(
            cast(
                "Operation[VaultRead]",
                get_vault.get_vault(
                    vault_id,
                ),
            )
        )

    def list_unprotected_vms(
        self, vault_id: UUID, *, refresh: bool | Unset = UNSET, limit: int | Unset = 50, count: bool | Unset = False
    ) -> AsyncIterator[UnprotectedVm]:
        """List the VMs a vault could protect"""
        from .api.vaults import list_unprotected_vms

        return self._client.pages(
            lambda cursor: list_unprotected_vms.list_unprotected_vms(
                vault_id, refresh=refresh, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    def list(self, *, limit: int | Unset = 50, count: bool | Unset = False) -> AsyncIterator[VaultRead]:
        """List vaults, oldest first"""
        from .api.vaults import list_vaults

        return self._client.pages(
            lambda cursor: list_vaults.list_vaults(limit=limit, count=count, cursor=UNSET if cursor is None else cursor)
        )

    async def refresh(
        self,
        vault_id: UUID,
        body: None | Unset | WriteBody = UNSET,
        *,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead]:
        """Read a vault from Azure again"""
        from .api.vaults import refresh_vault

        return await self._client.start(
            refresh_vault.refresh_vault(
                vault_id,
                body=body,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )

    async def update(
        self,
        vault_id: UUID,
        body: VaultUpdate,
        *,
        dry_run: bool | Unset = False,
        if_match: str,
        idempotency_key: str | None = None,
        prefer: str | Unset = UNSET,
    ) -> AsyncPendingJob[JobRead] | VaultDiff:
        """Change the settings of a vault"""
        from .api.vaults import update_vault
        from .models import JobRead

        answer = await self._client.send(
            update_vault.update_vault(
                vault_id,
                body=body,
                dry_run=dry_run,
                if_match=if_match,
                idempotency_key=keyed(idempotency_key),
                prefer=prefer,
            )
        )
        return self._client.pending(answer) if isinstance(answer, JobRead) else answer


class WebhooksResource:
    def __init__(self, client: AsyncHoldfast) -> None:
        self._client = client

    async def create(self, body: WebhookCreate) -> WebhookMade:
        """Create a webhook"""
        from .api.webhooks import create_webhook

        return await self._client.send(
            create_webhook.create_webhook(
                body=body,
            )
        )

    async def delete(self, webhook_id: UUID, *, if_match: str | Unset = UNSET) -> None:
        """Delete a webhook"""
        from .api.webhooks import delete_webhook

        await self._client.send(
            delete_webhook.delete_webhook(
                webhook_id,
                if_match=if_match,
            )
        )

    async def get(self, webhook_id: UUID) -> WebhookRead:
        """Get a webhook"""
        from .api.webhooks import get_webhook

        return await self._client.send(
            cast(
                "Operation[WebhookRead]",
                get_webhook.get_webhook(
                    webhook_id,
                ),
            )
        )

    def list_deliveries(
        self,
        webhook_id: UUID,
        *,
        state: WebhookDeliveryState | Unset = UNSET,
        limit: int | Unset = 50,
        count: bool | Unset = False,
    ) -> AsyncIterator[WebhookDeliveryRead]:
        """List the deliveries of a webhook"""
        from .api.webhooks import list_webhook_deliveries

        return self._client.pages(
            lambda cursor: list_webhook_deliveries.list_webhook_deliveries(
                webhook_id, state=state, limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    def list(self, *, limit: int | Unset = 50, count: bool | Unset = False) -> AsyncIterator[WebhookRead]:
        """List webhooks, oldest first"""
        from .api.webhooks import list_webhooks

        return self._client.pages(
            lambda cursor: list_webhooks.list_webhooks(
                limit=limit, count=count, cursor=UNSET if cursor is None else cursor
            )
        )

    async def pause(self, webhook_id: UUID) -> WebhookRead:
        """Pause a webhook"""
        from .api.webhooks import pause_webhook

        return await self._client.send(
            pause_webhook.pause_webhook(
                webhook_id,
            )
        )

    async def replay(self, webhook_id: UUID, body: WebhookReplay) -> WebhookReplayed:
        """Deliver events to a webhook again"""
        from .api.webhooks import replay_webhook

        return await self._client.send(
            replay_webhook.replay_webhook(
                webhook_id,
                body=body,
            )
        )

    async def resume(self, webhook_id: UUID) -> WebhookRead:
        """Resume a webhook"""
        from .api.webhooks import resume_webhook

        return await self._client.send(
            resume_webhook.resume_webhook(
                webhook_id,
            )
        )

    async def rotate_secret(self, webhook_id: UUID, body: None | Unset | WebhookRotate = UNSET) -> WebhookSecret:
        """Rotate the secret of a webhook"""
        from .api.webhooks import rotate_webhook_secret

        return await self._client.send(
            rotate_webhook_secret.rotate_webhook_secret(
                webhook_id,
                body=body,
            )
        )

    async def test(self, webhook_id: UUID) -> WebhookAttempt:
        """Send a test event to a webhook"""
        from .api.webhooks import test_webhook

        return await self._client.send(
            test_webhook.test_webhook(
                webhook_id,
            )
        )

    async def update(self, webhook_id: UUID, body: WebhookUpdate, *, if_match: str) -> WebhookRead:
        """Change a webhook"""
        from .api.webhooks import update_webhook

        return await self._client.send(
            update_webhook.update_webhook(
                webhook_id,
                body=body,
                if_match=if_match,
            )
        )


class AsyncApi:
    def __init__(self, client: AsyncHoldfast) -> None:
        self.alerts = AlertsResource(client)
        self.alerts_in_azure = AlertsInAzureResource(client)
        self.approvals = ApprovalsResource(client)
        self.audit = AuditResource(client)
        self.backups = BackupsResource(client)
        self.bulk = BulkResource(client)
        self.cost = CostResource(client)
        self.errors = ErrorsResource(client)
        self.estate = EstateResource(client)
        self.events = EventsResource(client)
        self.evidence = EvidenceResource(client)
        self.jobs = JobsResource(client)
        self.operations = OperationsResource(client)
        self.permissions = PermissionsResource(client)
        self.policies = PoliciesResource(client)
        self.protected_items = ProtectedItemsResource(client)
        self.protection_rules = ProtectionRulesResource(client)
        self.recovery_plans = RecoveryPlansResource(client)
        self.recovery_runs = RecoveryRunsResource(client)
        self.reports = ReportsResource(client)
        self.restore_tests = RestoreTestsResource(client)
        self.restores = RestoresResource(client)
        self.tenants = TenantsResource(client)
        self.vaults = VaultsResource(client)
        self.webhooks = WebhooksResource(client)
