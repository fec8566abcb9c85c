"""Which VMs a policy definition is for, by the `if` of its own rule. Pure.

So what is said of a VM holds for the version of the definition that Azure has, with its list of images. Of Azure's
language this knows what the definitions of VM backup use; the rest is `unknown`, never a guess. Texts compare without
letter case, as Azure's do.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Final

from app.azure.governance.values import Definition, PolicyVm


class Reason(StrEnum):
    """Why a definition leaves a VM out. The API's `AzurePolicySkip.reason` lists the same, and more."""

    OTHER_REGION = "other_region"
    """It is in another region than the vault."""
    TAG = "tag"
    """It has the tag that excludes it, or lacks the one that includes it."""
    IMAGE_NOT_LISTED = "image_not_listed"
    """Its image is not in the definition's list: a custom one, none at all, or one that the list lacks."""
    PLATFORM = "platform"
    """It belongs to a platform that manages it (Databricks, OpenShift)."""
    UNKNOWN = "unknown"
    """The definition has a condition that is not known here."""


class NotKnown(Exception):
    """A part of the rule is not understood."""


def reason_for_leaving_out(definition: Definition, given: Mapping[str, Any], vm: PolicyVm) -> Reason | None:
    """Why the definition, with these parameters, is not for a VM; None = it is."""
    parameters = {**definition.defaults, **given}
    parts = definition.condition.get("allOf")
    for part in parts if isinstance(parts, list) else [definition.condition]:
        try:
            if not _holds(part, parameters, vm):
                return _reason(part, parameters)
        except NotKnown:
            return Reason.UNKNOWN
    return None


_REASONS: Final = (
    ("tags[", Reason.TAG),
    ("microsoft.compute/imageoffer", Reason.IMAGE_NOT_LISTED),
    ("microsoft.compute/imagesku", Reason.IMAGE_NOT_LISTED),
    ("microsoft.compute/imagepublisher", Reason.PLATFORM),
    ("location", Reason.OTHER_REGION),
    ("id", Reason.PLATFORM),
)
"""The first that a condition asks for says what it is about."""


def _reason(part: Any, parameters: Mapping[str, Any]) -> Reason:
    asked = [str(_value(one, parameters)).lower() for one in _fields(part)]
    found = (reason for start, reason in _REASONS for one in asked if one.startswith(start))
    return next(found, Reason.UNKNOWN)


def _fields(part: Any) -> Iterator[Any]:
    if isinstance(part, list):
        for one in part:
            yield from _fields(one)
    elif isinstance(part, Mapping):
        if "field" in part:
            yield part["field"]
        for one in part.values():
            yield from _fields(one)


def _holds(part: Any, parameters: Mapping[str, Any], vm: PolicyVm) -> bool:
    if not isinstance(part, Mapping):
        raise NotKnown
    keys = {str(key).lower() for key in part}
    if len(part) == 1 and keys <= {"allof", "anyof", "not"}:
        ((key, inner),) = part.items()
        if str(key).lower() == "not":
            return not _holds(inner, parameters, vm)
        if not isinstance(inner, list):
            raise NotKnown
        found = (_holds(one, parameters, vm) for one in inner)
        return all(found) if str(key).lower() == "allof" else any(found)
    return _compare(part, parameters, vm)


def _compare(part: Mapping[str, Any], parameters: Mapping[str, Any], vm: PolicyVm) -> bool:
    subjects = {"field", "value"} & part.keys()
    operators = part.keys() - subjects
    if len(subjects) != 1 or len(operators) != 1:
        raise NotKnown
    ((subject,), (operator,)) = (subjects, operators)
    wanted = _value(part[operator], parameters)
    has = _value(part[subject], parameters)
    is_there = _field(str(has), vm) if subject == "field" else has
    return _meets(operator.lower(), is_there, wanted)


def _meets(operator: str, has: Any, wanted: Any) -> bool:
    positive, negated = _POSITIVE.get(operator, (operator, False))
    text = None if has is None else _text(has)
    match positive:
        case "equals":
            found = text == _text(wanted)
        case "in" if isinstance(wanted, list):
            found = text in {_text(one) for one in wanted}
        case "like":
            found = text is not None and fnmatchcase(text, re.sub(r"([\[?])", r"[\1]", _text(wanted)))
        case "contains":
            found = text is not None and _text(wanted) in text
        case _:
            raise NotKnown
    return found is not negated


_POSITIVE: Final = {
    "notequals": ("equals", True),
    "notin": ("in", True),
    "notlike": ("like", True),
    "notcontains": ("contains", True),
}


def _text(value: Any) -> str:
    if isinstance(value, list | Mapping):
        raise NotKnown
    return str(value).lower()


def _field(name: str, vm: PolicyVm) -> str | None:
    lower = name.lower()
    if lower.startswith("tags[") and lower.endswith("]"):
        wanted = lower[len("tags[") : -1].strip("'")
        return next((value for key, value in vm.tags.items() if key.lower() == wanted), None)
    fields = {
        "type": "Microsoft.Compute/virtualMachines",
        "id": vm.vm.id,
        "name": vm.vm.name,
        "location": vm.location,
        "microsoft.compute/imagepublisher": vm.image.publisher,
        "microsoft.compute/imageoffer": vm.image.offer,
        "microsoft.compute/imagesku": vm.image.sku,
    }
    if lower not in fields:
        raise NotKnown
    return fields[lower]


_PARAMETER: Final = re.compile(r"\[parameters\('([^']+)'\)\]")
_EMPTY: Final = re.compile(r"\[empty\(parameters\('([^']+)'\)\)\]")
_TAG: Final = re.compile(r"\[concat\('tags\[', ?parameters\('([^']+)'\), ?'\]'\)\]")


def _value(value: Any, parameters: Mapping[str, Any]) -> Any:
    """A value as it is, or what an expression of Azure's templates means."""
    if not isinstance(value, str) or not value.startswith("[") or value.startswith("[["):
        return value
    for pattern in (_PARAMETER, _EMPTY, _TAG):
        found = pattern.fullmatch(value)
        if found is None:
            continue
        if found[1] not in parameters:
            raise NotKnown
        said = parameters[found[1]]
        if pattern is _EMPTY:
            return not said
        return said if pattern is _PARAMETER else f"tags[{said}]"
    raise NotKnown
