"""Which changes of the OpenAPI document break a caller that was written for an earlier one.

What callers send may be accepted more widely; what they get may say more. The other way round is a break: a member that
is gone, a value that is new in an answer or refused in a request, something required that was not. A component that is
gone breaks generated clients, which have a class of that name. Descriptions, examples and order never break anything.
Written for OpenAPI 3.1 (JSON Schema 2020-12): null is a type, and a schema may be a choice (`anyOf`, `oneOf`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
_NAMED = "x-component"
"""In a schema that was looked up: the name of its component."""
METHODS = ("get", "put", "post", "delete", "patch")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT = ("pattern", "multipleOf", "uniqueItems", "default")


@dataclass(frozen=True, order=True)
class Break:
    """One break. `place` is what an announcement names: an operation, `operation.parameter`, or `Component.member`."""

    place: str
    what: str


def breaks(old: Json, new: Json) -> list[Break]:
    """All of them, sorted; each once."""
    return sorted(set(_Comparison(old, new).all()))


@dataclass
class _Comparison:
    old: Json
    new: Json
    seen: set[tuple[str, str, bool]] = field(default_factory=set)

    def all(self) -> Iterator[Break]:
        for name in _components(self.old).keys() - _components(self.new).keys():
            yield Break(name, "the component is gone: generated clients have a class of that name")
        for key, before in _operations(self.old).items():
            after = _operations(self.new).get(key)
            if after is None:
                yield Break(before["operationId"], f"{key} is gone")
            else:
                yield from self._operation(before, after)
        for type_, before in self.old.get("webhooks", {}).items():
            after = self.new.get("webhooks", {}).get(type_)
            if after is None:
                yield Break(type_, "this type of events is gone")
            else:  # a receiver gets the body: it is an answer to them
                yield from self._contents(
                    type_, before["post"]["requestBody"], after["post"]["requestBody"], asked=False
                )

    def _operation(self, old: Json, new: Json) -> Iterator[Break]:
        place = old["operationId"]
        if new["operationId"] != place:
            yield Break(place, f"it is {new['operationId']} now: generated clients have a function of that name")
        if old.get("x-permission") != new.get("x-permission"):
            yield Break(place, "it needs another permission")
        ways, ways_now = old.get("security", []), new.get("security", [])
        if any(way not in ways_now for way in ways) or (ways_now and not ways):
            yield Break(place, "a way to authenticate is gone")
        yield from self._parameters(place, old, new)
        yield from self._body(place, old.get("requestBody"), new.get("requestBody"))
        yield from self._answers(place, old["responses"], new["responses"])

    def _parameters(self, place: str, old: Json, new: Json) -> Iterator[Break]:
        before, after = self._by_name(self.old, old), self._by_name(self.new, new)
        for (where, name), parameter in before.items():
            found = after.get((where, name))
            if found is None:
                yield Break(f"{place}.{name}", f"the {where} parameter is gone")
                continue
            if found.get("required") and not parameter.get("required"):
                yield Break(f"{place}.{name}", "the parameter is required now")
            before_, after_ = self._sent(self.old, parameter), self._sent(self.new, found)
            if after_.get("type") == "array" and before_.get("type") != "array":
                after_ = after_["items"]  # it may be repeated now; once is still fine
            yield from self._schema(f"{place}.{name}", before_, after_, asked=True)
        for (where, name), parameter in after.items():
            if parameter.get("required") and (where, name) not in before:
                yield Break(f"{place}.{name}", "a new parameter is required")

    @staticmethod
    def _sent(document: Json, parameter: Json) -> Json:
        """Its schema without null, which no parameter can be."""
        schema = _resolved(document, parameter["schema"])
        either = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
        rest = {name: value for name, value in schema.items() if name != "anyOf"}
        return rest | either[0] if len(either) == 1 else schema

    @staticmethod
    def _by_name(document: Json, operation: Json) -> dict[tuple[str, str], Json]:
        found = [_resolved(document, one) for one in operation.get("parameters", ())]
        return {(one["in"], one["name"].lower()): one for one in found}

    def _body(self, place: str, old: Json | None, new: Json | None) -> Iterator[Break]:
        if old is None:
            if new is not None and new.get("required"):
                yield Break(place, "it needs a body now")
            return
        if new is None:
            yield Break(place, "it takes no body any more")
            return
        if new.get("required") and not old.get("required"):
            yield Break(place, "the body is required now")
        yield from self._contents(place, old, new, asked=True)

    def _answers(self, place: str, old: Json, new: Json) -> Iterator[Break]:
        def good(answers: Json) -> dict[str, Json]:
            return {status: answer for status, answer in answers.items() if status < "4"}

        for status in good(new).keys() - good(old).keys():
            yield Break(place, f"{status} is a new answer")
        for status, answer in good(old).items():
            if status not in new:
                yield Break(place, f"{status} is no answer any more")
                continue
            before, after = _resolved(self.old, answer), _resolved(self.new, new[status])
            for name in before.get("headers", {}).keys() - after.get("headers", {}).keys():
                yield Break(place, f"{status} has no header {name} any more")
            yield from self._contents(place, before, after, asked=False)

    def _contents(self, place: str, old: Json, new: Json, *, asked: bool) -> Iterator[Break]:
        for media, content in old.get("content", {}).items():
            found = new.get("content", {}).get(media)
            if found is None:
                yield Break(place, f"{media} is gone")
            else:
                yield from self._schema(place, content.get("schema", {}), found.get("schema", {}), asked=asked)

    def _schema(self, place: str, old: Json, new: Json, *, asked: bool) -> Iterator[Break]:
        """`asked`: callers send it; else they get it."""
        if (old.get("default"), "x") != (new.get("default"), "x") and asked and "default" in old:
            yield Break(place, "the default is another")
        before, after = _choices(self.old, old), _choices(self.new, new)
        needed, offered = (before, after) if asked else (after, before)
        for key, choice in needed.items():
            match = _match(key, needed, offered)
            if match is None:
                yield Break(place, f"{_shown(key)} is {'refused now' if asked else 'new in an answer'}")
            else:
                was, is_now = (choice, match) if asked else (match, choice)
                yield from self._one(place, was, is_now, asked=asked)

    def _one(self, place: str, old: Json, new: Json, *, asked: bool) -> Iterator[Break]:
        """Two schemas of the same type. A component is compared once in each direction, and is its own place."""
        pair = (old.get(_NAMED, ""), new.get(_NAMED, ""), asked)
        if pair[0] and pair[1]:
            if pair in self.seen:
                return
            self.seen.add(pair)
            place = pair[0]
        yield from _values(place, old, new, asked=asked)
        if asked:
            yield from _bounds(place, old, new)
        yield from self._members(place, old, new, asked=asked)
        if "items" in old and "items" in new:
            yield from self._schema(place, old["items"], new["items"], asked=asked)
        rest, rest_now = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if asked and rest is not False and rest_now is False:
            yield Break(place, "unknown members are refused now")
        if isinstance(rest, dict) and isinstance(rest_now, dict):
            yield from self._schema(place, rest, rest_now, asked=asked)

    def _members(self, place: str, old: Json, new: Json, *, asked: bool) -> Iterator[Break]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required, required_now = set(old.get("required", ())), set(new.get("required", ()))
        for name, value in before.items():
            at = f"{place}.{name}"
            if name not in after:
                yield Break(at, "the member is gone")
                continue
            yield from self._schema(at, value, after[name], asked=asked)
            if asked and name in required_now - required:
                yield Break(at, "the member is required now")
            if not asked and name in required - required_now:
                yield Break(at, "the member may be missing now")
        for name in after.keys() - before.keys() if asked else ():
            if name in required_now:
                yield Break(f"{place}.{name}", "a new member is required")


def _components(document: Json) -> Json:
    found: Json = document["components"]["schemas"]
    return found


def _operations(document: Json) -> dict[str, Json]:
    """By method and path; the names of path parameters do not count."""
    return {
        f"{method.upper()} {_plain(path)}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def _plain(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _resolved(document: Json, node: Json) -> Json:
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def _choices(document: Json, schema: Json) -> dict[str, Json]:
    """The schemas of which one must fit, by what tells them apart: the type, a constant member, or the format."""
    found: dict[str, Json] = {}
    whole = _resolved(document, schema)
    several = whole.get("anyOf") or whole.get("oneOf")
    for one in several or [whole]:
        inner = _resolved(document, one)
        if "anyOf" in inner or "oneOf" in inner:
            found |= _choices(document, inner)
            continue
        for type_ in inner["type"] if isinstance(inner.get("type"), list) else [inner.get("type", "any")]:
            named = (one if several else schema).get("$ref", "").rpartition("/")[2]
            found[_key(type_, inner, named=named)] = inner | {_NAMED: named}
    return found


def _key(type_: str, schema: Json, *, named: str) -> str:
    """Objects are told apart by a constant member, such as `mode`, else by their component."""
    if type_ == "object":
        constants = [value["const"] for value in schema.get("properties", {}).values() if "const" in value]
        return f"object:{constants[0] if constants else named}"
    return f"{type_}:{schema['format']}" if "format" in schema else str(type_)


def _match(key: str, needed: dict[str, Json], offered: dict[str, Json]) -> Json | None:
    """The schema that a choice corresponds to; None = there is none.

    Callers may send what is accepted more widely, and get what is said more narrowly: so `offered` is always the wider
    side, and a number takes an integer, a text any format of it.
    """
    type_ = key.partition(":")[0]
    for name in (key, type_, "any", *(["number"] if type_ == "integer" else [])):
        if name in offered:
            return offered[name]
    free = [one for name, one in offered.items() if name.startswith("object") and not one.get("properties")]
    if type_ == "object" and free:
        return free[0]  # any object
    objects = [name for name in offered if name.startswith("object")]
    if type_ == "object" and len(objects) == 1 == sum(name.startswith("object") for name in needed):
        return offered[objects[0]]  # its component has another name
    return None


def _shown(key: str) -> str:
    return "null" if key == "null" else f"a value of type {key}"


def _values(place: str, old: Json, new: Json, *, asked: bool) -> Iterator[Break]:
    def closed(schema: Json) -> set[str] | None:
        given = [schema["const"]] if "const" in schema else schema.get("enum")
        return None if given is None else {repr(value) for value in given}

    before, after = closed(old), closed(new)
    if asked and after is not None and (before is None or before - after):
        yield Break(place, f"refused now: {', '.join(sorted((before or set()) - after)) or 'all but some values'}")
    if not asked and before is not None and (after is None or after - before):
        yield Break(place, f"new in an answer: {', '.join(sorted((after or set()) - before)) or 'any value'}")


def _bounds(place: str, old: Json, new: Json) -> Iterator[Break]:
    for name in LOWER:
        if name in new and (name not in old or new[name] > old[name]):
            yield Break(place, f"{name} is {new[name]} now")
    for name in UPPER:
        if name in new and (name not in old or new[name] < old[name]):
            yield Break(place, f"{name} is {new[name]} now")
    for name in EXACT[:3]:
        if new.get(name, old.get(name)) != old.get(name):
            yield Break(place, f"{name} is {new[name]} now")
