"""The worker's loops over single jobs. The loop over vaults is app/jobs/sweep.

    submit.py           queued jobs are sent to Azure, one attempt at a time
    poll_operations.py  operations that have no Azure job, or none yet
    reconcile.py        attempts whose outcome is not known: found, sent again, or put before a person
    activity_lookup.py  finds lost attempts in a vault's job list by their activity ids
    cancel.py           Azure jobs that are to be cancelled
    prune.py            deletes rows that are old enough

Each loop claims due rows, acts, and writes what it saw through `app/jobs/store.py`.
"""
