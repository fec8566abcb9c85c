"""Jobs, approvals, bulk requests, tenants, rights, audit, events and webhooks."""

COMPONENTS = {
    "JobTaskRead": "A step of Azure's job, as Azure names it.",
    "AzureJobRead": "Azure's side of a job: what to look for in the portal.",
    "PermissionActionRead": "One action of Azure's that the operation needs.",
    "RecoveryGateDecisionRead": "What a person decided at a gate, and why.",
    "TenantCreate": "A tenant to create, with its grants, quotas and first members.",
    "TenantNamed": "A tenant by name.",
    "TenantGrantRead": "A whole subscription, or one resource group of it (null: the whole subscription).",
    "TenantMemberRead": "Who may act in the tenant, and with which roles.",
    "MyTenant": "A tenant that you are a member of, and your rights in it.",
    "WebhookDeliveryState": "`pending`: it is sent, or sent again; `delivered`; `exhausted`: given up.",
    "WebhookDisabledReason": "`gone`: the receiver answered 410; `failing`: no delivery succeeded for days; "
    "`forbidden_target`: its address may not be called.",
}
WORDS = {
    "JobRead": {
        "id": "Its id: a UUID, in the order of creation. The job is at /v1/jobs/{id}.",
        "state": "Where the job is. It has ended at succeeded, succeeded_with_warnings, failed and cancelled.",
        "origin": "holdfast: it was asked for here; azure: a job of Azure's that Holdfast found, such as a nightly "
        "backup.",
        "vault_id": "The vault concerned; null: none.",
        "protected_item_id": "The protected item concerned; null: none, or not known here.",
        "labels": "The labels of the request.",
        "started_at": "When Azure began it, by Azure's clock; null: it has not begun.",
        "remaining_seconds": "Azure's estimate of what is left, in seconds; null: Azure gives none.",
        "total_bytes": "Bytes to be transferred in all; null: Azure does not say.",
        "tasks": "Azure's steps of the job, in Azure's order; empty: none known.",
        "waiting": "Why it does not move at the moment; null: it does not wait.",
        "azure": "Azure's side of it: ids to look for in the portal.",
        "result": "What it brought, by kind of job; null: it has not ended well.",
        "error": "Why it failed, and what to do; null: it has not failed.",
    },
    "JobTaskRead": {"name": "Azure's name of the step.", "state": "Azure's word for its state, such as Completed."},
    "JobWaitingRead": {
        "reason": "blocked: another job of the same VM or vault goes first; throttled: Azure takes no more requests "
        "now; "
        "approval: a second person decides; azure_unreachable: Azure does not answer; internal_error: a bug, tried "
        "again; outcome_unknown: whether Azure acted is being found out; gate: a recovery run waits at a gate; member: "
        "a part of it has not ended.",
        "since": "Since when it waits for this reason (UTC).",
        "until": "When it is tried again, at the latest (UTC); null: not known.",
        "job": "The job that it waits for: /v1/jobs/{id}; null: none.",
    },
    "AzureJobRead": {
        "job_id": "Id of Azure's job in the vault; null: Azure has not named it yet.",
        "activity_id": "The activity id of Azure's job: the x-ms-client-request-id that Holdfast sent.",
        "status": "Azure's own word for the state, such as InProgress; null: not known yet.",
    },
    "JobErrorRead": {"detail": "What happened, in one or two sentences; Azure's message where it helps."},
    "JobEventRead": {
        "id": "Its number: later lines have higher numbers.",
        "at": "When Holdfast observed it (UTC).",
        "detail": "What was observed, in words; null: nothing more is known.",
    },
    "JobCancelRead": {"detail": "What Azure answered, or why it was too late; null: nothing to say."},
    "JobPartCounts": {
        "total": "All parts, also those that have not begun.",
        "open": "Parts that have not ended.",
        "succeeded": "Parts that ended well, with warnings or without.",
        "failed": "Parts that failed.",
    },
    "VmRead": {
        "name": "Name of the virtual machine.",
        "resource_group": "Name of its resource group.",
        "subscription_id": "Id of its subscription; null: not known.",
    },
    "RecoveryRunAccepted": {
        "point_spread_seconds": "Seconds between the oldest and the newest point chosen; null: not known."
    },
    "ApprovalRead": {
        "job": "The job that waits for it: /v1/jobs/{id}.",
        "kind": "The kind of that job.",
        "requested_by": "Who asked for it: the display name. They cannot decide it themselves.",
        "decided_by": "Who decided: the display name; null: it was not decided.",
        "decided_at": "When it was decided (UTC); null: not yet.",
        "reason": "The reason given with the decision; null: none.",
    },
    "ApprovalDecisionBody": {"reason": "Why. It is stored, and the requester sees it."},
    "BulkCreate": {
        "action": "What is done to each target.",
        "protected_item_ids": "Ids of protected items, at most 1,000.",
        "with": "The body of the single request, as the action needs it.",
    },
    "BulkDryRun": {
        "action": "The action of the request.",
        "targets": "What each target would do, in the request's order.",
    },
    "BulkDryRunTarget": {"target": "Which one.", "problem": "Why it would be refused or skipped; null: it would not."},
    "BulkTargetRead": {"target": "Which one."},
    "TenantCreate": {
        "members": "Its first members; more can be added later.",
        "time_zone": "Time zone of its reports: an IANA name; null: the installation's.",
    },
    "TenantRead": {
        "id": "Its id, which never changes: what the header Holdfast-Tenant names.",
        "approvals": "Operations that need a second person in this tenant.",
    },
    "TenantUpdate": {
        "name": "Its new name: unique, letter case is ignored.",
        "approvals": "Operations that need a second person in this tenant.",
        "time_zone": "Time zone of its reports: an IANA name.",
    },
    "TenantQuotas": {
        "concurrent_restores": "Restores and mounts that have not ended; null: not limited.",
        "backups_per_vm_and_day": "Backups on demand of one VM since midnight UTC; null: not limited.",
        "protected_items": "Protected VMs, soft-deleted ones included; null: not limited.",
        "live_reads_per_minute": "Requests to Azure that callers wait for, in a minute; null: the installation's "
        "setting.",
        "webhooks": "Webhooks of the tenant; null: the installation's default.",
        "recovery_plans": "Recovery plans of the tenant; null: 100.",
        "restore_tests": "Restore tests of the tenant; null: 100.",
        "concurrent_tear_downs": "Tear-downs that have not ended; null: not limited.",
        "open_bulk_requests": "Bulk requests that have not ended; null: 20.",
        "protection_rules": "Protection rules of the tenant; null: 100.",
    },
    "TenantNamed": {"id": "Id of the tenant."},
    "TenantGrantBody": {"resource_group": "A resource group of it; null: the whole subscription."},
    "TenantMemberCreate": {
        "kind": "principal: a person or an application; group: a group of the directory; directory: all callers whose "
        "token has one of the roles.",
    },
    "TenantMemberRead": {"kind": "principal: a person or an application; group; directory."},
    "MyTenant": {"id": "Id of the tenant: send it as Holdfast-Tenant.", "roles": "Your roles there."},
    "MeRead": {
        "name": "Your display name; it may change.",
        "platform_admin": "Whether you may manage the tenants of this installation.",
        "platform_permissions": "What you may do outside any tenant, limited by the scopes of your token.",
        "tenants": "The tenants you are a member of.",
    },
    "ActorRead": {"object_id": "The object id in its directory; empty for Holdfast itself."},
    "AuditEntryRead": {
        "id": "Id of the entry.",
        "actor": "Who did it.",
        "request_id": "The X-Request-ID of the request: it is in every log line of it.",
        "job_id": "The job that came of it; null: none.",
        "approval_id": "The approval concerned; null: none.",
        "details": "What was asked or changed; secrets are left out.",
    },
    "AuditHeadRead": {
        "tenant": "The tenant whose chain it is; empty: the platform's.",
        "hash": "SHA-256 of the last link, in hex.",
    },
    "SealRead": {
        "sealed_at": "When the entry was sealed (UTC).",
        "previous": "Hash of the link before it, in hex.",
    },
    "PermissionCheckRead": {
        "operation": "The operation that was asked about.",
        "scopes": "The places it touches, one by one.",
        "role": "The Azure custom role that would be enough for it.",
    },
    "PermissionScopeRead": {
        "place": "What kind of place it is.",
        "reason": "What was found there, in words.",
        "needed": "The actions that Holdfast needs there.",
        "missing": "Those of them that its identity does not have.",
    },
    "PermissionActionRead": {"action": "The action, such as Microsoft.RecoveryServices/vaults/read."},
    "AzureRoleRead": {
        "Name": "Name of the role.",
        "IsCustom": "Always true: it is not one of Azure's own roles.",
        "Description": "What it is for.",
        "Actions": "Actions of the management plane that it allows.",
        "NotActions": "Exceptions from `Actions`: none.",
        "DataActions": "Actions on data that it allows.",
        "NotDataActions": "Exceptions from `DataActions`: none.",
    },
    "ErrorCatalogue": {"items": "All of them, by type."},
    "ErrorRead": {
        "type": "Holdfast's stable name of the error, as `code` of a job's error has it.",
        "cause": "Why Azure answers so.",
        "who": "Who can do something about it: `caller`, `subscription_owner`, or `us` (the operators of Holdfast).",
        "source": "How well it is known: recorded (seen in Azure's answers), documented, reported by others, or "
        "assumed.",
    },
    "EventPage": {"items": "The events, oldest first."},
    "WebhookCreate": {
        "description": "A note for people; null: none.",
        "filter": "Which events it gets, beside their types.",
    },
    "WebhookRead": {
        "url": "Where events are sent.",
        "types": "Types of events it gets; `holdfast.job.*`: all below that name.",
        "filter": "Which events it gets, beside their types.",
        "description": "A note for people; null: none.",
        "disabled_reason": "Why Holdfast disabled it; null: it is not disabled.",
    },
    "WebhookUpdate": {
        "url": "The new https address.",
        "types": "Types of events, or all below a name: `holdfast.job.*`.",
        "description": "A note for people.",
    },
    "WebhookFilter": {"vault_id": "Only events of this vault; null: of any."},
    "WebhookDeliveryRead": {
        "type": "Type of the event.",
        "state": "What became of it.",
        "ended_at": "When it was delivered or given up (UTC); null: neither yet.",
    },
    "WebhookSecret": {
        "secret": "Verifies deliveries (Standard Webhooks). It is not shown again.",
        "previous_valid_until": "Until when deliveries carry a signature of the old secret as well (UTC).",
    },
    "WebhookTestEventData": {"webhook_id": "Id of the webhook that is tested."},
    "Problem": {
        "type": "`urn:holdfast:problem:` and the code; docs/problems.md explains each.",
        "title": "What went wrong, the same for every problem of this code.",
        "status": "The HTTP status of the answer.",
        "detail": "What went wrong in this case.",
        "retryable": "Whether the same request may succeed later without a change.",
    },
}
