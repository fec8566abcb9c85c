"""The models, each imported when it is first used: there are hundreds, and a command needs a few."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .acknowledge_body import AcknowledgeBody
    from .actor_read import ActorRead
    from .alert_kind import AlertKind
    from .alert_opened_event import AlertOpenedEvent
    from .alert_page import AlertPage
    from .alert_read import AlertRead
    from .alert_read_details import AlertReadDetails
    from .alert_read_kind import AlertReadKind
    from .alert_read_severity import AlertReadSeverity
    from .alert_read_state import AlertReadState
    from .alert_resolved_event import AlertResolvedEvent
    from .alert_rule_body import AlertRuleBody
    from .alert_rule_body_severity_type_0 import AlertRuleBodySeverityType0
    from .alert_rule_list import AlertRuleList
    from .alert_rule_read import AlertRuleRead
    from .alert_rule_read_kind import AlertRuleReadKind
    from .alert_rule_read_severity import AlertRuleReadSeverity
    from .alert_state import AlertState
    from .alerts_set_result import AlertsSetResult
    from .approval_changed_event import ApprovalChangedEvent
    from .approval_decided_event import ApprovalDecidedEvent
    from .approval_decision_body import ApprovalDecisionBody
    from .approval_page import ApprovalPage
    from .approval_read import ApprovalRead
    from .approval_read_ask import ApprovalReadAsk
    from .approval_read_operation_type_0 import ApprovalReadOperationType0
    from .approval_read_state import ApprovalReadState
    from .approval_requested_event import ApprovalRequestedEvent
    from .approved_definition import ApprovedDefinition
    from .audit_entry_page import AuditEntryPage
    from .audit_entry_read import AuditEntryRead
    from .audit_entry_read_details import AuditEntryReadDetails
    from .audit_entry_read_outcome import AuditEntryReadOutcome
    from .audit_head_read import AuditHeadRead
    from .azure_alerts_put import AzureAlertsPut
    from .azure_alerts_put_labels import AzureAlertsPutLabels
    from .azure_alerts_read import AzureAlertsRead
    from .azure_alerts_read_state import AzureAlertsReadState
    from .azure_job_read import AzureJobRead
    from .azure_policy_put import AzurePolicyPut
    from .azure_policy_put_definition import AzurePolicyPutDefinition
    from .azure_policy_put_labels import AzurePolicyPutLabels
    from .azure_policy_read import AzurePolicyRead
    from .azure_policy_read_definition_type_0 import AzurePolicyReadDefinitionType0
    from .azure_policy_read_state import AzurePolicyReadState
    from .azure_policy_skip import AzurePolicySkip
    from .azure_policy_skip_reason import AzurePolicySkipReason
    from .azure_policy_tag import AzurePolicyTag
    from .azure_role_read import AzureRoleRead
    from .backup_accepted import BackupAccepted
    from .backup_accepted_kind_type_0 import BackupAcceptedKindType0
    from .backup_accepted_labels import BackupAcceptedLabels
    from .backup_accepted_origin import BackupAcceptedOrigin
    from .backup_create import BackupCreate
    from .backup_create_labels import BackupCreateLabels
    from .backup_miss_event_data import BackupMissEventData
    from .backup_miss_event_data_source_type_0 import BackupMissEventDataSourceType0
    from .backup_missed_event import BackupMissedEvent
    from .backup_recovered_event import BackupRecoveredEvent
    from .backup_result import BackupResult
    from .backup_withdrawn_event import BackupWithdrawnEvent
    from .bulk_accepted import BulkAccepted
    from .bulk_accepted_kind_type_0 import BulkAcceptedKindType0
    from .bulk_accepted_labels import BulkAcceptedLabels
    from .bulk_accepted_origin import BulkAcceptedOrigin
    from .bulk_create import BulkCreate
    from .bulk_create_action import BulkCreateAction
    from .bulk_create_labels import BulkCreateLabels
    from .bulk_dry_run import BulkDryRun
    from .bulk_dry_run_action import BulkDryRunAction
    from .bulk_dry_run_counts import BulkDryRunCounts
    from .bulk_dry_run_target import BulkDryRunTarget
    from .bulk_dry_run_target_outcome import BulkDryRunTargetOutcome
    from .bulk_result import BulkResult
    from .bulk_result_outcomes import BulkResultOutcomes
    from .bulk_result_unreachable_item import BulkResultUnreachableItem
    from .bulk_target_name import BulkTargetName
    from .bulk_target_page import BulkTargetPage
    from .bulk_target_read import BulkTargetRead
    from .bulk_target_read_outcome import BulkTargetReadOutcome
    from .bulk_with import BulkWith
    from .bulk_with_action_type_0 import BulkWithActionType0
    from .check_permissions_mode import CheckPermissionsMode
    from .check_permissions_operation import CheckPermissionsOperation
    from .check_permissions_region import CheckPermissionsRegion
    from .check_requested_event_data import CheckRequestedEventData
    from .check_requested_event_data_recovery_point import CheckRequestedEventDataRecoveryPoint
    from .cloud_event import CloudEvent
    from .cloud_event_data_type_0 import CloudEventDataType0
    from .cost_assumptions_body import CostAssumptionsBody
    from .cost_assumptions_read import CostAssumptionsRead
    from .cost_basis import CostBasis
    from .cost_change import CostChange
    from .cost_change_price_source import CostChangePriceSource
    from .cost_estimate_create import CostEstimateCreate
    from .cost_estimate_create_redundancy_type_0 import CostEstimateCreateRedundancyType0
    from .cost_estimate_read import CostEstimateRead
    from .cost_estimate_read_price_source import CostEstimateReadPriceSource
    from .cost_forecast_read import CostForecastRead
    from .cost_group_read import CostGroupRead
    from .cost_item_read import CostItemRead
    from .cost_item_read_notes_item import CostItemReadNotesItem
    from .cost_line_read import CostLineRead
    from .cost_meter import CostMeter
    from .cost_month_read import CostMonthRead
    from .cost_read import CostRead
    from .cost_read_price_source_type_0 import CostReadPriceSourceType0
    from .cost_reason import CostReason
    from .cost_storage_read import CostStorageRead
    from .cost_storage_read_basis import CostStorageReadBasis
    from .cost_storage_read_not_measured_item import CostStorageReadNotMeasuredItem
    from .cost_total_read import CostTotalRead
    from .daily_keep import DailyKeep
    from .daily_report_read import DailyReportRead
    from .daily_schedule import DailySchedule
    from .deleted_result import DeletedResult
    from .deleted_result_kind import DeletedResultKind
    from .disk_read import DiskRead
    from .disks_target_body import DisksTargetBody
    from .disks_target_read import DisksTargetRead
    from .drift_found_event import DriftFoundEvent
    from .drift_kind import DriftKind
    from .drift_page import DriftPage
    from .drift_read import DriftRead
    from .drift_read_after_type_0 import DriftReadAfterType0
    from .drift_read_before import DriftReadBefore
    from .drift_state import DriftState
    from .drift_subject import DriftSubject
    from .drift_subject_kind import DriftSubjectKind
    from .error_catalogue import ErrorCatalogue
    from .error_read import ErrorRead
    from .error_read_source import ErrorReadSource
    from .error_read_who import ErrorReadWho
    from .estate_coverage import EstateCoverage
    from .estate_coverage_by_proof import EstateCoverageByProof
    from .estate_coverage_by_state import EstateCoverageByState
    from .estate_elsewhere_read import EstateElsewhereRead
    from .estate_group_coverage import EstateGroupCoverage
    from .estate_group_coverage_by_proof import EstateGroupCoverageByProof
    from .estate_group_coverage_by_state import EstateGroupCoverageByState
    from .estate_refresh import EstateRefresh
    from .estate_state import EstateState
    from .estate_vm_page import EstateVmPage
    from .estate_vm_read import EstateVmRead
    from .estate_vm_read_tags import EstateVmReadTags
    from .event_page import EventPage
    from .evidence_key_read import EvidenceKeyRead
    from .evidence_keys_read import EvidenceKeysRead
    from .evidence_reference import EvidenceReference
    from .expectations_body import ExpectationsBody
    from .expectations_body_consistency_type_0 import ExpectationsBodyConsistencyType0
    from .expectations_read import ExpectationsRead
    from .expectations_read_consistency_type_0 import ExpectationsReadConsistencyType0
    from .export_role_operation_item import ExportRoleOperationItem
    from .files_target_body import FilesTargetBody
    from .found_vault import FoundVault
    from .found_vaults import FoundVaults
    from .healthz_response_healthz import HealthzResponseHealthz
    from .hourly_schedule import HourlySchedule
    from .item_changed_event import ItemChangedEvent
    from .item_changed_result import ItemChangedResult
    from .item_changed_result_kind import ItemChangedResultKind
    from .item_consistency_read import ItemConsistencyRead
    from .item_consistency_read_expected_type_0 import ItemConsistencyReadExpectedType0
    from .item_consistency_read_last_type_0 import ItemConsistencyReadLastType0
    from .item_disks_body import ItemDisksBody
    from .item_health_detail import ItemHealthDetail
    from .item_rpo_read import ItemRpoRead
    from .item_rpo_read_source_type_0 import ItemRpoReadSourceType0
    from .item_rpo_read_state import ItemRpoReadState
    from .job_cancel_read import JobCancelRead
    from .job_cancel_read_state import JobCancelReadState
    from .job_changed_event import JobChangedEvent
    from .job_created_event import JobCreatedEvent
    from .job_ended_event import JobEndedEvent
    from .job_error_read import JobErrorRead
    from .job_error_read_fixable_by_type_0 import JobErrorReadFixableByType0
    from .job_event_page import JobEventPage
    from .job_event_read import JobEventRead
    from .job_needs_attention_event import JobNeedsAttentionEvent
    from .job_page import JobPage
    from .job_part_counts import JobPartCounts
    from .job_read import JobRead
    from .job_read_kind_type_0 import JobReadKindType0
    from .job_read_labels import JobReadLabels
    from .job_read_origin import JobReadOrigin
    from .job_resolve_body import JobResolveBody
    from .job_resolve_body_action import JobResolveBodyAction
    from .job_started_event import JobStartedEvent
    from .job_state import JobState
    from .job_task_read import JobTaskRead
    from .job_waiting_event import JobWaitingEvent
    from .job_waiting_read import JobWaitingRead
    from .job_waiting_read_reason import JobWaitingReadReason
    from .job_warning_read import JobWarningRead
    from .list_approvals_state import ListApprovalsState
    from .list_approvals_view import ListApprovalsView
    from .list_audit_outcome import ListAuditOutcome
    from .list_bulk_targets_outcome_item import ListBulkTargetsOutcomeItem
    from .list_count import ListCount
    from .list_events_start import ListEventsStart
    from .list_jobs_kind_item import ListJobsKindItem
    from .list_jobs_origin import ListJobsOrigin
    from .list_platform_audit_outcome import ListPlatformAuditOutcome
    from .list_protected_items_rpo_item import ListProtectedItemsRpoItem
    from .list_protected_items_state_item import ListProtectedItemsStateItem
    from .list_recovery_points_region import ListRecoveryPointsRegion
    from .me_read import MeRead
    from .money_range import MoneyRange
    from .monthly_keep import MonthlyKeep
    from .monthly_keep_days_item import MonthlyKeepDaysItem
    from .monthly_keep_weeks_item import MonthlyKeepWeeksItem
    from .mount_result import MountResult
    from .mount_script_read import MountScriptRead
    from .mount_script_read_encoding_type_0 import MountScriptReadEncodingType0
    from .mount_script_read_os import MountScriptReadOs
    from .mount_session_read import MountSessionRead
    from .mount_session_read_ended_by_type_0 import MountSessionReadEndedByType0
    from .mount_session_read_state import MountSessionReadState
    from .my_tenant import MyTenant
    from .new_vm_target_body import NewVmTargetBody
    from .new_vm_target_read import NewVmTargetRead
    from .not_looked_up import NotLookedUp
    from .permission_action_read import PermissionActionRead
    from .permission_action_read_source import PermissionActionReadSource
    from .permission_check_read import PermissionCheckRead
    from .permission_check_read_operation import PermissionCheckReadOperation
    from .permission_scope_read import PermissionScopeRead
    from .permission_scope_read_place import PermissionScopeReadPlace
    from .permission_scope_read_status import PermissionScopeReadStatus
    from .point_restored import PointRestored
    from .policy_advice_read import PolicyAdviceRead
    from .policy_brief import PolicyBrief
    from .policy_brief_retention_type_0 import PolicyBriefRetentionType0
    from .policy_change_read import PolicyChangeRead
    from .policy_change_read_effect import PolicyChangeReadEffect
    from .policy_changed_event import PolicyChangedEvent
    from .policy_compliance import PolicyCompliance
    from .policy_conflict import PolicyConflict
    from .policy_create import PolicyCreate
    from .policy_create_labels import PolicyCreateLabels
    from .policy_definition_body import PolicyDefinitionBody
    from .policy_diff import PolicyDiff
    from .policy_difference import PolicyDifference
    from .policy_event_data import PolicyEventData
    from .policy_event_data_azure_type_0 import PolicyEventDataAzureType0
    from .policy_event_data_state import PolicyEventDataState
    from .policy_loss_read import PolicyLossRead
    from .policy_page import PolicyPage
    from .policy_preview_counts_read import PolicyPreviewCountsRead
    from .policy_preview_create import PolicyPreviewCreate
    from .policy_preview_create_labels import PolicyPreviewCreateLabels
    from .policy_preview_kept_read import PolicyPreviewKeptRead
    from .policy_preview_kept_read_rule import PolicyPreviewKeptReadRule
    from .policy_preview_read import PolicyPreviewRead
    from .policy_preview_run_read import PolicyPreviewRunRead
    from .policy_preview_run_read_clock_change_type_0 import PolicyPreviewRunReadClockChangeType0
    from .policy_read import PolicyRead
    from .policy_read_azure_type_0 import PolicyReadAzureType0
    from .policy_read_state import PolicyReadState
    from .policy_remediation import PolicyRemediation
    from .policy_retention import PolicyRetention
    from .policy_revision_page import PolicyRevisionPage
    from .policy_revision_read import PolicyRevisionRead
    from .policy_revision_read_azure_type_0 import PolicyRevisionReadAzureType0
    from .policy_revision_read_origin import PolicyRevisionReadOrigin
    from .policy_set_result import PolicySetResult
    from .policy_touched_item import PolicyTouchedItem
    from .policy_unreachable import PolicyUnreachable
    from .policy_update import PolicyUpdate
    from .policy_update_labels import PolicyUpdateLabels
    from .problem import Problem
    from .proof_read import ProofRead
    from .proof_read_level import ProofReadLevel
    from .protected_item_change import ProtectedItemChange
    from .protected_item_change_action_type_0 import ProtectedItemChangeActionType0
    from .protected_item_change_labels import ProtectedItemChangeLabels
    from .protected_item_create import ProtectedItemCreate
    from .protected_item_create_labels import ProtectedItemCreateLabels
    from .protected_item_diff import ProtectedItemDiff
    from .protected_item_event_data import ProtectedItemEventData
    from .protected_item_event_data_origin import ProtectedItemEventDataOrigin
    from .protected_item_event_data_state import ProtectedItemEventDataState
    from .protected_item_page import ProtectedItemPage
    from .protected_item_read import ProtectedItemRead
    from .protected_item_read_origin import ProtectedItemReadOrigin
    from .protected_item_read_proven_level_type_0 import ProtectedItemReadProvenLevelType0
    from .protected_item_read_state import ProtectedItemReadState
    from .protection_rule_create import ProtectionRuleCreate
    from .protection_rule_create_labels import ProtectionRuleCreateLabels
    from .protection_rule_mode import ProtectionRuleMode
    from .protection_rule_page import ProtectionRulePage
    from .protection_rule_preview import ProtectionRulePreview
    from .protection_rule_read import ProtectionRuleRead
    from .protection_rule_read_labels import ProtectionRuleReadLabels
    from .protection_rule_start import ProtectionRuleStart
    from .protection_rule_state import ProtectionRuleState
    from .protection_rule_update import ProtectionRuleUpdate
    from .protection_rule_update_labels_type_0 import ProtectionRuleUpdateLabelsType0
    from .quarter_evidence import QuarterEvidence
    from .quarter_failures import QuarterFailures
    from .quarter_group import QuarterGroup
    from .quarter_item import QuarterItem
    from .quarter_item_outcome import QuarterItemOutcome
    from .quarter_left import QuarterLeft
    from .quarter_left_thing import QuarterLeftThing
    from .quarter_plan_run import QuarterPlanRun
    from .quarter_rto_read import QuarterRtoRead
    from .quarter_run import QuarterRun
    from .quarter_totals import QuarterTotals
    from .quarter_totals_proven_by_level import QuarterTotalsProvenByLevel
    from .readyz_response_readyz import ReadyzResponseReadyz
    from .recovery_disks_target_body import RecoveryDisksTargetBody
    from .recovery_gate_body import RecoveryGateBody
    from .recovery_gate_decide import RecoveryGateDecide
    from .recovery_gate_decide_decision import RecoveryGateDecideDecision
    from .recovery_gate_decision_read import RecoveryGateDecisionRead
    from .recovery_gate_decision_read_decision import RecoveryGateDecisionReadDecision
    from .recovery_gate_event_data import RecoveryGateEventData
    from .recovery_gate_event_data_state import RecoveryGateEventDataState
    from .recovery_gate_kind import RecoveryGateKind
    from .recovery_gate_read import RecoveryGateRead
    from .recovery_member_preflight_read import RecoveryMemberPreflightRead
    from .recovery_member_read import RecoveryMemberRead
    from .recovery_member_result import RecoveryMemberResult
    from .recovery_member_state import RecoveryMemberState
    from .recovery_mode import RecoveryMode
    from .recovery_new_vm_target_body import RecoveryNewVmTargetBody
    from .recovery_plan_create import RecoveryPlanCreate
    from .recovery_plan_member_body import RecoveryPlanMemberBody
    from .recovery_plan_page import RecoveryPlanPage
    from .recovery_plan_point_body import RecoveryPlanPointBody
    from .recovery_plan_point_body_consistency_type_0 import RecoveryPlanPointBodyConsistencyType0
    from .recovery_plan_point_body_region import RecoveryPlanPointBodyRegion
    from .recovery_plan_preflight import RecoveryPlanPreflight
    from .recovery_plan_preflight_read import RecoveryPlanPreflightRead
    from .recovery_plan_read import RecoveryPlanRead
    from .recovery_plan_update import RecoveryPlanUpdate
    from .recovery_point_live_page import RecoveryPointLivePage
    from .recovery_point_read import RecoveryPointRead
    from .recovery_point_read_consistency_type_0 import RecoveryPointReadConsistencyType0
    from .recovery_point_read_expiry_by_type_0 import RecoveryPointReadExpiryByType0
    from .recovery_point_read_kept import RecoveryPointReadKept
    from .recovery_point_read_region import RecoveryPointReadRegion
    from .recovery_point_tier_read import RecoveryPointTierRead
    from .recovery_point_tier_read_tier import RecoveryPointTierReadTier
    from .recovery_replace_target_body import RecoveryReplaceTargetBody
    from .recovery_run_accepted import RecoveryRunAccepted
    from .recovery_run_accepted_kind_type_0 import RecoveryRunAcceptedKindType0
    from .recovery_run_accepted_labels import RecoveryRunAcceptedLabels
    from .recovery_run_accepted_origin import RecoveryRunAcceptedOrigin
    from .recovery_run_create import RecoveryRunCreate
    from .recovery_run_create_labels import RecoveryRunCreateLabels
    from .recovery_run_gate_event import RecoveryRunGateEvent
    from .recovery_run_page import RecoveryRunPage
    from .recovery_run_read import RecoveryRunRead
    from .recovery_run_result import RecoveryRunResult
    from .recovery_stopped_read import RecoveryStoppedRead
    from .recovery_targets_body import RecoveryTargetsBody
    from .recovery_wave_body import RecoveryWaveBody
    from .recovery_wave_read import RecoveryWaveRead
    from .recovery_wave_state import RecoveryWaveState
    from .remediation_failure import RemediationFailure
    from .remediation_result import RemediationResult
    from .replace_disks_target_body import ReplaceDisksTargetBody
    from .replace_disks_target_read import ReplaceDisksTargetRead
    from .report_cause_read import ReportCauseRead
    from .report_changes_read import ReportChangesRead
    from .report_changes_read_newly_weak import ReportChangesReadNewlyWeak
    from .report_consistency_read import ReportConsistencyRead
    from .report_coverage_read import ReportCoverageRead
    from .report_coverage_read_by_state import ReportCoverageReadByState
    from .report_few_read import ReportFewRead
    from .report_item_read import ReportItemRead
    from .report_item_read_outcome_type_0 import ReportItemReadOutcomeType0
    from .report_item_read_reason_type_0 import ReportItemReadReasonType0
    from .report_link_body import ReportLinkBody
    from .report_link_read import ReportLinkRead
    from .report_moved_read import ReportMovedRead
    from .report_page import ReportPage
    from .report_policy_move_read import ReportPolicyMoveRead
    from .report_policy_moves_read import ReportPolicyMovesRead
    from .report_read import ReportRead
    from .report_run_read import ReportRunRead
    from .report_run_read_outcome_type_0 import ReportRunReadOutcomeType0
    from .report_run_read_reason_type_0 import ReportRunReadReasonType0
    from .report_since_read import ReportSinceRead
    from .report_thing_read import ReportThingRead
    from .report_totals_read import ReportTotalsRead
    from .report_unreachable_read import ReportUnreachableRead
    from .report_vault_read import ReportVaultRead
    from .report_vm_read import ReportVmRead
    from .report_weak_read import ReportWeakRead
    from .report_weak_spots_read import ReportWeakSpotsRead
    from .report_written_event import ReportWrittenEvent
    from .restore_accepted import RestoreAccepted
    from .restore_accepted_kind_type_0 import RestoreAcceptedKindType0
    from .restore_accepted_labels import RestoreAcceptedLabels
    from .restore_accepted_origin import RestoreAcceptedOrigin
    from .restore_check_read import RestoreCheckRead
    from .restore_check_read_name import RestoreCheckReadName
    from .restore_check_read_status import RestoreCheckReadStatus
    from .restore_create import RestoreCreate
    from .restore_create_labels import RestoreCreateLabels
    from .restore_defaults_body import RestoreDefaultsBody
    from .restore_defaults_read import RestoreDefaultsRead
    from .restore_page import RestorePage
    from .restore_point_body import RestorePointBody
    from .restore_point_body_consistency_type_0 import RestorePointBodyConsistencyType0
    from .restore_point_body_region import RestorePointBodyRegion
    from .restore_point_body_tier_type_0 import RestorePointBodyTierType0
    from .restore_point_read import RestorePointRead
    from .restore_point_read_consistency_type_0 import RestorePointReadConsistencyType0
    from .restore_point_read_region_type_0 import RestorePointReadRegionType0
    from .restore_point_tier_read import RestorePointTierRead
    from .restore_point_tier_read_tier import RestorePointTierReadTier
    from .restore_preflight_read import RestorePreflightRead
    from .restore_proof import RestoreProof
    from .restore_read import RestoreRead
    from .restore_result import RestoreResult
    from .restore_result_azure import RestoreResultAzure
    from .restore_target_sources import RestoreTargetSources
    from .restore_target_sources_resource_group_id_type_0 import RestoreTargetSourcesResourceGroupIdType0
    from .restore_target_sources_staging_storage_account_id_type_0 import (
        RestoreTargetSourcesStagingStorageAccountIdType0,
    )
    from .restore_target_sources_subnet_id_type_0 import RestoreTargetSourcesSubnetIdType0
    from .restore_test_approved_result import RestoreTestApprovedResult
    from .restore_test_check_requested_event import RestoreTestCheckRequestedEvent
    from .restore_test_create import RestoreTestCreate
    from .restore_test_ended_event import RestoreTestEndedEvent
    from .restore_test_left_read import RestoreTestLeftRead
    from .restore_test_level import RestoreTestLevel
    from .restore_test_level_read import RestoreTestLevelRead
    from .restore_test_level_read_outcome import RestoreTestLevelReadOutcome
    from .restore_test_measured_read import RestoreTestMeasuredRead
    from .restore_test_missed_read import RestoreTestMissedRead
    from .restore_test_outcome import RestoreTestOutcome
    from .restore_test_page import RestoreTestPage
    from .restore_test_point_body import RestoreTestPointBody
    from .restore_test_point_body_consistency_type_0 import RestoreTestPointBodyConsistencyType0
    from .restore_test_quarter import RestoreTestQuarter
    from .restore_test_read import RestoreTestRead
    from .restore_test_round_create import RestoreTestRoundCreate
    from .restore_test_round_create_labels import RestoreTestRoundCreateLabels
    from .restore_test_round_result import RestoreTestRoundResult
    from .restore_test_run_counts import RestoreTestRunCounts
    from .restore_test_run_event_data import RestoreTestRunEventData
    from .restore_test_run_event_data_recovery_point_type_0 import RestoreTestRunEventDataRecoveryPointType0
    from .restore_test_run_page import RestoreTestRunPage
    from .restore_test_run_read import RestoreTestRunRead
    from .restore_test_run_read_recovery_point_type_0 import RestoreTestRunReadRecoveryPointType0
    from .restore_test_run_state import RestoreTestRunState
    from .restore_test_sample_body import RestoreTestSampleBody
    from .restore_test_sample_body_mode import RestoreTestSampleBodyMode
    from .restore_test_schedule_body import RestoreTestScheduleBody
    from .restore_test_script_body import RestoreTestScriptBody
    from .restore_test_script_body_parameters import RestoreTestScriptBodyParameters
    from .restore_test_script_body_secret_parameters_type_0 import RestoreTestScriptBodySecretParametersType0
    from .restore_test_script_body_shell import RestoreTestScriptBodyShell
    from .restore_test_script_read import RestoreTestScriptRead
    from .restore_test_script_read_parameters import RestoreTestScriptReadParameters
    from .restore_test_script_read_shell import RestoreTestScriptReadShell
    from .restore_test_target_body import RestoreTestTargetBody
    from .restore_test_update import RestoreTestUpdate
    from .restore_test_verdict_put import RestoreTestVerdictPut
    from .restore_tested_vm import RestoreTestedVm
    from .restored_resource import RestoredResource
    from .restored_resource_cause_type_0 import RestoredResourceCauseType0
    from .restored_resource_kind import RestoredResourceKind
    from .restored_resource_known_by_item import RestoredResourceKnownByItem
    from .restored_resource_state import RestoredResourceState
    from .restored_resources import RestoredResources
    from .result_resource import ResultResource
    from .result_resource_named import ResultResourceNamed
    from .rule_changed_event import RuleChangedEvent
    from .rule_confirm_read import RuleConfirmRead
    from .rule_conflict import RuleConflict
    from .rule_counts import RuleCounts
    from .rule_enforced_result import RuleEnforcedResult
    from .rule_hold_reason import RuleHoldReason
    from .rule_lost_reason import RuleLostReason
    from .rule_lost_vm import RuleLostVm
    from .rule_lost_vm_action import RuleLostVmAction
    from .rule_on_lost import RuleOnLost
    from .rule_skip_reason import RuleSkipReason
    from .rule_skipped_vm import RuleSkippedVm
    from .rule_target_body import RuleTargetBody
    from .rule_unchanged_vm import RuleUnchangedVm
    from .rule_vm_to_protect import RuleVmToProtect
    from .rule_waiting import RuleWaiting
    from .seal_read import SealRead
    from .selector_body import SelectorBody
    from .selector_body_tags_type_0 import SelectorBodyTagsType0
    from .silence_body import SilenceBody
    from .silence_body_kind_type_0 import SilenceBodyKindType0
    from .silence_change import SilenceChange
    from .silence_change_kind_type_0 import SilenceChangeKindType0
    from .silence_page import SilencePage
    from .silence_read import SilenceRead
    from .silence_read_kind_type_0 import SilenceReadKindType0
    from .soft_delete import SoftDelete
    from .soft_delete_change import SoftDeleteChange
    from .soft_delete_change_state_type_0 import SoftDeleteChangeStateType0
    from .soft_delete_state import SoftDeleteState
    from .tear_down_left import TearDownLeft
    from .tear_down_remark import TearDownRemark
    from .tear_down_result import TearDownResult
    from .tenant_changed_event import TenantChangedEvent
    from .tenant_create import TenantCreate
    from .tenant_create_approvals_item import TenantCreateApprovalsItem
    from .tenant_grant_body import TenantGrantBody
    from .tenant_grant_read import TenantGrantRead
    from .tenant_member_create import TenantMemberCreate
    from .tenant_member_create_kind import TenantMemberCreateKind
    from .tenant_member_create_roles_item import TenantMemberCreateRolesItem
    from .tenant_member_page import TenantMemberPage
    from .tenant_member_read import TenantMemberRead
    from .tenant_member_read_kind import TenantMemberReadKind
    from .tenant_member_update import TenantMemberUpdate
    from .tenant_member_update_roles_type_0_item import TenantMemberUpdateRolesType0Item
    from .tenant_named import TenantNamed
    from .tenant_page import TenantPage
    from .tenant_quotas import TenantQuotas
    from .tenant_read import TenantRead
    from .tenant_update import TenantUpdate
    from .tenant_update_approvals_type_0_item import TenantUpdateApprovalsType0Item
    from .unmount_result import UnmountResult
    from .unmount_result_ended_by_type_0 import UnmountResultEndedByType0
    from .unprotected_vm import UnprotectedVm
    from .unprotected_vm_live_page import UnprotectedVmLivePage
    from .unreachable_code import UnreachableCode
    from .unreachable_scope import UnreachableScope
    from .unreadable_azure_entry import UnreadableAzureEntry
    from .vault_changed_event import VaultChangedEvent
    from .vault_create import VaultCreate
    from .vault_create_immutability import VaultCreateImmutability
    from .vault_create_labels import VaultCreateLabels
    from .vault_create_redundancy import VaultCreateRedundancy
    from .vault_create_tags import VaultCreateTags
    from .vault_diff import VaultDiff
    from .vault_discover import VaultDiscover
    from .vault_discover_labels import VaultDiscoverLabels
    from .vault_findings import VaultFindings
    from .vault_list_found import VaultListFound
    from .vault_names_found import VaultNamesFound
    from .vault_page import VaultPage
    from .vault_read import VaultRead
    from .vault_read_immutability_type_0 import VaultReadImmutabilityType0
    from .vault_read_redundancy_type_0 import VaultReadRedundancyType0
    from .vault_read_result import VaultReadResult
    from .vault_read_result_kind import VaultReadResultKind
    from .vault_read_state import VaultReadState
    from .vault_read_tags import VaultReadTags
    from .vault_setting_change import VaultSettingChange
    from .vault_setting_found import VaultSettingFound
    from .vault_unreadable_read import VaultUnreadableRead
    from .vault_update import VaultUpdate
    from .vault_update_immutability_type_0 import VaultUpdateImmutabilityType0
    from .vault_update_labels import VaultUpdateLabels
    from .vault_update_redundancy_type_0 import VaultUpdateRedundancyType0
    from .vault_update_tags_type_0 import VaultUpdateTagsType0
    from .vault_weakened_event import VaultWeakenedEvent
    from .vm_read import VmRead
    from .weakened_subject import WeakenedSubject
    from .weakened_subject_kind import WeakenedSubjectKind
    from .weakening_kind import WeakeningKind
    from .weakening_read import WeakeningRead
    from .weakening_read_change import WeakeningReadChange
    from .weakening_read_radius import WeakeningReadRadius
    from .webhook_attempt import WebhookAttempt
    from .webhook_changed_event import WebhookChangedEvent
    from .webhook_create import WebhookCreate
    from .webhook_delivery_page import WebhookDeliveryPage
    from .webhook_delivery_read import WebhookDeliveryRead
    from .webhook_delivery_state import WebhookDeliveryState
    from .webhook_disabled_reason import WebhookDisabledReason
    from .webhook_filter import WebhookFilter
    from .webhook_made import WebhookMade
    from .webhook_page import WebhookPage
    from .webhook_read import WebhookRead
    from .webhook_replay import WebhookReplay
    from .webhook_replayed import WebhookReplayed
    from .webhook_rotate import WebhookRotate
    from .webhook_secret import WebhookSecret
    from .webhook_state import WebhookState
    from .webhook_test_event import WebhookTestEvent
    from .webhook_test_event_data import WebhookTestEventData
    from .webhook_update import WebhookUpdate
    from .weekly_keep import WeeklyKeep
    from .weekly_keep_days_item import WeeklyKeepDaysItem
    from .weekly_schedule import WeeklySchedule
    from .weekly_schedule_days_item import WeeklyScheduleDaysItem
    from .write_body import WriteBody
    from .write_body_labels import WriteBodyLabels
    from .written_result import WrittenResult
    from .written_result_kind import WrittenResultKind
    from .yearly_keep import YearlyKeep
    from .yearly_keep_days_item import YearlyKeepDaysItem
    from .yearly_keep_months_item import YearlyKeepMonthsItem
    from .yearly_keep_weeks_item import YearlyKeepWeeksItem

_HOMES = {
    "AcknowledgeBody": ".acknowledge_body",
    "ActorRead": ".actor_read",
    "AlertKind": ".alert_kind",
    "AlertOpenedEvent": ".alert_opened_event",
    "AlertPage": ".alert_page",
    "AlertRead": ".alert_read",
    "AlertReadDetails": ".alert_read_details",
    "AlertReadKind": ".alert_read_kind",
    "AlertReadSeverity": ".alert_read_severity",
    "AlertReadState": ".alert_read_state",
    "AlertResolvedEvent": ".alert_resolved_event",
    "AlertRuleBody": ".alert_rule_body",
    "AlertRuleBodySeverityType0": ".alert_rule_body_severity_type_0",
    "AlertRuleList": ".alert_rule_list",
    "AlertRuleRead": ".alert_rule_read",
    "AlertRuleReadKind": ".alert_rule_read_kind",
    "AlertRuleReadSeverity": ".alert_rule_read_severity",
    "AlertState": ".alert_state",
    "AlertsSetResult": ".alerts_set_result",
    "ApprovalChangedEvent": ".approval_changed_event",
    "ApprovalDecidedEvent": ".approval_decided_event",
    "ApprovalDecisionBody": ".approval_decision_body",
    "ApprovalPage": ".approval_page",
    "ApprovalRead": ".approval_read",
    "ApprovalReadAsk": ".approval_read_ask",
    "ApprovalReadOperationType0": ".approval_read_operation_type_0",
    "ApprovalReadState": ".approval_read_state",
    "ApprovalRequestedEvent": ".approval_requested_event",
    "ApprovedDefinition": ".approved_definition",
    "AuditEntryPage": ".audit_entry_page",
    "AuditEntryRead": ".audit_entry_read",
    "AuditEntryReadDetails": ".audit_entry_read_details",
    "AuditEntryReadOutcome": ".audit_entry_read_outcome",
    "AuditHeadRead": ".audit_head_read",
    "AzureAlertsPut": ".azure_alerts_put",
    "AzureAlertsPutLabels": ".azure_alerts_put_labels",
    "AzureAlertsRead": ".azure_alerts_read",
    "AzureAlertsReadState": ".azure_alerts_read_state",
    "AzureJobRead": ".azure_job_read",
    "AzurePolicyPut": ".azure_policy_put",
    "AzurePolicyPutDefinition": ".azure_policy_put_definition",
    "AzurePolicyPutLabels": ".azure_policy_put_labels",
    "AzurePolicyRead": ".azure_policy_read",
    "AzurePolicyReadDefinitionType0": ".azure_policy_read_definition_type_0",
    "AzurePolicyReadState": ".azure_policy_read_state",
    "AzurePolicySkip": ".azure_policy_skip",
    "AzurePolicySkipReason": ".azure_policy_skip_reason",
    "AzurePolicyTag": ".azure_policy_tag",
    "AzureRoleRead": ".azure_role_read",
    "BackupAccepted": ".backup_accepted",
    "BackupAcceptedKindType0": ".backup_accepted_kind_type_0",
    "BackupAcceptedLabels": ".backup_accepted_labels",
    "BackupAcceptedOrigin": ".backup_accepted_origin",
    "BackupCreate": ".backup_create",
    "BackupCreateLabels": ".backup_create_labels",
    "BackupMissEventData": ".backup_miss_event_data",
    "BackupMissEventDataSourceType0": ".backup_miss_event_data_source_type_0",
    "BackupMissedEvent": ".backup_missed_event",
    "BackupRecoveredEvent": ".backup_recovered_event",
    "BackupResult": ".backup_result",
    "BackupWithdrawnEvent": ".backup_withdrawn_event",
    "BulkAccepted": ".bulk_accepted",
    "BulkAcceptedKindType0": ".bulk_accepted_kind_type_0",
    "BulkAcceptedLabels": ".bulk_accepted_labels",
    "BulkAcceptedOrigin": ".bulk_accepted_origin",
    "BulkCreate": ".bulk_create",
    "BulkCreateAction": ".bulk_create_action",
    "BulkCreateLabels": ".bulk_create_labels",
    "BulkDryRun": ".bulk_dry_run",
    "BulkDryRunAction": ".bulk_dry_run_action",
    "BulkDryRunCounts": ".bulk_dry_run_counts",
    "BulkDryRunTarget": ".bulk_dry_run_target",
    "BulkDryRunTargetOutcome": ".bulk_dry_run_target_outcome",
    "BulkResult": ".bulk_result",
    "BulkResultOutcomes": ".bulk_result_outcomes",
    "BulkResultUnreachableItem": ".bulk_result_unreachable_item",
    "BulkTargetName": ".bulk_target_name",
    "BulkTargetPage": ".bulk_target_page",
    "BulkTargetRead": ".bulk_target_read",
    "BulkTargetReadOutcome": ".bulk_target_read_outcome",
    "BulkWith": ".bulk_with",
    "BulkWithActionType0": ".bulk_with_action_type_0",
    "CheckPermissionsMode": ".check_permissions_mode",
    "CheckPermissionsOperation": ".check_permissions_operation",
    "CheckPermissionsRegion": ".check_permissions_region",
    "CheckRequestedEventData": ".check_requested_event_data",
    "CheckRequestedEventDataRecoveryPoint": ".check_requested_event_data_recovery_point",
    "CloudEvent": ".cloud_event",
    "CloudEventDataType0": ".cloud_event_data_type_0",
    "CostAssumptionsBody": ".cost_assumptions_body",
    "CostAssumptionsRead": ".cost_assumptions_read",
    "CostBasis": ".cost_basis",
    "CostChange": ".cost_change",
    "CostChangePriceSource": ".cost_change_price_source",
    "CostEstimateCreate": ".cost_estimate_create",
    "CostEstimateCreateRedundancyType0": ".cost_estimate_create_redundancy_type_0",
    "CostEstimateRead": ".cost_estimate_read",
    "CostEstimateReadPriceSource": ".cost_estimate_read_price_source",
    "CostForecastRead": ".cost_forecast_read",
    "CostGroupRead": ".cost_group_read",
    "CostItemRead": ".cost_item_read",
    "CostItemReadNotesItem": ".cost_item_read_notes_item",
    "CostLineRead": ".cost_line_read",
    "CostMeter": ".cost_meter",
    "CostMonthRead": ".cost_month_read",
    "CostRead": ".cost_read",
    "CostReadPriceSourceType0": ".cost_read_price_source_type_0",
    "CostReason": ".cost_reason",
    "CostStorageRead": ".cost_storage_read",
    "CostStorageReadBasis": ".cost_storage_read_basis",
    "CostStorageReadNotMeasuredItem": ".cost_storage_read_not_measured_item",
    "CostTotalRead": ".cost_total_read",
    "DailyKeep": ".daily_keep",
    "DailyReportRead": ".daily_report_read",
    "DailySchedule": ".daily_schedule",
    "DeletedResult": ".deleted_result",
    "DeletedResultKind": ".deleted_result_kind",
    "DiskRead": ".disk_read",
    "DisksTargetBody": ".disks_target_body",
    "DisksTargetRead": ".disks_target_read",
    "DriftFoundEvent": ".drift_found_event",
    "DriftKind": ".drift_kind",
    "DriftPage": ".drift_page",
    "DriftRead": ".drift_read",
    "DriftReadAfterType0": ".drift_read_after_type_0",
    "DriftReadBefore": ".drift_read_before",
    "DriftState": ".drift_state",
    "DriftSubject": ".drift_subject",
    "DriftSubjectKind": ".drift_subject_kind",
    "ErrorCatalogue": ".error_catalogue",
    "ErrorRead": ".error_read",
    "ErrorReadSource": ".error_read_source",
    "ErrorReadWho": ".error_read_who",
    "EstateCoverage": ".estate_coverage",
    "EstateCoverageByProof": ".estate_coverage_by_proof",
    "EstateCoverageByState": ".estate_coverage_by_state",
    "EstateElsewhereRead": ".estate_elsewhere_read",
    "EstateGroupCoverage": ".estate_group_coverage",
    "EstateGroupCoverageByProof": ".estate_group_coverage_by_proof",
    "EstateGroupCoverageByState": ".estate_group_coverage_by_state",
    "EstateRefresh": ".estate_refresh",
    "EstateState": ".estate_state",
    "EstateVmPage": ".estate_vm_page",
    "EstateVmRead": ".estate_vm_read",
    "EstateVmReadTags": ".estate_vm_read_tags",
    "EventPage": ".event_page",
    "EvidenceKeyRead": ".evidence_key_read",
    "EvidenceKeysRead": ".evidence_keys_read",
    "EvidenceReference": ".evidence_reference",
    "ExpectationsBody": ".expectations_body",
    "ExpectationsBodyConsistencyType0": ".expectations_body_consistency_type_0",
    "ExpectationsRead": ".expectations_read",
    "ExpectationsReadConsistencyType0": ".expectations_read_consistency_type_0",
    "ExportRoleOperationItem": ".export_role_operation_item",
    "FilesTargetBody": ".files_target_body",
    "FoundVault": ".found_vault",
    "FoundVaults": ".found_vaults",
    "HealthzResponseHealthz": ".healthz_response_healthz",
    "HourlySchedule": ".hourly_schedule",
    "ItemChangedEvent": ".item_changed_event",
    "ItemChangedResult": ".item_changed_result",
    "ItemChangedResultKind": ".item_changed_result_kind",
    "ItemConsistencyRead": ".item_consistency_read",
    "ItemConsistencyReadExpectedType0": ".item_consistency_read_expected_type_0",
    "ItemConsistencyReadLastType0": ".item_consistency_read_last_type_0",
    "ItemDisksBody": ".item_disks_body",
    "ItemHealthDetail": ".item_health_detail",
    "ItemRpoRead": ".item_rpo_read",
    "ItemRpoReadSourceType0": ".item_rpo_read_source_type_0",
    "ItemRpoReadState": ".item_rpo_read_state",
    "JobCancelRead": ".job_cancel_read",
    "JobCancelReadState": ".job_cancel_read_state",
    "JobChangedEvent": ".job_changed_event",
    "JobCreatedEvent": ".job_created_event",
    "JobEndedEvent": ".job_ended_event",
    "JobErrorRead": ".job_error_read",
    "JobErrorReadFixableByType0": ".job_error_read_fixable_by_type_0",
    "JobEventPage": ".job_event_page",
    "JobEventRead": ".job_event_read",
    "JobNeedsAttentionEvent": ".job_needs_attention_event",
    "JobPage": ".job_page",
    "JobPartCounts": ".job_part_counts",
    "JobRead": ".job_read",
    "JobReadKindType0": ".job_read_kind_type_0",
    "JobReadLabels": ".job_read_labels",
    "JobReadOrigin": ".job_read_origin",
    "JobResolveBody": ".job_resolve_body",
    "JobResolveBodyAction": ".job_resolve_body_action",
    "JobStartedEvent": ".job_started_event",
    "JobState": ".job_state",
    "JobTaskRead": ".job_task_read",
    "JobWaitingEvent": ".job_waiting_event",
    "JobWaitingRead": ".job_waiting_read",
    "JobWaitingReadReason": ".job_waiting_read_reason",
    "JobWarningRead": ".job_warning_read",
    "ListApprovalsState": ".list_approvals_state",
    "ListApprovalsView": ".list_approvals_view",
    "ListAuditOutcome": ".list_audit_outcome",
    "ListBulkTargetsOutcomeItem": ".list_bulk_targets_outcome_item",
    "ListCount": ".list_count",
    "ListEventsStart": ".list_events_start",
    "ListJobsKindItem": ".list_jobs_kind_item",
    "ListJobsOrigin": ".list_jobs_origin",
    "ListPlatformAuditOutcome": ".list_platform_audit_outcome",
    "ListProtectedItemsRpoItem": ".list_protected_items_rpo_item",
    "ListProtectedItemsStateItem": ".list_protected_items_state_item",
    "ListRecoveryPointsRegion": ".list_recovery_points_region",
    "MeRead": ".me_read",
    "MoneyRange": ".money_range",
    "MonthlyKeep": ".monthly_keep",
    "MonthlyKeepDaysItem": ".monthly_keep_days_item",
    "MonthlyKeepWeeksItem": ".monthly_keep_weeks_item",
    "MountResult": ".mount_result",
    "MountScriptRead": ".mount_script_read",
    "MountScriptReadEncodingType0": ".mount_script_read_encoding_type_0",
    "MountScriptReadOs": ".mount_script_read_os",
    "MountSessionRead": ".mount_session_read",
    "MountSessionReadEndedByType0": ".mount_session_read_ended_by_type_0",
    "MountSessionReadState": ".mount_session_read_state",
    "MyTenant": ".my_tenant",
    "NewVmTargetBody": ".new_vm_target_body",
    "NewVmTargetRead": ".new_vm_target_read",
    "NotLookedUp": ".not_looked_up",
    "PermissionActionRead": ".permission_action_read",
    "PermissionActionReadSource": ".permission_action_read_source",
    "PermissionCheckRead": ".permission_check_read",
    "PermissionCheckReadOperation": ".permission_check_read_operation",
    "PermissionScopeRead": ".permission_scope_read",
    "PermissionScopeReadPlace": ".permission_scope_read_place",
    "PermissionScopeReadStatus": ".permission_scope_read_status",
    "PointRestored": ".point_restored",
    "PolicyAdviceRead": ".policy_advice_read",
    "PolicyBrief": ".policy_brief",
    "PolicyBriefRetentionType0": ".policy_brief_retention_type_0",
    "PolicyChangeRead": ".policy_change_read",
    "PolicyChangeReadEffect": ".policy_change_read_effect",
    "PolicyChangedEvent": ".policy_changed_event",
    "PolicyCompliance": ".policy_compliance",
    "PolicyConflict": ".policy_conflict",
    "PolicyCreate": ".policy_create",
    "PolicyCreateLabels": ".policy_create_labels",
    "PolicyDefinitionBody": ".policy_definition_body",
    "PolicyDiff": ".policy_diff",
    "PolicyDifference": ".policy_difference",
    "PolicyEventData": ".policy_event_data",
    "PolicyEventDataAzureType0": ".policy_event_data_azure_type_0",
    "PolicyEventDataState": ".policy_event_data_state",
    "PolicyLossRead": ".policy_loss_read",
    "PolicyPage": ".policy_page",
    "PolicyPreviewCountsRead": ".policy_preview_counts_read",
    "PolicyPreviewCreate": ".policy_preview_create",
    "PolicyPreviewCreateLabels": ".policy_preview_create_labels",
    "PolicyPreviewKeptRead": ".policy_preview_kept_read",
    "PolicyPreviewKeptReadRule": ".policy_preview_kept_read_rule",
    "PolicyPreviewRead": ".policy_preview_read",
    "PolicyPreviewRunRead": ".policy_preview_run_read",
    "PolicyPreviewRunReadClockChangeType0": ".policy_preview_run_read_clock_change_type_0",
    "PolicyRead": ".policy_read",
    "PolicyReadAzureType0": ".policy_read_azure_type_0",
    "PolicyReadState": ".policy_read_state",
    "PolicyRemediation": ".policy_remediation",
    "PolicyRetention": ".policy_retention",
    "PolicyRevisionPage": ".policy_revision_page",
    "PolicyRevisionRead": ".policy_revision_read",
    "PolicyRevisionReadAzureType0": ".policy_revision_read_azure_type_0",
    "PolicyRevisionReadOrigin": ".policy_revision_read_origin",
    "PolicySetResult": ".policy_set_result",
    "PolicyTouchedItem": ".policy_touched_item",
    "PolicyUnreachable": ".policy_unreachable",
    "PolicyUpdate": ".policy_update",
    "PolicyUpdateLabels": ".policy_update_labels",
    "Problem": ".problem",
    "ProofRead": ".proof_read",
    "ProofReadLevel": ".proof_read_level",
    "ProtectedItemChange": ".protected_item_change",
    "ProtectedItemChangeActionType0": ".protected_item_change_action_type_0",
    "ProtectedItemChangeLabels": ".protected_item_change_labels",
    "ProtectedItemCreate": ".protected_item_create",
    "ProtectedItemCreateLabels": ".protected_item_create_labels",
    "ProtectedItemDiff": ".protected_item_diff",
    "ProtectedItemEventData": ".protected_item_event_data",
    "ProtectedItemEventDataOrigin": ".protected_item_event_data_origin",
    "ProtectedItemEventDataState": ".protected_item_event_data_state",
    "ProtectedItemPage": ".protected_item_page",
    "ProtectedItemRead": ".protected_item_read",
    "ProtectedItemReadOrigin": ".protected_item_read_origin",
    "ProtectedItemReadProvenLevelType0": ".protected_item_read_proven_level_type_0",
    "ProtectedItemReadState": ".protected_item_read_state",
    "ProtectionRuleCreate": ".protection_rule_create",
    "ProtectionRuleCreateLabels": ".protection_rule_create_labels",
    "ProtectionRuleMode": ".protection_rule_mode",
    "ProtectionRulePage": ".protection_rule_page",
    "ProtectionRulePreview": ".protection_rule_preview",
    "ProtectionRuleRead": ".protection_rule_read",
    "ProtectionRuleReadLabels": ".protection_rule_read_labels",
    "ProtectionRuleStart": ".protection_rule_start",
    "ProtectionRuleState": ".protection_rule_state",
    "ProtectionRuleUpdate": ".protection_rule_update",
    "ProtectionRuleUpdateLabelsType0": ".protection_rule_update_labels_type_0",
    "QuarterEvidence": ".quarter_evidence",
    "QuarterFailures": ".quarter_failures",
    "QuarterGroup": ".quarter_group",
    "QuarterItem": ".quarter_item",
    "QuarterItemOutcome": ".quarter_item_outcome",
    "QuarterLeft": ".quarter_left",
    "QuarterLeftThing": ".quarter_left_thing",
    "QuarterPlanRun": ".quarter_plan_run",
    "QuarterRtoRead": ".quarter_rto_read",
    "QuarterRun": ".quarter_run",
    "QuarterTotals": ".quarter_totals",
    "QuarterTotalsProvenByLevel": ".quarter_totals_proven_by_level",
    "ReadyzResponseReadyz": ".readyz_response_readyz",
    "RecoveryDisksTargetBody": ".recovery_disks_target_body",
    "RecoveryGateBody": ".recovery_gate_body",
    "RecoveryGateDecide": ".recovery_gate_decide",
    "RecoveryGateDecideDecision": ".recovery_gate_decide_decision",
    "RecoveryGateDecisionRead": ".recovery_gate_decision_read",
    "RecoveryGateDecisionReadDecision": ".recovery_gate_decision_read_decision",
    "RecoveryGateEventData": ".recovery_gate_event_data",
    "RecoveryGateEventDataState": ".recovery_gate_event_data_state",
    "RecoveryGateKind": ".recovery_gate_kind",
    "RecoveryGateRead": ".recovery_gate_read",
    "RecoveryMemberPreflightRead": ".recovery_member_preflight_read",
    "RecoveryMemberRead": ".recovery_member_read",
    "RecoveryMemberResult": ".recovery_member_result",
    "RecoveryMemberState": ".recovery_member_state",
    "RecoveryMode": ".recovery_mode",
    "RecoveryNewVmTargetBody": ".recovery_new_vm_target_body",
    "RecoveryPlanCreate": ".recovery_plan_create",
    "RecoveryPlanMemberBody": ".recovery_plan_member_body",
    "RecoveryPlanPage": ".recovery_plan_page",
    "RecoveryPlanPointBody": ".recovery_plan_point_body",
    "RecoveryPlanPointBodyConsistencyType0": ".recovery_plan_point_body_consistency_type_0",
    "RecoveryPlanPointBodyRegion": ".recovery_plan_point_body_region",
    "RecoveryPlanPreflight": ".recovery_plan_preflight",
    "RecoveryPlanPreflightRead": ".recovery_plan_preflight_read",
    "RecoveryPlanRead": ".recovery_plan_read",
    "RecoveryPlanUpdate": ".recovery_plan_update",
    "RecoveryPointLivePage": ".recovery_point_live_page",
    "RecoveryPointRead": ".recovery_point_read",
    "RecoveryPointReadConsistencyType0": ".recovery_point_read_consistency_type_0",
    "RecoveryPointReadExpiryByType0": ".recovery_point_read_expiry_by_type_0",
    "RecoveryPointReadKept": ".recovery_point_read_kept",
    "RecoveryPointReadRegion": ".recovery_point_read_region",
    "RecoveryPointTierRead": ".recovery_point_tier_read",
    "RecoveryPointTierReadTier": ".recovery_point_tier_read_tier",
    "RecoveryReplaceTargetBody": ".recovery_replace_target_body",
    "RecoveryRunAccepted": ".recovery_run_accepted",
    "RecoveryRunAcceptedKindType0": ".recovery_run_accepted_kind_type_0",
    "RecoveryRunAcceptedLabels": ".recovery_run_accepted_labels",
    "RecoveryRunAcceptedOrigin": ".recovery_run_accepted_origin",
    "RecoveryRunCreate": ".recovery_run_create",
    "RecoveryRunCreateLabels": ".recovery_run_create_labels",
    "RecoveryRunGateEvent": ".recovery_run_gate_event",
    "RecoveryRunPage": ".recovery_run_page",
    "RecoveryRunRead": ".recovery_run_read",
    "RecoveryRunResult": ".recovery_run_result",
    "RecoveryStoppedRead": ".recovery_stopped_read",
    "RecoveryTargetsBody": ".recovery_targets_body",
    "RecoveryWaveBody": ".recovery_wave_body",
    "RecoveryWaveRead": ".recovery_wave_read",
    "RecoveryWaveState": ".recovery_wave_state",
    "RemediationFailure": ".remediation_failure",
    "RemediationResult": ".remediation_result",
    "ReplaceDisksTargetBody": ".replace_disks_target_body",
    "ReplaceDisksTargetRead": ".replace_disks_target_read",
    "ReportCauseRead": ".report_cause_read",
    "ReportChangesRead": ".report_changes_read",
    "ReportChangesReadNewlyWeak": ".report_changes_read_newly_weak",
    "ReportConsistencyRead": ".report_consistency_read",
    "ReportCoverageRead": ".report_coverage_read",
    "ReportCoverageReadByState": ".report_coverage_read_by_state",
    "ReportFewRead": ".report_few_read",
    "ReportItemRead": ".report_item_read",
    "ReportItemReadOutcomeType0": ".report_item_read_outcome_type_0",
    "ReportItemReadReasonType0": ".report_item_read_reason_type_0",
    "ReportLinkBody": ".report_link_body",
    "ReportLinkRead": ".report_link_read",
    "ReportMovedRead": ".report_moved_read",
    "ReportPage": ".report_page",
    "ReportPolicyMoveRead": ".report_policy_move_read",
    "ReportPolicyMovesRead": ".report_policy_moves_read",
    "ReportRead": ".report_read",
    "ReportRunRead": ".report_run_read",
    "ReportRunReadOutcomeType0": ".report_run_read_outcome_type_0",
    "ReportRunReadReasonType0": ".report_run_read_reason_type_0",
    "ReportSinceRead": ".report_since_read",
    "ReportThingRead": ".report_thing_read",
    "ReportTotalsRead": ".report_totals_read",
    "ReportUnreachableRead": ".report_unreachable_read",
    "ReportVaultRead": ".report_vault_read",
    "ReportVmRead": ".report_vm_read",
    "ReportWeakRead": ".report_weak_read",
    "ReportWeakSpotsRead": ".report_weak_spots_read",
    "ReportWrittenEvent": ".report_written_event",
    "RestoreAccepted": ".restore_accepted",
    "RestoreAcceptedKindType0": ".restore_accepted_kind_type_0",
    "RestoreAcceptedLabels": ".restore_accepted_labels",
    "RestoreAcceptedOrigin": ".restore_accepted_origin",
    "RestoreCheckRead": ".restore_check_read",
    "RestoreCheckReadName": ".restore_check_read_name",
    "RestoreCheckReadStatus": ".restore_check_read_status",
    "RestoreCreate": ".restore_create",
    "RestoreCreateLabels": ".restore_create_labels",
    "RestoreDefaultsBody": ".restore_defaults_body",
    "RestoreDefaultsRead": ".restore_defaults_read",
    "RestorePage": ".restore_page",
    "RestorePointBody": ".restore_point_body",
    "RestorePointBodyConsistencyType0": ".restore_point_body_consistency_type_0",
    "RestorePointBodyRegion": ".restore_point_body_region",
    "RestorePointBodyTierType0": ".restore_point_body_tier_type_0",
    "RestorePointRead": ".restore_point_read",
    "RestorePointReadConsistencyType0": ".restore_point_read_consistency_type_0",
    "RestorePointReadRegionType0": ".restore_point_read_region_type_0",
    "RestorePointTierRead": ".restore_point_tier_read",
    "RestorePointTierReadTier": ".restore_point_tier_read_tier",
    "RestorePreflightRead": ".restore_preflight_read",
    "RestoreProof": ".restore_proof",
    "RestoreRead": ".restore_read",
    "RestoreResult": ".restore_result",
    "RestoreResultAzure": ".restore_result_azure",
    "RestoreTargetSources": ".restore_target_sources",
    "RestoreTargetSourcesResourceGroupIdType0": ".restore_target_sources_resource_group_id_type_0",
    "RestoreTargetSourcesStagingStorageAccountIdType0": ".restore_target_sources_staging_storage_account_id_type_0",
    "RestoreTargetSourcesSubnetIdType0": ".restore_target_sources_subnet_id_type_0",
    "RestoreTestApprovedResult": ".restore_test_approved_result",
    "RestoreTestCheckRequestedEvent": ".restore_test_check_requested_event",
    "RestoreTestCreate": ".restore_test_create",
    "RestoreTestEndedEvent": ".restore_test_ended_event",
    "RestoreTestLeftRead": ".restore_test_left_read",
    "RestoreTestLevel": ".restore_test_level",
    "RestoreTestLevelRead": ".restore_test_level_read",
    "RestoreTestLevelReadOutcome": ".restore_test_level_read_outcome",
    "RestoreTestMeasuredRead": ".restore_test_measured_read",
    "RestoreTestMissedRead": ".restore_test_missed_read",
    "RestoreTestOutcome": ".restore_test_outcome",
    "RestoreTestPage": ".restore_test_page",
    "RestoreTestPointBody": ".restore_test_point_body",
    "RestoreTestPointBodyConsistencyType0": ".restore_test_point_body_consistency_type_0",
    "RestoreTestQuarter": ".restore_test_quarter",
    "RestoreTestRead": ".restore_test_read",
    "RestoreTestRoundCreate": ".restore_test_round_create",
    "RestoreTestRoundCreateLabels": ".restore_test_round_create_labels",
    "RestoreTestRoundResult": ".restore_test_round_result",
    "RestoreTestRunCounts": ".restore_test_run_counts",
    "RestoreTestRunEventData": ".restore_test_run_event_data",
    "RestoreTestRunEventDataRecoveryPointType0": ".restore_test_run_event_data_recovery_point_type_0",
    "RestoreTestRunPage": ".restore_test_run_page",
    "RestoreTestRunRead": ".restore_test_run_read",
    "RestoreTestRunReadRecoveryPointType0": ".restore_test_run_read_recovery_point_type_0",
    "RestoreTestRunState": ".restore_test_run_state",
    "RestoreTestSampleBody": ".restore_test_sample_body",
    "RestoreTestSampleBodyMode": ".restore_test_sample_body_mode",
    "RestoreTestScheduleBody": ".restore_test_schedule_body",
    "RestoreTestScriptBody": ".restore_test_script_body",
    "RestoreTestScriptBodyParameters": ".restore_test_script_body_parameters",
    "RestoreTestScriptBodySecretParametersType0": ".restore_test_script_body_secret_parameters_type_0",
    "RestoreTestScriptBodyShell": ".restore_test_script_body_shell",
    "RestoreTestScriptRead": ".restore_test_script_read",
    "RestoreTestScriptReadParameters": ".restore_test_script_read_parameters",
    "RestoreTestScriptReadShell": ".restore_test_script_read_shell",
    "RestoreTestTargetBody": ".restore_test_target_body",
    "RestoreTestUpdate": ".restore_test_update",
    "RestoreTestVerdictPut": ".restore_test_verdict_put",
    "RestoreTestedVm": ".restore_tested_vm",
    "RestoredResource": ".restored_resource",
    "RestoredResourceCauseType0": ".restored_resource_cause_type_0",
    "RestoredResourceKind": ".restored_resource_kind",
    "RestoredResourceKnownByItem": ".restored_resource_known_by_item",
    "RestoredResourceState": ".restored_resource_state",
    "RestoredResources": ".restored_resources",
    "ResultResource": ".result_resource",
    "ResultResourceNamed": ".result_resource_named",
    "RuleChangedEvent": ".rule_changed_event",
    "RuleConfirmRead": ".rule_confirm_read",
    "RuleConflict": ".rule_conflict",
    "RuleCounts": ".rule_counts",
    "RuleEnforcedResult": ".rule_enforced_result",
    "RuleHoldReason": ".rule_hold_reason",
    "RuleLostReason": ".rule_lost_reason",
    "RuleLostVm": ".rule_lost_vm",
    "RuleLostVmAction": ".rule_lost_vm_action",
    "RuleOnLost": ".rule_on_lost",
    "RuleSkipReason": ".rule_skip_reason",
    "RuleSkippedVm": ".rule_skipped_vm",
    "RuleTargetBody": ".rule_target_body",
    "RuleUnchangedVm": ".rule_unchanged_vm",
    "RuleVmToProtect": ".rule_vm_to_protect",
    "RuleWaiting": ".rule_waiting",
    "SealRead": ".seal_read",
    "SelectorBody": ".selector_body",
    "SelectorBodyTagsType0": ".selector_body_tags_type_0",
    "SilenceBody": ".silence_body",
    "SilenceBodyKindType0": ".silence_body_kind_type_0",
    "SilenceChange": ".silence_change",
    "SilenceChangeKindType0": ".silence_change_kind_type_0",
    "SilencePage": ".silence_page",
    "SilenceRead": ".silence_read",
    "SilenceReadKindType0": ".silence_read_kind_type_0",
    "SoftDelete": ".soft_delete",
    "SoftDeleteChange": ".soft_delete_change",
    "SoftDeleteChangeStateType0": ".soft_delete_change_state_type_0",
    "SoftDeleteState": ".soft_delete_state",
    "TearDownLeft": ".tear_down_left",
    "TearDownRemark": ".tear_down_remark",
    "TearDownResult": ".tear_down_result",
    "TenantChangedEvent": ".tenant_changed_event",
    "TenantCreate": ".tenant_create",
    "TenantCreateApprovalsItem": ".tenant_create_approvals_item",
    "TenantGrantBody": ".tenant_grant_body",
    "TenantGrantRead": ".tenant_grant_read",
    "TenantMemberCreate": ".tenant_member_create",
    "TenantMemberCreateKind": ".tenant_member_create_kind",
    "TenantMemberCreateRolesItem": ".tenant_member_create_roles_item",
    "TenantMemberPage": ".tenant_member_page",
    "TenantMemberRead": ".tenant_member_read",
    "TenantMemberReadKind": ".tenant_member_read_kind",
    "TenantMemberUpdate": ".tenant_member_update",
    "TenantMemberUpdateRolesType0Item": ".tenant_member_update_roles_type_0_item",
    "TenantNamed": ".tenant_named",
    "TenantPage": ".tenant_page",
    "TenantQuotas": ".tenant_quotas",
    "TenantRead": ".tenant_read",
    "TenantUpdate": ".tenant_update",
    "TenantUpdateApprovalsType0Item": ".tenant_update_approvals_type_0_item",
    "UnmountResult": ".unmount_result",
    "UnmountResultEndedByType0": ".unmount_result_ended_by_type_0",
    "UnprotectedVm": ".unprotected_vm",
    "UnprotectedVmLivePage": ".unprotected_vm_live_page",
    "UnreachableCode": ".unreachable_code",
    "UnreachableScope": ".unreachable_scope",
    "UnreadableAzureEntry": ".unreadable_azure_entry",
    "VaultChangedEvent": ".vault_changed_event",
    "VaultCreate": ".vault_create",
    "VaultCreateImmutability": ".vault_create_immutability",
    "VaultCreateLabels": ".vault_create_labels",
    "VaultCreateRedundancy": ".vault_create_redundancy",
    "VaultCreateTags": ".vault_create_tags",
    "VaultDiff": ".vault_diff",
    "VaultDiscover": ".vault_discover",
    "VaultDiscoverLabels": ".vault_discover_labels",
    "VaultFindings": ".vault_findings",
    "VaultListFound": ".vault_list_found",
    "VaultNamesFound": ".vault_names_found",
    "VaultPage": ".vault_page",
    "VaultRead": ".vault_read",
    "VaultReadImmutabilityType0": ".vault_read_immutability_type_0",
    "VaultReadRedundancyType0": ".vault_read_redundancy_type_0",
    "VaultReadResult": ".vault_read_result",
    "VaultReadResultKind": ".vault_read_result_kind",
    "VaultReadState": ".vault_read_state",
    "VaultReadTags": ".vault_read_tags",
    "VaultSettingChange": ".vault_setting_change",
    "VaultSettingFound": ".vault_setting_found",
    "VaultUnreadableRead": ".vault_unreadable_read",
    "VaultUpdate": ".vault_update",
    "VaultUpdateImmutabilityType0": ".vault_update_immutability_type_0",
    "VaultUpdateLabels": ".vault_update_labels",
    "VaultUpdateRedundancyType0": ".vault_update_redundancy_type_0",
    "VaultUpdateTagsType0": ".vault_update_tags_type_0",
    "VaultWeakenedEvent": ".vault_weakened_event",
    "VmRead": ".vm_read",
    "WeakenedSubject": ".weakened_subject",
    "WeakenedSubjectKind": ".weakened_subject_kind",
    "WeakeningKind": ".weakening_kind",
    "WeakeningRead": ".weakening_read",
    "WeakeningReadChange": ".weakening_read_change",
    "WeakeningReadRadius": ".weakening_read_radius",
    "WebhookAttempt": ".webhook_attempt",
    "WebhookChangedEvent": ".webhook_changed_event",
    "WebhookCreate": ".webhook_create",
    "WebhookDeliveryPage": ".webhook_delivery_page",
    "WebhookDeliveryRead": ".webhook_delivery_read",
    "WebhookDeliveryState": ".webhook_delivery_state",
    "WebhookDisabledReason": ".webhook_disabled_reason",
    "WebhookFilter": ".webhook_filter",
    "WebhookMade": ".webhook_made",
    "WebhookPage": ".webhook_page",
    "WebhookRead": ".webhook_read",
    "WebhookReplay": ".webhook_replay",
    "WebhookReplayed": ".webhook_replayed",
    "WebhookRotate": ".webhook_rotate",
    "WebhookSecret": ".webhook_secret",
    "WebhookState": ".webhook_state",
    "WebhookTestEvent": ".webhook_test_event",
    "WebhookTestEventData": ".webhook_test_event_data",
    "WebhookUpdate": ".webhook_update",
    "WeeklyKeep": ".weekly_keep",
    "WeeklyKeepDaysItem": ".weekly_keep_days_item",
    "WeeklySchedule": ".weekly_schedule",
    "WeeklyScheduleDaysItem": ".weekly_schedule_days_item",
    "WriteBody": ".write_body",
    "WriteBodyLabels": ".write_body_labels",
    "WrittenResult": ".written_result",
    "WrittenResultKind": ".written_result_kind",
    "YearlyKeep": ".yearly_keep",
    "YearlyKeepDaysItem": ".yearly_keep_days_item",
    "YearlyKeepMonthsItem": ".yearly_keep_months_item",
    "YearlyKeepWeeksItem": ".yearly_keep_weeks_item",
}

__all__ = (
    "AcknowledgeBody",
    "ActorRead",
    "AlertKind",
    "AlertOpenedEvent",
    "AlertPage",
    "AlertRead",
    "AlertReadDetails",
    "AlertReadKind",
    "AlertReadSeverity",
    "AlertReadState",
    "AlertResolvedEvent",
    "AlertRuleBody",
    "AlertRuleBodySeverityType0",
    "AlertRuleList",
    "AlertRuleRead",
    "AlertRuleReadKind",
    "AlertRuleReadSeverity",
    "AlertsSetResult",
    "AlertState",
    "ApprovalChangedEvent",
    "ApprovalDecidedEvent",
    "ApprovalDecisionBody",
    "ApprovalPage",
    "ApprovalRead",
    "ApprovalReadAsk",
    "ApprovalReadOperationType0",
    "ApprovalReadState",
    "ApprovalRequestedEvent",
    "ApprovedDefinition",
    "AuditEntryPage",
    "AuditEntryRead",
    "AuditEntryReadDetails",
    "AuditEntryReadOutcome",
    "AuditHeadRead",
    "AzureAlertsPut",
    "AzureAlertsPutLabels",
    "AzureAlertsRead",
    "AzureAlertsReadState",
    "AzureJobRead",
    "AzurePolicyPut",
    "AzurePolicyPutDefinition",
    "AzurePolicyPutLabels",
    "AzurePolicyRead",
    "AzurePolicyReadDefinitionType0",
    "AzurePolicyReadState",
    "AzurePolicySkip",
    "AzurePolicySkipReason",
    "AzurePolicyTag",
    "AzureRoleRead",
    "BackupAccepted",
    "BackupAcceptedKindType0",
    "BackupAcceptedLabels",
    "BackupAcceptedOrigin",
    "BackupCreate",
    "BackupCreateLabels",
    "BackupMissedEvent",
    "BackupMissEventData",
    "BackupMissEventDataSourceType0",
    "BackupRecoveredEvent",
    "BackupResult",
    "BackupWithdrawnEvent",
    "BulkAccepted",
    "BulkAcceptedKindType0",
    "BulkAcceptedLabels",
    "BulkAcceptedOrigin",
    "BulkCreate",
    "BulkCreateAction",
    "BulkCreateLabels",
    "BulkDryRun",
    "BulkDryRunAction",
    "BulkDryRunCounts",
    "BulkDryRunTarget",
    "BulkDryRunTargetOutcome",
    "BulkResult",
    "BulkResultOutcomes",
    "BulkResultUnreachableItem",
    "BulkTargetName",
    "BulkTargetPage",
    "BulkTargetRead",
    "BulkTargetReadOutcome",
    "BulkWith",
    "BulkWithActionType0",
    "CheckPermissionsMode",
    "CheckPermissionsOperation",
    "CheckPermissionsRegion",
    "CheckRequestedEventData",
    "CheckRequestedEventDataRecoveryPoint",
    "CloudEvent",
    "CloudEventDataType0",
    "CostAssumptionsBody",
    "CostAssumptionsRead",
    "CostBasis",
    "CostChange",
    "CostChangePriceSource",
    "CostEstimateCreate",
    "CostEstimateCreateRedundancyType0",
    "CostEstimateRead",
    "CostEstimateReadPriceSource",
    "CostForecastRead",
    "CostGroupRead",
    "CostItemRead",
    "CostItemReadNotesItem",
    "CostLineRead",
    "CostMeter",
    "CostMonthRead",
    "CostRead",
    "CostReadPriceSourceType0",
    "CostReason",
    "CostStorageRead",
    "CostStorageReadBasis",
    "CostStorageReadNotMeasuredItem",
    "CostTotalRead",
    "DailyKeep",
    "DailyReportRead",
    "DailySchedule",
    "DeletedResult",
    "DeletedResultKind",
    "DiskRead",
    "DisksTargetBody",
    "DisksTargetRead",
    "DriftFoundEvent",
    "DriftKind",
    "DriftPage",
    "DriftRead",
    "DriftReadAfterType0",
    "DriftReadBefore",
    "DriftState",
    "DriftSubject",
    "DriftSubjectKind",
    "ErrorCatalogue",
    "ErrorRead",
    "ErrorReadSource",
    "ErrorReadWho",
    "EstateCoverage",
    "EstateCoverageByProof",
    "EstateCoverageByState",
    "EstateElsewhereRead",
    "EstateGroupCoverage",
    "EstateGroupCoverageByProof",
    "EstateGroupCoverageByState",
    "EstateRefresh",
    "EstateState",
    "EstateVmPage",
    "EstateVmRead",
    "EstateVmReadTags",
    "EventPage",
    "EvidenceKeyRead",
    "EvidenceKeysRead",
    "EvidenceReference",
    "ExpectationsBody",
    "ExpectationsBodyConsistencyType0",
    "ExpectationsRead",
    "ExpectationsReadConsistencyType0",
    "ExportRoleOperationItem",
    "FilesTargetBody",
    "FoundVault",
    "FoundVaults",
    "HealthzResponseHealthz",
    "HourlySchedule",
    "ItemChangedEvent",
    "ItemChangedResult",
    "ItemChangedResultKind",
    "ItemConsistencyRead",
    "ItemConsistencyReadExpectedType0",
    "ItemConsistencyReadLastType0",
    "ItemDisksBody",
    "ItemHealthDetail",
    "ItemRpoRead",
    "ItemRpoReadSourceType0",
    "ItemRpoReadState",
    "JobCancelRead",
    "JobCancelReadState",
    "JobChangedEvent",
    "JobCreatedEvent",
    "JobEndedEvent",
    "JobErrorRead",
    "JobErrorReadFixableByType0",
    "JobEventPage",
    "JobEventRead",
    "JobNeedsAttentionEvent",
    "JobPage",
    "JobPartCounts",
    "JobRead",
    "JobReadKindType0",
    "JobReadLabels",
    "JobReadOrigin",
    "JobResolveBody",
    "JobResolveBodyAction",
    "JobStartedEvent",
    "JobState",
    "JobTaskRead",
    "JobWaitingEvent",
    "JobWaitingRead",
    "JobWaitingReadReason",
    "JobWarningRead",
    "ListApprovalsState",
    "ListApprovalsView",
    "ListAuditOutcome",
    "ListBulkTargetsOutcomeItem",
    "ListCount",
    "ListEventsStart",
    "ListJobsKindItem",
    "ListJobsOrigin",
    "ListPlatformAuditOutcome",
    "ListProtectedItemsRpoItem",
    "ListProtectedItemsStateItem",
    "ListRecoveryPointsRegion",
    "MeRead",
    "MoneyRange",
    "MonthlyKeep",
    "MonthlyKeepDaysItem",
    "MonthlyKeepWeeksItem",
    "MountResult",
    "MountScriptRead",
    "MountScriptReadEncodingType0",
    "MountScriptReadOs",
    "MountSessionRead",
    "MountSessionReadEndedByType0",
    "MountSessionReadState",
    "MyTenant",
    "NewVmTargetBody",
    "NewVmTargetRead",
    "NotLookedUp",
    "PermissionActionRead",
    "PermissionActionReadSource",
    "PermissionCheckRead",
    "PermissionCheckReadOperation",
    "PermissionScopeRead",
    "PermissionScopeReadPlace",
    "PermissionScopeReadStatus",
    "PointRestored",
    "PolicyAdviceRead",
    "PolicyBrief",
    "PolicyBriefRetentionType0",
    "PolicyChangedEvent",
    "PolicyChangeRead",
    "PolicyChangeReadEffect",
    "PolicyCompliance",
    "PolicyConflict",
    "PolicyCreate",
    "PolicyCreateLabels",
    "PolicyDefinitionBody",
    "PolicyDiff",
    "PolicyDifference",
    "PolicyEventData",
    "PolicyEventDataAzureType0",
    "PolicyEventDataState",
    "PolicyLossRead",
    "PolicyPage",
    "PolicyPreviewCountsRead",
    "PolicyPreviewCreate",
    "PolicyPreviewCreateLabels",
    "PolicyPreviewKeptRead",
    "PolicyPreviewKeptReadRule",
    "PolicyPreviewRead",
    "PolicyPreviewRunRead",
    "PolicyPreviewRunReadClockChangeType0",
    "PolicyRead",
    "PolicyReadAzureType0",
    "PolicyReadState",
    "PolicyRemediation",
    "PolicyRetention",
    "PolicyRevisionPage",
    "PolicyRevisionRead",
    "PolicyRevisionReadAzureType0",
    "PolicyRevisionReadOrigin",
    "PolicySetResult",
    "PolicyTouchedItem",
    "PolicyUnreachable",
    "PolicyUpdate",
    "PolicyUpdateLabels",
    "Problem",
    "ProofRead",
    "ProofReadLevel",
    "ProtectedItemChange",
    "ProtectedItemChangeActionType0",
    "ProtectedItemChangeLabels",
    "ProtectedItemCreate",
    "ProtectedItemCreateLabels",
    "ProtectedItemDiff",
    "ProtectedItemEventData",
    "ProtectedItemEventDataOrigin",
    "ProtectedItemEventDataState",
    "ProtectedItemPage",
    "ProtectedItemRead",
    "ProtectedItemReadOrigin",
    "ProtectedItemReadProvenLevelType0",
    "ProtectedItemReadState",
    "ProtectionRuleCreate",
    "ProtectionRuleCreateLabels",
    "ProtectionRuleMode",
    "ProtectionRulePage",
    "ProtectionRulePreview",
    "ProtectionRuleRead",
    "ProtectionRuleReadLabels",
    "ProtectionRuleStart",
    "ProtectionRuleState",
    "ProtectionRuleUpdate",
    "ProtectionRuleUpdateLabelsType0",
    "QuarterEvidence",
    "QuarterFailures",
    "QuarterGroup",
    "QuarterItem",
    "QuarterItemOutcome",
    "QuarterLeft",
    "QuarterLeftThing",
    "QuarterPlanRun",
    "QuarterRtoRead",
    "QuarterRun",
    "QuarterTotals",
    "QuarterTotalsProvenByLevel",
    "ReadyzResponseReadyz",
    "RecoveryDisksTargetBody",
    "RecoveryGateBody",
    "RecoveryGateDecide",
    "RecoveryGateDecideDecision",
    "RecoveryGateDecisionRead",
    "RecoveryGateDecisionReadDecision",
    "RecoveryGateEventData",
    "RecoveryGateEventDataState",
    "RecoveryGateKind",
    "RecoveryGateRead",
    "RecoveryMemberPreflightRead",
    "RecoveryMemberRead",
    "RecoveryMemberResult",
    "RecoveryMemberState",
    "RecoveryMode",
    "RecoveryNewVmTargetBody",
    "RecoveryPlanCreate",
    "RecoveryPlanMemberBody",
    "RecoveryPlanPage",
    "RecoveryPlanPointBody",
    "RecoveryPlanPointBodyConsistencyType0",
    "RecoveryPlanPointBodyRegion",
    "RecoveryPlanPreflight",
    "RecoveryPlanPreflightRead",
    "RecoveryPlanRead",
    "RecoveryPlanUpdate",
    "RecoveryPointLivePage",
    "RecoveryPointRead",
    "RecoveryPointReadConsistencyType0",
    "RecoveryPointReadExpiryByType0",
    "RecoveryPointReadKept",
    "RecoveryPointReadRegion",
    "RecoveryPointTierRead",
    "RecoveryPointTierReadTier",
    "RecoveryReplaceTargetBody",
    "RecoveryRunAccepted",
    "RecoveryRunAcceptedKindType0",
    "RecoveryRunAcceptedLabels",
    "RecoveryRunAcceptedOrigin",
    "RecoveryRunCreate",
    "RecoveryRunCreateLabels",
    "RecoveryRunGateEvent",
    "RecoveryRunPage",
    "RecoveryRunRead",
    "RecoveryRunResult",
    "RecoveryStoppedRead",
    "RecoveryTargetsBody",
    "RecoveryWaveBody",
    "RecoveryWaveRead",
    "RecoveryWaveState",
    "RemediationFailure",
    "RemediationResult",
    "ReplaceDisksTargetBody",
    "ReplaceDisksTargetRead",
    "ReportCauseRead",
    "ReportChangesRead",
    "ReportChangesReadNewlyWeak",
    "ReportConsistencyRead",
    "ReportCoverageRead",
    "ReportCoverageReadByState",
    "ReportFewRead",
    "ReportItemRead",
    "ReportItemReadOutcomeType0",
    "ReportItemReadReasonType0",
    "ReportLinkBody",
    "ReportLinkRead",
    "ReportMovedRead",
    "ReportPage",
    "ReportPolicyMoveRead",
    "ReportPolicyMovesRead",
    "ReportRead",
    "ReportRunRead",
    "ReportRunReadOutcomeType0",
    "ReportRunReadReasonType0",
    "ReportSinceRead",
    "ReportThingRead",
    "ReportTotalsRead",
    "ReportUnreachableRead",
    "ReportVaultRead",
    "ReportVmRead",
    "ReportWeakRead",
    "ReportWeakSpotsRead",
    "ReportWrittenEvent",
    "RestoreAccepted",
    "RestoreAcceptedKindType0",
    "RestoreAcceptedLabels",
    "RestoreAcceptedOrigin",
    "RestoreCheckRead",
    "RestoreCheckReadName",
    "RestoreCheckReadStatus",
    "RestoreCreate",
    "RestoreCreateLabels",
    "RestoreDefaultsBody",
    "RestoreDefaultsRead",
    "RestoredResource",
    "RestoredResourceCauseType0",
    "RestoredResourceKind",
    "RestoredResourceKnownByItem",
    "RestoredResources",
    "RestoredResourceState",
    "RestorePage",
    "RestorePointBody",
    "RestorePointBodyConsistencyType0",
    "RestorePointBodyRegion",
    "RestorePointBodyTierType0",
    "RestorePointRead",
    "RestorePointReadConsistencyType0",
    "RestorePointReadRegionType0",
    "RestorePointTierRead",
    "RestorePointTierReadTier",
    "RestorePreflightRead",
    "RestoreProof",
    "RestoreRead",
    "RestoreResult",
    "RestoreResultAzure",
    "RestoreTargetSources",
    "RestoreTargetSourcesResourceGroupIdType0",
    "RestoreTargetSourcesStagingStorageAccountIdType0",
    "RestoreTargetSourcesSubnetIdType0",
    "RestoreTestApprovedResult",
    "RestoreTestCheckRequestedEvent",
    "RestoreTestCreate",
    "RestoreTestedVm",
    "RestoreTestEndedEvent",
    "RestoreTestLeftRead",
    "RestoreTestLevel",
    "RestoreTestLevelRead",
    "RestoreTestLevelReadOutcome",
    "RestoreTestMeasuredRead",
    "RestoreTestMissedRead",
    "RestoreTestOutcome",
    "RestoreTestPage",
    "RestoreTestPointBody",
    "RestoreTestPointBodyConsistencyType0",
    "RestoreTestQuarter",
    "RestoreTestRead",
    "RestoreTestRoundCreate",
    "RestoreTestRoundCreateLabels",
    "RestoreTestRoundResult",
    "RestoreTestRunCounts",
    "RestoreTestRunEventData",
    "RestoreTestRunEventDataRecoveryPointType0",
    "RestoreTestRunPage",
    "RestoreTestRunRead",
    "RestoreTestRunReadRecoveryPointType0",
    "RestoreTestRunState",
    "RestoreTestSampleBody",
    "RestoreTestSampleBodyMode",
    "RestoreTestScheduleBody",
    "RestoreTestScriptBody",
    "RestoreTestScriptBodyParameters",
    "RestoreTestScriptBodySecretParametersType0",
    "RestoreTestScriptBodyShell",
    "RestoreTestScriptRead",
    "RestoreTestScriptReadParameters",
    "RestoreTestScriptReadShell",
    "RestoreTestTargetBody",
    "RestoreTestUpdate",
    "RestoreTestVerdictPut",
    "ResultResource",
    "ResultResourceNamed",
    "RuleChangedEvent",
    "RuleConfirmRead",
    "RuleConflict",
    "RuleCounts",
    "RuleEnforcedResult",
    "RuleHoldReason",
    "RuleLostReason",
    "RuleLostVm",
    "RuleLostVmAction",
    "RuleOnLost",
    "RuleSkippedVm",
    "RuleSkipReason",
    "RuleTargetBody",
    "RuleUnchangedVm",
    "RuleVmToProtect",
    "RuleWaiting",
    "SealRead",
    "SelectorBody",
    "SelectorBodyTagsType0",
    "SilenceBody",
    "SilenceBodyKindType0",
    "SilenceChange",
    "SilenceChangeKindType0",
    "SilencePage",
    "SilenceRead",
    "SilenceReadKindType0",
    "SoftDelete",
    "SoftDeleteChange",
    "SoftDeleteChangeStateType0",
    "SoftDeleteState",
    "TearDownLeft",
    "TearDownRemark",
    "TearDownResult",
    "TenantChangedEvent",
    "TenantCreate",
    "TenantCreateApprovalsItem",
    "TenantGrantBody",
    "TenantGrantRead",
    "TenantMemberCreate",
    "TenantMemberCreateKind",
    "TenantMemberCreateRolesItem",
    "TenantMemberPage",
    "TenantMemberRead",
    "TenantMemberReadKind",
    "TenantMemberUpdate",
    "TenantMemberUpdateRolesType0Item",
    "TenantNamed",
    "TenantPage",
    "TenantQuotas",
    "TenantRead",
    "TenantUpdate",
    "TenantUpdateApprovalsType0Item",
    "UnmountResult",
    "UnmountResultEndedByType0",
    "UnprotectedVm",
    "UnprotectedVmLivePage",
    "UnreachableCode",
    "UnreachableScope",
    "UnreadableAzureEntry",
    "VaultChangedEvent",
    "VaultCreate",
    "VaultCreateImmutability",
    "VaultCreateLabels",
    "VaultCreateRedundancy",
    "VaultCreateTags",
    "VaultDiff",
    "VaultDiscover",
    "VaultDiscoverLabels",
    "VaultFindings",
    "VaultListFound",
    "VaultNamesFound",
    "VaultPage",
    "VaultRead",
    "VaultReadImmutabilityType0",
    "VaultReadRedundancyType0",
    "VaultReadResult",
    "VaultReadResultKind",
    "VaultReadState",
    "VaultReadTags",
    "VaultSettingChange",
    "VaultSettingFound",
    "VaultUnreadableRead",
    "VaultUpdate",
    "VaultUpdateImmutabilityType0",
    "VaultUpdateLabels",
    "VaultUpdateRedundancyType0",
    "VaultUpdateTagsType0",
    "VaultWeakenedEvent",
    "VmRead",
    "WeakenedSubject",
    "WeakenedSubjectKind",
    "WeakeningKind",
    "WeakeningRead",
    "WeakeningReadChange",
    "WeakeningReadRadius",
    "WebhookAttempt",
    "WebhookChangedEvent",
    "WebhookCreate",
    "WebhookDeliveryPage",
    "WebhookDeliveryRead",
    "WebhookDeliveryState",
    "WebhookDisabledReason",
    "WebhookFilter",
    "WebhookMade",
    "WebhookPage",
    "WebhookRead",
    "WebhookReplay",
    "WebhookReplayed",
    "WebhookRotate",
    "WebhookSecret",
    "WebhookState",
    "WebhookTestEvent",
    "WebhookTestEventData",
    "WebhookUpdate",
    "WeeklyKeep",
    "WeeklyKeepDaysItem",
    "WeeklySchedule",
    "WeeklyScheduleDaysItem",
    "WriteBody",
    "WriteBodyLabels",
    "WrittenResult",
    "WrittenResultKind",
    "YearlyKeep",
    "YearlyKeepDaysItem",
    "YearlyKeepMonthsItem",
    "YearlyKeepWeeksItem",
)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
