"""A restore: one recovery point brought back, once.

In Azure: `POST .../recoveryPoints/{point}/restore`. It takes no idempotency key: asked twice, it restores twice. Here:
an order that is checked, recorded, sent once and followed to its end. How a job is sent and followed is told in
app/jobs/__init__.py; this is the restore's own part of it, in order:

1. `router` parses the request, `deciding` looks in Azure for the point and what could forbid the restore.
2. `service` writes the job, the restore and the order in one transaction. Commit, then 202.
3. The submit loop of `jobs` writes an attempt and calls `work.submit`, which checks once more and sends one POST with
   the attempt's id as request id.
4. If the answer is lost, the outcome is unknown. The reconcile loop of `jobs` looks for an Azure job with that request
   id. Found: the job goes on with it. Absent for longer than SETTLE: a new attempt. More than one: a person decides.
5. The sweep of `jobs` follows the Azure job. At its end `work.collect` reads what the restore made and `work.finish`
   writes it.

    router.py      /v1/restores
    schemas.py     its bodies
    service.py     writes and reads restores
    preflight.py   the looks before a restore is accepted: region, point, feasibility
    rules.py       which point; the order that is made of it
    targets.py     where a restore may go
    work.py        the worker's part of restores to disks, a new VM, the original VM
    mount_work.py  the worker's part of file restores: mount and unmount
    sessions.py    open mounts: state, renewal, end, script
    results.py     what a restore left in Azure
    models.py      table of restores
    errors.py      what can go wrong
    checks/        what forbids a restore, and what is not known about it
"""
