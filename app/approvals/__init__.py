"""A second person. Azure knows nothing of it; here a tenant may say which operations one person alone must not do.

Such a request is accepted as a job that is `awaiting_approval`, and an approval beside it: what exactly is asked, bound
by a hash of the job's own row. An approver of the tenant who is not the requester agrees or declines (`service`). His
word is used by the worker in the statement that puts the first attempt on record, and only while it holds there: not
expired, the job as it was approved, the approver still one (`jobs/approving.py`). What can no longer hold ends the job
(`expiring`), so that nothing waits for ever.

The rows belong to `jobs`, which must not send without them; what is asked for belongs to the features, whose rules name
it (`Sensitive`). Here is what people do with approvals.
"""
