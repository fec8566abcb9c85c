"""The names of components in the OpenAPI document: the classes of every client are generated with them.

A model is named for the folder it is in, where `Mode` is clear; a client has all of them in one namespace. So the
document says `RecoveryMode`. A name is a promise: tests/reference finds one that was changed.
"""

from typing import Any

Json = dict[str, Any]
PREFIX = "#/components/schemas/"

PUBLIC = {
    # alerts, approvals, audit
    "AlertRules": "AlertRuleList",
    "DecisionBody": "ApprovalDecisionBody",
    # jobs
    "State": "JobState",
    "PartCounts": "JobPartCounts",
    "TaskRead": "JobTaskRead",
    "WaitingRead": "JobWaitingRead",
    "WarningRead": "JobWarningRead",
    "CancelRead": "JobCancelRead",
    "ResolveBody": "JobResolveBody",
    # vaults, policies, protected items
    "SettingChange": "VaultSettingChange",
    "DefinitionBody": "PolicyDefinitionBody",
    "AdviceRead": "PolicyAdviceRead",
    "ChangeRead": "PolicyChangeRead",
    "LossRead": "PolicyLossRead",
    "RevisionRead": "PolicyRevisionRead",
    "Keep": "PolicyRetention",
    "Daily": "DailySchedule",
    "Hourly": "HourlySchedule",
    "Weekly": "WeeklySchedule",
    "PreviewCreate": "PolicyPreviewCreate",
    "PreviewRead": "PolicyPreviewRead",
    "RunRead": "PolicyPreviewRunRead",
    "CountsRead": "PolicyPreviewCountsRead",
    "KeptRead": "PolicyPreviewKeptRead",
    "TouchedItem": "PolicyTouchedItem",
    "DisksBody": "ItemDisksBody",
    "ItemDiff": "ProtectedItemDiff",
    "HealthDetail": "ItemHealthDetail",
    "ConsistencyRead": "ItemConsistencyRead",
    "RpoRead": "ItemRpoRead",
    # recovery points and restores
    "TierRead": "RecoveryPointTierRead",
    "ChosenPoint": "RestorePointRead",
    "ChosenTier": "RestorePointTierRead",
    "PointBody": "RestorePointBody",
    "PreflightRead": "RestorePreflightRead",
    "SessionRead": "MountSessionRead",
    "TargetSources": "RestoreTargetSources",
    "UnreadableEntry": "UnreadableAzureEntry",
    # estate
    "ElsewhereRead": "EstateElsewhereRead",
    "CoverageRead": "EstateGroupCoverage",
    "Proof": "RestoreProof",
    "UnreachableRead": "ReportUnreachableRead",
    # cost
    "AssumptionsBody": "CostAssumptionsBody",
    "AssumptionsRead": "CostAssumptionsRead",
    "Basis": "CostBasis",
    "Meter": "CostMeter",
    "EstimateCreate": "CostEstimateCreate",
    "EstimateRead": "CostEstimateRead",
    "ForecastRead": "CostForecastRead",
    "GroupRead": "CostGroupRead",
    "ItemCost": "CostItemRead",
    "LineRead": "CostLineRead",
    "MonthRead": "CostMonthRead",
    "StorageRead": "CostStorageRead",
    "TotalRead": "CostTotalRead",
    # reports
    "CauseRead": "ReportCauseRead",
    "ChangesRead": "ReportChangesRead",
    "FewRead": "ReportFewRead",
    "LinkBody": "ReportLinkBody",
    "LinkRead": "ReportLinkRead",
    "MovedRead": "ReportMovedRead",
    "MovesRead": "ReportPolicyMovesRead",
    "PolicyMoveRead": "ReportPolicyMoveRead",
    "SinceRead": "ReportSinceRead",
    "ThingRead": "ReportThingRead",
    "TotalsRead": "ReportTotalsRead",
    "WeakRead": "ReportWeakRead",
    "WeakSpotsRead": "ReportWeakSpotsRead",
    "RtoRead": "QuarterRtoRead",
    # recovery plans and runs
    "GateBody": "RecoveryGateBody",
    "GateDecide": "RecoveryGateDecide",
    "GateDecisionRead": "RecoveryGateDecisionRead",
    "GateKind": "RecoveryGateKind",
    "GateRead": "RecoveryGateRead",
    "MemberBody": "RecoveryPlanMemberBody",
    "MemberPreflightRead": "RecoveryMemberPreflightRead",
    "MemberState": "RecoveryMemberState",
    "Mode": "RecoveryMode",
    "PlanCreate": "RecoveryPlanCreate",
    "PlanPointBody": "RecoveryPlanPointBody",
    "PlanPreflight": "RecoveryPlanPreflight",
    "PlanPreflightRead": "RecoveryPlanPreflightRead",
    "PlanRead": "RecoveryPlanRead",
    "PlanUpdate": "RecoveryPlanUpdate",
    "RunCreate": "RecoveryRunCreate",
    "StoppedRead": "RecoveryStoppedRead",
    "TargetsBody": "RecoveryTargetsBody",
    "DisksTemplateBody": "RecoveryDisksTargetBody",
    "NewVmTemplateBody": "RecoveryNewVmTargetBody",
    "ReplaceTemplateBody": "RecoveryReplaceTargetBody",
    "WaveBody": "RecoveryWaveBody",
    "WaveRead": "RecoveryWaveRead",
    "WaveState": "RecoveryWaveState",
    # restore tests
    "EvidenceNamed": "EvidenceReference",
    "LeftRead": "RestoreTestLeftRead",
    "Level": "RestoreTestLevel",
    "LevelRead": "RestoreTestLevelRead",
    "MeasuredRead": "RestoreTestMeasuredRead",
    "MissedRead": "RestoreTestMissedRead",
    "Outcome": "RestoreTestOutcome",
    "RoundCreate": "RestoreTestRoundCreate",
    "RunCounts": "RestoreTestRunCounts",
    "RunState": "RestoreTestRunState",
    "SampleBody": "RestoreTestSampleBody",
    "ScheduleBody": "RestoreTestScheduleBody",
    "ScriptBody": "RestoreTestScriptBody",
    "ScriptRead": "RestoreTestScriptRead",
    "TestPointBody": "RestoreTestPointBody",
    "TestTargetBody": "RestoreTestTargetBody",
    "VerdictPut": "RestoreTestVerdictPut",
    # protection rules, bulk requests, Azure Policy
    "ConfirmRead": "RuleConfirmRead",
    "HoldReason": "RuleHoldReason",
    "LostReason": "RuleLostReason",
    "LostVm": "RuleLostVm",
    "OnLost": "RuleOnLost",
    "RuleCreate": "ProtectionRuleCreate",
    "RuleMode": "ProtectionRuleMode",
    "RulePreview": "ProtectionRulePreview",
    "RuleRead": "ProtectionRuleRead",
    "RuleStart": "ProtectionRuleStart",
    "RuleState": "ProtectionRuleState",
    "RuleUpdate": "ProtectionRuleUpdate",
    "SkipReason": "RuleSkipReason",
    "Skipped": "RuleSkippedVm",
    "TargetBody": "RuleTargetBody",
    "ToProtect": "RuleVmToProtect",
    "Unchanged": "RuleUnchangedVm",
    "BulkDry": "BulkDryRun",
    "BulkTargetDry": "BulkDryRunTarget",
    # tenants, permissions
    "ActionRead": "PermissionActionRead",
    "Quotas": "TenantQuotas",
    "GrantBody": "TenantGrantBody",
    "GrantRead": "TenantGrantRead",
    "MemberCreate": "TenantMemberCreate",
    "MemberRead": "TenantMemberRead",
    "MemberUpdate": "TenantMemberUpdate",
    "RoleRead": "AzureRoleRead",
    "ScopeRead": "PermissionScopeRead",
    # webhooks, and what they carry
    "BackupMiss": "BackupMissEventData",
    "CheckRequestedTold": "CheckRequestedEventData",
    "DeliveryState": "WebhookDeliveryState",
    "DisabledReason": "WebhookDisabledReason",
    "RestoreTestRunTold": "RestoreTestRunEventData",
    "TestedWebhook": "WebhookTestEventData",
}
"""Class -> component. A class that is not here has its own name in the document."""


def public_name(name: str) -> str:
    """The name of a component, from the one that FastAPI gave it."""
    page, _, of = name.removesuffix("_").partition("Page_")
    if page in {"", "Live"} and of:
        return f"{public_name(of).removesuffix('Read')}{page}Page"
    return PUBLIC.get(name, name)


def with_public_names(document: Json) -> Json:
    """The document with the public names. Raises ValueError if two components would have the same one."""
    schemas: Json = document["components"]["schemas"]
    renamed: Json = {}
    for name, schema in schemas.items():
        public = public_name(name)
        if public in renamed or (public != name and public in schemas):
            raise ValueError(f"two schemas have the name {public}")
        renamed[public] = schema | {"title": public}
    document["components"]["schemas"] = renamed
    named: Json = _with_references(document)
    return named


def _with_references(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _with_references(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_references(value) for value in node]
    if isinstance(node, str) and node.startswith(PREFIX):
        return PREFIX + public_name(node.removeprefix(PREFIX))
    return node
