"""A second person. Azure knows nothing of it; here a tenant may name operations that need two people.

Such a request becomes a job that is `awaiting_approval`, with an approval beside it: what exactly is asked, bound by a
hash of the job's row. An approver of the tenant, who is not the requester, agrees or declines. The worker uses the
approval in the statement that writes the first attempt, and only if it is still valid then: not expired, the job
unchanged, the approver still an approver (`jobs/approval/validity.py`). A job whose approval can no longer be valid is
ended.

The table belongs to `jobs`, which must not send without an approval. What needs one is named by the features' rules
(`Sensitive`). This folder is what people do with approvals.

    router.py   /v1/approvals
    schemas.py  its bodies
    service.py  lists approvals; agree and decline
    rules.py    who may decide; what becomes of a job without a valid approval
    expire.py   the loop that ends jobs whose approval came too late or is no longer valid
    errors.py   what can go wrong
"""
