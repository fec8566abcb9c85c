"""A recovery plan names VMs that belong together, and the order in which they come back.

A plan is data: waves of protected items, one rule that chooses every recovery point, and where the restores go. It does
nothing by itself. A run of it (app/recovery_runs) keeps a copy, so a plan may be changed or deleted at any time.

    router.py             the routes under /v1/recovery-plans, but for runs
    schemas.py            request and response bodies
    preflight_schemas.py  the bodies of a preflight
    service.py            writes and reads plans, and finds the items of one
    rules.py              a plan as data: targets, and the conditions that a plan must meet. Pure.
    plan_json.py          a plan as JSON, and its hash
    preflight.py          chooses the points of all members, and checks their restores, at once
    shared_reads.py       reads of Azure that many members have in common, made once
    models.py             the table of plans
    errors.py             problems of requests about plans
"""
