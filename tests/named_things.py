"""What pages and docstrings name: files, folders, and names in our modules. Each must be there."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app"

NAMED_PATH = re.compile(r"`((?:app|tests|migrations|docs)(?:/[\w.-]+)+)/?`")
"""A file or a folder, from the root."""
BARE_FILE = re.compile(r"`(\w+\.(?:py|md|sql|sh))`")
FILE_IN_PROSE = re.compile(r"(?<![\w/.`-])(?P<plain>\w+(?:/\w+)+\.py)\b|`(?P<quoted>\w+(?:/\w+)*\.py)`")
DOTTED = re.compile(r"`(\w+(?:\.\w+)+)(?:\(\))?`")
RAISES = re.compile(r"\bRaises ((?:[A-Z]\w+(?:, or |, | or | and )?)+)")


def missing_in_page(page: Path) -> Iterator[str]:
    """Paths from the root; and bare names beside a path in the same line, which lie in a folder named before them."""
    for line in page.read_text(encoding="utf-8").splitlines():
        folders: list[Path] = []
        for match in re.finditer(f"{NAMED_PATH.pattern}|{BARE_FILE.pattern}", line):
            path, bare = match[1], match[2]
            if path is not None:
                where = ROOT / path
                if not where.exists():
                    yield path
                folders.append(where if where.is_dir() else where.parent)
            elif folders and not any((folder / bare).is_file() for folder in folders):
                yield f"{bare} (in {', '.join(str(folder.relative_to(ROOT)) for folder in folders)})"


def docstrings(path: Path) -> Iterator[str]:
    """Also the strings below an attribute, which say what it is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield re.sub(r"\s+", " ", node.value.value)


def missing_in_docstrings(path: Path, folder: Path | None = None) -> Iterator[str]:
    """`folder`: where it is read as if it lay there."""
    above = bases(folder or path.parent)
    for text in docstrings(path):
        for match in FILE_IN_PROSE.finditer(text):
            name = match["plain"] or match["quoted"]
            if not any((base / name).is_file() for base in (ROOT, *above)):
                yield name
        for name in DOTTED.findall(text):
            if not name.endswith(".py") and is_gone(name, above):
                yield name
        for names in RAISES.findall(text):
            yield from (one for one in re.findall(r"[A-Z]\w+", names) if one not in known_classes())


def bases(own: Path) -> list[Path]:
    """The folders from which a docstring may name something: its own, and those above it up to `app`."""
    return [folder for folder in (own, *own.parents) if folder.is_relative_to(APP)]


def is_gone(dotted: str, above: list[Path]) -> bool:
    """Whether its first parts name a module of ours, and the part behind them is not in that module."""
    parts = dotted.split(".")
    modules = [
        (module, parts[count])
        for base in above
        for count in range(1, len(parts))
        if (module := base.joinpath(*parts[:count]).with_suffix(".py")).is_file()
    ]
    return bool(modules) and not any(name in names_in(module) for module, name in modules)


@cache
def names_in(module: Path) -> frozenset[str]:
    """Everything that is defined, assigned or imported in it, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
    return frozenset(found)


@cache
def known_classes() -> frozenset[str]:
    """Classes that code of ours defines or uses, and Python's own."""
    used = {name for path in APP.rglob("*.py") for name in names_in(path)}
    return frozenset(used | set(dir(builtins)))
