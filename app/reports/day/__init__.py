"""One day of a tenant, from our rows to a report: what was expected, and what became of it.

Nothing here reads a clock, a row or Azure: the same facts give the same report.

    calendar_day.py  a date in a time zone, of 23 to 25 hours
    facts.py         what a report is made of
    plans.py         the runs that the policies planned
    outcomes.py      what became of a run
    histories.py     what an item was at each moment
    item_days.py     the day of every item
    weak_spots.py    what is weak although every backup works
    changes.py       what changed since the day before
    contents.py      the report: totals, causes, items
    stored.py        its JSON
"""
