"""Whether a selector selects a VM. Pure.

In names `*` matches any characters, none too, and `?` one: no name in Azure contains either.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from app.core.letter_case import fold_case
from app.vaults.rules import region_of

WILD = "*?"


@dataclass(frozen=True, slots=True)
class Selector:
    """Which VMs are meant; None = does not matter, an empty list = none. Lists OR, members AND."""

    subscriptions: Collection[str] | None = None
    resource_groups: Collection[str] | None = None
    locations: Collection[str] | None = None
    tags: Mapping[str, Collection[str]] | None = None
    """The wanted values of each tag; all of the tags must be there. Values have a letter case, names of tags have none.
    A VM whose tags were never seen has none."""
    names: Collection[str] | None = None
    """Names of VMs, or patterns of names."""
    excepted: Collection[str] = ()
    """Names, patterns of names, or ARM ids."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a selector looks at."""

    key: str
    """`azure.names.vm_key`."""
    location: str
    """As `vaults.rules.region_of` has it."""
    tags: Mapping[str, str]
    """By folded name."""


Selection = Callable[[Candidate], bool]


def selection_of(selector: Selector) -> Selection:
    """The selector, made ready for many VMs."""
    tests = list(_tests(selector))
    if len(tests) == 1:
        return tests[0]
    return lambda candidate: all(test(candidate) for test in tests)


def _tests(selector: Selector) -> Iterable[Selection]:
    for part, words in ((2, selector.subscriptions), (4, selector.resource_groups)):
        if words is not None:
            yield _is_part_in(part, frozenset(map(fold_case, words)))
    if selector.locations is not None:
        regions = frozenset(map(region_of, selector.locations))
        yield lambda candidate: candidate.location in regions
    for name, values in (selector.tags or {}).items():
        yield _has_tag(fold_case(name), frozenset(values))
    if selector.names is not None:
        matches = name_matcher(selector.names)
        yield lambda candidate: matches(name_of(candidate.key))
    if selector.excepted:
        ids = frozenset(fold_case(word).rstrip("/") for word in selector.excepted if "/" in word)
        is_out = name_matcher([word for word in selector.excepted if "/" not in word])
        yield lambda candidate: candidate.key not in ids and not is_out(name_of(candidate.key))


def _is_part_in(part: int, words: frozenset[str]) -> Selection:
    return lambda candidate: candidate.key.split("/", part + 1)[part] in words


def _has_tag(name: str, values: frozenset[str]) -> Selection:
    return lambda candidate: candidate.tags.get(name) in values


def name_of(key: str) -> str:
    """The VM's name, by its key."""
    return key.rsplit("/", 1)[1]


def is_pattern(word: str) -> bool:
    return any(sign in word for sign in WILD)


def name_matcher(words: Iterable[str]) -> Callable[[str], bool]:
    """Whether a folded name is one of these, or matches one of these patterns."""
    folded = [fold_case(word) for word in words]
    whole = frozenset(word for word in folded if not is_pattern(word))
    texts = [f"(?:{_pattern(word)})" for word in folded if is_pattern(word)]
    if not texts:
        return whole.__contains__
    matches = re.compile("|".join(texts), re.DOTALL).fullmatch
    if not whole:
        return lambda name: matches(name) is not None
    return lambda name: name in whole or matches(name) is not None


def _pattern(word: str) -> str:
    """What is between two stars is found once, from the left: a pattern of many stars takes no longer."""
    first, *others = ["".join("." if sign == "?" else re.escape(sign) for sign in part) for part in word.split("*")]
    if not others:
        return first
    *middle, last = others
    between = "".join(f"(?>.*?{part})" for part in middle if part)
    return f"{first}{between}.*{last}"
