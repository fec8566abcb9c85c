"""Examples of request bodies, by operation: vaults, policies, items, backups, restores, jobs, approvals.

Each stands under a name. Where the name is also an example of a parameter (parameters.py), the two belong together.
"""

from typing import Any, Final

from app.examples import ids

Json = dict[str, Any]
Named = dict[str, Json]
CHANGE: Final[Json] = {"reference": "CHG-1", "labels": {"team": "payments"}}
FOR_A_DATE: Final = "2036-01-31T00:00:00Z"
"""Far enough away to be in the future whenever the example is executed."""
BEFORE: Final = "2026-02-01T00:00:00Z"
"""There is a recovery point of before: the oldest one of the sample world."""
WRITE: Final[Named] = {"with_a_reference": CHANGE}

VAULT: Final[Json] = {
    "subscription_id": ids.SUBSCRIPTION_ID,
    "resource_group": ids.GROUP_NAME,
    "name": "vault-two",
    "location": ids.LOCATION,
    "redundancy": "geo",
    "cross_region_restore": False,
    "soft_delete": {"state": "on", "days": 14},
    "immutability": "disabled",
}
DAILY: Final[Json] = {
    "name": "production",
    "time_zone": "Europe/Dublin",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {
        "daily": {"count": 30},
        "weekly": {"count": 12, "days": ["sunday"]},
        "monthly": {"count": 12, "weeks": ["first"], "days": ["sunday"]},
    },
    "instant_restore_days": 2,
}
HOURLY: Final[Json] = {
    "name": "every-four-hours",
    "time_zone": "UTC",
    "schedule": {"frequency": "hourly", "every_hours": 4, "start": "08:00", "window_hours": 12},
    "retention": {"daily": {"count": 30}},
    "instant_restore_days": 7,
}
DISKS: Final[Json] = {
    "mode": "disks",
    "resource_group_id": ids.RESTORED,
    "staging_storage_account_id": ids.STORAGE,
}
NEW_VM: Final[Json] = {
    "mode": "new_vm",
    "name": "vm-sample-web-r",
    "resource_group_id": ids.RESTORED,
    "subnet_id": ids.SUBNET,
    "staging_storage_account_id": ids.STORAGE,
}
REPLACE: Final[Json] = {
    "mode": "replace_disks",
    "confirm_vm_id": ids.vm("vm-sample-web"),
    "staging_storage_account_id": ids.STORAGE,
}


def _restore(point: Json, target: Json) -> Json:
    return {"protected_item_id": ids.ITEM, "recovery_point": point, "target": target}


RESTORES: Final[Named] = {
    "as_disks": _restore({"latest": True}, DISKS),
    "as_a_new_vm": _restore({"latest_before": BEFORE, "consistency": "file_system", "region": "primary"}, NEW_VM),
    "over_the_disks_of_the_vm": _restore({"id": ids.POINT}, REPLACE),
    "single_files": _restore({"latest": True}, {"mode": "files"}),
    "where_the_defaults_say": {"vm_id": ids.vm("vm-sample-web"), "recovery_point": {"latest_before": BEFORE}},
}
BODIES: Final[dict[str, Named]] = {
    "create_vault": {
        "geo_redundant": VAULT,
        "adopt_an_existing_one": {
            "subscription_id": ids.SUBSCRIPTION_ID,
            "resource_group": ids.GROUP_NAME,
            "name": "vault-sample-other",
            "adopt": True,
        },
    },
    "update_vault": {
        "longer_soft_delete": {"soft_delete": {"days": 30}, "tags": {"team": "payments"}},
        "restore_in_the_paired_region": {"cross_region_restore": True},
    },
    "delete_vault": WRITE,
    "discover_vaults": {"only_look": {"subscription_id": ids.SUBSCRIPTION_ID, "adopt": False}},
    "refresh_vault": WRITE,
    "create_policy": {"daily": DAILY, "every_four_hours": HOURLY},
    "preview_policy": {"a_year": {**DAILY, "from": "2026-01-01", "days": 365, "on": "2026-06-30"}},
    "put_policy": {
        "keep_longer": DAILY
        | {"name": "sample-daily", "retention": {"daily": {"count": 60}, "monthly": {"count": 12, "dates": ["last"]}}}
    },
    "delete_policy": WRITE,
    "create_protected_item": {
        "vault_and_policy_named": {
            "vm_id": ids.vm("vm-sample-new"),
            "vault_id": ids.VAULT,
            "policy_id": ids.POLICY,
        }
    },
    "change_protected_item": {
        "another_policy": {"policy_id": ids.UNUSED_POLICY},
        "pause": {"action": "pause"},
        "resume": {"action": "resume", "policy_id": ids.POLICY},
        "leave_a_disk_out": {"disks": {"exclude_luns": [0]}},
    },
    "delete_protected_item": WRITE,
    "undelete_protected_item": WRITE,
    "create_backup": {"kept_until_a_date": {"retain_until": FOR_A_DATE}},
    "create_restore": RESTORES,
    "preflight_restore": RESTORES,
    "renew_mount": WRITE,
    "unmount_files": WRITE,
    "tear_down_restore": WRITE,
    "resolve_job": {
        "adopt_azures_job": {
            "action": "adopt",
            "azure_job_id": ids.AZURE_JOB,
            "reason": "Seen in the portal, INC-4711",
        },
        "abandon": {"action": "abandon", "reason": "Not needed any more, INC-4711"},
    },
    "approve": {"with_a_reason": {"reason": "Agreed in CHG-1"}},
    "reject": {"with_a_reason": {"reason": "Not in this maintenance window"}},
}
