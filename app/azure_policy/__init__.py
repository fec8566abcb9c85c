"""Azure Policy for a protection rule: a built-in definition assigned, so that Azure itself protects new VMs.

Microsoft's own way to enforce backup, beside the rule's (docs/azure-policy.md). One job assigns the definition with an
identity, gives it its roles, and on request starts a remediation and follows it. Names are derived from the rule's id,
so each step may be repeated, and what Holdfast made is found again and removed, and nothing else is.

    rules.py      what shall be in Azure, and which step is next. Pure: read it first.
    weakening.py  what may need an approval. Pure.
    weighing.py   how many VMs a request is about, and whether its rule may act
    findings.py   what the definition leaves out, and which assignments fight the rule. Pure.
    router.py     /v1/protection-rules/{id}/azure-policy
    schemas.py    its bodies
    answers.py    what a GET answers, as far as the tenant may see it
    targets.py    the rule's vaults and policies
    service.py    requests, and what follows when a job has ended
    reading.py    what Azure has, for a caller that waits
    work.py       the worker's part
    records.py    what the worker's part notes in our rows
    models.py     the table
    errors.py     what can go wrong
"""
