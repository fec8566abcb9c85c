"""What a restore made in Azure: listed, and deleted again.

Azure marks only the disks of a restore. So Holdfast writes down what was in the target group before it sent a restore,
and what was there when it had ended (app/restores/inventories.py). What was there before is never deleted, nor what
nothing shows to be of this restore, nor what was changed by hand since (docs/tear-down.md).

Other features use three things of it:

- `service.begin_tear_down(session, asked, restore, job, include=...)` records the job; it reads no Azure, and can be
  called by a worker. The job takes Azure's order, survives any kill, and ends by itself.
- `service.evidence_of(session, restore_id)` and `reading.read(azure, evidence)` give what `rules.judge` needs to list.
- `rules.left_of(result)` names what such a job left and should not have.

    router.py    /v1/restores/{id}/resources
    schemas.py   its bodies
    service.py   requests, and what our rows know of a restore
    rules.py     which resources are the restore's, and may be deleted. Pure.
    values.py    what our rows know, what Azure shows, and what follows. Pure.
    steps.py     what a tear-down deletes next, and when it is over. Pure.
    reading.py   what Azure shows of them
    work.py      the worker's part
    records.py   what a worker notes between two requests to Azure
    plans.py     the plan of a tear-down as a row keeps it
    models.py    the table
    errors.py    what can go wrong
"""
