"""The results of jobs, by kind."""

COMPONENTS = {"TearDownRemark": "What is to be known of a resource that was deleted."}
_KIND = {"kind": "The kind of the job: it says which fields there are."}
WORDS = {
    "WrittenResult": _KIND,
    "DeletedResult": _KIND,
    "ItemChangedResult": _KIND,
    "BackupResult": _KIND,
    "BulkResult": _KIND,
    "AlertsSetResult": _KIND,
    "VaultReadResult": _KIND
    | {
        "unreadable": "Entries of Azure's lists that are there and could not be read.",
        "found": "What was not as Holdfast had it; null: not known yet.",
    },
    "VaultFindings": {
        "settings": "Settings that were changed outside.",
        "policies": "How the vault's policies differed.",
        "protected_items": "How the vault's protected items differed.",
    },
    "VaultListFound": {
        "new": "What Holdfast did not know.",
        "changed": "What was changed outside.",
        "gone": "What Azure does not have any more.",
    },
    "VaultNamesFound": {"names": "The first names of them."},
    "VaultSettingFound": {
        "field": "The name of the setting.",
        "before": "What Holdfast had.",
        "now": "What Azure has.",
    },
    "MountResult": _KIND
    | {
        "mode": "Always `files`.",
        "renewed": "True: a session was renewed; false: a new one was made.",
        "recovery_point_id": "The point whose files are mounted.",
    },
    "UnmountResult": _KIND | {"mode": "Always `files`."},
    "RestoreResult": _KIND
    | {
        "recovery_point_id": "The point that was restored; null: not known.",
        "not_looked_up": "What Azure did not let Holdfast look for; empty: everything was looked for.",
    },
    "NotLookedUp": {"what": "What was looked for, such as `disks` or `vm`."},
    "PointRestored": {"time": "When the point was taken."},
    "PolicySetResult": _KIND | {"remediation": "The remediation; null: none was asked for."},
    "RemediationFailure": {"message": "Azure's own words."},
    "RemediationResult": {
        "state": "Azure's word for how it ended.",
        "total": "How many VMs it was for; null: Azure does not say.",
        "succeeded": "How many it protected; null: Azure does not say.",
        "failed": "How many it could not protect; null: Azure does not say.",
    },
    "RecoveryMemberResult": {"state": "How its restore ended: `succeeded`, `failed` or `skipped`."},
    "RecoveryRunResult": _KIND
    | {
        "members": "What became of each VM.",
        "point_spread_seconds": "Seconds between the oldest and the newest recovery point; null: not known.",
        "rto_seconds": "Seconds from the request until the last VM was back; null: not all are, or not known.",
    },
    "RestoreTestApprovedResult": _KIND | {"restore_test": "The definition that was approved."},
    "RuleEnforcedResult": _KIND | {"rule": "The definition that was approved."},
    "ApprovedDefinition": {"hash": "SHA-256 of the definition: it says which version was approved."},
    "RestoreTestRoundResult": _KIND | {"runs": "What became of each VM of the round."},
    "RestoreTestedVm": {"outcome": "`proven`, `failed`, `not_proven` or `timed_out`."},
    "TearDownResult": _KIND | {"left": "What was not deleted, each with the reason."},
    "TearDownLeft": {"kind": "What it is, such as `disk` or `template_blob`."},
    "TearDownRemark": {"remark": "What is to be known of it, in a sentence."},
}
