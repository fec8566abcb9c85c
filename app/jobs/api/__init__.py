"""How callers write, read, cancel and resolve jobs.

Each of them works for one caller, in the caller's tenant, and never asks Azure inside a transaction.

    router.py      the paths under /v1/jobs
    writes.py      how every write of the API comes in, and is answered 202 with a job
    services.py    what the process has for every request
    schemas.py     the job as callers see it
    queries.py     reads for callers: one job, pages of jobs and of events
    actions.py     cancel a job; decide about one whose outcome is not known
    resolve.py     the same decision, from the request to the job's new state
    adoption.py    which Azure job may be taken for a job of ours
    wait.py        `Prefer: wait`, without holding a database connection
    live_reads.py  the limit on reads of Azure that a caller waits for
"""
