"""The control surface `/_simulator/...`. Unauthenticated, never part of ARM. Bad input is 400 `{"error": text}`.

POST reset {}                 the first world again; options, limits, faults and truth are as at the start
POST advance                  {"seconds": n, "run_policies"?: bool}: move the clock. Policies run (their backups, points
                              and expiry) in an advance of a day or more, unless run_policies says otherwise
POST seed                     any of these lists; what needs a region or group has westus and rg-demo unless told:
  subscriptions               {"id", "name"}: more of them; groups and VMs then name one as "subscription_id". All but
                              storage, networks and restores, which are of the first one only
  vms                         {"name", "resource_group", "location", "os": "linux|windows", "data_disks", "tags",
                              "zones": ["1"], "encrypted": false, "managed": true, "premium": true, "security_type":
                              "None|TrustedLaunch|ConfidentialVM", "ultra": true with Ultra, Premium SSD v2 or
                              shared disks, "subnet_id" and "public_ip": it has a network card, and an address,
                              "image": {"publisher", "offer", "sku"}, {"id"} for a custom one, {} for none}; or beside
                              the lists "vm_count" and "prefix"
  resource_groups             {"name", "location"}
  storage_accounts            {"name", "resource_group", "location", "sku": "Standard_ZRS", "kind",
                              "default_action": "Deny"}
  networks                    {"name", "resource_group", "location", "subnets": ["default"], each a name, or {"name",
                              "security_group_id", "route_table_id", "nat_gateway_id"}; "peerings": [{"name",
                              "remote_network_id", "state": "Connected", "allow_access": true,
                              "use_remote_gateways": false}], "gateway": its name}
  security_groups             {"name", "resource_group", "location", "rules": [{"name", and Azure's properties}]}
  route_tables                {"name", "resource_group", "location", "routes": [{"name", and Azure's properties}]}
  snapshots                   {"name", "resource_group", "location", "source_disk_id", "tags", "gib"}
  zones                       {"location", "zones": ["1", "2"]}: the availability zones of a region
  locks                       {"scope", "level": "ReadOnly|CanNotDelete", "name", "notes"}
  permissions                 {"scope", "actions": ["*"], "not_actions": [...]}: a role at and below the scope. Where
                              one is planted it takes the place of the default, which may do everything
  protected                   {"vault_id", "count", "prefix", "policy", "recovery_points", "data_disks": 1,
                              "first_mb_a_gib": 167, "later_mb_a_gib": 4}: new machines of rg-demo, protected already,
                              with that many daily points and without jobs; what their first and later backups move
  health                      {"vm_id", "state": "ProtectionError", "status": "ActionRequired", "code", "title",
                              "message", "recommendations"}: of an item; its backups then fail with it. Or
                              {"vm_id", "clear": true}
  backup_faults               {"vm_id", "times": 1, "code": "UserErrorGuestAgentStatusUnavailable", "message",
                              "recommendations", "health": "ActionRequired"}: its next backups fail with it, scheduled
                              or asked for; then the item is unhealthy until one ends well
  policy_definitions          {"name", "display_name", "effect": "audit", "parameters": [names]}: a definition of Azure
                              Policy that can be assigned, and has no effect
  old_vaults                  {"vault_id"}: its body has no monitoringSettings, until they are set
  guards                      {"vault_id", "on": true}: whether the vault says that a resource guard protects it
  points                      {"vm_id", "name"?, "tier": "snapshot|vault|archive|gone", "zones": ["1"] | null, and as
                              of VMs}: changes the newest point of a protected VM, or the one named
  new_points                  {"vm_id", "time" or "days_ago" and "clock": "02:00", "name", "days_kept": 30,
                              "consistency": "AppConsistent"}: a point of a protected VM, in the past
  paces                       {"vm_id", "times": 1.0}: how many times as long its next backups and restores take
  twin_jobs                   {"vm_id", "job_id"}: its newest job a second time, with the same request id
POST remove                   {"ids": [...]}: VMs, disks, network cards, addresses, snapshots, storage accounts,
                              networks, resource groups, locks; as if deleted outside. A running restore that needs
                              one of them fails
POST change                   {"id", "tags", "gib", or "vm_id" and "lun": a disk is attached there, null: it is taken
                              off}: a change by hand
GET, POST, DELETE plans       what restores leave that follow: {"target": regex on the new machine's id, "times": n |
                              null, "no_boot", "agent_never", "quota" (it fails, its disks stay), "public_ip",
                              "diagnostics": flags, "agent_seconds": 45, "missing_luns": [0], "moved_luns": {"0": 5},
                              "sizes": {"0": 32}, "delete_option": "Delete", "locked": ["vm", "network_interface",
                              "public_ip", "disk"]}
GET, POST, DELETE scripts     how run commands end: {"vm": regex on the machine's id, "contains": text of the script,
                              "parameters": {...} that must have been given, "times", "exit_code", "output", "error",
                              "seconds": nominal}. The first rule that matches counts; without one: 0, no output
POST vanish                   {"job_ids": [...]}: jobs disappear, from lists and by id
GET, POST options             the switches of `options.py`, any of them:
  secondary_lag_seconds       30 nominal: how much later a recovery point shows in the paired region (not observed)
  vault_deletion_seconds      0 nominal: so long a vault's deletion is in progress; then its operation is 404
  second_backup               accept | refuse (409 UserErrorBackupOperationInProgress) | fail (202, the job fails)
  validation_errors           [{"code", "message", "recommendations"}]: what every validate operation finds
  job_list_lag_seconds        0: delay until a job shows in lists; by its id it shows at once (not scaled)
  compute_limits              false: whether a machine takes 36 reads and 12 writes, of which a third comes back in a
                              minute. Their counts are in a header always
  page_size                   null: entries per page of lists of jobs, items, points, containers
  shuffle_pages               false: the order within each page
  duplicate_entries           false: pages repeat an entry of their own and the last one of the page before
POST limits                   {"presets": [of job_reads_2023, job_reads_2024 (hourly windows), job_reads_2024_bucket,
                              job_reads_2025 (refilling), arm_reads, arm_writes], "limits": [{"action":
                              "Microsoft.RecoveryServices/vaults/backupJobs/read", or "classes": as in truth, "count":
                              150, and one of "seconds" (a fixed window), "sliding_seconds", "refill_per_second"}]}.
                              An action is counted for a subscription, classes for a caller in it. "retry_after": true
                              or false: whether a 429 has the header (divided by the time scale); without it an action
                              tells the wait in its message only. "instances": how many counters take turns. {} = none
GET, POST graph               {"lag_seconds": {"resources", "items", "jobs": nominal seconds, or "frozen"},
                              "jobs_missing": 0..1, "jobs_wrong": 0..1 (shares), "quota": 15 | null}: how Resource
                              Graph misbehaves. Nothing is late at the start; the quota holds always
GET, POST policy_faults       how Azure Policy misbehaves, nominal seconds: {"principal_seconds": 14 and
                              "typed_principal_seconds": 0: how old an identity must be to get a role, without and with
                              a principalType, "fail_deployments": 0: of remediations, the next ones,
                              "evaluation_seconds": 573}. Throttling: limits, or faults with status_before 429
POST alerts                   {"vault_id", and "built_in": "Backup Failure" or "health_status": "Persistent Unhealthy";
                              "job_id", "vm_id", "item_id"; "send": true}: Azure fires an alert of the vault, and tells
                              the webhooks of the action groups it goes to. Answers the deliveries, with the status of
                              each; "send": false sends nothing
GET, POST, DELETE faults      {"match": {"method", "path": regex}, "times": n | null, "probability"?, "effect", ...}:
  status_before, status_after "status", "retry_after": text | {"date_in": seconds}, "headers", "code", "message",
                              "body": a text instead of ARM's JSON ({hits} in it = the number of the request)
  drop_before, drop_after     the connection is cut, before or after having acted
  delay                       "seconds" of real time, before acting
  fail_job                    the jobs this request begins end as Failed, with "code" and "message"; with "lists_tell":
                              false only a GET of the job tells them; "dynamic_message" is dynamicErrorMessage
  warn_job                    likewise, as CompletedWithWarnings; without "code" they name no warning
  rename_job                  "running_as", "completed_as": their statuses in other words than InProgress, Completed
  acknowledge                 answered as if it had been carried out, and it was not: operation and job end well
  odd_entry                   a list as it is, and an entry before it that cannot be read
  vanish_job                  they disappear "seconds" of the clock later (0 = at the next request)
GET truth                     triggers that acted; requests by class (list_jobs, get_job, other_read, write, trigger:
                              POSTs that change nothing are reads); the last writes and triggers as they came, answered
                              or not; throttled: those a limit refused, by class; restores: what each was asked, and
                              the ids of what it made
POST truth/inventory          {}: mark what is there now
GET truth/inventory           {"now", "before": ids in lower case, as of now and of the mark, "appeared", "gone"}
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Protocol

from app.simulator import fired_alerts, group_resources, machine_parts, seeding
from app.simulator.arm import Reply
from app.simulator.faults import Faults, parse_fault
from app.simulator.limits import Limits
from app.simulator.progress import Clock, micros
from app.simulator.world import Json, World

PREFIX = "/_simulator/"
FIRE = f"{PREFIX}alerts"


class Controlled(Protocol):
    """What the control surface may touch."""

    clock: Clock
    world: World
    faults: Faults
    limits: Limits

    def reset(self) -> None: ...

    def advance(self, seconds: float, *, run_policies: bool | None = None) -> None: ...


def answer(simulator: Controlled, method: str, path: str, body: bytes) -> Reply:
    """Carry out one control request. Bad input is a 400 that says what is wrong."""
    action = ACTIONS.get((method, path.removeprefix(PREFIX).rstrip("/")))
    if action is None:
        return Reply(404, {"error": f"no control action {method} {path}"})
    try:
        asked = json.loads(body) if body.strip() else {}
        if not isinstance(asked, dict):
            return Reply(400, {"error": "the body must be a JSON object"})
        return Reply(200, action(simulator, asked))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return Reply(400, {"error": str(error)})


def reset(simulator: Controlled, _asked: Json) -> Json:
    """The world as at the start; faults, truth and the clock's offset are gone. Signing keys and tokens stay."""
    simulator.reset()
    return {"now": micros(simulator.clock.now())}


def advance(simulator: Controlled, asked: Json) -> Json:
    seconds = asked.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise ValueError("seconds must be a number >= 0")
    run_policies = asked.get("run_policies")
    if run_policies is not None and not isinstance(run_policies, bool):
        raise ValueError("run_policies must be true or false")
    simulator.advance(seconds, run_policies=run_policies)
    return {"now": micros(simulator.clock.now())}


def seed(simulator: Controlled, asked: Json) -> Json:
    return seeding.plant(simulator.world, asked)


def remove(simulator: Controlled, asked: Json) -> Json:
    return seeding.remove(simulator.world, asked)


def vanish(simulator: Controlled, asked: Json) -> Json:
    return seeding.vanish(simulator.world, asked)


def options(simulator: Controlled, asked: Json) -> Json:
    return simulator.world.options.change(asked)


def graph(simulator: Controlled, asked: Json) -> Json:
    return simulator.world.graph.change(asked, simulator.clock.now())


def policy_faults(simulator: Controlled, asked: Json) -> Json:
    return simulator.world.azure_policy.faults.change(asked)


def alerts(simulator: Controlled, asked: Json) -> Json:
    found = fired_alerts.fire(simulator.world, asked)
    return found | {"send": asked.get("send", True) is True}


def limits(simulator: Controlled, asked: Json) -> Json:
    return simulator.limits.change(asked)


def add_fault(simulator: Controlled, asked: Json) -> Json:
    simulator.faults.waiting.append(parse_fault(asked))
    return {"faults": simulator.faults.describe()}


def list_faults(simulator: Controlled, _asked: Json) -> Json:
    return {"faults": simulator.faults.describe()}


def clear_faults(simulator: Controlled, _asked: Json) -> Json:
    simulator.faults.waiting.clear()
    return {"faults": []}


def truth(simulator: Controlled, _asked: Json) -> Json:
    """What really happened: triggers that acted, and ARM requests that arrived (answered or not), by class."""
    found = simulator.world.truth
    return {
        "triggers": found.triggers,
        "requests": found.requests,
        "writes": list(found.writes),
        "throttled": found.throttled,
        "restores": list(simulator.world.parts.restores.values()),
    }


def change(simulator: Controlled, asked: Json) -> Json:
    return {"changed": group_resources.change(simulator.world, asked)}


def mark_inventory(simulator: Controlled, _asked: Json) -> Json:
    group_resources.mark(simulator.world)
    return group_resources.inventory(simulator.world)


def inventory(simulator: Controlled, _asked: Json) -> Json:
    return group_resources.inventory(simulator.world)


def plant_rule(name: str, kind: type[Any], simulator: Controlled, asked: Json) -> Json:
    rules = getattr(simulator.world.parts, name)
    rules.append(machine_parts.planted(kind, asked))
    return {name: [asdict(rule) for rule in rules]}


def rules(name: str, simulator: Controlled, _asked: Json) -> Json:
    return {name: [asdict(rule) for rule in getattr(simulator.world.parts, name)]}


def forget_rules(name: str, simulator: Controlled, _asked: Json) -> Json:
    getattr(simulator.world.parts, name).clear()
    return {name: []}


ACTIONS: dict[tuple[str, str], Callable[[Any, Json], Json]] = {
    ("POST", "reset"): reset,
    ("POST", "advance"): advance,
    ("POST", "seed"): seed,
    ("POST", "remove"): remove,
    ("POST", "vanish"): vanish,
    ("POST", "options"): options,
    ("GET", "options"): options,
    ("GET", "graph"): graph,
    ("POST", "graph"): graph,
    ("POST", "alerts"): alerts,
    ("GET", "policy_faults"): policy_faults,
    ("POST", "policy_faults"): policy_faults,
    ("POST", "limits"): limits,
    ("POST", "faults"): add_fault,
    ("GET", "faults"): list_faults,
    ("DELETE", "faults"): clear_faults,
    ("GET", "truth"): truth,
    ("GET", "truth/inventory"): inventory,
    ("POST", "truth/inventory"): mark_inventory,
    ("POST", "change"): change,
    ("POST", "plans"): partial(plant_rule, "plans", machine_parts.Plan),
    ("GET", "plans"): partial(rules, "plans"),
    ("DELETE", "plans"): partial(forget_rules, "plans"),
    ("POST", "scripts"): partial(plant_rule, "scripts", machine_parts.Script),
    ("GET", "scripts"): partial(rules, "scripts"),
    ("DELETE", "scripts"): partial(forget_rules, "scripts"),
}
