"""The approval of a second person, as a job sees it.

app/approvals: how approvals are requested and given.

    models.py       the table Approval
    validity.py     whether an approval is valid, in SQL: part of the claim's statement, which also writes the attempt
    bound_facts.py  the facts that a job was approved on, and whether they still hold when it is sent

An approval is checked when an attempt is written, not before.
"""
