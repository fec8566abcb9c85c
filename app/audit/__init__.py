"""The audit trail: who changed what, on what, from where; and how anybody can see that nobody has touched it since.

An entry is written in the very transaction of the change (`trail.record`; for jobs and attempts within their own
statement), so there is none without the other. What nobody asked for has one as well, in Holdfast's own name. Postgres
lets nobody update or delete one. Each also goes into a queue, out of which a sealer takes it seconds later: it chains
the entries of each tenant by hashes, in an order of its own.
Whoever keeps the head of a chain elsewhere can tell later whether anything before it was touched.

    models.py      the three tables            sealing.py     the loop: queue -> seals
    trail.py       writing entries             reading.py     lists, heads, exports
    refusals.py    refused calls, bounded      verifying.py   what is wrong with a chain: in the database, in a file
    canonical.py   what exactly is hashed      fitting.py     what an entry holds of what is too large for it
    router.py schemas.py   /v1/audit
"""
