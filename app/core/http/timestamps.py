"""Points in time as callers send them: RFC 3339, with an offset.

pydantic alone also takes seconds since 1970 and dates without a time: neither is in the document, and a number typed by
mistake would silently be the year 1970. What RFC 3339 allows is taken: lower-case t and z, a space for the T, any
number of digits of a second (we keep six).
"""

import re
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

_RFC_3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:(\.\d{1,6})\d*)?([Zz]|[ +-]\d{2}:\d{2})", re.ASCII
)
"""A `+` in a query arrives as a space: before the hours of an offset it can have been nothing else."""


def _of_rfc_3339(value: object) -> object:
    found = _RFC_3339.fullmatch(value) if isinstance(value, str) and len(value) <= 64 else None
    if found is None:
        raise ValueError(
            "a time is written as RFC 3339 with an offset, e.g. 2027-01-31T00:00:00Z or 2027-01-31T01:00:00+01:00"
        )
    day, time, fraction, offset = found.groups(default="")
    return f"{day}T{time}{fraction}{offset.replace(' ', '+').upper()}"


Instant = Annotated[AwareDatetime, BeforeValidator(_of_rfc_3339)]
