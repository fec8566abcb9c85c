"""The life of a job. A job is one request of a caller, from the moment it is recorded to the moment it has ended.

1. The API commits the job as `queued`, then answers 202. If the tenant requires an approval, the job first is
   `awaiting_approval` (app/approvals).
2. A worker claims the row for a limited time (the lease) and commits an **attempt**, a row with a fresh UUID, in the
   same transaction. Then the feature checks once more (`prepare` in work.py), and only then the request is sent to
   Azure (`send`), with the UUID as the request id.
3. Azure's answer decides: accepted, refused, or certainly not acted on. Anything else is **unknown**: a lost answer, a
   5xx, a worker that died.
4. An unknown outcome is never guessed, and the request is not sent again. `loops/reconcile.py` looks for the UUID in
   the vault's job list. Found: the job is `running`. Absent from a complete list that was read when the attempt was
   older than SETTLE (15 minutes for a restore, 5 for a backup): Holdfast believes that Azure never acted, and the job
   is `queued` for a new attempt. Several found: a person decides.
5. `sweep/` follows all jobs of a vault with one list call until they end. The end is written once.

Every claim raises a number on the row, the **fence**. A result is written only while the fence is unchanged, so a
worker that was frozen past its lease writes nothing.

    awaiting_approval ──approved──> queued;  rejected or expired: failed
    queued ──claim──> submitting ──accepted──> running ──ended──> succeeded | succeeded_with_warnings
      ^                 │  │  │                  │  ^                | failed | cancelled
      └──not acted──────┘  │  └──refused──> failed  └─found──┐
                           └──unknown: reconcile looks ──────┤
                                absent long enough: queued   └─ambiguous──> needs_attention <── running, and Azure
                                                                                 has lost it (sweep/missing.py)

Throttling, waiting and an Azure that cannot be reached never fail a job. Its field `waiting` gives the reason.

This folder says what a job is:

    lifecycle.py       the states and the transitions above. Pure: read it first.
    kinds.py           what a job does: the kinds, and the Azure jobs they may be. Pure.
    transitions.py     writes states: the only module that does, and asks lifecycle.py which
    models.py          the tables: Job, JobLabel, Attempt, JobEvent, Cancellation, VaultWatch
    store.py           writes what was observed of a job
    work.py            the protocol that a feature implements for its kinds of jobs
    bounds.py          how long a job may stay in one state, and what ends that
    watches.py         the vaults whose jobs are followed
    scheduling.py      the time until the next poll or retry. Pure.
    later_writes.py    finds the later write that a retry of an earlier one would undo
    machines.py        the VM that a job concerns. Pure.
    failures.py        turns Azure's error into a job's error
    errors.py          problems of requests about jobs
    metrics.py         the figures of jobs for /metrics
    system_audit.py    writes Holdfast's own decisions to the audit trail

and these rooms belong to it:

    requests/          how a request becomes a job: once, and within its tenant's quotas
    queue/             which worker takes which job, tenants in turn
    approval/          whether an approval is valid, and whether what is sent is what was approved
    api/               how callers write, read, cancel and resolve jobs
    loops/             the worker's loops over single jobs: send, poll, reconcile, cancel, prune
    sweep/             the worker's loop over vaults: one sweep follows every job of a vault
    hints/             the worker's loop that asks Resource Graph which vaults to list first
"""
