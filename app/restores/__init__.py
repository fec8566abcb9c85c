"""A restore brings back one recovery point of a VM, once.

Azure's request is `POST .../recoveryPoints/{point}/restore`. It takes no idempotency key: sent twice, it restores
twice. Holdfast checks the restore, records it as a job, sends it once and follows it to its end. app/jobs/__init__.py
says how every job is sent and followed. The parts that belong to restores, in order:

1. `router` parses the request. `preflight` reads the recovery point, the vault and the target from Azure and refuses
   what cannot work. If Azure cannot be reached, the restore is accepted, and the worker checks before it sends.
2. `service` writes the job (`queued`) and the restore in one transaction. Commit, then 202.
3. The submit loop of `jobs` claims the job and commits an attempt. It calls `work.prepare`, which reads the point, the
   vault and the target again and refuses what cannot work any more: then nothing was sent. After that it calls
   `work.send`: one POST, with the attempt's id as the request id. Azure stores it as the `activityId` of its job.
4. If the answer is lost, the restore may run in Azure or not. The job stays `submitting`, and the reconcile loop of
   `jobs` calls `work.find`, which looks for the request id in the vault's job list
   (of a restore in the paired region: in that region's):
   - one Azure job has it: the job is `running` and follows that one;
   - none has it, in a complete list, and the attempt was older than SETTLE when it was asked for: Holdfast believes
     that Azure never acted; the job is `queued` for a new attempt;
   - none has it yet, or there is no complete list: look again later;
   - several have it: `needs_attention`, a person decides.
5. The sweep of `jobs` follows the Azure job. At its end `work.collect` reads what the restore created, and
   `work.finish` writes it.

    router.py      the routes under /v1/restores
    schemas.py     request and response bodies
    service.py     writes and reads restores
    preflight.py   checks that run before a restore is accepted: region, recovery point, feasibility
    rules.py       chooses the recovery point, and builds what is sent to Azure. Pure.
    targets.py     where a restore may go
    work.py        the worker's part of restores to disks, to a new VM, over the original VM
    inventories.py  what was in the target group before, and what a new VM is made of: for a tear-down
    mount_work.py  the worker's part of file restores: mount and unmount
    sessions.py    open mounts: state, renewal, end, script
    results.py     what a restore created in Azure
    models.py      the table of restores
    target_bodies.py  targets in requests and answers
    errors.py      problems of restores
    checks/        facts that forbid a restore
    defaults/      where restores go that do not say it
"""
