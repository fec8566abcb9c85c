"""The main job, chapter by chapter: from no vault at all to every way of restoring, and back to nothing lost.

The world is the simulator's (the subscription, resource groups, VM, network and storage accounts it starts with).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import httpx

from app.dev.console import Json, Screen
from app.dev.story import Caller, StoryFailed
from app.jobs.lifecycle import State

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-demo"
VM_ID = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-web-01"
STORAGE_ID = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
TARGET_GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-restored"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts"
PAIRED_STORAGE_ID = f"{STORAGE}/stholdfastpaired"
LATEST: Json = {"latest": True}
IN_PAIRED_REGION: Json = {"latest": True, "region": "secondary"}
PATIENCE_SECONDS = 60.0
READING_SECONDS = 90.0
"""A reading begins at most once a minute."""

VAULT: Json = {
    "subscription_id": SUBSCRIPTION.rsplit("/", 1)[1],
    "resource_group": "rg-demo",
    "name": "vault-demo",
    "location": "westus",
    "redundancy": "geo",
    "cross_region_restore": False,
    "soft_delete": {"state": "on", "days": 14},
    "immutability": "disabled",
    "adopt": False,
}
POLICY: Json = {
    "name": "production",
    "time_zone": "America/New_York",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {
        "daily": {"count": 30},
        "weekly": {"count": 12, "days": ["sunday"]},
        "monthly": {"count": 12, "weeks": ["first"], "days": ["sunday"]},
        "yearly": None,
    },
    "instant_restore_days": 2,
}


def tell(
    api: str,
    token: str,
    second: str,
    screen: Screen,
    check: Callable[[], None],
    *,
    test: Callable[[Caller], None] = lambda _: None,
) -> list[Json]:
    """Run all chapters; returns what was restored: `[{"kind": ..., "id": ARM id}, ...]`.

    `second` is the token of another principal, an approver. `check` is called repeatedly, and raises when a process of
    the stack has ended. `test`: the chapter of restore tests, told while the minute passes after which the estate may
    be read again. Raises StoryFailed.
    """
    with _client(api, token) as client, _client(api, second) as other:
        caller, approver = Caller(client, screen, check), Caller(other, screen, check)
        vault, item = _protect(caller, screen)
        _have_azure_report(caller, screen, vault)
        _back_up(caller, screen, item)
        _want_a_second_person(caller, screen)
        restored = _restore(caller, screen, item)
        restored += _replace_disks(caller, approver, screen, item)
        _read_single_files(caller, screen, item)
        restored += _restore_in_the_paired_region(caller, screen, vault, item)
        _delete_and_bring_back(caller, screen, item)
        test(caller)
        _look_over_everything(caller, screen)
        return restored


def _client(api: str, token: str) -> httpx.Client:
    # trust_env=False: a proxy of the machine must not come between us and the API next door.
    return httpx.Client(base_url=api, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)


def _protect(caller: Caller, screen: Screen) -> tuple[str, str]:
    with screen.step("Create the vault vault-demo in rg-demo (westus, geo-redundant)"):
        vault = _made(caller.run("/v1/vaults", VAULT))
    with screen.step(
        "Create the policy: daily 02:00 Eastern; keep 30 daily, 12 weekly (Sunday), 12 monthly (first Sunday)"
    ):
        policy = _made(caller.run(f"/v1/vaults/{vault}/policies", POLICY))
    with screen.step("Protect vm-web-01 with it"):
        body = {"vm_id": VM_ID, "vault_id": vault, "policy_id": policy, "disks": None}
        return vault, _made(caller.run("/v1/protected-items", body))


def _have_azure_report(caller: Caller, screen: Screen, vault: str) -> None:
    with screen.step("Have Azure itself report failed backups by mail, also while Holdfast is away"):
        body = {"emails": ["on-call@example.com"], "severity": 1}
        made = caller.run(f"/v1/vaults/{vault}/azure-alerts", body, method="PUT")["result"]["resources"]
        screen.say(f"   made in Azure: {', '.join(str(one['kind']).replace('_', ' ') for one in made)}")


def _back_up(caller: Caller, screen: Screen, item: str) -> None:
    with screen.step("Back it up now, and keep that backup for 30 days"):
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        caller.run(f"/v1/protected-items/{item}/backups", {"retain_until": until.isoformat().replace("+00:00", "Z")})
    with screen.step("List its recovery points"):
        points = caller.get(f"/v1/protected-items/{item}/recovery-points")["items"]
        if not points:
            raise StoryFailed("There is no recovery point after a backup that succeeded.")
        for point in points:
            tiers = ", ".join(str(tier["tier"]) for tier in point["tiers"])
            screen.say(f"   {point['time']}  {str(point['consistency']).replace('_', ' ')} consistent  ({tiers})")


def _restore(caller: Caller, screen: Screen, item: str) -> list[Json]:
    disks = {"mode": "disks", "resource_group_id": TARGET_GROUP, "staging_storage_account_id": STORAGE_ID}
    new_vm = {
        "mode": "new_vm",
        "name": "vm-web-01r",
        "resource_group_id": TARGET_GROUP,
        "subnet_id": f"{NETWORK}/vnet-demo/subnets/default",
        "staging_storage_account_id": STORAGE_ID,
    }
    with screen.step("Ask whether a restore would work, without writing anything"):
        body = {"protected_item_id": item, "recovery_point": LATEST, "target": disks}
        checks = caller.ask("/v1/restores/preflight", body)["checks"]
        screen.say(f"   {sum(check['status'] == 'passed' for check in checks)} of {len(checks)} checks passed")
    with screen.step("Restore the latest point as disks into rg-restored"):
        restored = _restored(caller, item, LATEST, disks)
    with screen.step("Restore it as a new VM, vm-web-01r"):
        restored += _restored(caller, item, LATEST, new_vm)
    return restored


def _want_a_second_person(caller: Caller, screen: Screen) -> None:
    with screen.step("Make the tenant require an approval before a live VM's disks are replaced"):
        tenant = caller.get("/v1/me")["acting_in"]
        setting = caller.change(f"/v1/tenants/{tenant}", {"approvals": ["replace_disks"]})
        screen.say(f"   approvals: {', '.join(setting['approvals'])}")


def _replace_disks(caller: Caller, approver: Caller, screen: Screen, item: str) -> list[Json]:
    replace = {"mode": "replace_disks", "confirm_vm_id": VM_ID, "staging_storage_account_id": STORAGE_ID}
    body = {"protected_item_id": item, "recovery_point": LATEST, "target": replace}
    with screen.step("Ask for the disks of vm-web-01 to be replaced; the old ones are kept"):
        job = caller.start("/v1/restores", body)
        if job["state"] != State.AWAITING_APPROVAL:
            raise StoryFailed(f"The job {job['id']} is {job['state']}: it did not ask for an approval.")
        asked = approver.get(job["approval"])
        screen.say(f"   {asked['requested_by']} asks: {asked['summary']}")
        screen.say(f"   nothing is sent before another person approves; it waits until {asked['expires_at']}")
    with screen.step("Have the second person agree to it, and follow the restore to its end"):
        agreed = approver.ask(f"{job['approval']}/approve", {"reason": "Agreed in the change meeting"})
        screen.say(f'   approved by {agreed["decided_by"]}: "{agreed["reason"]}"')
        return _brought(caller.follow(caller.get(f"/v1/jobs/{job['id']}")))


def _restored(caller: Caller, item: str, point: Mapping[str, object], target: Mapping[str, object]) -> list[Json]:
    return _brought(caller.run("/v1/restores", {"protected_item_id": item, "recovery_point": point, "target": target}))


def _brought(job: Json) -> list[Json]:
    restored: list[Json] = (job.get("result") or {}).get("resources") or []
    if not restored:
        raise StoryFailed(f"The restore {job['resource']} succeeded, but names nothing that it restored.")
    return restored


def _read_single_files(caller: Caller, screen: Screen, item: str) -> None:
    with screen.step("Mount the point, to take single files out of it"):
        body = {"protected_item_id": item, "recovery_point": LATEST, "target": {"mode": "files"}}
        mounted = caller.run("/v1/restores", body)["resource"]
        script = caller.get(f"{mounted}/mount-script")
        screen.say(f"   the script {script['file_name']} may be run until {script['expires_at']}")
    with screen.step("Unmount it"):
        caller.run(f"{mounted}/unmount", {})


def _restore_in_the_paired_region(caller: Caller, screen: Screen, vault: str, item: str) -> list[Json]:
    with screen.step("Ask what cross-region restore would cost (the simulator's sample prices)"):
        asked = {"protected_item_ids": [item], "cross_region_restore": True}
        cost = caller.ask("/v1/cost/estimate", asked)
        screen.say(f"   {_money(cost, 'today')} a month today, {_money(cost, 'total')} with it")
        for reason in cost["reasons"]:
            screen.say(f"   {reason['detail']}")
    with screen.step("Turn cross-region restore on"):
        path = f"/v1/vaults/{vault}"
        caller.run(path, {"cross_region_restore": True}, method="PATCH", etag=caller.etag(path))
    with screen.step("Wait until the paired region (eastus) has the point"):
        points = f"/v1/protected-items/{item}/recovery-points?region=secondary"
        caller.until(lambda: bool(caller.get(points)["items"]), PATIENCE_SECONDS, "The paired region got no point.")
    with screen.step("Restore its disks there"):
        target = {"mode": "disks", "resource_group_id": TARGET_GROUP, "staging_storage_account_id": PAIRED_STORAGE_ID}
        return _restored(caller, item, IN_PAIRED_REGION, target)


def _delete_and_bring_back(caller: Caller, screen: Screen, item: str) -> None:
    path = f"/v1/protected-items/{item}"
    with screen.step("Stop protection and delete the backup data"):
        caller.run(path, {}, method="DELETE")
        screen.say(f"   soft-deleted: it can be brought back until {caller.get(path)['purge_at']}")
    with screen.step("Bring it back"):
        caller.run(f"{path}/undelete", {})
        screen.say(f"   it is {caller.get(path)['state']}")


def _look_over_everything(caller: Caller, screen: Screen) -> None:
    with screen.step("Have every VM of the subscription read, also those that were never named"):
        before = caller.ask("/v1/estate/refresh", {})["as_of"]
        path = "/v1/estate/coverage?group_by=resource_group"
        caller.until(lambda: _is_newer(caller.get(path)["as_of"], before), READING_SECONDS, "No VM was read.")
    with screen.step("Show how they are backed up"):
        coverage = caller.get(path)
        for group in coverage["groups"]:
            states = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in group["by_state"].items())
            screen.say(f"   {str(group['key']).rpartition('/')[2]}: {states}")
        bare = caller.get("/v1/unprotected-vms")["items"]
        screen.say(
            f"   {coverage['coverage_percent']} % of {coverage['total']} VMs are protected; not one backup of "
            f"{', '.join(one['vm']['name'] for one in bare) or 'none'}"
        )


def _is_newer(as_of: str | None, before: str | None) -> bool:
    return as_of is not None and as_of != before


def _money(cost: Json, name: str) -> str:
    amount = cost[name]
    return f"{amount['expected']} {cost['currency']}" if amount is not None else "an unknown sum"


def _made(job: Json) -> str:
    """The id of what a job made: the last part of its `resource`, such as `/v1/vaults/{id}`."""
    return str(job["resource"]).rsplit("/", 1)[1]
