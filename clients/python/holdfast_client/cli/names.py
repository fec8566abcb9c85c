"""From a name to one thing, as git does with commits: a unique beginning is enough, else the candidates are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from holdfast_client.cli.options import Stop
from holdfast_client.cli.session import Json, Session

SHOWN = 10
SHORTEST_ID = 4
RECENT_JOBS = 400
MOST_VAULTS = 20


def pick(
    kind: str, written: str, things: Iterable[Json], name: Callable[[Json], str], label: Callable[[Json], str]
) -> Json:
    """The one that is meant: by its whole name or id, else by the only name or id that begins so.

    Raises Stop (exit code 2) with the candidates, or where there is none.
    """
    wanted = written.casefold()
    every = list(things)
    whole = [one for one in every if wanted in {name(one).casefold(), str(one.get("id", "")).casefold()}]
    begins = [one for one in every if name(one).casefold().startswith(wanted) or _is_short_id(one, wanted)]
    found = whole or begins
    if len(found) == 1:
        return found[0]
    if not found:
        raise Stop(f"No {kind} is called {written!r}.", code=2, remedy=_like(every, wanted, name))
    listed = "\n".join(f"  {label(one)}" for one in found[:SHOWN])
    more = f"\n  and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    raise Stop(
        f"{written!r} is ambiguous: {len(found)} {kind}s.\n{listed}{more}",
        code=2,
        remedy="Write more of the name, or the id.",
    )


def _is_short_id(thing: Json, wanted: str) -> bool:
    return len(wanted) >= SHORTEST_ID and str(thing.get("id", "")).casefold().startswith(wanted)


def _like(things: list[Json], wanted: str, name: Callable[[Json], str]) -> str | None:
    near = sorted({name(one) for one in things if wanted in name(one).casefold()})[:SHOWN]
    return f"Did you mean: {', '.join(near)}?" if near else None


def vm_name(thing: Json) -> str:
    return str((thing.get("vm") or {}).get("name", ""))


def vm_label(thing: Json) -> str:
    vm = thing.get("vm") or {}
    tail = f"  {thing['state']}" if "state" in thing else ""
    return f"{vm.get('name')}  {vm.get('resource_group')}  {thing.get('id') or vm.get('id')}{tail}"


def item(session: Session, written: str) -> Json:
    """A protected item by its VM's name, its VM's ARM id, or its own id."""
    if written.startswith("/"):
        return pick("protected item", written, session.every("/v1/protected-items", vm_id=written), _arm_id, vm_label)
    if _is_uuid(written):
        found: Json = session.get(f"/v1/protected-items/{written}")
        return found
    # `q` finds all names that contain it: enough to choose from, without reading thousands. An id needs the whole list.
    some = list(session.every("/v1/protected-items", q=written))
    near = some or list(session.every("/v1/protected-items"))
    return pick("protected item", written, near, vm_name, vm_label)


def _arm_id(thing: Json) -> str:
    return str(thing.get("vm_id", ""))


def vm(session: Session, written: str) -> Json:
    """A VM of the estate, protected or not, by its name or its ARM id: `{vm, location, state, ...}`."""
    if written.startswith("/"):
        name = written.rpartition("/")[2]
        near = list(session.every("/v1/estate/vms", q=name)) or _live(session, name)
        return pick("VM", written, near, lambda one: str(one["vm"]["id"]), vm_label)
    found = list(session.every("/v1/estate/vms", q=written))
    return pick("VM", written, found or _live(session, written), vm_name, vm_label)


def _live(session: Session, written: str) -> list[Json]:
    """What the vaults' regions have, read from Azure now: a VM that was made a minute ago is not in the estate yet."""
    found = []
    for vault in session.every("/v1/vaults", most=MOST_VAULTS):
        if vault["state"] == "ready":
            for one in session.every(f"/v1/vaults/{vault['id']}/unprotected-vms", refresh=True):
                vm = {"id": one["vm_id"], "name": one["name"], "resource_group": one["resource_group"]}
                found.append({"vm": vm, "location": vault["location"], "state": "unprotected"})
    unique = {one["vm"]["id"].casefold(): one for one in found}
    return [one for one in unique.values() if written.casefold() in one["vm"]["name"].casefold()]


def vault(session: Session, written: str | None, location: str) -> Json:
    """By name or id; without one, the only vault of the region."""
    every = list(session.every("/v1/vaults"))
    if written is not None:
        return pick("vault", written, every, lambda one: str(one["name"]), _vault_label)
    near = [one for one in every if one["location"] == location and one["state"] == "ready"]
    if len(near) == 1:
        return near[0]
    if not near:
        raise Stop(f"No vault is in {location}.", code=2, remedy="Make one: POST /v1/vaults.")
    listed = "\n".join(f"  {_vault_label(one)}" for one in near)
    raise Stop(f"{len(near)} vaults are in {location}.\n{listed}", code=2, remedy="Name one: --vault NAME")


def _vault_label(vault: Json) -> str:
    return f"{vault['name']}  {vault['location']}  {vault['resource_group']}  {vault['id']}"


def policy(session: Session, written: str, vault: Json) -> Json:
    every = session.every(f"/v1/vaults/{vault['id']}/policies")
    return pick("policy", written, every, lambda one: str(one["name"]), lambda one: f"{one['name']}  {one['id']}")


def job(session: Session, written: str) -> Json:
    """By its id, or by the beginning of the id of a recent job."""
    if _is_uuid(written):
        found: Json = session.get(f"/v1/jobs/{written}")
        return found
    recent = session.every("/v1/jobs", most=RECENT_JOBS)
    return pick("job", written, recent, lambda one: str(one["id"]), job_label)


def job_label(job: Json) -> str:
    return f"{job['id']}  {job['kind'] or 'job'}  {(job.get('vm') or {}).get('name', '')}  {job['state']}"


def _is_uuid(written: str) -> bool:
    plain = written.replace("-", "")
    return len(written) == 36 and len(plain) == 32 and all(letter in "0123456789abcdefABCDEF" for letter in plain)


def complete_item(_ctx: Any, _parameter: Any, incomplete: str) -> list[str]:
    """For the shell: names of protected VMs. Silent where the server cannot be asked."""
    try:
        return sorted({vm_name(one) for one in Session().every("/v1/protected-items", most=100, q=incomplete or None)})
    except Exception:  # noqa: BLE001 - a shell that completes prints no errors
        return []
