"""What a protection rule should do, by brute force and from the documentation alone. It imports nothing of app.

An estate is {"now", "grants", "quota", "trouble", "vms", "items", "vaults", "policies", "rules", "members"}, in plain
dicts. `expected` is slow and short: for each VM every rule is asked again. `effect` is what enforcing makes of that.
"""

from typing import Any

Json = dict[str, Any]


def matches(pattern: str, name: str) -> bool:
    """`*` and `?`, letter by letter, going back wherever that may help."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(matches(pattern[1:], name[start:]) for start in range(len(name) + 1))
    return bool(name) and pattern[0] in {"?", name[0]} and matches(pattern[1:], name[1:])


def selects(rule: Json, vm: Json) -> bool:
    wanted = rule["selector"]
    checks = [
        wanted.get("subscriptions") is None
        or vm["subscription"].lower() in [one.lower() for one in wanted["subscriptions"]],
        wanted.get("resource_groups") is None
        or vm["group"].lower() in [one.lower() for one in wanted["resource_groups"]],
        wanted.get("locations") is None
        or vm["location"] in [one.replace(" ", "").lower() for one in wanted["locations"]],
        wanted.get("names") is None or any(matches(one.lower(), vm["name"].lower()) for one in wanted["names"]),
    ]
    for tag, values in (wanted.get("tags") or {}).items():
        has = [value for name, value in vm["tags"].items() if name.lower() == tag.lower()]
        checks.append(bool(has) and has[0] in values)
    for one in wanted.get("except") or []:
        is_named = one.lower() == vm["id"].lower() if "/" in one else matches(one.lower(), vm["name"].lower())
        checks.append(not is_named)
    return all(checks)


def is_granted(estate: Json, subscription: str, group: str) -> bool:
    return any(
        grant["subscription_id"].lower() == subscription.lower()
        and (grant.get("resource_group") is None or grant["resource_group"].lower() == group.lower())
        for grant in estate["grants"]
    )


def is_visible(estate: Json, vm: Json) -> bool:
    """A VM of an item is always shown; another one if it is granted, and was ever read."""
    return vm["id"] in estate["items"] or (vm["is_read"] and is_granted(estate, vm["subscription"], vm["group"]))


def as_known(estate: Json, vm: Json) -> Json:
    """Of a VM that the tenant is not granted (any more) only its item is known."""
    is_known = is_granted(estate, vm["subscription"], vm["group"])
    return vm if is_known else vm | {"tags": {}, "is_current": False, "elsewhere": False}


def decides(rule: Json) -> bool:
    """Also while it is stopped or waits for a number; not before it was approved."""
    return rule["mode"] == "enforce" and not waits_for_approval(rule)


def waits_for_approval(rule: Json) -> bool:
    return bool(rule["needs_approval"]) and rule["approved"] != rule["says"]


def is_held(rule: Json, wanted: Json) -> bool:
    """Whether it does nothing at all: stopped, not approved, or about to touch more than was confirmed."""
    if rule["mode"] != "enforce" or rule["is_stopped"] or waits_for_approval(rule):
        return True
    return bool(len(wanted["protect"]) + len(paused(wanted)) - rule["confirmed"] > 100)


def effect(rule: Json, wanted: Json) -> tuple[Json, set[str]]:
    """What one run within a new hour asks for: {vm: (vault, policy)}, and whom it may pause: those that come first in
    its pace are protected, in the order of ids. How many it pauses is what is left of the pace."""
    if is_held(rule, wanted):
        return {}, set()
    first = sorted(wanted["protect"], key=str.lower)[: rule["pace"]]
    return {vm: wanted["protect"][vm] for vm in first}, paused(wanted)


def paused(wanted: Json) -> set[str]:
    return {vm for vm, (_, action) in wanted["lost"].items() if action == "pause"}


def note_run(estate: Json, rule: Json, wanted: Json, made: int) -> None:
    """What a rule has noted after a run: which VMs it selects, and how many are still confirmed."""
    if rule["mode"] != "enforce" or rule["is_stopped"]:
        return
    for vm in [*wanted["protect"], *wanted["unchanged"], *wanted["skipped"]]:
        member = estate["members"].get((rule["id"], vm))
        if member is not None:
            member |= {"selected_by": rule["selects"], "was_paused": False}
    if not estate["trouble"]:
        rule["confirmed"] = min(rule["confirmed"], len(wanted["protect"]) + len(paused(wanted)))
    rule["confirmed"] = max(0, rule["confirmed"] - made)


def target_of(estate: Json, rule: Json, vm: Json) -> Json | None:
    fitting: list[Json] = [one for one in rule["targets"] if one["location"].replace(" ", "").lower() == vm["location"]]
    for one in fitting:
        vault = estate["vaults"].get(one["vault_id"])
        if vault is not None and vault["subscription"].lower() == vm["subscription"].lower():
            return one
    return fitting[0] if len(fitting) == 1 else None


def wrong_with(estate: Json, target: Json) -> str | None:
    vault, policy = estate["vaults"].get(target["vault_id"]), estate["policies"].get(target["policy_id"])
    if vault is None or vault["is_gone"]:
        return "vault_gone"
    if not is_granted(estate, vault["subscription"], vault["group"]):
        return "not_granted"
    if vault["state"] != "ready":
        return "vault_not_ready"
    if policy is None or policy["vault"] != target["vault_id"]:
        return "policy_gone"
    return "policy_not_ready" if policy["state"] != "ready" else None


def by_rules(rules: list[Json], rule: Json, vm: Json) -> str | None:
    """Why another rule keeps this one from the VM."""
    rivals = [one["priority"] for one in rules if one["id"] != rule["id"] and decides(one) and selects(one, vm)]
    if any(one < rule["priority"] for one in rivals):
        return "lower_priority"
    return "same_priority" if rule["priority"] in rivals else None


def by_item(item: Json, target: Json | None) -> str:
    stopped = {"paused": "paused", "suspended": "paused", "soft_deleted": "soft_deleted"}
    if item["vm_missing"] or item["state"] in stopped:
        return "vm_missing" if item["vm_missing"] else stopped[item["state"]]
    is_wanted = target is not None and (item["vault"], item["policy"]) == (target["vault_id"], target["policy_id"])
    return "unchanged" if is_wanted else "protected_otherwise"


def by_vm(estate: Json, rule: Json, vm: Json) -> str:
    """`protect`, `unchanged`, or why it is skipped."""
    item, target = estate["items"].get(vm["id"]), target_of(estate, rule, vm)
    if item is not None:
        return by_item(item, target)
    if vm["elsewhere"]:
        return "protected_elsewhere"
    if not vm["is_current"] or not vm["items_known"] or is_troubled(estate, vm):
        return "not_known"
    if target is None:
        return "no_target"
    member = estate["members"].get((rule["id"], vm["id"]))
    has_failed = member is not None and member["asked_with"] == rule["says"]
    return wrong_with(estate, target) or ("failed_before" if has_failed else "protect")


def expected(estate: Json, rule: Json) -> Json:
    """{"protect": {vm: (vault, policy)}, "unchanged", "skipped": {vm: reason}, "conflicts", "lost"}."""
    found: Json = {"protect": {}, "unchanged": set(), "skipped": {}, "conflicts": {}, "lost": {}}
    left = estate["quota"] - len(estate["items"]) if estate["quota"] is not None else 10**9
    for vm in sorted((as_known(estate, one) for one in estate["vms"]), key=lambda one: str(one["id"]).lower()):
        if not is_visible(estate, vm) or not selects(rule, vm):
            continue
        others = [one["id"] for one in estate["rules"] if one["id"] != rule["id"] and selects(one, vm)]
        if others:
            found["conflicts"][vm["id"]] = {*others, rule["id"]}
        outcome = by_rules(estate["rules"], rule, vm) or by_vm(estate, rule, vm)
        if outcome == "protect" and len(found["protect"]) >= left:
            outcome = "quota"
        if outcome == "protect":
            target = target_of(estate, rule, vm)
            found["protect"][vm["id"]] = (target["vault_id"], target["policy_id"]) if target else None
        elif outcome == "unchanged":
            found["unchanged"].add(vm["id"])
        else:
            found["skipped"][vm["id"]] = outcome
    found["lost"] = lost(estate, rule)
    return found


def lost(estate: Json, rule: Json) -> Json:
    """{vm: (reason, "report" or "pause")}: what the rule has protected and does not select."""
    found: Json = {}
    for vm in (as_known(estate, one) for one in estate["vms"]):
        member, item = estate["members"].get((rule["id"], vm["id"])), estate["items"].get(vm["id"])
        if member is None or item is None:
            continue
        if item["vm_missing"]:
            found[vm["id"]] = ("vm_missing", "report")
        elif not selects(rule, vm) and vm["is_current"] and not is_troubled(estate, vm):
            taken = any(decides(one) and one["id"] != rule["id"] and selects(one, vm) for one in estate["rules"])
            is_same = member["selected_by"] == rule["selects"]
            may = rule["on_lost"] == "pause" and is_same and not taken
            runs = item["state"] in {"protected", "initial_backup_pending"} and item["id"] == member["item"]
            pauses = may and runs and not member["was_paused"]
            reason = "not_selected" if is_same else "rule_changed"
            found[vm["id"]] = (reason, "pause" if pauses else "report")
    return found


def is_troubled(estate: Json, vm: Json) -> bool:
    return any(vm["id"].lower().startswith(f"{scope.lower()}/") for scope in estate["trouble"])
