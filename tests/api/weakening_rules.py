"""Every operation that writes, held against every rule about what may become weaker: the table, and its stages.

An operation of the OpenAPI document that is not here fails test_weakening_rules.py, and so does a new action or member
of a body that changes an item or a vault. A cell is either `Refuses` or says why the rule cannot be broken there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from sqlalchemy import text

from app.simulator.world import Vault
from tests.policies.policy_steps import SEVEN, THIRTY
from tests.vaults.vault_steps import change, seed
from tests.world import POLICY, VAULT, World, vm_id

Json = dict[str, Any]
Key = TypeVar("Key")
RULES = ("policy_type", "retention", "immutability", "soft_delete")
"""No standard policy after an enhanced one; no less retention, no deleted data and no way back in an immutable vault;
no soft delete that is turned off where it is always on."""
ALWAYS_ON = {"softDeleteState": "AlwaysON", "enhancedSecurityState": "AlwaysON"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A vault with a protected VM, and the policies that it may be given; strict as the rule says."""

    vault: Json
    item: Json
    long: Json
    short: Json

    @property
    def path(self) -> str:
        return f"/v1/protected-items/{self.item['id']}"


Ask = Callable[[World, Stage], Awaitable[httpx.Response]]


@dataclass(frozen=True, slots=True)
class Refuses:
    """`code`: of the problem (4xx); where only a look at Azure, or Azure, can tell: of the failed job."""

    ask: Ask
    code: str
    first: Ask | None = None
    """What has to be asked before."""
    prepare: Callable[[World, Stage], Awaitable[None]] | None = None
    """What others do before it, in Azure or to our rows."""


Cell = Refuses | str


# --- the stages ----------------------------------------------------------------------------------------------------
def azure_vault(world: World, at: Stage) -> Vault:
    return next(vault for vault in world.simulator.world.vaults.values() if vault.name == at.vault["name"])


async def stages(world: World, *, is_known: bool) -> dict[str, Stage]:
    """For each rule a vault and a VM of its own, made side by side: what is asked at one stage touches no other.

    `is_known`: Holdfast knows how strict each vault is; else somebody is to make it so (`make_strict`).
    """
    named = {rule: rule.replace("_", "-") for rule in RULES}
    await seed(world, vms=[{"name": f"vm-{name}"} for name in named.values()])
    vaults = await _all_done(
        world,
        {rule: ("/v1/vaults", VAULT | {"name": f"vault-{named[rule]}"} | _known(rule, is_known)) for rule in RULES},
    )
    policies = await _all_done(
        world,
        {
            (rule, name): (f"/v1/vaults/{vaults[rule]['id']}/policies", POLICY | body | {"name": name})
            for rule in RULES
            for name, body in (
                ("production", THIRTY | {"enhanced": is_known and rule == "policy_type"}),
                ("less", SEVEN),
            )
        },
    )
    items = await _all_done(
        world,
        {
            rule: (
                "/v1/protected-items",
                {
                    "vm_id": vm_id(f"vm-{named[rule]}"),
                    "vault_id": vaults[rule]["id"],
                    "policy_id": policies[rule, "production"]["id"],
                },
            )
            for rule in RULES
        },
    )
    if is_known:
        await change(world, vaults["immutability"], immutability="locked", confirm=True)
    return {
        rule: Stage(vaults[rule], items[rule], policies[rule, "production"], policies[rule, "less"]) for rule in RULES
    }


def _known(rule: str, is_known: bool) -> Json:  # noqa: FBT001
    """The settings of its vault, as Holdfast is asked for them."""
    if is_known and rule in {"retention", "immutability"}:
        return {"immutability": "unlocked"}
    return {"soft_delete": {"state": "always_on", "days": 14}} if is_known and rule == "soft_delete" else {}


async def _all_done(world: World, asked: Mapping[Key, tuple[str, Json]]) -> dict[Key, Json]:
    """Each POST, all followed to their ends together: the resources."""
    places = {}
    for key, (path, body) in asked.items():
        answer = await world.api.post(path, json=body)
        assert answer.status_code == 202, answer.text
        places[key] = answer.headers["Location"]
    await world.settle()
    jobs = {key: (await world.api.get(place)).json() for key, place in places.items()}
    assert {job["state"] for job in jobs.values()} == {"succeeded"}, jobs
    return {key: await world.resource_of(job) for key, job in jobs.items()}


def make_strict(world: World, rule: str, at: Stage) -> None:
    """Somebody makes the vault of that rule strict, behind Holdfast's back."""
    vault = azure_vault(world, at)
    security = vault.settings["securitySettings"]
    if rule in {"retention", "immutability"}:
        security["immutabilitySettings"] = {"state": "Unlocked" if rule == "retention" else "Locked"}
    elif rule == "soft_delete":
        security["softDeleteSettings"] |= ALWAYS_ON
    else:
        vault.policies["production"]["properties"]["policyType"] = "V2"
        for item in vault.items.values():
            item.policy_type = "V2"


def strictness(world: World, at: Stage) -> Json:
    """What Azure keeps: none of it may have become weaker."""
    vault = azure_vault(world, at)
    security = vault.settings["securitySettings"]
    kept = security["softDeleteSettings"]
    return {
        "policies": {
            name: (policy["properties"].get("policyType"), policy["properties"].get("retentionPolicy"))
            for name, policy in vault.policies.items()
        },
        "items": {
            name: (item.policy_type, item.policy_name or None, item.deleted) for name, item in vault.items.items()
        },
        "immutability": security.get("immutabilitySettings"),
        "soft_delete": (kept["softDeleteState"], kept["softDeleteRetentionPeriodInDays"]),
    }


# --- the operations ------------------------------------------------------------------------------------------------
def patch_item(body: Callable[[Stage], Json], *, is_dry: bool = False) -> Ask:
    async def ask(world: World, at: Stage) -> httpx.Response:
        return await world.api.patch(at.path, json=body(at), params={"dry_run": "true"} if is_dry else None)

    return ask


def put_policy(body: Json, *, is_dry: bool = False) -> Ask:
    async def ask(world: World, at: Stage) -> httpx.Response:
        path = f"/v1/policies/{at.long['id']}"
        etag = (await world.api.get(path)).headers["ETag"]
        params = {"dry_run": "true"} if is_dry else None
        return await world.api.put(path, json=body, params=params, headers={"If-Match": etag})

    return ask


def patch_vault(*, is_dry: bool = False, **body: Any) -> Ask:
    async def ask(world: World, at: Stage) -> httpx.Response:
        path = f"/v1/vaults/{at.vault['id']}"
        etag = (await world.api.get(path)).headers["ETag"]
        dry = "?dry_run=true" if is_dry else ""
        return await world.api.patch(f"{path}{dry}", json=body, headers={"If-Match": etag})

    return ask


async def delete_item(world: World, at: Stage) -> httpx.Response:
    return await world.api.delete(at.path)


async def delete_vault(world: World, at: Stage) -> httpx.Response:
    return await world.api.delete(f"/v1/vaults/{at.vault['id']}")


async def protect_what_needs_enhanced(world: World, at: Stage) -> httpx.Response:
    await seed(world, vms=[{"name": "vm-ultra", "ultra": True}])
    return await world.api.post("/v1/protected-items", json={"vm_id": vm_id("vm-ultra"), "policy_id": at.short["id"]})


async def protect_again(world: World, at: Stage) -> httpx.Response:
    return await world.api.post("/v1/protected-items", json={"vm_id": at.item["vm_id"], "policy_id": at.short["id"]})


async def forget_item(world: World, at: Stage) -> None:
    """The item was made by others: Holdfast has no row of it, and its PUT would be one of an item that is there."""
    async with world.database.begin() as session:
        await session.execute(text("DELETE FROM jobs"))
        await session.execute(text("DELETE FROM protected_items WHERE id = :id"), {"id": at.item["id"]})


async def others_make_a_policy(world: World, at: Stage) -> None:
    """A policy of the same name as ours is to have: a PUT would write it anew."""
    vault = azure_vault(world, at)
    vault.policies["theirs"] = {"name": "theirs", "properties": dict(vault.policies["production"]["properties"])}
    for item in vault.items.values():
        item.policy_name = "theirs"


async def make_their_policy(world: World, at: Stage) -> httpx.Response:
    return await world.api.post(f"/v1/vaults/{at.vault['id']}/policies", json=SEVEN | {"name": "theirs"})


def make_vault(**settings: Any) -> Ask:
    async def ask(world: World, at: Stage) -> httpx.Response:
        return await world.api.post("/v1/vaults", json=VAULT | {"name": at.vault["name"]} | settings)

    return ask


async def make_locked_vault(world: World, at: Stage) -> httpx.Response:
    del at
    return await world.api.post("/v1/vaults", json=VAULT | {"name": "vault-two", "immutability": "locked"})


def _to_short(at: Stage) -> Json:
    return {"policy_id": at.short["id"]}


def _resumed(at: Stage) -> Json:
    return {"action": "resume", "policy_id": at.short["id"]}


pause, suspend = patch_item(lambda _: {"action": "pause"}), patch_item(lambda _: {"action": "suspend"})

# --- the table -----------------------------------------------------------------------------------------------------
NO_POINTS = "a VM that comes to be protected has no points"
NOT_OF_VAULT = "it changes no setting of the vault"
NOT_OF_ITEMS = "it gives no item and no policy anything"
KEEPS = "it takes nothing away: the points stay"
SENDS_NONE = "it changes nothing in Azure"
_VAULT_ONLY = {"policy_type": NOT_OF_ITEMS, "retention": NOT_OF_ITEMS}
_ITEM_ONLY = {"immutability": NOT_OF_VAULT, "soft_delete": NOT_OF_VAULT}
_NOTHING = dict.fromkeys(RULES, SENDS_NONE)
_OTHER_VAULT_SETTING = dict.fromkeys(RULES, "it is another setting; approvals weigh it (vaults/sensitive_changes.py)")

OPERATIONS: Mapping[str, Mapping[str, Cell]] = {
    # Items: each way to give one a policy, and to take its data.
    "create_protected_item": _ITEM_ONLY
    | {"policy_type": Refuses(protect_what_needs_enhanced, "azure_refused"), "retention": NO_POINTS},
    "create_protected_item:again": _ITEM_ONLY
    | dict.fromkeys(("policy_type", "retention"), Refuses(protect_again, "vm_already_protected")),
    "create_protected_item:of others": _ITEM_ONLY
    | dict.fromkeys(("policy_type", "retention"), Refuses(protect_again, "vm_already_protected", prepare=forget_item)),
    "change_protected_item:policy_id": _ITEM_ONLY
    | {
        "policy_type": Refuses(patch_item(_to_short), "policy_type_fixed"),
        "retention": Refuses(patch_item(_to_short), "vault_immutable"),
    },
    "change_protected_item:dry_run": _ITEM_ONLY
    | {
        "policy_type": Refuses(patch_item(_to_short, is_dry=True), "policy_type_fixed"),
        "retention": Refuses(patch_item(_to_short, is_dry=True), "vault_immutable"),
    },
    "change_protected_item:resume": _ITEM_ONLY
    | {
        "policy_type": Refuses(patch_item(_resumed), "policy_type_fixed", pause),
        "retention": Refuses(patch_item(_resumed), "vault_immutable", suspend),
    },
    "change_protected_item:disks": dict.fromkeys(RULES, "it keeps the policy; fewer disks are for approvals"),
    "change_protected_item:pause": dict.fromkeys(RULES, KEEPS),
    "change_protected_item:suspend": dict.fromkeys(
        RULES, "points go as the policy says that the item has; Azure takes it only in an immutable vault"
    ),
    "delete_protected_item": {
        "policy_type": NOT_OF_ITEMS,
        "soft_delete": NOT_OF_VAULT,
        "retention": Refuses(delete_item, "vault_immutable"),
        "immutability": Refuses(delete_item, "vault_immutable"),
    },
    "undelete_protected_item": dict.fromkeys(RULES, KEEPS),
    # Policies.
    "create_policy": dict.fromkeys(RULES, "a new policy has no items; its own rules are those of its body"),
    "create_policy:of others": _ITEM_ONLY
    | {
        "policy_type": Refuses(make_their_policy, "policy_exists", prepare=others_make_a_policy),
        "retention": Refuses(make_their_policy, "policy_exists", prepare=others_make_a_policy),
    },
    "put_policy": _ITEM_ONLY
    | {
        "policy_type": Refuses(put_policy(THIRTY), "policy_type_fixed"),
        "retention": Refuses(put_policy(SEVEN), "vault_immutable"),
    },
    "put_policy:dry_run": _ITEM_ONLY
    | {
        "policy_type": Refuses(put_policy(THIRTY, is_dry=True), "policy_type_fixed"),
        "retention": Refuses(put_policy(SEVEN, is_dry=True), "vault_immutable"),
    },
    "delete_policy": dict.fromkeys(RULES, "refused while an item follows it (policy_in_use); then it keeps nothing"),
    # Vaults.
    "create_vault": _VAULT_ONLY
    | {
        "immutability": Refuses(make_vault(immutability="disabled"), "vault_exists"),
        "soft_delete": Refuses(make_vault(soft_delete={"state": "off"}), "vault_exists"),
    },
    "create_vault:locked": _VAULT_ONLY
    | {
        "immutability": Refuses(make_locked_vault, "vault_not_valid"),
        "soft_delete": "a vault that is new may be without",
    },
    "update_vault:immutability": _VAULT_ONLY
    | {"immutability": Refuses(patch_vault(immutability="disabled"), "setting_is_final"), "soft_delete": NOT_OF_ITEMS},
    "update_vault:soft_delete": _VAULT_ONLY
    | {
        "immutability": "soft delete is a setting of its own; approvals weigh it",
        "soft_delete": Refuses(patch_vault(soft_delete={"state": "off"}), "setting_is_final"),
    },
    "update_vault:dry_run": _VAULT_ONLY
    | {
        "immutability": Refuses(patch_vault(is_dry=True, immutability="disabled"), "setting_is_final"),
        "soft_delete": Refuses(patch_vault(is_dry=True, soft_delete={"state": "off"}), "setting_is_final"),
    },
    **{f"update_vault:{name}": _OTHER_VAULT_SETTING for name in ("redundancy", "cross_region_restore", "tags")},
    "delete_vault": {
        "policy_type": NOT_OF_ITEMS,
        **dict.fromkeys(("retention", "immutability", "soft_delete"), Refuses(delete_vault, "vault_not_empty")),
    },
    "refresh_estate": dict.fromkeys(RULES, "it only reads Azure"),
    **{
        operation: dict.fromkeys(RULES, "it is about who is told, and touches nothing in Azure")
        for operation in (
            "create_webhook",
            "update_webhook",
            "delete_webhook",
            "pause_webhook",
            "resume_webhook",
            "rotate_webhook_secret",
            "test_webhook",
            "replay_webhook",
        )
    },
    "refresh_vault": dict.fromkeys(RULES, "it only reads Azure"),
    "discover_vaults": dict.fromkeys(RULES, "it only reads Azure"),
    # What sends an order that was weighed before: it is compared with Azure again (tests/approvals/test_agreed.py).
    "approve": dict.fromkeys(RULES, "the order was weighed when it was asked, and is compared again before it is sent"),
    "resolve_job": dict.fromkeys(RULES, "a retry sends the order that was weighed, looked at again before it is sent"),
    # Alerts of Azure about a vault: what they weaken is another thing, which approvals weigh (azure_alerts/rules.py).
    "put_azure_alerts": dict.fromkeys(RULES, "of the vault it changes the alerts only"),
    "delete_azure_alerts": dict.fromkeys(RULES, "it changes nothing of the vault"),
    # The same of Azure Policy for a rule (azure_policy/rules.py).
    "put_azure_policy": dict.fromkeys(RULES, "Azure protects more VMs, or fewer new ones; of a vault nothing changes"),
    "delete_azure_policy": dict.fromkeys(RULES, "what is protected stays so"),
    # The rest has to do with other things.
    "create_backup": dict.fromkeys(RULES, KEEPS),
    "create_restore": dict.fromkeys(RULES, KEEPS),
    "create_recovery_run": dict.fromkeys(RULES, KEEPS),
    **dict.fromkeys(
        ("create_bulk", "create_bulk:dry_run"),
        dict.fromkeys(RULES, "each target is weighed as its single request is (tests/bulk/test_approval.py)"),
    ),
    "renew_mount": dict.fromkeys(RULES, KEEPS),
    "unmount_files": dict.fromkeys(RULES, KEEPS),
    "tear_down_restore": dict.fromkeys(RULES, "it deletes what a restore made, and nothing of a vault"),
    "tear_down_restore:dry_run": dict.fromkeys(RULES, "it only reads Azure"),
    **{
        operation: dict.fromkeys(RULES, "VMs are restored elsewhere and deleted again; nothing of a vault changes")
        for operation in ("create_restore_test", "change_restore_test", "delete_restore_test", "run_restore_test")
    },
    **{
        operation: dict.fromkeys(RULES, "a rule changes no vault or policy, and no item that is there but to pause it")
        for operation in (
            "create_protection_rule",
            "update_protection_rule",
            "delete_protection_rule",
            "stop_protection_rule",
            "start_protection_rule",
            "preview_protection_rule",
            "preview_protection_rule_body",
        )
    },
    "put_restore_test_verdict": dict.fromkeys(RULES, "it says what a test found"),
    "cancel_job": dict.fromkeys(RULES, "what Azure was told to do it does, or leaves as it was"),
    **dict.fromkeys(
        (
            "preflight_restore",
            "create_recovery_plan",
            "update_recovery_plan",
            "delete_recovery_plan",
            "preflight_recovery_plan",
            "decide_recovery_gate",
            "preview_policy",
            "estimate_cost",
            "reject",
            "create_tenant",
            "update_tenant",
            "delete_tenant",
            "create_member",
            "update_member",
            "delete_member",
            "create_report_link",
            "acknowledge_alert",
            "put_alert_rule",
            "create_alert_silence",
            "update_alert_silence",
            "delete_alert_silence",
            "receive_azure_alert",
            "put_restore_defaults",
            "delete_restore_defaults",
            "put_vault_restore_defaults",
            "delete_vault_restore_defaults",
            "put_expectations",
            "delete_expectations",
            "put_item_expectations",
            "delete_item_expectations",
        ),
        _NOTHING,
    ),
}
OTHER_MEMBERS = {"reference", "labels", "confirm", "action"}
"""Members of a change that weaken nothing: of the request itself, or told apart by their values."""
