"""Tags: which ones Azure accepts, and which ones Azure Policy may add. Pure.

The limits are Microsoft's ("Use tags to organize your Azure resources"); the reserved beginnings are those of ARM's API
for tag names. That Azure refuses a vault for them was not observed: we refuse before sending.
"""

from collections.abc import Mapping

NOT_IN_NAMES = "<>%&\\?/"
NOT_FIRST_IN_NAMES = ("microsoft", "azure", "windows")


def check_tag_name(name: str) -> None:
    """Raises ValueError for what Azure does not take as a tag's name."""
    odd = sorted({letter for letter in name if letter in NOT_IN_NAMES})
    if odd:
        raise ValueError(f"a tag's name has none of {' '.join(NOT_IN_NAMES)} in it, so not {' '.join(odd)}")
    prefix = next((one for one in NOT_FIRST_IN_NAMES if name.lower().startswith(one)), None)
    if prefix is not None:
        raise ValueError(f"Azure keeps tag names that begin with {prefix!r} for itself")


def check_tags(tags: Mapping[str, str]) -> None:
    """Raises ValueError for two names that Azure takes for one: their letter case does not count."""
    seen: dict[str, str] = {}
    for name in tags:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise ValueError(f"the tags {other!r} and {name!r} are one tag for Azure")


def has_tags(there: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether all of `wanted` are there; others may be, too."""
    by_name = {name.lower(): value for name, value in there.items()}
    return all(by_name.get(name.lower()) == value for name, value in wanted.items())
