"""The resources of the Python client: `client.restores.create(...)`, one method for each operation.

Made from the generated operations (their signatures) and the document (which answers are jobs, and which are pages).
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLURAL = {"policies": "policy", "rules": "rule", "alerts": "alert"}
KEY, CURSOR, TENANT = "idempotency_key", "cursor", "holdfast_tenant"
VERSIONED = {"if_none_match", "prefer"}
JOB_FIELDS = {"id", "kind", "state", "progress_percent", "waiting"}


@dataclass(frozen=True)
class Method:
    tag: str
    name: str
    operation: str
    arguments: ast.arguments
    results: list[str]
    """The types of its answers, without None."""
    has_none: bool
    item: str | None
    """Of a page: the type of what is in it."""
    jobs: list[str]
    summary: str


def write_resources(folder: Path, document: dict[str, Any]) -> None:
    """Write sync_api.py and async_api.py into the folder of the generated package."""
    methods = list(_methods(folder / "api", document))
    for name, is_async in (("sync_api.py", False), ("async_api.py", True)):
        (folder / name).write_text(_module(methods, is_async=is_async), encoding="utf-8")


def _methods(api: Path, document: dict[str, Any]) -> Iterator[Method]:
    jobs, items = _jobs(document), _pages(document)
    for path in sorted(api.glob("*/[!_]*.py")):
        function = next(
            node
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name == path.stem
        )
        assert isinstance(function.returns, ast.Subscript)  # noqa: S101 - our own template wrote it
        types = [part.strip() for part in ast.unparse(function.returns.slice).split("|")]
        results = [one for one in dict.fromkeys(types) if one != "None"]
        keywords = {one.arg for one in function.args.kwonlyargs}
        page = items.get(results[0]) if len(results) == 1 else None
        is_page = page is not None and CURSOR in keywords
        yield Method(
            tag=path.parent.name,
            name=_short(path.stem, path.parent.name),
            operation=path.stem,
            arguments=function.args,
            results=results,
            has_none="None" in types,
            item=page if is_page else None,
            jobs=[one for one in results if one in jobs and "if_none_match" not in keywords],
            summary=(ast.get_docstring(function) or path.stem).splitlines()[0],
        )


def _short(operation: str, tag: str) -> str:
    """`create_protected_item` of `protected_items` is `create`; what names something else keeps its name."""
    words = tag.split("_")
    one = "_".join([*words[:-1], PLURAL.get(words[-1], words[-1].removesuffix("s"))])
    left = re.sub(rf"_(?:{one}|{tag})(?=_|$)", "", operation)
    return f"{left}_" if left in {"import", "from"} else left


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _class(schema: dict[str, Any], document: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    title = str(_resolved(schema, document).get("title") or name)
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", title))


def _jobs(document: dict[str, Any]) -> set[str]:
    """The classes of answers that are a job."""
    return {
        _class({"$ref": f"#/x/{name}"}, document)
        for name, schema in document["components"]["schemas"].items()
        if set(schema.get("required", ())) >= JOB_FIELDS
    }


def _pages(document: dict[str, Any]) -> dict[str, str]:
    """Class of a page -> class of what is in it."""
    found = {}
    for name, schema in document["components"]["schemas"].items():
        properties = schema.get("properties", {})
        if {"items", "next"} <= set(properties):
            item = properties["items"]["items"]
            found[_class({"$ref": f"#/x/{name}"}, document)] = _class(item, document)
    return found


def _module(methods: list[Method], *, is_async: bool) -> str:
    client = "AsyncHoldfast" if is_async else "Holdfast"
    pending = "AsyncPendingJob" if is_async else "PendingJob"
    home = "async_client" if is_async else "client"
    tags = sorted({method.tag for method in methods})
    lines = [
        f'"""The resources of {client}, one method for each operation. Made by `make clients`."""',
        "from __future__ import annotations",
        "import builtins",
        "import datetime",
        "from typing import TYPE_CHECKING, Any, Literal, cast",
        "from uuid import UUID",
        "from ..exchange import keyed",
        "from ..operation import Operation",
        "from .types import UNSET, Unset",
        "if TYPE_CHECKING:",
        f"    from collections.abc import {'AsyncIterator' if is_async else 'Iterator'}",
        f"    from ..{home} import {client}, {pending}",
        *[f"    from .models import {name}" for name in _models(methods)],
    ]
    for tag in tags:
        lines += [f"class {_class_name(tag)}:", f"    def __init__(self, client: {client}) -> None:"]
        lines += ["        self._client = client"]
        for method in methods:
            if method.tag == tag:
                lines += _method(method, is_async=is_async, pending=pending)
        if tag == "jobs":
            lines += [f"    def pending(self, job_id: str | UUID) -> {pending}[str]:"]
            lines += ['        """To wait for a job that is known by its id."""']
            lines += ["        return self._client.pending(str(job_id))"]
    lines += [f"class {'Async' if is_async else 'Sync'}Api:", f"    def __init__(self, client: {client}) -> None:"]
    lines += [f"        self.{tag} = {_class_name(tag)}(client)" for tag in tags]
    return "\n".join(lines) + "\n"


def _is_versioned(method: Method) -> bool:
    """Whether it reads one thing that has an ETag: the simple method reads it as it is now."""
    return any(one.arg == "if_none_match" for one in method.arguments.kwonlyargs)


def _class_name(tag: str) -> str:
    return "".join(word.capitalize() for word in tag.split("_")) + "Resource"


def _models(methods: list[Method]) -> list[str]:
    names: set[str] = set()
    for method in methods:
        texts = [*method.results, method.item or "", *(ast.unparse(one) for one in _annotations(method))]
        names |= {word for text in texts for word in re.findall(r"\b[A-Z]\w+", re.sub(r"'[^']*'", "", text))}
    return sorted(names - {"UNSET", "Unset", "UUID", "Any", "None", "Literal"})


def _annotations(method: Method) -> Iterator[ast.expr]:
    for one in (*method.arguments.posonlyargs, *method.arguments.args, *method.arguments.kwonlyargs):
        if one.annotation is not None:
            yield one.annotation


def _method(method: Method, *, is_async: bool, pending: str) -> list[str]:
    hidden = {TENANT} | ({CURSOR} if method.item else set()) | (VERSIONED if _is_versioned(method) else set())
    signature, given = _signature(method.arguments, hidden)
    module = f"from .api.{method.tag} import {method.operation}"
    call = f"{method.operation}.{method.operation}({given}"
    head = "async def" if is_async and not method.item else "def"
    awaits = "await " if is_async else ""
    result, body = _body(method, call, awaits=awaits, pending=pending, is_async=is_async)
    return [
        f"    {head} {method.name}({signature}) -> {result}:",
        f'        """{method.summary}"""',
        f"        {module}",
        *[f"        {line}" for line in body],
    ]


def _body(method: Method, call: str, *, awaits: str, pending: str, is_async: bool) -> tuple[str, list[str]]:
    """(type of the answer, lines)."""
    if method.item:
        iterator = "AsyncIterator" if is_async else "Iterator"
        return f"{iterator}[{method.item}]", [
            f"return self._client.pages(lambda cursor: {call}cursor=UNSET if cursor is None else cursor))"
        ]
    others = [one for one in method.results if one not in method.jobs]
    if method.jobs and not others and len(method.jobs) == 1:
        return f"{pending}[{method.jobs[0]}]", [f"return {awaits}self._client.start({call}))"]
    if method.jobs and others and len(method.jobs) == 1:
        answer = [f"from .models import {method.jobs[0]}", f"answer = {awaits}self._client.send({call}))"]
        chosen = f"return self._client.pending(answer) if isinstance(answer, {method.jobs[0]}) else answer"
        return f"{pending}[{method.jobs[0]}] | {' | '.join(others)}", [*answer, chosen]
    # Without If-None-Match there is no 304, and so no None.
    nothing = ["None"] if method.has_none and not (method.results and _is_versioned(method)) else []
    result = " | ".join([*method.results, *nothing]) or "None"
    if len(method.results) == 1 and method.has_none and not nothing:
        call = f"cast('Operation[{method.results[0]}]', {call})"
    if result == "None":
        return result, [f"{awaits}self._client.send({call}))"]
    return result, [f"return {awaits}self._client.send({call}))"]


def _signature(arguments: ast.arguments, hidden: set[str]) -> tuple[str, str]:
    """(the parameters of the method, the arguments of the call, which ends in a comma)."""
    wanted, given = ["self"], ""
    for one in (*arguments.posonlyargs, *arguments.args):
        wanted.append(ast.unparse(one))
        given += f"{one.arg}, "
    keyword = []
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if one.arg in hidden:
            continue
        if one.arg == KEY:
            keyword.append(f"{KEY}: str | None = None")
            given += f"{KEY}=keyed({KEY}), "
        elif one.arg == "body" and not keyword:
            wanted.append(ast.unparse(one) + (f" = {ast.unparse(default)}" if default else ""))
            given += "body=body, "
        else:
            keyword.append(ast.unparse(one) + (f" = {ast.unparse(default)}" if default else ""))
            given += f"{one.arg}={one.arg}, "
    if keyword:
        wanted += ["*", *keyword]
    return re.sub(r"\blist\[", "builtins.list[", ", ".join(wanted)), given
