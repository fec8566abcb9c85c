"""Protection rules: which VMs are to be protected, in which vault and by which policy of their region.

1. A rule selects VMs of the estate. What it would do with each of them is weighed from our rows (`rules`), for a
   preview and for enforcing alike; Azure is not asked.
2. An enforced rule is weighed again and again by the worker's loop, which asks for ordinary jobs: `protect`, at most
   `max_per_hour`, and `pause` for what the rule has lost, where it says so. Nothing is ever deleted.
3. A job is asked for in the transaction that notes it (`members`), under the lease of the rule: a worker may die
   anywhere. Each job checks Azure itself before it writes.
4. Enforcing waits for a person: for a number to be confirmed where a rule would touch many VMs (`holds`), and for an
   approval where the tenant wants one, which is a job of its own and bound to the rule's hash.

    rules.py            what a rule does with each VM. Pure: read it first.
    holds.py            whether an enforced rule may go on, and how fast. Pure.
    definitions.py      a rule as data, and its hash. Pure.
    router.py           /v1/protection-rules
    schemas.py          its bodies
    preview_schemas.py  the bodies of previews
    service.py          writes and reads rules, stops and starts them
    facts.py            what a rule is weighed on, from our rows
    preview.py          weighs a rule for a caller, with what it costs
    costs.py            what the VMs that a rule would protect cost
    models.py           the tables
    errors.py           problems of requests about rules
    enforcing/          what an enforced rule asks for: its jobs, and its approval
"""
