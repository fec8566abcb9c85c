"""Which breaks the changelog announces: `- **Breaking**: ...` under Unreleased, with each place in backticks."""

import re

_SECTION = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^- \*\*Breaking\*\*:(.*?)(?=^- |^#|\Z)", re.MULTILINE | re.DOTALL)


def announced(changelog: str) -> set[str]:
    """The places that the entries name."""
    section = _SECTION.search(changelog)
    entries = _ENTRY.findall(section.group(1)) if section else []
    return {place for entry in entries for place in re.findall(r"`([^`]+)`", entry)}
