"""Recorded bodies of Azure with one member dropped or mangled, as of our world, under names of their own.

In a list every variant is an entry of its own: every LISTED_STRIDEth is taken. Single objects are answered one by one:
every STRIDEth. HOLDFAST_TEST_WALK=all takes each (`make soak PART=foreign`).
"""

import copy
import functools
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.azure.tape import match_of, stored
from tests.world import SUBSCRIPTION

Json = dict[str, Any]
Way = tuple[str | int, ...]
Rename = Callable[[Json, int], Json]
STRIDE, LISTED_STRIDE = 199, 13
"""Primes, so that a sample meets members and values alike."""
DROPPED = object()
VALUES: tuple[Any, ...] = (DROPPED, None, 7, True, "x\u0000", "x" * 70_000, [], [1], {}, {"a": 1})
DEPTH = 5
_VAULT = r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.RecoveryServices/vaults/[^/]+"
_ITEM = _VAULT + r"/backupFabrics/Azure/protectionContainers/[^/]+/protectedItems/VM;[^/]+"
RECORDED = {
    "item": rf"GET {_VAULT}/backupProtectedItems",
    "point": rf"GET {_ITEM}/recoveryPoints",
    "policy": rf"GET {_VAULT}/backupPolicies",
    "job": rf"GET {_VAULT}/backupJobs",
    "job details": rf"GET {_VAULT}/backupJobs/[^/]+",
    "vault": rf"GET {_VAULT}",
    "protectable": rf"GET {_VAULT}/backupProtectableItems",
}
MOST_SHAPES = 3
"""How many different recorded shapes of a kind are mangled: those with the most members."""


def sampled(found: Sequence[Any], stride: int) -> Sequence[Any]:
    return found if os.environ.get("HOLDFAST_TEST_WALK") == "all" else found[::stride]


@functools.cache
def recorded(kind: str) -> tuple[Json, ...]:
    """Bodies of that kind as Azure was recorded to answer, one of each shape, the richest first."""
    shapes: dict[str, Json] = {}
    for flow in [*stored("2024-"), *stored("2019-")]:
        for exchange in flow.exchanges:
            body = exchange["response"]["body"]
            if exchange["response"]["status"] != 200 or match_of({RECORDED[kind]: None}, exchange) is None:
                continue
            entries = body.get("value", [body])
            shapes |= {json.dumps(_shape(entry)): entry for entry in entries if _is_ours(entry)}
    return tuple(shapes[key] for key in sorted(shapes, key=len, reverse=True)[:MOST_SHAPES])


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in sorted(value.items())}
    return [_shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def _is_ours(entry: Json) -> bool:
    said = json.dumps(entry.get("properties", {})).lower()
    return "iaasvm" in said or "microsoft.compute" in said or entry["type"].lower().endswith("/vaults")


def pairs_of(body: Json, rename: Rename) -> list[tuple[Way, Any]]:
    """Every member with every value."""
    return [(way, value) for way in _ways(rename(copy.deepcopy(body), 0), DEPTH) for value in VALUES]


def _said(value: Any) -> str:
    return "dropped" if value is DROPPED else repr(value)[:20]


def _ways(value: Any, depth: int) -> Iterator[Way]:
    inside = value.items() if isinstance(value, dict) else list(enumerate(value))[:2] if isinstance(value, list) else ()
    for key, inner in inside:
        yield (key,)
        if depth > 1:
            yield from ((key, *way) for way in _ways(inner, depth - 1))


def _put(body: Json, way: Way, value: Any) -> Json:
    *path, last = way
    here: Any = body
    for step in path:
        here = here[step]
    if value is DROPPED:
        del here[last]
    else:
        here[last] = value
    return body


def as_ours(body: Json, vm: str, other: str = "") -> Json:
    """Of our vault and of this VM of it; `other`: a name of its own, for what is not a VM's."""
    text = json.dumps(body)
    text = re.sub(r"/subscriptions/[^/\"]+", f"/subscriptions/{SUBSCRIPTION}", text, flags=re.IGNORECASE)
    text = re.sub(r"/resourceGroups/[^/\"]+", "/resourceGroups/rg-demo", text, flags=re.IGNORECASE)
    text = re.sub(r"(RecoveryServices/vaults/)[^/\"]+", r"\1vault-demo", text, flags=re.IGNORECASE)
    text = re.sub(r"(iaasvmcontainerv2;)[^;\"]+;[^;/\"]+", rf"\1rg-demo;{vm}", text, flags=re.IGNORECASE)
    text = re.sub(r"(Compute/virtualMachines/)[^/\"]+", rf"\g<1>{vm}", text, flags=re.IGNORECASE)
    renamed: Json = json.loads(text)
    if other:
        renamed["id"] = f"{renamed['id'].rpartition('/')[0]}/{other}"
        renamed["name"] = other
    return renamed


def many(kind: str, rename: Rename, stride: int) -> list[tuple[str, Json]]:
    """(what was done, the body), of every recorded shape of a kind. `rename` gives each a name of its own first."""
    found: list[tuple[str, Json]] = []
    for body in recorded(kind):
        for way, value in sampled(pairs_of(body, rename), stride):
            named = rename(copy.deepcopy(body), len(found))
            found.append((f"{'/'.join(map(str, way))} = {_said(value)}", _put(named, way, value)))
    return found
