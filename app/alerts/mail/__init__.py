"""Mail: rows that are due until a mail server took them.

A mail is written in the transaction of what it tells, once for each address, and sent afterwards by a loop: at least
once, with a Message-ID that stays. Too many in an hour to one address become one.

    writing.py   writes the rows: of alerts, and of what is over
    limits.py    how often it is tried, and how many an hour one address gets. Pure.
    message.py   the message as it is sent: headers, text, HTML. Pure.
    server.py    the mail server that the settings name, and what it answers
    sending.py   the loop that sends them
    digest.py    the mail of each morning
"""
