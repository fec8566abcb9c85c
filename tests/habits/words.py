"""Counts the words that plain prose avoids: a generic "he", and "nobody", "whoever" and their like."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

PRONOUNS = re.compile(r"\b(he|him|his|himself)\b", re.IGNORECASE)
VAGUE = re.compile(r"\b(nobody|whoever|somebody|someone)\b", re.IGNORECASE)


def prose_files(root: Path) -> Iterator[Path]:
    """The code, the docs and the two pages that everyone reads first."""
    yield from sorted((root / "app").rglob("*.py"))
    yield from sorted((root / "docs").rglob("*.md"))
    yield from (root / "README.md", root / "CONTRIBUTING.md")


def lines_with(words: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    """`path:number: line` for every line that has one of the words."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    ]
