"""A backup asked for now, and the recovery points that backups leave.

In Azure's world: `POST .../backup`, a job of minutes to hours, and `recoveryPoints` below the item. In ours: a job, and
points that are read live: Azure owns them, so no copy of ours can be wrong.
"""
