"""Run a program that dies with its owner, even when the owner is killed with SIGKILL.

`dies_with_parent(...)` gives the command line for `subprocess.Popen`: this file, run as a small script that drops
privileges if asked to, requests a signal at the owner's death from the kernel (prctl(2), PR_SET_PDEATHSIG), and becomes
the program by execv. The process id stays the same, so the caller's `Popen` is the program itself.

Why a script and not `preexec_fn`: Python code between fork and exec deadlocks in a process with threads. Why in this
order: the kernel cancels the request when a process changes its user, so that comes first. Only Linux has this.
Elsewhere a killed owner leaves its programs running; the next start ends them.

The request is tied to the *thread* that starts the program: use a thread that lives as long as the program should. This
file imports nothing of the package: it runs with `python -I -S`, in about 25 ms.
"""

import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def dies_with_parent(
    command: Sequence[str], *, on_owner_death: signal.Signals, user: tuple[int, int] | None = None
) -> list[str]:
    """The command line that runs `command` on a leash held by the calling process.

    `on_owner_death` is the signal the program gets when its owner is gone; `user` is (uid, gid) to become first, which
    needs root. `command[0]` is the path of an executable.
    """
    uid, gid = user if user is not None else (-1, -1)
    facts = (os.getpid(), int(on_owner_death), uid, gid)
    return [sys.executable, "-I", "-S", __file__, *(str(fact) for fact in facts), *command]


def _run(arguments: list[str]) -> None:
    import ctypes  # noqa: PLC0415 - only the script pays for it; before the user changes, who may not read our library

    library = ctypes.CDLL(None)
    owner, at_death, uid, gid = (int(argument) for argument in arguments[:4])
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        library.prctl(PR_SET_PDEATHSIG, at_death, 0, 0, 0)
    if os.getppid() != owner:  # it died before the promise was made
        sys.exit(1)
    # Python ignores SIGPIPE, and ignored signals stay ignored across exec: restore the default for the program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(arguments[4], arguments[4:])  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    _run(sys.argv[1:])
