"""What the changelog announces: `- **Breaking**: ...` under Unreleased, with each place in backticks."""

import re

_SECTION = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def announced(changelog: str, word: str = "Breaking") -> set[str]:
    """The places that the entries with this word name: Breaking, or Deprecated."""
    entry = re.compile(rf"^- \*\*{word}\*\*:(.*?)(?=^- |^#|\Z)", re.MULTILINE | re.DOTALL)
    section = _SECTION.search(changelog)
    entries = entry.findall(section.group(1)) if section else []
    return {place for entry in entries for place in re.findall(r"`([^`]+)`", entry)}
