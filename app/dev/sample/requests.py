"""Bodies of the requests that make the sample world."""

from typing import Any, Final

from app.examples import ids

Json = dict[str, Any]
LATEST: Final[Json] = {"latest": True}
DISKS: Final[Json] = {"mode": "disks", "resource_group_id": ids.RESTORED, "staging_storage_account_id": ids.STORAGE}
REPLACE: Final[Json] = {
    "mode": "replace_disks",
    "confirm_vm_id": ids.vm("vm-sample-erp"),
    "staging_storage_account_id": ids.STORAGE,
}
BACKUP: Final[Json] = {"retain_until": "2036-01-31T00:00:00Z"}
FILES: Final[Json] = {"mode": "files"}
TESTS_TARGET: Final[Json] = {
    "resource_group_id": ids.TESTS,
    "subnet_id": ids.TESTS_SUBNET,
    "staging_storage_account_id": ids.STORAGE,
}
RESTORE_DEFAULTS: Final[Json] = {
    "resource_group_id": ids.RESTORED,
    "subnet_id": ids.SUBNET,
    "staging_storage_account_id": ids.STORAGE,
}
ITEMS: Final = {
    "vm-sample-web": ids.ITEM,
    "vm-sample-db": ids.ITEM_DB,
    "vm-sample-app": ids.ITEM_RUNNING,
    "vm-sample-mail": ids.ITEM_FAILED,
    "vm-sample-shop": ids.ITEM_ATTENTION,
    "vm-sample-files": ids.ITEM_MOUNTED,
    "vm-sample-old": ids.ITEM_DELETED,
    "vm-sample-erp": ids.ITEM_WAITING,
    "vm-sample-wiki": ids.ITEM_PAUSED,
}


def headers_of(path: str) -> dict[str, str]:
    """If-Match, for what is changed by PUT and needs it."""
    return {"If-Match": "*"} if path.startswith(("/v1/alert-rules/", "/v1/restore-defaults")) else {}


def new_vm(name: str) -> Json:
    return {"mode": "new_vm", "name": name} | RESTORE_DEFAULTS


def restore(item: str, target: Json) -> Json:
    return {"protected_item_id": item, "recovery_point": LATEST, "target": target, "reference": "SAMPLE"}


def tenant(name: str, members: list[Json]) -> Json:
    groups = (ids.GROUP_NAME, ids.RESTORED_NAME, ids.TESTS_NAME)
    grants = [{"subscription_id": ids.SUBSCRIPTION_ID, "resource_group": group} for group in groups]
    return {"name": name, "grants": grants, "approvals": ["replace_disks"], "members": members}


def member(object_id: str, name: str, *roles: str) -> Json:
    return {"kind": "principal", "id": object_id, "display_name": name, "roles": list(roles)}


def vault(name: str) -> Json:
    return {
        "subscription_id": ids.SUBSCRIPTION_ID,
        "resource_group": ids.GROUP_NAME,
        "name": name,
        "location": ids.LOCATION,
    }


def policy(name: str) -> Json:
    return {
        "name": name,
        "time_zone": "Europe/Dublin",
        "schedule": {"frequency": "daily", "time": "02:00"},
        "retention": {
            "daily": {"count": 30},
            "weekly": {"count": 12, "days": ["sunday"]},
            "monthly": {"count": 12, "weeks": ["first"], "days": ["sunday"]},
        },
        "instant_restore_days": 2,
    }


def protect(vm: str) -> Json:
    return {"vm_id": ids.vm(vm), "vault_id": ids.VAULT, "policy_id": ids.POLICY}


RULE: Final[Json] = {
    "name": "sample VMs",
    "priority": 100,
    "selector": {"resource_groups": [ids.GROUP_NAME], "tags": {"env": ["sample"]}},
    "targets": [{"location": ids.LOCATION, "vault_id": ids.VAULT, "policy_id": ids.POLICY}],
    "mode": "observe",
}
OTHER_RULE: Final[Json] = RULE | {"name": "sample VMs by name", "priority": 101, "selector": {"names": ["vm-sample-*"]}}
WEBHOOK: Final[Json] = {"url": ids.RECEIVER, "types": ["holdfast.job.ended"]}
SILENCE: Final[Json] = {
    "kind": "quota_near",
    "from": "2036-02-02T20:00:00Z",
    "until": "2036-02-03T04:00:00Z",
    "reason": "Maintenance of the cluster",
}
PLAN: Final[Json] = {
    "name": "sample shop",
    "point": LATEST,
    "target": {"recover": DISKS, "rehearse": DISKS | {"resource_group_id": ids.TESTS}},
    "waves": [
        {
            "name": "database",
            "members": [{"protected_item_id": ids.ITEM_DB}],
            "gate": {"kind": "person", "seconds": 86400},
        },
        {"name": "web", "members": [{"protected_item_id": ids.ITEM}]},
    ],
}
RESTORE_TEST: Final[Json] = {
    "name": "web, each quarter",
    "selector": {"names": ["vm-sample-web"]},
    "target": TESTS_TARGET,
    "levels": ["restored", "boots", "your_check"],
    "check_minutes": 1440,
}
PROVEN_TEST: Final[Json] = RESTORE_TEST | {
    "name": "database, each quarter",
    "selector": {"names": ["vm-sample-db"]},
    "levels": ["restored", "boots"],
}
AZURE_ALERTS: Final[Json] = {"emails": ["on-call@example.com"], "severity": 1}
AZURE_POLICY: Final[Json] = {"scope": ids.GROUP, "location": ids.LOCATION, "definition": "existing_vault"}
BULK: Final[Json] = {"action": "change_policy", "protected_item_ids": [ids.ITEM], "with": {"policy_id": ids.POLICY}}
