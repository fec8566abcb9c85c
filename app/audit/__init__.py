"""The audit trail: who changed what, and from where; and proof that the trail itself was not changed since.

An entry is written in the transaction of the change, so neither exists without the other. Changes that Holdfast makes
by itself have entries too. Postgres refuses to update or delete an entry. Seconds later a sealer chains the entries of
each tenant by hashes. Keep the head of a chain elsewhere, and later you can tell whether anything before it changed.

    models.py         the three tables: entries, seals, entries not sealed yet
    trail.py          writes entries
    refusals.py       writes entries about refused calls, a bounded number
    entry_details.py  shortens details that are too large for an entry
    canonical.py      the bytes of an entry that are hashed
    sealing.py        the loop that seals: queue to chain
    queries.py        lists, heads and exports
    chain_checks.py   what is wrong with a chain, link by link
    evidence.py       verifies a database or an exported file; takes heads
    commands.py       what `holdfast audit` does
    router.py         /v1/audit and /v1/platform/audit
    schemas.py        bodies of /v1/audit
"""
