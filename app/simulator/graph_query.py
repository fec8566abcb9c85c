"""The query language of Resource Graph: the little of it that clients of this simulator send, and nothing more.

    query     = table { "|" operator }
    operator  = "where" condition | "project" column { "," column } | "order by" name ["asc" | "desc"]
    condition = all { "or" all };  all = term { "and" term };  term = "(" condition ")" | value comparison
    comparison= ("==" | "=~" | "!=" | ">=" | "<=" | ">" | "<") value | "in~" "(" text { "," text } ")"
    column    = name | name "=" value
    value     = text | "datetime(" time ")" | ("tostring" | "todatetime" | "tolower") "(" value ")" | path
    path      = name { "." name }

`=~` and `in~` ignore the letter case; a comparison with what is not there is false. Anything else is the 400 that was
recorded for an invalid query.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.simulator.world import Json

_TOKEN = re.compile(
    r"\s*(?:(?P<time>datetime\([^)]*\))|(?P<name>[A-Za-z_]\w*~?)|(?P<text>'(?:[^'\\]|\\.)*')|(?P<sign>==|=~|!=|>=|<=|[|(),=<>.]))"
)
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {}
TABLES = ("resources", "recoveryservicesresources")
Read = Callable[[Json], Any]
Test = Callable[[Json], bool]


class QueryError(Exception):
    """The query is not one that is spoken here. `at` counts from 0."""

    def __init__(self, text: str, at: int, token: str, expected: str) -> None:
        super().__init__(f"{token!r} where {expected} was expected")
        before = text[:at]
        self.line, self.column = before.count("\n") + 1, at - (before.rfind("\n") + 1)
        self.token, self.expected = token, expected

    @property
    def details(self) -> list[Json]:
        """As the recorded refusal has them (docs/azure.md, Resource Graph)."""
        return [
            {"code": "InvalidQuery", "message": "Query is invalid. Please fix the error before retrying."},
            {
                "code": "ParserFailure",
                "message": f"ParserFailure at line {self.line}",
                "line": self.line,
                "characterPositionInLine": self.column,
                "token": self.token,
                "expectedToken": self.expected,
            },
        ]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `order` = (column, descending), None = the order is any."""

    table: str
    tests: tuple[Test, ...]
    columns: tuple[tuple[str, Read], ...] | None
    order: tuple[str, bool] | None

    @property
    def projects_id(self) -> bool:
        return self.columns is None or any(name == "id" for name, _ in self.columns)

    def run(self, rows: list[Json]) -> list[Json]:
        found = [row for row in rows if all(test(row) for test in self.tests)]
        if self.columns is not None:
            found = [{name: read(row) for name, read in self.columns} for row in found]
        if self.order is not None:
            column, descending = self.order
            found.sort(key=lambda row: str(row.get(column) or ""), reverse=descending)
        return found


def parse(text: str) -> Query:
    """Raises QueryError."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str, int]] = []  # kind, word, position
        at, end = 0, len(text.rstrip())
        while at < end:
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                raise QueryError(text, at, text[at : at + 1], "a word")
            self._tokens.append((match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
            at = match.end()
        self._next = 0

    # -- tokens ---------------------------------------------------------------------------------------------------
    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "<EOF>", len(self._text))

    def _fail(self, expected: str) -> QueryError:
        _, word, at = self._peek()
        return QueryError(self._text, at, word, expected)

    def _take(self, *words: str) -> str | None:
        """The next word, if it is one of these."""
        _, word, _ = self._peek()
        if word.lower() not in words:
            return None
        self._next += 1
        return word.lower()

    def _need(self, *words: str) -> str:
        found = self._take(*words)
        if found is None:
            raise self._fail(" or ".join(words))
        return found

    def _kind(self, kind: str) -> str:
        found, word, _ = self._peek()
        if found != kind:
            raise self._fail(f"a {kind}")
        self._next += 1
        return word

    # -- grammar --------------------------------------------------------------------------------------------------
    def query(self) -> Query:
        table = self._need(*TABLES)
        tests: list[Test] = []
        columns: tuple[tuple[str, Read], ...] | None = None
        order: tuple[str, bool] | None = None
        while self._take("|"):
            operator = self._need("where", "project", "order")
            if operator == "where":
                tests.append(self._condition())
            elif operator == "project":
                columns = self._columns()
            else:
                self._need("by")
                order = self._kind("name"), (self._take("asc", "desc") or "desc") == "desc"
        if self._peek()[0] != "end":
            raise self._fail("|")
        return Query(table, tuple(tests), columns, order)

    def _columns(self) -> tuple[tuple[str, Read], ...]:
        found = [self._column()]
        while self._take(","):
            found.append(self._column())
        return tuple(found)

    def _column(self) -> tuple[str, Read]:
        name = self._kind("name")
        return (name, self._value()) if self._take("=") else (name, _path((name,)))

    def _condition(self) -> Test:
        found = [self._all()]
        while self._take("or"):
            found.append(self._all())
        return lambda row: any(test(row) for test in found)

    def _all(self) -> Test:
        found = [self._term()]
        while self._take("and"):
            found.append(self._term())
        return lambda row: all(test(row) for test in found)

    def _term(self) -> Test:
        if self._take("("):
            inner = self._condition()
            self._need(")")
            return inner
        left = self._value()
        if self._take("in~"):
            self._need("(")
            texts = {self._string().lower()}
            while self._take(","):
                texts.add(self._string().lower())
            self._need(")")
            return lambda row: str(left(row)).lower() in texts
        sign = self._need("==", "=~", "!=", ">=", "<=", ">", "<")
        right = self._value()
        return lambda row: _compare(sign, left(row), right(row))

    def _value(self) -> Read:
        kind, word, at = self._peek()
        if kind == "text":
            text = self._string()
            return lambda _row: text
        if kind == "time":
            self._next += 1
            moment = _moment(word[len("datetime(") : -1])
            if moment is None:
                raise QueryError(self._text, at, word, "a time")
            return lambda _row: moment
        name = self._kind("name")
        if name.lower() in _FUNCTIONS and self._take("("):
            inner, apply = self._value(), _FUNCTIONS[name.lower()]
            self._need(")")
            return lambda row: apply(inner(row))
        parts = [name]
        while self._take("."):
            parts.append(self._kind("name"))
        return _path(tuple(parts))

    def _string(self) -> str:
        return re.sub(r"\\(.)", r"\1", self._kind("text")[1:-1])


def _path(parts: tuple[str, ...]) -> Read:
    """Columns in any letter case [guess: not recorded]; the members of properties as they are spelt."""

    def read(row: Json) -> Any:
        found: Any = row
        for part in parts:
            found = found.get(part) if isinstance(found, dict) else None
        return found

    return read


def _compare(sign: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    if sign == "=~":
        return str(left).lower() == str(right).lower()
    if sign in {"==", "!="}:
        return bool(left == right) == (sign == "==")
    if not (isinstance(left, datetime) and isinstance(right, datetime)):
        return False
    return {">=": left >= right, "<=": left <= right, ">": left > right, "<": left < right}[sign]


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _tostring(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


_FUNCTIONS |= {"tostring": _tostring, "todatetime": _moment, "tolower": lambda value: _tostring(value).lower()}
