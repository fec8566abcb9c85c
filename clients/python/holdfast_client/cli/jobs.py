"""`jobs` (list, show, watch, cancel, resolve) and `approve`."""

from __future__ import annotations

import sys

import click

from holdfast_client.cli import names, times
from holdfast_client.cli.estate import JOB, accepted
from holdfast_client.cli.following import OPEN, follow, outcome
from holdfast_client.cli.options import WAITED_SECONDS, Stop, connection_options, wait_options
from holdfast_client.cli.output import Column, say, show, show_one
from holdfast_client.cli.screen import note
from holdfast_client.cli.session import Json, Session

DETAIL: list[Column] = [
    *JOB,
    ("note", note),
    ("requested by", lambda one: one["requested_by"]),
    ("reference", lambda one: one.get("reference")),
    ("resource", lambda one: one.get("resource")),
    ("azure", lambda one: one["azure"].get("status")),
    ("error", lambda one: (one.get("error") or {}).get("title")),
    ("remedy", lambda one: (one.get("error") or {}).get("remedy")),
]
APPROVAL: list[Column] = [
    ("id", lambda one: one["id"]),
    ("operation", lambda one: one.get("operation")),
    ("summary", lambda one: one["summary"]),
    ("asked by", lambda one: one["requested_by"]),
    ("until", lambda one: times.local(one["expires_at"])),
]


@click.group(invoke_without_command=True)
@click.option("--state", multiple=True, help="Only these states, e.g. running, failed, needs_attention.")
@click.option("--kind", multiple=True, help="Only these kinds, e.g. backup, restore.")
@click.option("--vm", metavar="NAME", help="Only jobs of this VM, also of one that is not protected any more.")
@click.option("--since", metavar="TIME", help="Only jobs created since: 24h, 2026-11-28, 2026-11-28T03:00.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, newest first.")
@connection_options
@click.pass_context
def jobs(
    ctx: click.Context, state: tuple[str, ...], kind: tuple[str, ...], vm: str | None, since: str | None, limit: int
) -> None:
    """List jobs, newest first; or one of the commands below."""
    if ctx.invoked_subcommand is not None:
        return
    chosen: Json = {"state": list(state) or None, "kind": list(kind) or None, "name": vm}
    begin = times.instant(since) if since else None
    show(Session().every("/v1/jobs", most=limit, created_since=begin, **chosen), JOB, empty="No such job.")


@jobs.command("show")
@click.argument("job")
@connection_options
def show_job(job: str) -> None:
    """One job. JOB: its id, or the beginning of it."""
    show_one(names.job(Session(), job), DETAIL)


@jobs.command()
@click.argument("job_ids", metavar="[JOB]...", nargs=-1)
@click.option("--timeout", type=WAITED_SECONDS, metavar="SECONDS", help="Watch no longer than this.")
@connection_options
def watch(job_ids: tuple[str, ...], timeout: float | None) -> int:
    """Watch jobs until they end; without JOB, all that are open now. The exit code is the worst outcome."""
    session = Session()
    if job_ids:
        watched = [names.job(session, one) for one in job_ids]
    else:
        watched = list(session.every("/v1/jobs", most=200, state=[one for one in OPEN if one != "awaiting_approval"]))
    if not watched:
        say("No job is open.")
    return follow(session, watched, timeout=timeout)[0]


@jobs.command()
@click.argument("job")
@wait_options
@connection_options
def cancel(job: str, wait: bool, timeout: float | None) -> int:
    """Cancel a job."""
    session = Session()
    found = session.post(f"/v1/jobs/{names.job(session, job)['id']}/cancel")
    if wait:
        _, (found,) = follow(session, [found], timeout=timeout)
    show([found], JOB)
    return 0 if not wait or found["state"] == "cancelled" else outcome(found)


@jobs.command()
@click.argument("job")
@click.argument("decision", type=click.Choice(["retry", "adopt", "abandon"]))
@click.option("--azure-job", metavar="ID", help="The job in Azure that is this one (adopt).")
@click.option("--reason", required=True, help="What you saw in Azure; kept in the audit trail.")
@connection_options
def resolve(job: str, decision: str, azure_job: str | None, reason: str) -> int:
    """Decide what became of a job that needs attention: send it again, adopt Azure's job, or give it up."""
    session = Session()
    body = {"action": decision, "reason": reason} | ({"azure_job_id": azure_job} if azure_job else {})
    found = session.post(f"/v1/jobs/{names.job(session, job)['id']}/resolve", body)
    return accepted(session, [found], wait=False, timeout=None)


@click.command()
@click.argument("which", metavar="[APPROVAL|JOB]", required=False)
@click.option("--reject", is_flag=True, help="Say no.")
@click.option("--reason", default=None, help="Why; kept in the audit trail.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@connection_options
def approve(which: str | None, reject: bool, reason: str | None, yes: bool) -> None:
    """Decide what waits for a second person; without a name, list what waits for you."""
    session = Session()
    waiting = list(session.every("/v1/approvals", view="to_decide"))
    if which is None:
        show(waiting, APPROVAL, empty="Nothing waits for you.")
        return
    approval = _chosen(session, which, waiting)
    say(f"{approval['summary']}\nAsked by {approval['requested_by']}, until {times.local(approval['expires_at'])}")
    verb = "reject" if reject else "approve"
    if not yes:
        _ask(verb)
    shown = session.post(
        f"/v1/approvals/{approval['id']}/{verb}", {"reason": reason or f"{verb.capitalize()}d by command"}
    )
    show_one(shown, [("state", lambda one: one["state"]), *APPROVAL])


def _ask(verb: str) -> None:
    if not sys.stdin.isatty():
        raise Stop("Not decided: there is no terminal to ask.", code=2, remedy="Confirm with --yes.")
    if not click.confirm(f"{verb.capitalize()} it?", err=True):
        raise Stop("Not decided.", code=1)


def _chosen(session: Session, which: str, waiting: list[Json]) -> Json:
    """By the approval's id or its job's, or a beginning of them; what was decided before, by its whole id."""
    by_job = [one for one in waiting if one["job"].rpartition("/")[2].startswith(which.lower())]
    if len(by_job) == 1:
        return by_job[0]
    if len(which) == 36 and not any(one["id"] == which for one in waiting):
        of_job = list(session.every("/v1/approvals", job_id=which))
        return of_job[0] if of_job else session.get(f"/v1/approvals/{which}")
    return names.pick(
        "approval", which, waiting, lambda one: str(one["id"]), lambda one: f"{one['id']}  {one['summary']}"
    )
