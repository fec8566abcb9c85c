"""`vms`, `items`, `points`, `protect`: what there is, and how it is protected."""

from __future__ import annotations

from typing import Any

import click

from holdfast_client.cli import names
from holdfast_client.cli.following import follow
from holdfast_client.cli.options import Stop, connection_options, wait_options
from holdfast_client.cli.output import Column, say, show
from holdfast_client.cli.session import Json, Session
from holdfast_client.cli.times import local
from holdfast_client.problems import HoldfastError

VM: list[Column] = [
    ("name", lambda one: one["vm"]["name"]),
    ("group", lambda one: one["vm"]["resource_group"]),
    ("location", lambda one: one["location"]),
    ("os", lambda one: one.get("os")),
    ("state", lambda one: one["state"]),
]
ITEM: list[Column] = [
    ("name", lambda one: one["vm"]["name"]),
    ("group", lambda one: one["vm"]["resource_group"]),
    ("state", lambda one: one["state"]),
    ("rpo", lambda one: (one.get("rpo") or {}).get("state")),
    ("last point", lambda one: local(one.get("last_recovery_point_at"))),
    ("health", lambda one: one.get("health")),
    ("id", lambda one: one["id"]),
]
POINT: list[Column] = [
    ("time", lambda one: local(one["time"])),
    ("consistency", lambda one: one.get("consistency")),
    ("tiers", lambda one: [tier["tier"] for tier in one["tiers"]]),
    ("kept until", lambda one: local(one.get("expires_at")) or one.get("kept", "").replace("_", " ")),
    ("id", lambda one: one["id"]),
]
JOB: list[Column] = [
    ("id", lambda one: one["id"]),
    ("kind", lambda one: one.get("kind")),
    ("vm", lambda one: (one.get("vm") or {}).get("name")),
    ("state", lambda one: one["state"]),
    ("progress", lambda one: None if one.get("progress_percent") is None else f"{one['progress_percent']:.0f} %"),
    ("created", lambda one: local(one["created_at"])),
    ("finished", lambda one: local(one.get("finished_at"))),
]


@click.command()
@click.argument("name", required=False)
@click.option("--unprotected", "-u", is_flag=True, help="Only those without any protection.")
@click.option("--state", multiple=True, help="Only these states, e.g. unprotected, paused, never_backed_up.")
@click.option("--group", metavar="NAME", help="Only this resource group.")
@connection_options
def vms(name: str | None, unprotected: bool, state: tuple[str, ...], group: str | None) -> None:
    """Virtual machines, and how each is protected. NAME: only names that contain it."""
    states = [*state, *(["unprotected"] if unprotected else [])]
    asked: Json = {"q": name, "state": states or None, "resource_group": group}
    unread: dict[str, str] = {}

    def note_gaps(page: Json) -> None:
        unread.update({one["scope"]: one["detail"] for one in page.get("unreachable") or ()})

    show(Session().every("/v1/estate/vms", on_page=note_gaps, **asked), VM, empty="No such VM.")
    for scope, detail in unread.items():
        say(f"Not complete: {scope}: {detail}")


@click.command()
@click.argument("name", required=False)
@click.option("--state", multiple=True, help="Only these states, e.g. protected, paused, error.")
@connection_options
def items(name: str | None, state: tuple[str, ...]) -> None:
    """Protected VMs. NAME: only names that contain it."""
    show(Session().every("/v1/protected-items", q=name, state=list(state) or None), ITEM, empty="No VM is protected.")


@click.command()
@click.argument("name", shell_complete=names.complete_item)
@click.option("--region", type=click.Choice(["primary", "secondary"]), help="Where the points are (primary).")
@connection_options
def points(name: str, region: str | None) -> None:
    """The recovery points of a VM, newest first, read from Azure now."""
    session = Session()
    item = names.item(session, name)
    found = session.every(f"/v1/protected-items/{item['id']}/recovery-points", region=region)
    show(found, POINT, empty=f"{item['vm']['name']} has no recovery point yet.")


@click.command()
@click.argument("vm_names", metavar="NAME...", nargs=-1, required=True)
@click.option("--policy", default="DefaultPolicy", show_default=True, metavar="NAME", help="The policy, by name or id.")
@click.option("--vault", metavar="NAME", help="The vault; by default the only one of the VM's region.")
@click.option("--reference", metavar="TEXT", help="A ticket, kept with the job.")
@wait_options
@connection_options
def protect(
    vm_names: tuple[str, ...], policy: str, vault: str | None, reference: str | None, wait: bool, timeout: float | None
) -> int:
    """Protect VMs with a policy."""
    session = Session()
    bodies = [_protection(session, name, policy, vault, reference) for name in vm_names]
    jobs = sent(session, [("/v1/protected-items", body) for body in bodies])
    return accepted(session, jobs, wait=wait, timeout=timeout)


def _protection(session: Session, name: str, policy: str, vault: str | None, reference: str | None) -> Json:
    found = names.vm(session, name)
    home = names.vault(session, vault, found["location"])
    chosen = names.policy(session, policy, home)
    body: dict[str, Any] = {"vm_id": found["vm"]["id"], "vault_id": home["id"], "policy_id": chosen["id"]}
    return body | ({"reference": reference} if reference else {})


def sent(session: Session, writes: list[tuple[str, Json]]) -> list[Json]:
    """The jobs of these POSTs. Where one is refused, those that were accepted before it are named."""
    jobs: list[Json] = []
    try:
        for path, body in writes:
            jobs.append(session.post(path, body))
    except (Stop, HoldfastError):
        for job in jobs:
            say(f"Accepted: {names.job_label(job)}")
        if jobs:
            say(f"{len(jobs)} of {len(writes)} were accepted, and go on. Then:")
        raise
    return jobs


def accepted(session: Session, jobs: list[Json], *, wait: bool, timeout: float | None) -> int:
    """What a write does with its jobs: print them, or follow them first. Returns the exit code."""
    code = 0
    if wait:
        code, jobs = follow(session, jobs, timeout=timeout)
    show(jobs, JOB)
    waits = [job for job in jobs if job["state"] == "awaiting_approval"]
    if waits and not wait:
        say(f"A second person must approve: holdfastctl approve {waits[0]['id']}")
        return 3
    return code
