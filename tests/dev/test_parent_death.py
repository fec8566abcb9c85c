"""A program that dies with its parent."""

import os
import signal
import subprocess
import sys
import uuid

import pytest

from app.dev.parent_death import dies_with_parent
from tests.processes import left_after, started_with

OWNER = """
import signal, subprocess, sys
from app.dev.parent_death import dies_with_parent
program = [sys.executable, "-c", "print('running', flush=True); import time; time.sleep(600)", sys.argv[1]]
child = subprocess.Popen(dies_with_parent(program, on_owner_death=signal.SIGKILL), start_new_session=True)
child.wait()
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux' own")


def test_a_program_dies_when_its_owner_is_killed() -> None:
    mark = f"leash-{uuid.uuid4()}"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, mark], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "running\n"
    assert len(started_with(mark)) == 2
    owner.kill()
    owner.communicate()
    assert left_after(10, mark) == {}


def test_the_program_is_the_child_itself_and_gives_its_own_exit_code() -> None:
    command = dies_with_parent(
        [sys.executable, "-c", "import os; print(os.getpid()); raise SystemExit(7)"], on_owner_death=signal.SIGKILL
    )
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said, _ = child.communicate()
    assert (int(said), child.returncode) == (child.pid, 7)


def test_a_program_whose_owner_died_before_it_began_does_not_begin() -> None:
    command = dies_with_parent([sys.executable, "-c", "print('began')"], on_owner_death=signal.SIGKILL)
    command[4] = str(os.getppid())  # not its parent: as it looks when the owner is gone already
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (finished.stdout, finished.returncode) == ("", 1)


def test_a_program_is_born_with_signals_as_the_system_has_them() -> None:
    look = "import signal; print(signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN)"
    shell = ["/bin/sh", "-c", "trap; kill -PIPE $$; echo survived"]
    finished = subprocess.run(
        dies_with_parent(shell, on_owner_death=signal.SIGKILL), capture_output=True, text=True, check=False
    )
    assert finished.returncode == -signal.SIGPIPE, look
    assert "survived" not in finished.stdout
