"""Planting and removing what a test needs in the world: machines, networks, locks, bad health, vanished jobs."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.simulator import policy_effects
from app.simulator.group_resources import add_snapshot
from app.simulator.network_parts import add_route_table, add_security_group, dress_machine, dress_network
from app.simulator.part_deletions import drop_address, drop_card, drop_snapshot, drop_vm
from app.simulator.policy_definitions import built_in
from app.simulator.progress import DAY, TICKS
from app.simulator.recovery_points import add_point
from app.simulator.seeded_history import new_point, set_pace, twin_of_job
from app.simulator.world import SUBSCRIPTION, Item, Json, Nature, Vault, VirtualMachine, World, group_key

OPERATING_SYSTEMS = {"linux": "Linux", "windows": "Windows"}
LOCK_LEVELS = ("CanNotDelete", "ReadOnly")
SECURITY_TYPES = ("None", "TrustedLaunch", "ConfidentialVM")
POINT_TIERS = ("snapshot", "vault", "archive", "gone")
FAR_AWAY = 10**19
MOST = 100_000


def plant(world: World, asked: Json) -> Json:
    """Carry out one seed request (control.py lists what it may hold). Raises ValueError with what is wrong."""
    unknown = asked.keys() - SEEDS.keys() - {"vm_count", "prefix"}
    if unknown:
        raise ValueError(f"nothing is known of {', '.join(sorted(unknown))}")
    planted: Json = {}
    for name, sow in SEEDS.items():
        if name in asked:
            planted[name] = [sow(world, entry) for entry in _entries(asked[name])]
    count, prefix = asked.get("vm_count", 0), str(asked.get("prefix", "vm-"))
    names = [{"name": f"{prefix}{number}"} for number in range(1, _count(count, "vm_count") + 1)]
    return {"vms": []} | planted | {"vms": planted.get("vms", []) + [_vm(world, entry) for entry in names]}


def _entries(value: Any) -> Iterable[Json]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError("seeds come as lists of objects")
    return value


def _count(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ValueError(f"{name} must be 0..{MOST}")
    return value


def _vm(world: World, entry: Json) -> str:
    os = OPERATING_SYSTEMS.get(str(entry.get("os", "linux")).lower())
    if os is None or not entry.get("name"):
        raise ValueError("a VM needs a name, and os linux or windows")
    made = world.add_vm(
        str(entry["name"]),
        str(entry.get("resource_group", "rg-demo")),
        str(entry.get("location", "westus")),
        os,
        int(entry.get("data_disks", 0)),
        entry.get("tags") or {},
        _subscription_of(world, entry),
    )
    made.zones = [str(zone) for zone in entry.get("zones") or ()]
    made.nature = _nature(made.nature, entry)
    if "image" in entry:
        made.image = {str(name): str(value) for name, value in (entry["image"] or {}).items()}
    dress_machine(world, made, entry)
    policy_effects.made_machine(world, made)
    return made.id


def _nature(now: Nature, entry: Json) -> Nature:
    """The given values; others are not changed."""
    told = {name: bool(entry[name]) for name in ("encrypted", "managed", "premium", "ultra") if name in entry}
    security = str(entry.get("security_type", now.security))
    if security not in SECURITY_TYPES:
        raise ValueError(f"security_type is one of {', '.join(SECURITY_TYPES)}")
    return replace(now, **told, security=security)


def _point(world: World, entry: Json) -> str:
    """Change a point that is there: the newest of the machine, or the one named."""
    item = _item_of(world, str(entry["vm_id"]))
    named = [point for point in item.recovery_points if entry.get("name") in {None, point.name}]
    if not named:
        raise ValueError(f"{item.vm.name} has no such recovery point")
    point = max(named, key=lambda point: point.time)
    point.nature = _nature(point.nature, entry)
    if "zones" in entry:
        point.zones = [str(zone) for zone in entry["zones"]] if entry["zones"] is not None else None
    tier = entry.get("tier")
    if tier not in {None, *POINT_TIERS}:
        raise ValueError(f"the tier of a point is one of {', '.join(POINT_TIERS)}")
    if tier is not None:
        point.archived, point.vaulted = tier == "archive", tier == "vault"
        point.instant_until = FAR_AWAY if tier == "snapshot" else 0
    return point.name


def _subscription(world: World, entry: Json) -> str:
    identity = str(uuid.UUID(str(entry["id"])))
    world.subscriptions[identity] = str(entry.get("name") or f"Subscription {len(world.subscriptions) + 1}")
    return identity


def _subscription_of(world: World, entry: Json) -> str:
    """The subscription an entry names, the first one where it names none."""
    identity = str(entry.get("subscription_id", SUBSCRIPTION)).lower()
    if identity not in world.subscriptions:
        raise ValueError(f"there is no subscription {identity}")
    return identity


def _group(world: World, entry: Json) -> str:
    world.add_resource_group(str(entry["name"]), str(entry.get("location", "westus")), _subscription_of(world, entry))
    return str(entry["name"])


def _account(world: World, entry: Json) -> str:
    group, location = str(entry.get("resource_group", "rg-demo")), str(entry.get("location", "westus"))
    world.add_resource_group(group, location)
    return world.add_storage_account(
        str(entry["name"]),
        group,
        location,
        sku=str(entry.get("sku", "Standard_LRS")),
        kind=str(entry.get("kind", "StorageV2")),
        default_action=str(entry.get("default_action", "Allow")),
    )


def _network(world: World, entry: Json) -> str:
    group, location = str(entry.get("resource_group", "rg-demo")), str(entry.get("location", "westus"))
    world.add_resource_group(group, location)
    subnets = [str(one["name"] if isinstance(one, dict) else one) for one in entry.get("subnets", ["default"])]
    identity = world.add_network(str(entry["name"]), group, location, subnets)
    dress_network(world, identity, entry)
    return identity


def _security_group(world: World, entry: Json) -> str:
    group, location = str(entry.get("resource_group", "rg-demo")), str(entry.get("location", "westus"))
    world.add_resource_group(group, location)
    return add_security_group(world, str(entry["name"]), group, location, list(entry.get("rules", ())))


def _route_table(world: World, entry: Json) -> str:
    group, location = str(entry.get("resource_group", "rg-demo")), str(entry.get("location", "westus"))
    world.add_resource_group(group, location)
    return add_route_table(world, str(entry["name"]), group, location, list(entry.get("routes", ())))


def _zones(world: World, entry: Json) -> str:
    world.zones[str(entry["location"]).lower()] = [str(zone) for zone in entry["zones"]]
    return str(entry["location"])


def _lock(world: World, entry: Json) -> str:
    level, name = str(entry.get("level", "ReadOnly")), str(entry.get("name", "lock"))
    if level not in LOCK_LEVELS:
        raise ValueError(f"the level of a lock is one of {', '.join(LOCK_LEVELS)}")
    scope = str(entry["scope"]).rstrip("/")
    world.locks.append({"scope": scope, "name": name, "level": level, "notes": str(entry.get("notes") or "")})
    return f"{scope}/providers/Microsoft.Authorization/locks/{name}"


def _permission(world: World, entry: Json) -> str:
    role = {
        "actions": [str(action) for action in entry.get("actions", ["*"])],
        "notActions": [str(action) for action in entry.get("not_actions", ())],
        "dataActions": [],
        "notDataActions": [],
    }
    scope = str(entry["scope"]).rstrip("/")
    world.permissions.append({"scope": scope, "role": role})
    return scope


def _health(world: World, entry: Json) -> str:
    item = _item_of(world, str(entry["vm_id"]))
    if entry.get("clear"):
        item.health = None
        return item.vm.id
    item.health = {
        "state": str(entry.get("state", "ProtectionError")),
        "status": str(entry.get("status", "ActionRequired")),
        "code": int(entry.get("code", 400052)),
        "title": str(entry.get("title", "DiffCopyFailedToTransferData")),
        "message": str(entry.get("message", "The data of the machine could not be transferred.")),
        "recommendations": [str(text) for text in entry.get("recommendations", ["Try again later."])],
    }
    return item.vm.id


def _backup_fault(world: World, entry: Json) -> str:
    """Let the next backups of an item fail, scheduled or asked for: by its VM agent unless told otherwise."""
    item = _item_of(world, str(entry["vm_id"]))
    advice = entry.get("recommendations", ["Make sure the machine runs and its agent is up to date, then try again."])
    failure = {
        "errorCode": int(entry.get("error_code", 400001)),  # the number of this one was not recorded
        "errorTitle": str(entry.get("code", "UserErrorGuestAgentStatusUnavailable")),
        "errorString": str(entry.get("message", "VM agent unable to communicate with Azure Backup.")),
        "recommendations": [str(text) for text in advice],
        "health": str(entry.get("health", "ActionRequired")),
    }
    item.faults += [failure] * _count(entry.get("times", 1), "times")
    return item.vm.id


def _item_of(world: World, vm_id: str) -> Item:
    for vault in world.vaults.values():
        for item in vault.items.values():
            if item.vm.id.lower() == vm_id.lower():
                return item
    raise ValueError(f"{vm_id} is not protected")


def _protected(world: World, entry: Json) -> Json:
    """Machines that are protected already, as an adopted vault has them: no jobs, points of the last days."""
    vault_id = str(entry["vault_id"]).lower()
    vault = next((vault for vault in world.vaults.values() if vault.id.lower() == vault_id), None)
    policy = vault.policies.get(str(entry.get("policy", "DefaultPolicy")).lower()) if vault else None
    if vault is None or policy is None:
        raise ValueError("vault_id and policy must name a vault and one of its policies")
    now, prefix = world.clock.now(), str(entry.get("prefix", "vm-"))
    for number in range(1, _count(entry.get("count", 1), "count") + 1):
        vm = _machine(world, vault, f"{prefix}{number}", entry)
        policy_id = f"{vault.id}/backupPolicies/{policy['name']}"
        item = Item(vm, policy_id, policy["name"], world.number_name(), scheduled_from=now)
        vault.items[vm.service_name] = item
        world.registered[vm.id.lower()] = vault.key
        for day in range(_count(entry.get("recovery_points", 1), "recovery_points"), 0, -1):
            at = now - day * DAY * TICKS
            for disk in vm.disks:  # was there before it was backed up
                disk.created = min(disk.created, at - DAY * TICKS)
            add_point(world, vault, item, at, at + 30 * DAY * TICKS)
            item.state, item.last_backup, item.last_backup_status = "Protected", at - 4 * TICKS, "Completed"
    return {"vault_id": vault.id, "items": len(vault.items)}


def _vault_of(world: World, entry: Json) -> Vault:
    vault_id = str(entry["vault_id"]).lower()
    vault = next((vault for vault in world.vaults.values() if vault.id.lower() == vault_id), None)
    if vault is None:
        raise ValueError("vault_id must name a vault")
    return vault


def _machine(world: World, vault: Vault, name: str, entry: Json) -> VirtualMachine:
    disks = _count(entry.get("data_disks", 1), "data_disks")
    vm = world.add_vm(name, "rg-demo", vault.location, "Linux", disks, subscription=vault.subscription)
    for rate in ("first_mb_a_gib", "later_mb_a_gib"):
        setattr(vm, rate, _count(entry.get(rate, getattr(vm, rate)), rate))
    return vm


def _guard(world: World, entry: Json) -> str:
    vault = _vault_of(world, entry)
    vault.guarded = bool(entry.get("on", True))
    return vault.id


def _old_vault(world: World, entry: Json) -> str:
    vault = _vault_of(world, entry)
    vault.shows_alerts = False
    return vault.id


def _policy_definition(world: World, entry: Json) -> str:
    """A definition without an effect here."""
    name = str(entry["name"])
    rule = {"if": {}, "then": {"effect": str(entry.get("effect", "audit"))}}
    parameters = {str(one): {"type": "String"} for one in entry.get("parameters", ())}
    made = built_in(name, str(entry.get("display_name", name)), parameters, rule)
    world.azure_policy.definitions[name.lower()] = made
    return str(made["id"])


SEEDS: dict[str, Callable[[World, Json], Any]] = {
    "subscriptions": _subscription,
    "resource_groups": _group,
    "storage_accounts": _account,
    "security_groups": _security_group,
    "route_tables": _route_table,
    "networks": _network,
    "vms": _vm,
    "snapshots": add_snapshot,
    "zones": _zones,
    "locks": _lock,
    "permissions": _permission,
    "protected": _protected,
    "health": _health,
    "backup_faults": _backup_fault,
    "points": _point,
    "new_points": new_point,
    "paces": set_pace,
    "twin_jobs": twin_of_job,
    "guards": _guard,
    "old_vaults": _old_vault,
    "policy_definitions": _policy_definition,
}


def _texts(asked: Json, name: str) -> list[str]:
    found = asked.get(name)
    if not (isinstance(found, list) and found):
        raise ValueError(f"{name} must be a list with something in it")
    return [str(entry) for entry in found]


def remove(world: World, asked: Json) -> Json:
    """Take things away as if they had been deleted outside. Raises ValueError for an id that names nothing."""
    return {"removed": [_remove(world, identity.rstrip("/")) for identity in _texts(asked, "ids")]}


def _remove(world: World, identity: str) -> str:
    key = identity.lower()
    drops = {**dict.fromkeys(world.parts.interfaces, drop_card), **dict.fromkeys(world.parts.addresses, drop_address)}
    drops |= dict.fromkeys(world.parts.snapshots, drop_snapshot)
    if key in world.vms:
        drop_vm(world, key, with_options=False)  # a machine goes alone: its disks stay
        return identity
    if key in drops:
        drops[key](world, key)
        return identity
    shelves: tuple[dict[str, Any], ...] = (world.disks, world.storage_accounts, world.networks)
    for shelf in shelves:
        if shelf.pop(key, None) is not None:
            world.discovered.discard(key)
            return identity
    head, _, name = key.rpartition("/")
    group = group_key(name, head.split("/")[2]) if head.endswith("/resourcegroups") else None
    if group in world.resource_groups:
        del world.resource_groups[group]
        return identity
    for lock in world.locks:
        if f"{lock['scope']}/providers/microsoft.authorization/locks/{lock['name']}".lower() == key:
            world.locks.remove(lock)
            return identity
    raise ValueError(f"{identity} is not there")


def vanish(world: World, asked: Json) -> Json:
    """Let jobs disappear, from lists and by id, as if Azure had lost them. Raises ValueError for an unknown one."""
    ids = _texts(asked, "job_ids")
    for identity in ids:
        holders = [vault for vault in world.vaults.values() if identity.lower() in vault.jobs]
        if not holders:
            raise ValueError(f"there is no job {identity}")
        del holders[0].jobs[identity.lower()]
    return {"vanished": ids}
