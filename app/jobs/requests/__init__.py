"""A caller's request becomes a job: once for each Idempotency-Key, and within the quotas of its tenant.

All of it happens in the transaction of the feature that was asked, so that job and feature's rows are there together.

enqueue.py  records the job, or finds the one that an equal request has made
quotas.py   limits of a tenant on backups and restores
"""
