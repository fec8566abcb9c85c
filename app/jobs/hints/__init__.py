"""The hint: one query of Azure Resource Graph tells in which vaults a job has ended that no list has shown yet.

Where Azure allows few reads of jobs (docs/azure.md, Throttling), a vault's list comes rarely. Then the vaults that the
hint names are listed first, and the others wait longer, for an hour at most. The truth stays with the lists: nothing is
written of a job because of a hint. So a hint that is late, incomplete or wrong costs lists, never a result. Whether it
is any good is learnt from what the lists show, for each subscription and again with each answer; where it is not, every
vault is swept as without it (docs/decisions/0015).

    news.py    what the rows of the query mean: which vaults have news. Pure.
    trust.py   whether the hint is any good, and how late it is. Pure.
    pacing.py  how many lists it may bring forward, and how long other vaults wait. Pure.
    store.py   claims the subscriptions, reads what is compared with the hint, writes what follows
    ask.py     the loop: asks Azure, compares, brings forward

The sweep (../sweep) reads two things from rows: whether its subscription trusts the hint (`job_hints`), and whether
the vault was brought forward.
"""
