"""Every document that the code, the tests and the documents cite is in the repository, and so is the cited heading.

A citation is written `docs/azure.md, Jobs`: the path from the root and a heading of that page. Pages link to each other
in Markdown; then the file and the part after `#` must exist. What is not in the repository is cited by nobody: a reader
could not open it.
"""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.named_things import APP, NAMED_PATH, missing_in_docstrings, missing_in_page

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("app", "tests", "migrations", "docs", "README.md", "CONTRIBUTING.md", "Makefile", "docker", "pyproject.toml")
TYPES = {".py", ".md", ".toml", ".sql", ".sh", ".mako", ""}
NEEDS_HEADING = {"docs/azure.md", "docs/operating.md", "docs/reliability.md"}
"""Long pages: in brackets, `(docs/azure.md)` alone sends a reader searching."""

CITATION = re.compile(
    r"(?<![\w/.-])(?:(?P<page>[\w./-]*\w\.md)\b|(?P<readme>README)(?=, [A-Z]))(?P<heading>, (?=[A-Z]))?"
)
LINK = re.compile(r"\]\((?P<page>[^)\s#]*)(?:#(?P<anchor>[^)\s]+))?\)")
IN_BRACKETS = re.compile(r"(?<!\])\($")
NUMBERED = re.compile(r"\b(?:contract(?:\.md)?,? section|finding M)\s*\d|\b(?<!RFC )decision (?P<number>\d+)\b")


def files() -> list[Path]:
    """What git tracks, or would: no caches, no environment."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *PLACES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\n") if listed.returncode == 0 else [str(p.relative_to(ROOT)) for p in walked()]
    found = [ROOT / name for name in names if name and Path(name).suffix in TYPES]
    return [path for path in found if path.is_file() and path != Path(__file__).resolve()]


def walked() -> Iterator[Path]:
    """Without git (an unpacked archive): every file below the places."""
    for place in PLACES:
        path = ROOT / place
        yield from path.rglob("*") if path.is_dir() else [path]


@cache
def headings(page: Path) -> tuple[str, ...]:
    return tuple(re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE))


def prose(path: Path) -> str:
    """The text in one line: docstrings, comments and broken string literals run on."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.sub(r"\s+", " ", text)
    return re.sub(r'"\s*\n\s*f?"|\s*\n\s*(?:# |-- )?', " ", text).replace("  ", " ")


def cited(path: Path, page: str) -> Path | None:
    """The file that is meant: from the root, or from where the citing file is."""
    for base in (ROOT, path.parent):
        if (base / page).is_file():
            return base / page
    return None


def names_a_heading(text: str, page: Path) -> bool:
    """Whether the text begins with a heading of the page, whole words."""
    return any(re.match(re.escape(heading) + r"(?!\w)", text) for heading in headings(page))


def wrong_citations(path: Path) -> Iterator[str]:
    text = prose(path)
    for match in CITATION.finditer(text):
        if "/" not in match[0] and text[match.start() - 1 : match.end() + 1] == f'"{match[0]}"':
            continue  # a part of a path in the code, not a citation
        page = "README.md" if match["readme"] else match["page"]
        where, shown = cited(path, page), text[match.start() : match.end() + 50]
        if where is None:
            yield f"{shown!r}: there is no {page}"
        elif match["heading"] and not names_a_heading(text[match.end() :], where):
            yield f"{shown!r}: {page} has no such heading"
        elif page in NEEDS_HEADING and IN_BRACKETS.search(text[: match.start()]) and text[match.end() :][:1] == ")":
            yield f"{shown!r}: name the heading too"
    for match in NUMBERED.finditer(text):
        if match["number"] is None:
            yield f"{match[0]!r}: cite a page of the repository and its heading"
        elif not list((ROOT / "docs" / "decisions").glob(f"{int(match['number']):04}-*.md")):
            yield f"{match[0]!r}: there is no such decision"


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def wrong_links(path: Path) -> Iterator[str]:
    for match in LINK.finditer(path.read_text(encoding="utf-8")):
        page, anchor = match["page"], match["anchor"]
        if "://" in page or page.startswith("mailto:"):
            continue
        target = (path.parent / page) if page else path
        if not target.exists():
            yield f"{match[0]}: there is no {page}"
        elif anchor and target.suffix == ".md" and anchor not in {slug(heading) for heading in headings(target)}:
            yield f"{match[0]}: {page} has no such heading"


def test_every_citation_resolves_to_a_file_and_a_heading() -> None:
    found = {str(path.relative_to(ROOT)): list(wrong_citations(path)) for path in files()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_every_link_between_pages_resolves() -> None:
    pages = [path for path in files() if path.suffix == ".md"]
    assert len(pages) > 20
    found = {str(path.relative_to(ROOT)): list(wrong_links(path)) for path in pages}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_every_file_that_a_page_names_exists() -> None:
    """`app/jobs/store.py` leads to a file, `app/jobs` to a folder; a file beside it may be named without its folder."""
    pages = [path for path in files() if path.suffix == ".md"]
    found = {str(page.relative_to(ROOT)): list(missing_in_page(page)) for page in pages}
    assert {page: missing for page, missing in found.items() if missing} == {}


def test_every_file_and_name_that_a_docstring_names_exists() -> None:
    found = {str(path.relative_to(ROOT)): list(missing_in_docstrings(path)) for path in APP.rglob("*.py")}
    assert len(found) > 200
    assert {path: missing for path, missing in found.items() if missing} == {}


def test_what_a_page_names_and_is_gone_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`app/jobs`, `store.py`, `nothing.py`\n`app/jobs/catalogue`\n`store.py` alone\n"
        "`app/jobs/queue/claims.py`, `models.py`\n"
    )
    assert list(missing_in_page(page)) == [
        "nothing.py (in app/jobs)",
        "app/jobs/catalogue",
        "models.py (in app/jobs/queue)",
    ]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("`work.prepare`, `core.clock.monotonic_boottime`, work.py, `jobs/store.py`, sweep/store.py", []),
        ("`work.submit`", ["work.submit"]),
        ("`core.clock.ticking`", ["core.clock.ticking"]),
        ("rendered by core/http/renderers.py", ["core/http/renderers.py"]),
        ("`nothing.py`", ["nothing.py"]),
        ("Raises QueueTimeout or TimeoutError, or NoTurn.", ["NoTurn"]),
    ],
)
def test_what_a_docstring_names_and_is_gone_is_found(text: str, missing: list[str], tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(f'"""{text}"""\n', encoding="utf-8")
    assert list(missing_in_docstrings(path, APP / "jobs")) == missing


def test_the_glossary_has_a_sentence_and_a_file_for_each_word() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")][2:]
    words = [row[0].strip() for row in rows]
    assert len(words) == len(set(words)) >= 12
    assert words == sorted(words, key=str.lower)
    for word, meaning, file in rows:
        assert meaning.strip().endswith("."), word
        named = NAMED_PATH.fullmatch(file.strip())
        assert named is not None, word
        text = (ROOT / named[1]).read_text(encoding="utf-8")
        assert occurs(word.strip(), text), f"{named[1]} does not say {word.strip()!r}"


def occurs(word: str, text: str) -> bool:
    """As a word, also in the plural or as a part of a name; its letter case counts where it is all capitals."""
    letters = re.escape(word).replace("\\ ", "[ _]")
    return re.search(rf"(?<![a-z]){letters}", text, 0 if word.isupper() else re.IGNORECASE) is not None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("See docs/azure.md, Jobs.", 0),
        ("See docs/azure.md,\n# Request ids; and README, Settings.", 0),
        ("see README, Nothing like it", 1),
        ("[Jobs](docs/azure.md)", 0),
        ("docs/azure.md, Jobs that never were", 0),
        ("docs/azure.md, No such heading", 1),
        ("docs/azure.md, Jobsworth", 1),
        ("wire.md section 2", 1),
        ("docs/wire.md, Jobs", 1),
        ("contract section 6", 1),
        ("finding M2", 1),
        ("decision 3, and decision 9999", 1),
        ("(docs/azure.md)", 1),
    ],
)
def test_a_citation_that_leads_nowhere_is_found(text: str, wrong: int, tmp_path: Path) -> None:
    path = tmp_path / "page.py"
    path.write_text(text, encoding="utf-8")
    assert len(list(wrong_citations(path))) == wrong, text


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One heading\n[a](#one-heading) [b](#two) [c](page.md) [d](gone.md) [e](https://example.org/x.md)\n"
    )
    assert len(list(wrong_links(page))) == 2
