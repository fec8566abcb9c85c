"""Points in time as callers send them: RFC 3339, with an offset.

pydantic alone also takes seconds since 1970 and dates without a time: neither is in the document, and a number typed by
mistake would silently be the year 1970.
"""

import re
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

_RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def _is_rfc_3339(value: object) -> object:
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise ValueError("a time is written as RFC 3339 with an offset, e.g. 2027-01-31T00:00:00Z")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_is_rfc_3339)]
