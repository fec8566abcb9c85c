"""`report` and `bulk`."""

from __future__ import annotations

import sys
from typing import Any

import click

from holdfast_client.cli import names, times
from holdfast_client.cli.estate import accepted
from holdfast_client.cli.following import follow
from holdfast_client.cli.options import KEPT_DAYS, Stop, chosen, connection_options, wait_options
from holdfast_client.cli.output import Column, say, show, show_one
from holdfast_client.cli.session import Json, Session

REPORTED: list[Column] = [
    ("vm", lambda one: one["vm"]["name"]),
    ("outcome", lambda one: one.get("outcome") or "unknown"),
    ("due", lambda one: times.local(one.get("due_at"))),
    ("why", lambda one: one.get("cause") or (one.get("reason") or "").replace("_", " ")),
    ("newest point", lambda one: times.local(one.get("newest_point_at"))),
]
BULK_TARGET: list[Column] = [
    ("vm", lambda one: (one["target"].get("vm") or {}).get("name") or one["target"].get("vm_id")),
    ("outcome", lambda one: one["outcome"]),
    ("job", lambda one: one.get("job")),
    ("problem", lambda one: (one.get("problem") or {}).get("title")),
]
BAD = ("failed", "missed")
ACTIONS = ("backup", "protect", "pause", "suspend", "resume", "change_policy")


@click.command()
@click.option("--night", default="yesterday", show_default=True, metavar="DATE", help="yesterday, today, or a date.")
@click.option("--time-zone", metavar="NAME", help="IANA name; by default the tenant's.")
@click.option("--html", is_flag=True, help="The page for people, to stdout.")
@connection_options
def report(night: str, time_zone: str | None, html: bool) -> int:
    """What became of a night's backups. The exit code is 1 where one failed or was missed."""
    session, date = Session(), times.night(night)
    asked = {"date": date, "time_zone": time_zone}
    if html or chosen().output == "csv":
        kind = "text/html" if html else "text/csv"
        click.echo(session.answer("/v1/reports/daily", {"Accept": kind}, **asked).text, nl=False)
        return 0
    found: Json = session.get("/v1/reports/daily", **asked)
    totals = found["totals"]
    if chosen().output == "json":
        show_one(found, REPORTED)
    else:
        _for_people(found, totals)
    return 1 if any(totals.get(one) for one in BAD) else 0


def _for_people(found: Json, totals: Json) -> None:
    say(f"{found['date']} ({found['time_zone']}){', provisional' if found['provisional'] else ''}")
    counted = ", ".join(f"{totals[one]} {one.replace('_', ' ')}" for one in totals if totals[one])
    say(counted or "Nothing was due.")
    for one in found["failures"]:
        say(f"{one['count']} x {one['title']}: {one.get('remedy') or ''}".rstrip())
    for name, spot in found["weak"].items():
        if isinstance(spot, dict) and spot.get("count"):
            say(f"Weak: {name.replace('_', ' ')}: {spot['count']} of {spot['total']}")
    worst = sorted(found["items"], key=lambda one: (one.get("outcome") not in BAD, one["vm"]["name"]))
    show(worst, REPORTED)


@click.command()
@click.argument("action", type=click.Choice(ACTIONS))
@click.argument("vm_names", metavar="[NAME]...", nargs=-1)
@click.option("--group", "groups", multiple=True, metavar="NAME", help="All VMs of this resource group.")
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="All VMs with this tag.")
@click.option("--policy", metavar="ID", help="The policy (protect, change_policy, resume).")
@click.option("--vault", metavar="ID", help="The vault (protect).")
@click.option("--keep-days", type=KEPT_DAYS, default=30, show_default=True, help="How long backups are kept (backup).")
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@wait_options
@connection_options
def bulk(action: str, **given: Any) -> int:
    """One action for many VMs: a job for each, and one that stands for all."""
    session = Session()
    body = _bulk_body(session, action, given)
    dry = session.check("/v1/bulk", body, dry_run=True)
    say(f"{action}: {len(dry['targets'])} VMs. " + ", ".join(f"{n} {name}" for name, n in dry["counts"].items() if n))
    if given["dry_run"]:
        show(dry["targets"], BULK_TARGET)
        return 0
    _confirmed(action, given["yes"])
    job = session.post("/v1/bulk", body)
    if not given["wait"]:
        return accepted(session, [job], wait=False, timeout=None)
    code, _ = follow(session, [job], timeout=given["timeout"])
    show(session.every(f"/v1/bulk/{job['id']}/targets"), BULK_TARGET)
    return code


def _bulk_body(session: Session, action: str, given: dict[str, Any]) -> Json:
    body: Json = {"action": action, "with": {}}
    if given["vm_names"] and action == "protect":
        body["vm_ids"] = [names.vm(session, one)["vm"]["id"] for one in given["vm_names"]]
    elif given["vm_names"]:
        body["protected_item_ids"] = [names.item(session, one)["id"] for one in given["vm_names"]]
    elif given["groups"] or given["tags"]:
        body["selector"] = _selector(given["groups"], given["tags"])
    else:
        raise Stop("Which VMs?", code=2, remedy="Give names, --group or --tag.")
    if action == "backup":
        body["with"]["retain_until"] = times.later(given["keep_days"])
    body["with"] |= {f"{name}_id": given[name] for name in ("policy", "vault") if given[name]}
    return body


def _selector(groups: tuple[str, ...], tags: tuple[str, ...]) -> Json:
    selector: Json = {"resource_groups": list(groups)} if groups else {}
    for tag in tags:
        key, equals, value = tag.partition("=")
        if not equals:
            raise click.BadParameter(f"{tag!r} is not KEY=VALUE.")
        selector.setdefault("tags", {}).setdefault(key, []).append(value)
    return selector


def _confirmed(action: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop("Not done: there is no terminal to ask.", code=2, remedy="Confirm with --yes.")
    if not click.confirm(f"{action} all of them?", err=True):
        raise Stop("Not done.", code=1)
