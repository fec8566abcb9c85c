"""The HTTP conventions that every route shares.

No route changes these: every answer has the same headers and the same form of error.

    conventions.py    request ids, Idempotency-Key, ETag, If-Match, Prefer, page links
    http_protocol.py  the time limits of a connection
    strict_json.py    bodies and headers that have more than one meaning are refused
    timestamps.py     RFC 3339 times with an offset
    deprecation.py    what the answers of an operation say that is to go
    pages.py          keyset pages
    counts.py         how many entries a list has, on request
    list_parameters.py  the query parameter that asks for it
    problems.py       errors as RFC 9457 problem+json
"""
