"""The quarterly report of restore tests, for an auditor: what was proven, what was not and why, how long it took.

It is made from rows when it is asked for; its digest is that of its content. What it states of a run, the signed
evidence of that run states too, and outlives it.

period.py     which quarter, and whether there is a report of it. Pure.
facts.py      what the rows say, as values. Pure.
contents.py   from the facts to the report. Pure.
reads.py      reads the facts
router.py     /v1/reports/restore-tests
schemas.py    its body
csv_table.py  the report as a table: one line for each item. Pure.
page.py       the report as a page that can be printed
"""
