"""The life of a job. A job is one thing a caller asked for, from the moment it is written to the moment it has ended.

A request is committed as a `queued` row before the caller is answered; as `awaiting_approval` where the tenant wants a
second person for it (app/approvals). A worker claims the row, writes an **attempt** (a fresh UUID) and only then sends
that UUID to Azure with the request. If the answer is lost, the attempt is looked up by its UUID instead of sent again.
From then on the Azure job is followed with one list call per vault until it ends, and the end is written once.

    awaiting_approval ──approved──> queued;  rejected or expired: failed
    queued ──claim──> submitting ──accepted──> running ──ended──> succeeded | succeeded_with_warnings
      ^                 │  │  │                  │  ^                | failed | cancelled
      └──not acted──────┘  │  └──refused──> failed  └─found──┐
                           └──unknown: reconcile looks ──────┤
                                absent long enough: queued   └─ambiguous──> needs_attention <── running, and Azure
                                                                                 has lost it (sweep/missing.py)

Waiting, throttling and an Azure that cannot be reached never fail a job: `waiting` says so.

This folder says what a job is:

    lifecycle.py       the states and the table above. Pure: read it first.
    models.py          the tables: Job, JobLabel, Attempt, JobEvent, Cancellation, VaultWatch
    store.py           makes jobs, and writes what was observed of them
    work.py            the protocol a feature fulfils so that its kind of job can be worked
    bounds.py          how long a job may stay in one state, and what leads out of it
    watches.py         the vaults that are followed
    scheduling.py      how long to wait before the next look or the next try. Pure.
    later_writes.py    which later write went past one that is to be sent again
    machines.py        the VM that a job is about. Pure.
    quotas.py          how many of the expensive things a tenant may have
    failures.py        Azure's reasons as a job's error
    errors.py          what a caller can do wrong with jobs
    metrics.py         what /metrics shows of jobs
    system_audit.py    decisions of Holdfast itself, written to the audit trail

and these rooms belong to it:

    queue/             which worker takes which job, tenants in turn
    approval/          whether an approval holds, and that what was approved is what is sent
    api/               how callers write, read, cancel and resolve jobs
    loops/             the worker's loops over single jobs: send, poll, reconcile, cancel, prune
    sweep/             the worker's loop over vaults: one sweep follows every job of a vault
"""
