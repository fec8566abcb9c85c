"""Which scopes an operation touches, which actions are missing there, and the role that would be enough. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.azure import names
from app.azure.check_values import Role, may
from app.azure.facts.actions import Need, Place
from app.azure.grants import check_granted, check_id_granted, check_subscription_granted
from app.azure.values import VaultRef
from app.identity.access.grants import EVERYTHING, Grants
from app.permissions.errors import PlaceNotValid

Status = Literal["held", "missing", "not_named", "unknown"]
DESCRIPTION = "What Holdfast needs for: "


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one place. `scope` None = the request names no such place."""

    place: Place
    scope: str | None
    actions: tuple[str, ...]
    missing: tuple[str, ...] = ()
    status: Status = "not_named"
    reason: str = "The request names no such place: see the parameters."


@dataclass(frozen=True, slots=True)
class Named:
    """The places a request names, as they were sent."""

    vault: VaultRef | None = None
    subscription_id: str | None = None
    resource_group: str | None = None
    vm_id: str | None = None
    target_resource_group_id: str | None = None
    subnet_id: str | None = None
    staging_storage_account_id: str | None = None


def with_vault(named: Named, vault: VaultRef) -> Named:
    return replace(named, vault=vault)


def subscription(text: str, grants: Grants) -> str:
    """The scope of a subscription that is granted, in part at least. Raises PlaceNotValid or NotGranted."""
    found = _parsed("subscription_id", names.check_subscription_id, text)
    check_subscription_granted(grants, found, "query:subscription_id")
    return f"/subscriptions/{found}"


def scopes_of(named: Named, grants: Grants) -> dict[Place, str]:
    """The scope of each place that is named; all of them granted. Raises PlaceNotValid or NotGranted."""
    scopes: dict[Place, str] = {}
    if named.vault is not None:
        check_granted(grants, named.vault)
        scopes |= {"vault": named.vault.id, "subscription": f"/subscriptions/{named.vault.subscription_id}"}
    if named.resource_group is not None and named.subscription_id is None:
        raise PlaceNotValid(
            "A resource group has a name in its subscription only.",
            pointer="query:subscription_id",
            remedy="Name its subscription too.",
        )
    if named.subscription_id is not None:
        scopes["subscription"] = subscription(named.subscription_id, grants)
        if named.resource_group is not None:
            group = _parsed("resource_group", names.check_resource_group_name, named.resource_group)
            scopes["resource_group"] = f"{scopes['subscription']}/resourceGroups/{group}"
            check_id_granted(grants, scopes["resource_group"], "query:resource_group")
    if named.vm_id is not None:
        vm = _parsed("vm_id", names.read_vm_id, named.vm_id)
        check_granted(grants, vm, "query:vm_id")
        group_id = names.ResourceGroupRef(vm.subscription_id, vm.resource_group).id
        scopes |= {"vm": vm.id, "vm_resource_group": group_id}
        scopes.setdefault("subscription", f"/subscriptions/{vm.subscription_id}")
    for place, field, text, parse in _targets(named):
        if text is not None:
            scopes[place] = _parsed(field, parse, text)
            check_id_granted(grants, scopes[place], f"query:{field}")
    return scopes


def _targets(named: Named) -> Iterable[tuple[Place, str, str | None, Callable[[str], str]]]:
    yield (
        "target_resource_group",
        "target_resource_group_id",
        named.target_resource_group_id,
        lambda text: names.parse_resource_group_id(text).id,
    )
    yield "network", "subnet_id", named.subnet_id, lambda text: names.parse_subnet_id(text).id
    yield (
        "storage_account",
        "staging_storage_account_id",
        named.staging_storage_account_id,
        lambda text: names.parse_storage_account_id(text).id,
    )


def _parsed(field: str, parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise PlaceNotValid(str(error), pointer=f"query:{field}", remedy="Copy the id from Azure.") from None


def gathered(needs: Sequence[Need]) -> dict[Place, tuple[str, ...]]:
    """The actions of each place, each once, in the order of the table."""
    found: dict[Place, dict[str, None]] = {}
    for need in needs:
        found.setdefault(need.place, {}).update(dict.fromkeys(need.actions))
    return {place: tuple(actions) for place, actions in found.items()}


def judge(place: Place, scope: str, actions: tuple[str, ...], roles: Sequence[Role]) -> Finding:
    """Applies Azure's permissions at a scope to these actions."""
    missing = tuple(action for action in actions if not may(roles, action))
    if missing:
        return Finding(place, scope, actions, missing, "missing", f"{len(missing)} actions are not allowed there.")
    return Finding(place, scope, actions, (), "held", "All of them are allowed there.")


def allowed(findings: Sequence[Finding]) -> bool | None:
    """None = nothing is known to be missing, but not everything could be looked at."""
    if any(finding.missing for finding in findings):
        return False
    return True if all(finding.status == "held" for finding in findings) else None


def role_of(name: str, operations: Sequence[str], actions: Iterable[str], scopes: Sequence[str]) -> Mapping[str, Any]:
    """A custom role as `az role definition create --role-definition` takes it."""
    return {
        "Name": name,
        "IsCustom": True,
        "Description": DESCRIPTION + ", ".join(operations),
        "Actions": sorted(set(actions)),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": list(scopes),
    }


def assignable(grants: Grants, named: Iterable[str]) -> list[str]:
    """Where the role may be assigned: what the tenant is granted.

    For one that is granted everything: the subscriptions of the scopes that the request names.
    """
    scopes: dict[str, None] = {}
    for grant in grants.of:
        if grant.subscription_id == EVERYTHING:
            scopes |= dict.fromkeys("/".join(scope.split("/")[:3]) for scope in named)
        else:
            group = f"/resourceGroups/{grant.resource_group}" if grant.resource_group else ""
            scopes[f"/subscriptions/{grant.subscription_id}{group}"] = None
    return list(scopes)
