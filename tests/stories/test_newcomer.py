"""A newcomer runs the shell blocks of the tutorial, in a clean copy of the repository, and changes nothing.

`make test` checks that the blocks are shell and that their requests are of this API; `make soak PART=whole` runs them.
Those of README: test_demo.py.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.main import openapi_document
from tests.whole import only_whole

ROOT = Path(__file__).resolve().parents[2]
FRONT, TUTORIAL = (ROOT / name for name in ("README.md", "docs/tutorial.md"))
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"call (GET|POST|PUT|PATCH|DELETE) \"?(/[^\s\"']*)")
START = "make run"
READY_SECONDS, STORY_SECONDS = 600, 900


def blocks_of(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [FRONT, TUTORIAL], ids=["front", "tutorial"])
def test_every_block_is_shell(page: Path) -> None:
    blocks = blocks_of(page)
    assert [block.strip() for block in blocks].count(START) == 1
    for block in blocks:
        checked = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
        assert checked.returncode == 0, (block, checked.stderr)


def test_every_request_of_the_tutorial_is_one_of_this_api() -> None:
    known = {(method.upper(), _shape(path)) for path, found in openapi_document()["paths"].items() for method in found}
    calls = CALL.findall("".join(blocks_of(TUTORIAL)))
    assert len(calls) >= 8
    assert {(method, _shape(f"/v1{path}")) for method, path in calls} <= known


def _shape(path: str) -> str:
    return re.sub(r"\$[A-Z]+|\{[a-z_]+\}", "{}", path)


@contextmanager
def clean_copy(place: Path) -> Iterator[Path]:
    """The files of the repository as a clone has them, with the environment that `make setup` would make."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True, capture_output=True, check=True
    )
    for name in listed.stdout.splitlines():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place / name)
    (place / ".venv").symlink_to(ROOT / ".venv")
    fresh = subprocess.run(["make", "-q", ".venv/.installed"], cwd=place, capture_output=True, check=False)
    if fresh.returncode != 0:  # it would also have this environment run the copy's code
        pytest.skip("this checkout is not set up as the locks say: `make setup` would install from the network")
    yield place


@contextmanager
def running(place: Path) -> Iterator[None]:
    """`make run` in a terminal of its own; Ctrl-C at the end of the block."""
    said = place / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(["make", "run"], cwd=place, stdout=output, stderr=output, start_new_session=True)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while "Ctrl-C stops it" not in said.read_text():
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    assert "stopping ..." in said.read_text()


@only_whole
def test_the_blocks_of_the_tutorial_alone_lead_to_a_restored_vm(tmp_path: Path) -> None:
    blocks = blocks_of(TUTORIAL)
    at = [block.strip() for block in blocks].index(START)
    with clean_copy(tmp_path) as place:
        for block in blocks[:at]:
            subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=place, check=True, timeout=STORY_SECONDS)
        with running(place):
            told = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", "\n".join(blocks[at + 1 :])],
                cwd=place,
                text=True,
                capture_output=True,
                check=False,
                timeout=STORY_SECONDS,
            )
    assert told.returncode == 0, (told.stdout[-2000:], told.stderr[-2000:])
    assert "virtualMachines/vm-batch-01r" in told.stdout
