"""Facts that forbid a restore.

A preflight shows every check; POST /v1/restores refuses by the same verdicts, and the worker asks once more before it
sends. What could not be found out is unknown and refuses nothing.

    matrix.py          which restore Azure supports in which mode: one table with sources. Pure.
    fact_checks.py     compares the facts of point, vault and account with the matrix. Pure.
    verdicts.py        the named checks, and the verdict on each thing that was looked up. Pure.
    optional_reads.py  live reads that may fail: what they do not show stays unknown
    isolation.py       whether a subnet could reach production. Pure.
    known_machines.py  which machines are production, and which tests made, by our rows
    isolation_rules.py  what rules of a security group, and routes, let pass. Pure.
    target_looks.py    looks at the network of a target that must be isolated: restore tests, rehearsals
"""
