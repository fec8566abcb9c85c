"""Finds the words that plain prose avoids: a generic "he", "nobody" and "whoever", and phrases that are riddles."""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

PRONOUNS = re.compile(r"\b(he|him|his|himself)\b", re.IGNORECASE)
VAGUE = re.compile(r"\b(nobody|whoever|somebody|someone)\b", re.IGNORECASE)
RIDDLES = re.compile(
    r"\b(anew|whatever|in vain|as good as|by and by|so many|so much|none of ours|be had|has it no more|"
    r"stands? (?:to the (?:left|right)|in|for|beside|there)|tells? of|told of|says of|taken for|"
    r"lets? go of|falls? free|fell free)\b",
    re.IGNORECASE,
)
"""Each has a plain word in its place: again, any, not available, to the right of, reports, treated as."""


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


def prose_with(words: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    """`path:number: words` found in pages, and in comments and strings of code; also across a line break."""
    return [
        f"{path}:{number}: {match[0]}"
        for path in paths
        for number, text in _prose(path)
        for match in words.finditer(re.sub(r"\s+(?:# )?", " ", text))
    ]


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        yield 1, text
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield token.start[0], token.string
