"""The life of a job. A job is one thing a caller asked for, from the moment it is written to the moment it has ended.

A request is committed as a `queued` row before anyone hears of it; as `awaiting_approval` where its tenant wants a
second person for it, until he agrees (app/approvals). A worker claims it, writes an **attempt** (a fresh UUID) and only
then sends that UUID to Azure with the request, so that a lost answer can be looked up instead of sent again. From then
on the Azure job is followed with one list call per vault until it ends, and the end is written once.

    awaiting_approval ──approved──> queued;  rejected, or no word that holds: failed
    queued ──claim──> submitting ──accepted──> running ──ended──> succeeded | succeeded_with_warnings
      ^                 │  │  │                  │  ^                | failed | cancelled
      └──not acted──────┘  │  └──refused──> failed  └─found──┐
                           └──unknown: resolving looks ──────┤
                                absent long enough: queued   └─ambiguous──> needs_attention <── running, and Azure
                                                                                 has lost it (vanishing.py)

One group each: the job itself, what callers reach, the loops, the sweep, the request budget.

    lifecycle.py        states, observations, and the table of what follows: read this first
    models.py           the tables Job, JobLabel, Attempt, JobEvent, Cancellation, VaultWatch
    work.py             the Protocol that a feature's `work.py` fulfils
    store.py            creates jobs and writes verdicts
    claims.py           claims due jobs; writes the attempt in the same statement
    rounds.py           which due jobs a claim takes: tenants in turn
    approving.py        whether an approval is valid, in SQL
    approval_models.py  the table Approval
    binding.py          the facts a job was accepted on, and whether they still hold
    machines.py         the VM that a job is about
    watches.py          the vaults whose jobs are followed
    pace.py             how long to wait before the next poll or retry
    bounds.py           how long a job may stay in one state
    overtaking.py       which later write went past one that is to be sent anew
    quotas.py           a tenant's quotas
    failures.py         Azure's reason as a job's error
    errors.py           what callers can do wrong
    counting.py         counts for /metrics
    unasked.py          audit entries about what Holdfast decided by itself
    catalogue/          the error catalogue

    router.py           /v1/jobs; how a write comes in and is answered with 202
    schemas.py          the Job as callers see it
    service.py          reads jobs
    verbs.py            cancel and resolve
    adopting.py         which Azure job a person may adopt for a job of ours
    waiting.py          `Prefer: wait`
    live_reads.py       how many live reads a tenant may have open

    submitting.py       loop 1: queued jobs are sent to Azure, one attempt at a time
    observing.py        loop 2: the sweep: one list per vault, every job of that vault
    operations.py       loop 3: polls operations that have no Azure job, or none yet
    resolving.py        loop 4: attempts with an unknown outcome: found, sent again, or for a person
    uncarried.py        Azure accepted a write, and nothing shows that it was done: wait, then ask a person
    activity.py         looks for lost attempts by their activity ids, one look per vault
    cancelling.py       loop 5: cancels Azure jobs: asked for, or orphans
    pruning.py          loop 6: deletes what is old

    looking.py          the sweep's lists: at most two for a vault
    matching.py         which entry of the list is which job, and what it says
    sweeps.py           what the sweep reads and writes in Postgres
    endings.py          the result of a job that ended, read from its details
    details.py          what is told later of jobs that have ended: the rest of a result, Azure's words
    applying.py         one list of the vault's items, applied to their rows, where a job may have changed them
    vanishing.py        jobs that Azure accepted and no longer shows
    proving.py          what a list does not show: gone only when Azure, asked for it alone, says so
    strangers.py        Azure jobs that no job of ours stands for: Azure's own, or orphans
    patience.py         when a job can end at the earliest, and so when to sweep next

    budget.py           the gate of a replica: request tokens leased from shared rows
    budget_rows.py      the SQL of those rows
    budget_rules.py     how limits are learned from Azure's answers
    budget_models.py    the table AzureBudget

Waiting, throttling and an Azure that cannot be reached never fail a job: they are said in `waiting`.
"""
