"""The files that hosts, editors and hooks read: they are valid, and what they name exists."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.habits.subjects import complaints, main
from tests.habits.words import PRONOUNS, RIDDLES, VAGUE, lines_with, prose_files, prose_with

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("subject", "is_good"),
    [
        ("Hold the API's port from the first moment of make run", True),
        ('Revert "Whatever this said was right or wrong already, and it is quoted here as it was"', True),
        ("Added a port", False),
        ("Fixes the port", False),
        ("hold the port", False),
        ("Hold the port.", False),
        ("Hold " + "the port " * 9, False),
        ("", False),
    ],
)
def test_a_subject_is_imperative_short_and_begins_with_a_capital(subject: str, *, is_good: bool) -> None:
    assert (complaints(subject) == []) is is_good


def test_the_hook_reads_the_first_line_that_is_no_comment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = tmp_path / "message"
    message.write_text("\n# a comment of git's\nAdded x\n\nWhy.\n", encoding="utf-8")
    assert main(["--message", str(message)]) == 1
    assert "not imperative" in capsys.readouterr().out
    message.write_text("Add x\n\nWhy added. fixes.\n", encoding="utf-8")
    assert main(["--message", str(message)]) == 0


def test_the_prose_has_no_generic_he_and_hardly_a_nobody() -> None:
    """The reader's first language may not be English. Name the caller, the worker, the operator; else "they".

    What is left of the second kind is a system user of Linux and names in the code.
    """
    paths = list(prose_files(ROOT))
    assert len(paths) > 300
    assert lines_with(PRONOUNS, paths) == []
    vague = lines_with(VAGUE, paths)
    assert len(vague) < 10, "\n".join(vague)


def test_the_tests_have_no_generic_he_and_no_whoever() -> None:
    here = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "habits" not in path.as_posix()]
    assert lines_with(PRONOUNS, here) == []
    assert lines_with(re.compile(r"whoever", re.IGNORECASE), here) == []


def test_the_prose_has_no_phrase_that_readers_puzzled_over() -> None:
    """Say again, any, reports, treated as: the phrases are in tests/habits/words.py."""
    assert prose_with(RIDDLES, prose_files(ROOT)) == []


def test_a_phrase_is_found_across_a_line_break_and_in_a_comment_but_not_in_a_name(tmp_path: Path) -> None:
    page, module = tmp_path / "page.md", tmp_path / "module.py"
    page.write_text("It is\ntaken\nfor lost.\n", encoding="utf-8")
    module.write_text('anew = 1  # made\n"""Sent\nanew."""\n# in\nvain = 2  # anew\n', encoding="utf-8")
    assert prose_with(RIDDLES, [page]) == [f"{page}:1: taken for"]
    assert prose_with(RIDDLES, [module]) == [f"{module}:2: anew", f"{module}:5: anew"]


def test_a_word_to_avoid_is_found_and_a_longer_word_is_not(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("His job.\nThe history, this heap.\nNobody knows.\n", encoding="utf-8")
    assert [line.split(":")[1] for line in lines_with(PRONOUNS, [page])] == ["1"]
    assert [line.split(":")[1] for line in lines_with(VAGUE, [page])] == ["3"]


def test_hooks_are_local_and_run_what_is_there() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repo["repo"] for repo in config["repos"]} == {"local"}, "a hook from elsewhere is a version of its own"
    hooks = {hook["id"]: hook for hook in config["repos"][0]["hooks"]}
    assert set(hooks) == {"ruff-check", "ruff-format", "mypy", "openapi-drift", "commit-subject"}
    for hook in hooks.values():
        program, *rest = hook["entry"].split()
        assert program.startswith(".venv/bin/")
        for word in rest:
            if word.startswith("tests/"):
                path, _, test = word.partition("::")
                assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")


def test_the_workflow_runs_every_python_and_postgres_that_is_supported() -> None:
    matrix = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert matrix["python"][0] == project["requires-python"].removeprefix(">=")
    assert matrix == {"python": ["3.11", "3.12", "3.13"], "postgres": ["15", "16", "17", "18"]}
    targets = re.findall(r"make (\w+)", json.dumps(WORKFLOW))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.name)
def test_what_a_host_reads_is_valid_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


def test_owners_are_named_for_paths_that_exist() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    patterns = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert patterns[0] == "*"
    for pattern in patterns:
        assert list(ROOT.glob(pattern.strip("/"))), pattern


@pytest.mark.parametrize("name", ["SECURITY.md", ".github/pull_request_template.md", "migrations/LOCKS.md"])
def test_every_file_that_a_page_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = [*re.findall(r"\]\(([^)#:]+)\)", text), *re.findall(r"`((?:docs|migrations|tests)/[\w./]+)`", text)]
    assert named
    for one in named:
        assert (ROOT / one).exists(), one
