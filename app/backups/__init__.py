"""A backup on demand, and the recovery points that backups leave.

In Azure: `POST .../backup`, a job of minutes to hours, and `recoveryPoints` below the item. In Holdfast: a job, and
points that are read live; there is no copy of them that could be out of date.

    router.py   backups and recovery points, below their protected item
    schemas.py  their bodies
    service.py  requests for backups; reads recovery points
    rules.py    how long a backup may be kept; when a point expires
    work.py     the worker's part: one POST, and then the item as Azure has it
    errors.py   what can go wrong
"""
