"""Random estates: as plain dicts for the oracle, and the same as rows of the database, with no Azure at all."""

import json
import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.azure import names
from app.azure.compute.values import Machine
from app.azure.errors import AzureNotFound
from app.azure.values import VmRef
from app.protection_rules.definitions import hash_of
from app.selectors.schemas import SelectorBody

TENANT = "tenant-of-rules"
SUBSCRIPTIONS = ["0000000a-0000-0000-0000-00000000000a", "0000000b-0000-0000-0000-00000000000B"]
GROUPS = ["rg-web", "RG_DB"]
GRANTS = [{"subscription_id": SUBSCRIPTIONS[0]}, {"subscription_id": SUBSCRIPTIONS[1], "resource_group": "rg-web"}]
REGIONS = ["westus", "eastus"]
TAGS = [("Env", "prod"), ("env", "Prod"), ("env", "test"), ("team", "web")]
WORDS = ["vm-web-1", "vm-web-2", "VM-db-1", "vm-db-12", "batch_1", "batch-2"]
PATTERNS = ["*", "VM-*", "*-1", "vm-?b-*", "batch?1", "*b*1*"]
ITEM_STATES = ["protected", "protected", "initial_backup_pending", "paused", "suspended", "soft_deleted", "error"]
OWNER = {"issuer": "https://i", "directory": "d", "object_id": "o", "name": "mona"}
Json = dict[str, Any]


class Estate:
    """One random estate. `plain` is what the oracle reads."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - test data
        self.plain: Json = {"grants": GRANTS, "quota": None, "trouble": [], "members": {}}
        self.plain["vaults"], self.plain["policies"] = self._vaults()
        self.is_large = seed % 20 == 7
        """Its rules may be about to touch more than a hundred VMs."""
        count = 160 if self.is_large else self.chance.randint(8, 20)
        self.plain["vms"] = [self._vm(number) for number in range(count)]
        self.plain["approvals"] = self.chance.choice([[], [], ["protection_rule"], ["stop_protection"]])
        self._lose_scopes(0.15)
        self.plain["items"] = {vm["id"]: self._item(vm) for vm in self.plain["vms"] if self.chance.random() < 0.25}
        if self.chance.random() < 0.3:
            self.plain["quota"] = len(self.plain["items"]) + self.chance.randint(0, 5)
        self.plain["rules"] = [self._rule() for _ in range(self.chance.randint(1, 4))]

    def _id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def _vaults(self) -> tuple[Json, Json]:
        vaults, policies = {}, {}
        for number in range(4):
            vaults[vault := self._id()] = {
                "location": REGIONS[number % 2],
                "subscription": SUBSCRIPTIONS[number // 2],
                "group": self.chance.choice(GROUPS) if number // 2 == 0 else "RG-WEB",
                "state": self.chance.choice(["ready"] * 15 + ["deleting"]),
                "is_gone": self.chance.random() < 0.05,
                "name": f"vault-{number}",
            }
            for _ in range(2):
                state = self.chance.choice(["ready"] * 15 + ["deleting"])
                policies[self._id()] = {"vault": vault, "state": state}
        return vaults, policies

    def _vm(self, number: int) -> Json:
        subscription, group = self.chance.choice(SUBSCRIPTIONS), self.chance.choice(GROUPS)
        name = f"{self.chance.choice(WORDS)}{'' if self.chance.random() < 0.5 else number}"
        name = name if self.chance.random() < 0.7 else f"{name}-{number}"
        place = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines"
        return {
            "id": f"{place}/{name}-{number}",
            "name": f"{name}-{number}",
            "subscription": subscription,
            "group": group,
            "location": self.chance.choice(REGIONS),
            "tags": dict(
                self.chance.sample(TAGS[1:] if number % 2 else TAGS[:1] + TAGS[3:], self.chance.randint(0, 1))
            ),
            "elsewhere": self.chance.random() < 0.08,
            "is_read": True,
            "is_current": self.chance.random() < 0.92,
            "items_known": self.chance.random() < 0.92,
        }

    def _item(self, vm: Json) -> Json:
        """In a vault of the VM's region: Azure knows no other."""
        vaults = self.plain["vaults"]
        of_region = [
            id_ for id_, one in self.plain["policies"].items() if vaults[one["vault"]]["location"] == vm["location"]
        ]
        policy = self.chance.choice(of_region)
        vault = self.plain["policies"][policy]["vault"]
        state, is_missing = self.chance.choice(ITEM_STATES), self.chance.random() < 0.1
        return {"id": self._id(), "vault": vault, "policy": policy, "state": state, "vm_missing": is_missing}

    def _selector(self) -> Json:
        some = self.chance.sample
        given: Json = {
            "subscriptions": [self.chance.choice(SUBSCRIPTIONS).upper()],
            "resource_groups": some(["rg-WEB", "rg_db"], self.chance.randint(1, 2)),
            "locations": [self.chance.choice(["West US", "eastus"])],
            "names": some(WORDS + PATTERNS * 2, 3),
            "tags": {self.chance.choice(["ENV", "team"]): some(["prod", "test", "web"], 2)},
            "except": some([*PATTERNS[1:], *(vm["id"].upper() for vm in self.plain["vms"])], 2),
        }
        return {name: words for name, words in given.items() if self.chance.random() < 0.2}

    def _rule(self) -> Json:
        chosen = self.chance.sample(list(self.plain["vaults"]), self.chance.randint(2, 4))
        targets = []
        for vault in chosen:
            of_vault = [id_ for id_, one in self.plain["policies"].items() if one["vault"] == vault]
            policy = self.chance.choice(of_vault)
            targets.append(
                {"location": self.plain["vaults"][vault]["location"], "vault_id": vault, "policy_id": policy}
            )
        rule: Json = {
            "id": self._id(),
            "priority": self.chance.randint(1, 6),
            "mode": self.chance.choice(["enforce", "enforce", "observe"]),
            "is_stopped": self.chance.random() < 0.1,
            "selector": self._selector(),
            "targets": targets,
            "on_lost": self.chance.choice(["report", "pause"]),
            "pace": self._pace(),
            "confirmed": self.chance.choice([0, 1000]),
            "approved": None,
        }
        self._describe(rule)
        if self.chance.random() < 0.7:
            rule["approved"] = rule["says"]
        return rule

    def _pace(self) -> int:
        return self.chance.randint(1, 6) if self.is_large else self.chance.choice([1, 3, 1000, 1000])

    def _describe(self, rule: Json) -> None:
        """What an approval is bound to, and what tells a rule that was changed from a VM that was."""
        said = {name: rule[name] for name in ("priority", "selector", "targets", "on_lost", "pace")}
        rule["says"] = json.dumps(said, sort_keys=True)
        rule["selects"] = json.dumps([rule["selector"], rule["on_lost"]], sort_keys=True)
        kinds = {"protection_rule", "stop_protection"} if rule["on_lost"] == "pause" else {"protection_rule"}
        rule["needs_approval"] = bool(kinds & set(self.plain["approvals"]))

    def _lose_scopes(self, odds: float) -> None:
        """The last reading of these has failed."""
        scopes = [f"/subscriptions/{SUBSCRIPTIONS[0]}", f"/subscriptions/{SUBSCRIPTIONS[1]}/resourceGroups/rg-web"]
        self.plain["trouble"] = [one for one in scopes if self.chance.random() < odds]

    # --- what happens to it ------------------------------------------------------------------------------------------
    def vm(self, arm_id: str) -> Json:
        return next(one for one in self.plain["vms"] if one["id"] == arm_id)

    def note_protected(self, rule: Json, arm_id: str, item_id: str, vault: str, policy: str) -> None:
        """The rule has asked for it, and its job has ended well."""
        state = {"id": item_id, "vault": vault, "policy": policy, "state": "protected", "vm_missing": False}
        self.plain["items"][arm_id] = state
        member = {"asked_with": rule["says"], "selected_by": rule["selects"], "item": item_id, "was_paused": False}
        self.plain["members"][rule["id"], arm_id] = member

    def shake(self) -> None:
        """Tags come and go, scopes fail, VMs vanish, people pause."""
        for vm in self.plain["vms"]:
            if self.chance.random() < 0.5:
                vm["tags"] = dict(self.chance.sample(TAGS[2:], self.chance.randint(0, 2)))
            vm["is_current"] = self.chance.random() < 0.85
            item = self.plain["items"].get(vm["id"])
            if item is not None and self.chance.random() < 0.2:
                item["state"] = self.chance.choice(["paused", "error", "protected"])
                item["vm_missing"] = self.chance.random() < 0.2
        self._lose_scopes(0.25)

    def alter(self) -> None:
        """People change rules: what they select, how fast they are, whether they act; they confirm and approve."""
        for rule in self.plain["rules"]:
            new: Json = {
                "selector": self._selector(),
                "priority": self.chance.randint(1, 6),
                "on_lost": "report" if rule["on_lost"] == "pause" else "pause",
                "pace": self._pace(),
                "mode": self.chance.choice(["enforce", "observe"]),
                "is_stopped": not rule["is_stopped"],
            }
            change = self.chance.choice([*new, None, None])
            if change is not None:
                rule[change] = new[change]
            self._describe(rule)
            rule["confirmed"] = self.chance.choice([rule["confirmed"], 1000])
            rule["approved"] = self.chance.choice([rule["approved"], rule["says"], rule["says"]])

    def fail(self, rule: Json) -> None:
        """Jobs that the rule has asked for have failed: their items are gone again."""
        for (rule_id, arm_id), member in self.plain["members"].items():
            is_its_own = rule_id == rule["id"] and self.plain["items"].get(arm_id, {}).get("id") == member["item"]
            if is_its_own and self.chance.random() < 0.3:
                del self.plain["items"][arm_id]


def definition_of(rule: Json) -> Json:
    selector = SelectorBody.model_validate(rule["selector"]).model_dump(mode="json", by_alias=True)
    return {"selector": selector, "targets": rule["targets"], "on_lost": rule["on_lost"]}


class Machines:
    """Azure's answer about one VM: what it is now."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    async def look(self, vm: VmRef) -> Machine:
        found = [one for one in self._estate.plain["vms"] if one["id"].lower() == vm.id.lower()]
        if not found:
            raise AzureNotFound(404, "ResourceNotFound", "not there")
        (one,) = found
        return Machine(
            vm=vm,
            location=one["location"],
            unique_id=None,
            provisioning="Succeeded",
            created_at=None,
            power=None,
            agent=None,
            computer_name=None,
            os_name=None,
            os_disk=None,
            data_disks=(),
            interfaces=(),
            tags=one["tags"],
        )


# --- as rows ---------------------------------------------------------------------------------------------------------
TABLES = (
    "protection_rule_members, protection_rules, item_health, protected_items, policies, vaults, estate_vms, "
    "estate_scopes, tenants, job_labels, attempts, job_events, jobs, outbox"
)


def write(url: str, estate: Estate) -> None:
    """The estate, and nothing else."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {TABLES} CASCADE")
        _write_tenant(connection, estate)
        _write_rules(connection, estate)
        _write_items(connection, estate)


_RULE = """
INSERT INTO protection_rules (id, tenant, name, owner, priority, definition, mode, max_per_hour, hash, approved_hash,
                              confirmed, stopped_at, waiting)
VALUES (%(id)s, %(tenant)s, 'rule', %(owner)s, %(priority)s, %(definition)s, %(mode)s, %(pace)s, %(hash)s,
        %(approved)s, %(confirmed)s, %(stopped_at)s, %(waiting)s)
ON CONFLICT (id) DO UPDATE SET (priority, definition, mode, max_per_hour, hash, approved_hash, confirmed, stopped_at,
                                waiting)
    = (excluded.priority, excluded.definition, excluded.mode, excluded.max_per_hour, excluded.hash,
       excluded.approved_hash, excluded.confirmed, excluded.stopped_at, excluded.waiting)
"""


def _write_rules(connection: psycopg.Connection[Any], estate: Estate) -> None:
    for rule in estate.plain["rules"]:
        definition = definition_of(rule)
        hash_now = hash_of(rule["priority"], definition, rule["pace"])
        is_approved = rule["approved"] == rule["says"]
        waits = rule["mode"] == "enforce" and rule["needs_approval"] and not is_approved
        waiting = {"reason": "approval", "detail": "x", "since": datetime.now(UTC).isoformat()}
        row = {
            "tenant": TENANT,
            "owner": Jsonb(OWNER),
            "definition": Jsonb(definition),
            "hash": hash_now,
            "approved": hash_now if is_approved else None,
            "stopped_at": datetime.now(UTC) if rule["is_stopped"] and rule["mode"] == "enforce" else None,
            "waiting": Jsonb(waiting) if waits else None,
        }
        said = {name: rule[name] for name in ("id", "priority", "mode", "pace", "confirmed")}
        connection.execute(_RULE, said | row)


def rewrite(url: str, estate: Estate) -> None:
    """VMs, items and rules as they are now; members and jobs stay. Jobs that were open have ended."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM protected_items")
        connection.execute("DELETE FROM estate_vms")
        connection.execute("DELETE FROM estate_scopes")
        connection.execute("UPDATE jobs SET state = 'succeeded', created_at = created_at - interval '2 hours'")
        _write_rules(connection, estate)
        _write_places(connection, estate)
        _write_items(connection, estate)


def _write_tenant(connection: psycopg.Connection[Any], estate: Estate) -> None:
    quotas = {"protected_items": estate.plain["quota"]} if estate.plain["quota"] is not None else {}
    connection.execute(
        "INSERT INTO tenants (id, name, grants, quotas, approvals) VALUES (%s, 'rules', %s, %s, %s)",
        (
            TENANT,
            Jsonb([{"resource_group": None, **one} for one in GRANTS]),
            Jsonb(quotas),
            Jsonb(estate.plain["approvals"]),
        ),
    )
    connection.execute(
        "INSERT INTO members (id, tenant, kind, issuer, directory, object_id, roles) "
        "VALUES (gen_random_uuid(), %s, 'principal', %s, %s, %s, %s)",
        (TENANT, OWNER["issuer"], OWNER["directory"], OWNER["object_id"], Jsonb(["admin"])),
    )
    for id_, vault in estate.plain["vaults"].items():
        connection.execute(
            "INSERT INTO vaults (id, tenant, subscription_id, resource_group, name, arm_key, location, state, "
            "redundancy, gone_since) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'local', %s)",
            (
                id_,
                TENANT,
                vault["subscription"],
                vault["group"],
                vault["name"],
                vault["name"],
                vault["location"],
                vault["state"],
                datetime.now(UTC) if vault["is_gone"] else None,
            ),
        )
    for number, (id_, policy) in enumerate(estate.plain["policies"].items()):
        connection.execute(
            "INSERT INTO policies (id, tenant, vault_id, name, name_key, state) VALUES (%s, %s, %s, %s, %s, %s)",
            (id_, TENANT, policy["vault"], f"p{number}", f"p{number}", policy["state"]),
        )
    _write_places(connection, estate)


def _write_places(connection: psycopg.Connection[Any], estate: Estate) -> None:
    for grant in GRANTS:
        scope = f"/subscriptions/{grant['subscription_id'].lower()}"
        scope += f"/resourceGroups/{grant['resource_group']}" if "resource_group" in grant else ""
        is_troubled = scope.lower() in [one.lower() for one in estate.plain["trouble"]]
        connection.execute(
            "INSERT INTO estate_scopes (tenant, scope, read_at, code) VALUES (%s, %s, now(), %s)",
            (TENANT, scope, "azure_away" if is_troubled else None),
        )
    connection.cursor().executemany(
        "INSERT INTO estate_vms (tenant, vm_key, vm_id, location, tags, tags_folded, item_vault_id, "
        "item_vault_key, items_known, is_current) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                TENANT,
                names.vm_key(names.read_vm_id(vm["id"])),
                vm["id"],
                vm["location"],
                Jsonb(vm["tags"]),
                Jsonb({name.lower(): value for name, value in vm["tags"].items()}),
                "/elsewhere" if vm["elsewhere"] else None,
                "/elsewhere" if vm["elsewhere"] else None,
                vm["items_known"],
                vm["is_current"],
            )
            for vm in estate.plain["vms"]
        ],
    )


def _write_items(connection: psycopg.Connection[Any], estate: Estate) -> None:
    connection.cursor().executemany(
        "INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state, vm_missing, "
        "last_recovery_point_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, now())",
        [
            (
                item["id"],
                TENANT,
                item["vault"],
                None if item["state"] in {"paused", "soft_deleted"} else item["policy"],
                arm_id,
                names.vm_key(names.read_vm_id(arm_id)),
                item["state"],
                item["vm_missing"],
            )
            for arm_id, item in estate.plain["items"].items()
        ],
    )
