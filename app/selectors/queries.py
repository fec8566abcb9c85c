"""A selector as conditions of SQL. tests/selectors compares them with `rules`."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_

from app.core.letter_case import fold_case
from app.selectors.rules import Selector, is_pattern
from app.vaults.rules import region_of

ESCAPE = "\\"


def conditions(
    selector: Selector,
    *,
    key: SQLColumnExpression[str],
    location: SQLColumnExpression[str],
    tags: ColumnElement[Any],
) -> Iterator[ColumnElement[bool]]:
    """Those that select rows with these columns. `key`: the VM's, folded; `tags`: by folded name, as JSONB, or null."""
    for part, words in ((3, selector.subscriptions), (5, selector.resource_groups)):
        if words is not None:
            yield func.split_part(key, "/", part).in_([fold_case(word) for word in words])
    if selector.locations is not None:
        region = func.lower(func.replace(location, " ", ""))
        yield region.in_([region_of(word) for word in selector.locations])
    for name, values in (selector.tags or {}).items():
        yield tags[fold_case(name)].astext.in_(list(values))
    vm_name = func.split_part(key, "/", 9)
    if selector.names is not None:
        yield _matches(vm_name, selector.names)
    if selector.excepted:
        ids = [fold_case(word).rstrip("/") for word in selector.excepted if "/" in word]
        yield key.not_in(ids)
        yield ~_matches(vm_name, [word for word in selector.excepted if "/" not in word])


def _matches(name: ColumnElement[str], words: Collection[str]) -> ColumnElement[bool]:
    folded = [fold_case(word) for word in words]
    whole = name.in_([word for word in folded if not is_pattern(word)])
    return or_(whole, *(name.like(_like(word), escape=ESCAPE) for word in folded if is_pattern(word)))


def _like(word: str) -> str:
    for sign in (ESCAPE, "%", "_"):
        word = word.replace(sign, ESCAPE + sign)
    return word.replace("*", "%").replace("?", "_")
