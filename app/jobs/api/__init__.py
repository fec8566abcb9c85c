"""How callers write, read, cancel and resolve jobs.

All of it runs in the caller's tenant, and never calls Azure inside a transaction.

    router.py      the paths under /v1/jobs
    writes.py      what all writes share: from the request to the 202 with a job
    services.py    objects that a process shares between requests
    schemas.py     the job as callers see it
    results.py     the result of each kind of job, by type
    made_points.py  which point a backup made, into the result of its job
    queries.py     reads for callers: one job, pages of jobs and of events
    actions.py     cancel a job; decide about one whose outcome is not known
    resolve.py     the steps of a resolve, from the request to the job's new state
    parts.py       jobs that are parts of another: for whom they are asked, how they are taken back
    adoption.py    which Azure job a person may adopt for a job of ours
    wait.py        `Prefer: wait`, without holding a database connection
    costs.py       what a change costs, as dry runs show it
    live_reads.py  the limit on reads of Azure that a caller waits for
"""
