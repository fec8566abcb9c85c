"""Every operation of the OpenAPI document as a request that could be made, and every way to slip a foreign id into it.

The bodies stand here once, by operation id: a new operation that is missing here fails the walk, it is not skipped.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tests.world import KEEP, POLICY, SUBSCRIPTION

Json = dict[str, Any]
TODAY = datetime.now(UTC).date().isoformat()
QUARTER = f"{TODAY[:4]}-Q{(int(TODAY[5:7]) + 2) // 3}"


@dataclass(frozen=True, slots=True)
class Party:
    """What one tenant has: the words that stand for it in a request, by what they are."""

    things: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.things[name]


@dataclass(frozen=True, slots=True)
class Asking:
    """One request of an operation."""

    operation: str
    permission: str
    method: str
    template: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json | None
    foreign: str | None = None
    """Where a foreign word stands: `path vault_id`, `query vm_id`, `body /target/subnet_id`; None = all are its own."""

    @property
    def url(self) -> str:
        return self.template.format(**self.path)

    @property
    def sent(self) -> set[str]:
        """Every word the caller sent, and the parts of those that are paths: an answer may repeat them."""
        words = {*self.path.values(), *self.query.values(), *(word for _, word in leaves(self.body))}
        return words | {part for word in words for part in word.split("/")} - {""}


PATHS: Mapping[str, str] = {
    "vault_id": "vault",
    "policy_id": "policy",
    "item_id": "item",
    "restore_id": "restore",
    "job_id": "job",
    "approval_id": "approval",
    "alert_id": "alert",
    "silence_id": "silence",
    "tenant_id": "tenant",
    "member_id": "member",
    "webhook_id": "webhook",
    "plan_id": "plan",
    "run_id": "run",
    "wave": "wave",
    "test_id": "restore_test",
    "rule_id": "rule",
    "test_run_id": "restore_test_run",
}
"""Path parameter -> what it names. `code` of the error catalogue belongs to nobody."""
OWN_PATHS: Mapping[str, Mapping[str, str]] = {"list_bulk_targets": {"job_id": "bulk"}}
"""The same for one operation."""
QUERIES: Mapping[str, str] = {
    "vault_id": "vault",
    "policy_id": "policy",
    "protected_item_id": "item",
    "vm_id": "vm",
    "job_id": "job",
    "parent": "job",
    "plan_id": "plan",
    "job": "job",
    "restore_test_id": "restore_test",
    "origin_rule": "rule",
    "reference": "reference",
    "label": "label",
    "tag": "label",
    "resource_group": "group",
    "target": "job_path",
    "target_resource_group_id": "group_id",
    "subnet_id": "subnet",
    "staging_storage_account_id": "storage",
}
NOBODY_LISTENS = "http://127.0.0.1:9/hook"
WITHOUT_TOKEN = frozenset({"/v1/azure-alerts/receive/{token}", "/v1/restore-test-runs/{test_run_id}/verdict"})
"""Paths for others than callers: a secret names the tenant, and nothing of it is answered
(tests/azure_alerts/test_receiving.py, tests/restore_tests/test_checks.py)."""
NOBODYS = {"code": "vm_not_found"}
NOBODYS = {"code": "vm_not_found", "kind": "job_failed"}
NEEDED: Mapping[str, Mapping[str, str]] = {
    "check_permissions": {"operation": "create_restore", "subscription_id": SUBSCRIPTION},
    "export_role": {"operation": "create_restore"},
    "get_cost": {"group_by": "label:team"},
    "get_daily_report": {"date": TODAY},
    "get_restore_test_report": {"quarter": QUARTER},
}
"""Query parameters that an operation cannot do without; they name nothing of anybody."""


def new_vm(p: Party) -> Json:
    target = {
        "mode": "new_vm",
        "name": "vm-restored",
        "resource_group_id": p["group_id"],
        "subnet_id": p["subnet"],
        "staging_storage_account_id": p["storage"],
    }
    return {"protected_item_id": p["item"], "recovery_point": {"id": p["point"]}, "target": target}


def replaced_disks(p: Party) -> Json:
    target = {"mode": "replace_disks", "confirm_vm_id": p["vm"], "staging_storage_account_id": p["storage"]}
    return {"vm_id": p["vm"], "recovery_point": {"latest": True}, "target": target}


def disks(p: Party) -> Json:
    target = {"mode": "disks", "resource_group_id": p["group_id"], "staging_storage_account_id": p["storage"]}
    return {"vm_id": p["vm"], "recovery_point": {"id": p["point"]}, "target": target}


def defaults(p: Party) -> Json:
    return {
        "resource_group_id": p["group_id"],
        "subnet_id": p["subnet"],
        "staging_storage_account_id": p["storage"],
    }


def plan_of(p: Party) -> Json:
    recover = {"mode": "disks", "resource_group_id": p["group_id"], "staging_storage_account_id": p["storage"]}
    return {"name": "plan", "target": {"recover": recover}, "waves": [_wave(p)]}


def _wave(p: Party, **more: Any) -> Json:
    return {"name": "all", "members": [{"protected_item_id": p["item"], **more}]}


def plan_of_new_vms(p: Party) -> Json:
    """In it every field that names something."""
    target = new_vm(p)["target"]
    renamed = {"recover": target | {"name": "{vm}-r"}, "rehearse": target | {"name": "{vm}-t"}}
    return {"name": "new VMs", "target": renamed, "waves": [_wave(p, target=target)]}


def plan_over_disks(p: Party) -> Json:
    return {"name": "disks", "waves": [_wave(p, target=replaced_disks(p)["target"])]}


def tested(p: Party) -> Json:
    target = {
        "resource_group_id": p["test_group_id"],
        "subnet_id": p["test_subnet"],
        "staging_storage_account_id": p["storage"],
    }
    return {"name": "tested", "selector": {"resource_groups": [p["group"]]}, "target": target}


def ruling(p: Party) -> Json:
    target = {"location": "westus", "vault_id": p["vault"], "policy_id": p["policy"]}
    return {"name": "rule", "priority": 1, "selector": {"resource_groups": [p["group"]]}, "targets": [target]}


BODIES: Mapping[str, Callable[[Party], Json | None]] = {
    "create_vault": lambda p: {
        "subscription_id": SUBSCRIPTION,
        "resource_group": p["group"],
        "name": "vault-new",
        "location": "westus",
        "redundancy": "geo",
        "cross_region_restore": False,
        "soft_delete": {"state": "on", "days": 14},
        "immutability": "disabled",
    },
    "update_vault": lambda _: {"soft_delete": {"state": "on", "days": 15}},
    "delete_vault": lambda _: None,
    "discover_vaults": lambda _: {"subscription_id": SUBSCRIPTION},
    "refresh_vault": lambda _: {"reference": "mine"},
    "put_azure_alerts": lambda p: {"action_group_id": p["action_group"]},
    "delete_azure_alerts": lambda _: None,
    "create_policy": lambda _: POLICY | {"name": "another"},
    "preview_policy": lambda _: POLICY,
    "put_policy": lambda _: POLICY,
    "delete_policy": lambda _: None,
    "estimate_cost": lambda p: {
        "protected_item_ids": [p["item"]],
        "policy_id": p["policy"],
        "assumptions": {"used_bytes": 2**30},
    },
    "create_protected_item": lambda p: {"vm_id": p["free_vm"], "vault_id": p["vault"], "policy_id": p["policy"]},
    "change_protected_item": lambda p: {"policy_id": p["default_policy"]},
    "delete_protected_item": lambda _: None,
    "undelete_protected_item": lambda _: None,
    "put_item_expectations": lambda _: {"objective_seconds": 172800},
    "put_expectations": lambda _: {"grace_seconds": 7200},
    "put_restore_defaults": defaults,
    "put_vault_restore_defaults": defaults,
    "create_backup": lambda _: {"retain_until": KEEP},
    "create_restore": new_vm,
    "preflight_restore": replaced_disks,
    "create_bulk": lambda p: {"action": "pause", "protected_item_ids": [p["item"]]},
    "create_recovery_plan": plan_of,
    "update_recovery_plan": plan_of,
    "preflight_recovery_plan": lambda _: {"mode": "recover"},
    "create_recovery_run": lambda _: {"mode": "recover"},
    "decide_recovery_gate": lambda _: {"decision": "go", "reason": "seen"},
    "renew_mount": lambda _: None,
    "unmount_files": lambda _: None,
    "tear_down_restore": lambda _: None,
    "create_restore_test": tested,
    "change_restore_test": lambda p: {"target": tested(p)["target"]},
    "delete_restore_test": lambda _: None,
    "run_restore_test": lambda _: None,
    "create_protection_rule": ruling,
    "preview_protection_rule_body": ruling,
    "update_protection_rule": lambda p: {"targets": ruling(p)["targets"], "selector": ruling(p)["selector"]},
    "start_protection_rule": lambda _: None,
    "put_azure_policy": lambda p: {"scope": p["group_id"], "location": "westus", "definition": "existing_vault"},
    "delete_azure_policy": lambda _: None,
    "approve": lambda _: {"reason": "seen"},
    "reject": lambda _: {"reason": "seen"},
    "create_tenant": lambda p: {
        "name": "another",
        "grants": [{"subscription_id": SUBSCRIPTION}],
        "members": [
            {"kind": "directory", "directory": p["tenant"], "roles": ["reader"]},
        ],
    },
    "update_tenant": lambda _: {"approvals": []},
    "create_member": lambda _: {"kind": "principal", "id": "somebody", "roles": ["reader"]},
    "update_member": lambda _: {"display_name": "somebody"},
    "acknowledge_alert": lambda _: {"reason": "seen"},
    "put_alert_rule": lambda _: {"mail": ["backup@example.com"]},
    "create_alert_silence": lambda p: {
        "vault_id": p["vault"],
        "from": f"{TODAY}T00:00:00Z",
        "until": f"{TODAY}T01:00:00Z",
        "reason": "mended",
    },
    "update_alert_silence": lambda p: {"vault_id": p["vault"]},
    "create_report_link": lambda _: {"date": TODAY},
    "create_webhook": lambda p: {"url": NOBODY_LISTENS, "types": ["holdfast.*"], "filter": {"vault_id": p["vault"]}},
    "update_webhook": lambda p: {"filter": {"vault_id": p["vault"]}},
    "rotate_webhook_secret": lambda _: {"previous_valid_seconds": 0},
    "replay_webhook": lambda p: {"event_id": p["event"]},
    "resolve_job": lambda _: {"action": "abandon", "reason": "nobody waits for it"},
}
MORE_BODIES: Mapping[str, tuple[Callable[[Party], Json], ...]] = {
    "create_restore": (replaced_disks, disks),
    "preflight_restore": (new_vm, disks),
    "create_bulk": (
        lambda p: {
            "action": "protect",
            "vm_ids": [p["free_vm"]],
            "with": {"vault_id": p["vault"], "policy_id": p["policy"]},
        },
        lambda p: {"action": "resume", "vm_ids": [p["vm"]], "with": {"policy_id": p["policy"]}},
        lambda p: {"action": "backup", "selector": {"resource_groups": [p["group"]]}, "with": {"retain_until": KEEP}},
    ),
    "create_recovery_plan": (plan_of_new_vms, plan_over_disks),
    "update_recovery_plan": (plan_of_new_vms, plan_over_disks),
    "create_restore_test": (lambda p: {"name": "of a plan", "plan_id": p["plan"]},),
    "change_restore_test": (lambda p: {"plan_id": p["plan"], "selector": None, "target": None},),
    "estimate_cost": (
        lambda p: {"vm_ids": [p["vm"]], "policy_id": p["policy"]},
        lambda p: {"vm_ids": [p["free_vm"]], "policy_id": p["policy"]},
        lambda p: {"selector": {"resource_groups": [p["group"]]}, "redundancy": "local"},
    ),
}
"""What else an operation may be sent: together with BODIES they fill every field that names something of somebody."""
NOT_SWAPPED = {
    "resolve_job /azure_job_id": "looked up in the vault of the job, which the path names",
    "create_member /directory": "whom a platform admin lets in is for them to say",
    "create_tenant /members/0/id": "the same",
    "create_tenant /grants/0/resource_group": "the same",
    "update_tenant /grants/0/resource_group": "the same",
    "update_tenant /grants/0/subscription_id": "the same",
}
"""Fields that no body fills, and why that says nothing of a tenant's wall."""


def named_fields(document: Json) -> Iterator[str]:
    """`operation pointer` of every field of a body that is called as what names something is called."""
    for _, _, operation in operations(document):
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            for pointer in _fields(document, schema, ()):
                if pointer.endswith(("_id", "/id", "_group", "/directory")):
                    yield f"{operation['operationId']} {pointer}"


def _fields(document: Json, schema: Json, above: tuple[str, ...], pointer: str = "") -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in above:
            yield from _fields(document, document["components"]["schemas"][name], (*above, name), pointer)
    for choice in (one for word in ("anyOf", "oneOf", "allOf") for one in schema.get(word, ())):
        yield from _fields(document, choice, above, pointer)
    if "items" in schema:
        yield from _fields(document, schema["items"], above, f"{pointer}/0")
    for name, field in schema.get("properties", {}).items():
        yield f"{pointer}/{name}"
        yield from _fields(document, field, above, f"{pointer}/{name}")


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """(method, path, operation) of everything under /v1 that a caller with a token asks for."""
    for path, found in document["paths"].items():
        if path.startswith("/v1/") and path not in WITHOUT_TOKEN:
            for method, operation in found.items():
                yield method.upper(), path, operation


def askings(document: Json, party: Party) -> Iterator[Asking]:
    """Each operation once, with the party's own words."""
    for method, template, operation in operations(document):
        parameters = [one for one in operation.get("parameters", []) if "name" in one]
        named = [one["name"] for one in parameters if one["in"] == "path"]
        name = operation["operationId"]
        body = BODIES[name](party) if "requestBody" in operation else None
        things = {**PATHS, **OWN_PATHS.get(name, {})}
        path = {one: NOBODYS.get(one) or party[things[one]] for one in named}
        yield Asking(name, operation["x-permission"], method, template, path, NEEDED.get(name, {}), body)


def with_more_bodies(document: Json, party: Party) -> Iterator[Asking]:
    """Each operation with every body there is for it."""
    for asking in askings(document, party):
        yield asking
        for make in MORE_BODIES.get(asking.operation, ()):
            yield replace(asking, body=make(party))


def queried(document: Json, party: Party) -> Iterator[Asking]:
    """Each operation once more for each query parameter that names something of somebody."""
    own = {asking.operation: asking for asking in askings(document, party)}
    for _, _, operation in operations(document):
        for one in operation.get("parameters", []):
            if one.get("in") == "query" and one["name"] in QUERIES:
                asking = own[operation["operationId"]]
                yield replace(asking, query={**asking.query, one["name"]: party[QUERIES[one["name"]]]})


def intrusions(document: Json, mine: Party, theirs: Party) -> Iterator[Asking]:
    """Every request of mine, with each word that names something of mine swapped for theirs, one at a time."""
    swap = {word: theirs[name] for name, word in mine.things.items()}
    for asking in with_more_bodies(document, mine):
        for name, word in asking.path.items():
            if word in swap:
                yield replace(asking, path={**asking.path, name: swap[word]}, foreign=f"path {name}")
        for pointer, word in leaves(asking.body):
            if word in swap:
                yield replace(asking, body=put(asking.body, pointer, swap[word]), foreign=f"body {pointer}")
    for asking in queried(document, mine):
        for name, word in asking.query.items():
            if word in swap:
                yield replace(asking, query={**asking.query, name: swap[word]}, foreign=f"query {name}")


def leaves(body: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """(JSON pointer, text) of every text in a body."""
    if isinstance(body, str):
        yield pointer, body
    elif isinstance(body, dict):
        for name, value in body.items():
            yield from leaves(value, f"{pointer}/{name}")
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from leaves(value, f"{pointer}/{number}")


def put(body: Any, pointer: str, word: str) -> Any:
    """A copy of the body with another text at that place."""
    made = json.loads(json.dumps(body))
    *way, last = pointer.split("/")[1:]
    place = made
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = word
    return made
