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

    lifecycle.py    the table above, pure         submitting.py   loop 1: queued -> Azure, one attempt at a time
    models.py       Job, Attempt, JobEvent        observing.py    loop 2: one sweep a vault -> every job of that vault
    store.py        asking for jobs, verdicts     operations.py   loop 3: what has no Azure job, or none yet
    watches.py      the vaults that are followed
    approving.py    whether a second person's word holds: asked by the claim, in one statement with the attempt
    work.py         what a feature must bring     resolving.py    loop 4: attempts whose outcome is unknown
                                                  activity.py     one look at a vault for all that was lost there
    budget.py       how much may be asked of Azure, shared by all replicas (budget_rules.py: how that is learnt)

Waiting, throttling and an Azure that cannot be reached never fail a job: they are said in `waiting`.
"""
