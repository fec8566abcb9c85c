"""`backup` and `restore`."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path
from typing import Any

import click

from holdfast_client.cli import names, times
from holdfast_client.cli.estate import accepted, sent
from holdfast_client.cli.options import KEPT_DAYS, Stop, connection_options, wait_options
from holdfast_client.cli.output import Column, say
from holdfast_client.cli.session import Json, Session
from holdfast_client.problems import ApiProblem

MODES = {"disks": "disks", "vm": "new_vm", "replace": "replace_disks", "files": "files"}
CHECK: list[Column] = [
    ("check", lambda one: one["name"].replace("_", " ")),
    ("status", lambda one: one["status"]),
    ("reason", lambda one: one["reason"]),
]
OPTION_OF = {
    "name": "--name",
    "resource_group_id": "--group",
    "subnet_id": "--subnet",
    "staging_storage_account_id": "--staging",
    "zone": "--zone",
}
"""Which option a field of the target comes from."""


@click.command()
@click.argument("vm_names", metavar="NAME...", nargs=-1, required=True, shell_complete=names.complete_item)
@click.option("--keep-days", type=KEPT_DAYS, default=30, show_default=True, help="How long it is kept.")
@click.option("--reference", metavar="TEXT", help="A ticket, kept with the job.")
@wait_options
@connection_options
def backup(
    vm_names: tuple[str, ...], keep_days: float, reference: str | None, wait: bool, timeout: float | None
) -> int:
    """Back VMs up now."""
    session = Session()
    items = [names.item(session, name) for name in vm_names]
    body = {"retain_until": times.later(keep_days)} | ({"reference": reference} if reference else {})
    jobs = sent(session, [(f"/v1/protected-items/{item['id']}/backups", body) for item in items])
    return accepted(session, jobs, wait=wait, timeout=timeout)


@click.command()
@click.argument("name", shell_complete=names.complete_item)
@click.option("--as", "mode", type=click.Choice(list(MODES)), required=True, help="What comes of it.")
@click.option(
    "--at", metavar="TIME", help="The newest point before it: 2026-11-28T03:00, or 2h (ago). Default: the latest."
)
@click.option("--point", metavar="ID", help="This very point (holdfastctl points NAME).")
@click.option("--region", type=click.Choice(["primary", "secondary"]), help="Where the point is (primary).")
@click.option("--name", "new_name", metavar="NAME", help="Of the new VM (--as vm).")
@click.option("--group", metavar="NAME|ID", help="The resource group to restore into.")
@click.option("--subnet", metavar="ID", help="The subnet of the new VM, an ARM id.")
@click.option("--staging", metavar="NAME|ID", help="The storage account through which Azure restores.")
@click.option("--zone", type=click.Choice(["1", "2", "3"]), help="The availability zone to restore into.")
@click.option("--reference", metavar="TEXT", help="A ticket, kept with the job.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--save", metavar="FILE", help="Where the script of --as files is written (its own name).")
@wait_options
@connection_options
def restore(**given: Any) -> int:
    """Restore a VM, its disks or its files, from a recovery point.

    First a preflight shows what stands against it, with nothing written. What is not named (group, subnet, staging
    account) comes from the defaults of the vault or tenant, where they are set.
    """
    _check_options(given)
    session = Session()
    item = names.item(session, given["name"])
    _check_whole_name(item, given)
    body = _body(item, given)
    _preflight(session, item, body)
    _confirm(item, given)
    job = session.post("/v1/restores", body)
    code = accepted(session, [job], wait=given["wait"], timeout=given["timeout"])
    if code == 0 and given["mode"] == "files" and given["wait"]:
        _mounted(session, job, given["save"])
    return code


USED_BY = {
    "new_name": {"vm"},
    "group": {"disks", "vm"},
    "subnet": {"vm"},
    "zone": {"disks", "vm"},
    "staging": {"disks", "vm", "replace"},
    "save": {"files"},
}
"""Which modes an option is for. Unchecked, `--as replace --group other` would overwrite the disks all the same."""


def _check_options(given: dict[str, Any]) -> None:
    for option, modes in USED_BY.items():
        if given[option] is not None and given["mode"] not in modes:
            named = "--name" if option == "new_name" else f"--{option}"
            remedy = f"Leave it out. It is for: {', '.join(sorted(modes))}."
            raise Stop(f"{named} is not for --as {given['mode']}.", code=2, remedy=remedy)


def _check_whole_name(item: Json, given: dict[str, Any]) -> None:
    """With --yes no person sees which VM is meant, and a beginning may fit another one tomorrow. Raises Stop."""
    whole = {str(value).casefold() for value in (item["vm"]["name"], item["id"], item["vm_id"])}
    if given["mode"] == "replace" and given["yes"] and given["name"].casefold() not in whole:
        name = item["vm"]["name"]
        raise Stop(f"--as replace with --yes takes the whole name: {name}.", code=2, remedy="Write it, or leave --yes.")


def _body(item: Json, given: dict[str, Any]) -> Json:
    point: Json = {"latest": True}
    if given["point"]:
        point = {"id": given["point"]}
    elif given["at"]:
        point = {"latest_before": times.instant(given["at"])}
    if given["region"]:
        point["region"] = given["region"]
    body: Json = {"protected_item_id": item["id"], "recovery_point": point, "target": _target(item, given)}
    return body | ({"reference": given["reference"]} if given["reference"] else {})


def _target(item: Json, given: dict[str, Any]) -> Json:
    """The target of a request. Names get the VM's subscription and group; what is missing is left out."""
    mode = MODES[given["mode"]]
    subscription, group = f"/subscriptions/{item['vm']['subscription_id']}", item["vm"]["resource_group"]
    target: Json = {"mode": mode}
    if mode == "replace_disks":
        target["confirm_vm_id"] = item["vm_id"]
    if mode == "new_vm":
        target |= {"name": given["new_name"] or f"{item['vm']['name']}-restored", "subnet_id": given["subnet"]}
    if mode in {"disks", "new_vm"}:
        target["resource_group_id"] = _arm_id(given["group"], f"{subscription}/resourceGroups")
        target["zone"] = given["zone"]
    if mode != "files":
        stores = f"{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts"
        target["staging_storage_account_id"] = _arm_id(given["staging"], stores)
    return {name: value for name, value in target.items() if value is not None}


def _arm_id(written: str | None, folder: str) -> str | None:
    return written if written is None or written.startswith("/") else f"{folder}/{written}"


def _preflight(session: Session, item: Json, body: Json) -> None:
    """Shows the checks. Raises Stop where one of them failed."""
    try:
        found = session.check("/v1/restores/preflight", body)
    except ApiProblem as problem:
        option = OPTION_OF.get((problem.pointer or "").rpartition("/")[2])
        if problem.status == 422 and option:
            raise Stop(
                f"{problem.detail or problem.title}", code=2, remedy=f"Give {option}. {problem.remedy or ''}"
            ) from None
        raise
    point = found.get("recovery_point") or {}
    say(f"Point of {item['vm']['name']}: {times.exact(point.get('time')) or 'chosen when it is sent'}")
    _show_defaults(found)
    checks = found["checks"]
    failed = [one for one in checks if one["status"] == "failed"]
    for one in checks:
        mark = {"passed": "ok", "failed": "NO", "skipped": "--"}.get(one["status"], one["status"])
        say(f"  {mark}  {one['name'].replace('_', ' ')}: {one['reason']}")
    if failed:
        remedies = [one["remedy"] for one in failed if one.get("remedy")]
        raise Stop("Not restored: the preflight failed.", code=1, remedy=" ".join(remedies) or None)


def _show_defaults(found: Json) -> None:
    """What the command line left out, and where it comes from."""
    target = found.get("target") or {}
    for name, source in (found.get("target_sources") or {}).items():
        if source in {"vault", "tenant"} and target.get(name):
            what = name.removesuffix("_id").replace("_", " ")
            say(f"  {what}: {target[name].rpartition('/')[2]} (default of the {source}; {OPTION_OF[name]} for another)")


def _confirm(item: Json, given: dict[str, Any]) -> None:
    if given["yes"]:
        return
    name = item["vm"]["name"]
    asked = {
        "disks": f"Restore the disks of {name}?",
        "vm": f"Restore {name} as a new VM?",
        "replace": f"Overwrite the disks of the running {name}? What was written since then is lost.",
        "files": f"Mount the files of {name}?",
    }[given["mode"]]
    if not sys.stdin.isatty():
        raise Stop("Not restored: there is no terminal to ask.", code=2, remedy="Confirm with --yes.")
    if not click.confirm(asked, err=True):
        raise Stop("Not restored.", code=1)


def _mounted(session: Session, job: Json, save: str | None) -> None:
    """Writes the script that mounts the files, readable for its owner only, and shows its password."""
    found = session.get(f"{job['resource']}/mount-script")
    if found.get("script") is None:
        say(f"Download the program: {found.get('download_url')}")
    else:
        content = base64.b64decode(found["script"]) if found["encoding"] == "base64" else found["script"].encode()
        name = save or Path(found["file_name"]).name
        with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o700), "wb") as file:
            file.write(content)
        say(f"Run it on the machine that shall see the files: {name}")
    say(f"Password: {found['password']}")
    say(f"Until {times.local(found['expires_at'])}. Then unmount: POST {job['resource']}/unmount")
