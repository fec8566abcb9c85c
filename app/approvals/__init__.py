"""Approvals: a tenant can require a second person for some operations. Azure has no such concept.

A request for such an operation becomes a job that is `awaiting_approval`, with a row in the table of approvals. That
row has a hash of the job's row, so it approves exactly this request. An approver of the tenant, who is not the
requester, agrees or declines. The worker uses the approval in the statement that writes the first attempt, and only if
it is still valid then: not expired, the job unchanged, the approver still an approver (`jobs/approval/validity.py`). A
job whose approval can no longer be valid is ended.

The table belongs to `jobs`, which must not send without an approval. The features' rules name what needs one
(`Sensitive`). This folder has what people do with approvals.

    router.py   /v1/approvals
    schemas.py  its bodies
    service.py  lists approvals; agree and decline
    rules.py    who may decide; what becomes of a job without a valid approval
    expire.py   the loop that ends jobs whose approval came too late or is no longer valid
    errors.py   what can go wrong
"""
