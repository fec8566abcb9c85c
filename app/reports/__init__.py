"""Reports: what became of each day's backups, also of those that never began.

A job says what happened; a report also says what should have happened. The expected runs come from the policies, so a
night on which nothing started is a report full of misses, not an empty list. Azure is not asked: a report is made from
our rows, and says how old they are.

A worker writes the report of each day in the tenant's time zone when the day is over and no late backup can begin any
more. A revision never changes. What becomes known later makes the next one. Of a day without a written report (today,
or in another time zone) callers get what is known now.

    router.py        /v1/reports, and the page that a link opens without a token
    schemas.py       bodies
    service.py       reads written reports; makes and opens links
    daily.py         the written report of a day, or one from what is known now
    reads.py         reads the facts of a report
    shared_pages.py  makes the page of a link once for all who open it at that moment
    writing.py       the loop that writes them
    rules.py         which day, when it is written, in which form it is answered
    models.py        the tables
    errors.py        what can go wrong

    day/             from the facts to the report
    page/            HTML and CSV
"""
