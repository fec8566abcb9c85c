"""The approval of a second person, as a job sees it.

How approvals are asked for and given: app/approvals.

    models.py       the table Approval
    validity.py     whether an approval holds, in SQL: asked by the claim, in one statement with the attempt
    bound_facts.py  the facts that a job was approved on, and whether they still hold when it is sent

An approval is checked where an attempt is written, not before.
"""
