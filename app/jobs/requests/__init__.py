"""A caller's request becomes a job.

enqueue.py  records the job, or finds the one that an equal request has made
quotas.py   limits of a tenant on backups and restores
"""
