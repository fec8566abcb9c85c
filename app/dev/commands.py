"""What `holdfast dev` and `holdfast demo` do: the stack, and for the demo the story."""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from dotenv import dotenv_values

from app.core.settings import PREFIX
from app.dev.chapters import tell
from app.dev.console import Json, Screen
from app.dev.daily_report import show_report
from app.dev.embedded import EmbeddedPostgresError
from app.dev.restore_proof import EVIDENCE, KEYS, Proof
from app.dev.story import StoryFailed
from app.dev.supervisor import (
    SIMULATED_AZURE,
    Plan,
    Stack,
    StackError,
    free_port,
    has_data,
    has_sample,
    is_free,
    running_stack,
    was_cut_short,
    write_for_owner,
)
from app.dev.tokens import ROLES, TokenRefused, fetch_token
from app.dev.webhook_listener import told_by_webhook
from app.examples import ids

PRINCIPAL = "demo-operator"
SECOND_PERSON = "demo-approver"
USUAL_PORT = 8000
FOR_SHELLS = "env"
"""File in the data directory: lines that set API and tokens."""
OWNED = ("HOLDFAST_DATABASE_URL", "HOLDFAST_SIMULATOR", "HOLDFAST_ARM_URL", "HOLDFAST_OIDC_ISSUERS")
"""Settings that are always the stack's own: it must never write into the database or the cloud of a real deployment."""
MADE_FIRST = (
    ("vault", "vault-demo in rg-demo, geo-redundant"),
    ("policy", "production: daily 02:00 Eastern"),
    ("protected item", "vm-web-01, deleted and brought back"),
)
NEXT = (
    ("make run", "the same stack, with a sample object for each verb; then open /docs"),
    ("docs/tutorial.md", "from nothing to a restored VM, request by request"),
    ("make token ROLE=operator", "a token for your own requests"),
    ("docs/operating.md", "how to run it against Azure"),
)
CHECK_SECONDS = 0.5
FAILED, INTERRUPTED = 1, 130


class _Stop(BaseException):
    """A signal asked us to stop."""


def run_dev(*, time_scale: float, fresh: bool, sample: bool) -> int:
    """Serve the whole stack until Ctrl-C or SIGTERM; returns the exit code. Reads `.env` of the working directory."""
    screen = Screen()
    chosen = {**_dotenv(), **_own_settings(os.environ)}
    data_dir = Path(chosen.get("HOLDFAST_DATA_DIR", ".holdfast"))
    if not fresh and was_cut_short(data_dir):
        screen.say("The last run was stopped while it made the sample world: starting with new data.")
        fresh = True
    plan = Plan(
        data_dir=data_dir,
        port=_given_port(chosen) or (USUAL_PORT if is_free(USUAL_PORT) else free_port()),
        time_scale=time_scale,
        poll_seconds=1,
        fresh=fresh,
        environment=chosen,
        sample=sample,
    )
    _say_what_is_kept(plan, screen)
    ignored = [name for name in OWNED if name in chosen]
    if ignored:
        screen.say(f"{', '.join(ignored)}: not used here, this stack brings its own.", style="yellow")
    try:
        with _stoppable(), running_stack(plan, lambda text: screen.say(f"{text} ...")) as stack:
            _introduce(stack, screen, plan.data_dir)
            while True:
                stack.check()
                time.sleep(CHECK_SECONDS)
    except _Stop:
        return 0
    except (StackError, EmbeddedPostgresError, TokenRefused) as error:
        screen.say(str(error), style="red")
        return FAILED


def _say_what_is_kept(plan: Plan, screen: Screen) -> None:
    if plan.fresh or not has_data(plan.data_dir):
        return
    advice = "make run FRESH=1: start with new ones"
    if (plan.data_dir / SIMULATED_AZURE).exists():
        screen.say(f"The database and the simulated Azure of the last run are kept ({advice}).")
    else:
        screen.say(f"The database of the last run is kept, its simulated Azure was not ({advice}).")


def run_demo(*, time_scale: float) -> int:
    """Run the demo on a stack with new, empty data; returns the exit code."""
    screen = Screen()
    chosen = _own_settings(os.environ)
    plan = Plan(
        # Separate from the data of `dev`, because the demo deletes its data at the start.
        data_dir=Path(chosen.get("HOLDFAST_DATA_DIR", ".holdfast")) / "demo",
        port=_given_port(chosen) or free_port(),
        time_scale=time_scale,
        poll_seconds=0.5,
        fresh=True,
        environment=chosen,
    )
    began = time.monotonic()
    try:
        with _stoppable(), running_stack(plan, lambda text: screen.say(f"{text} ...")) as stack:
            screen.say(f"The API answers at {stack.api} (Azure is simulated, {time_scale:g} times faster than life).")
            token = fetch_token(stack.issuer, principal=PRINCIPAL, roles=ROLES)
            second = fetch_token(stack.issuer, principal=SECOND_PERSON, roles=["approver"])
            proof = Proof(stack.simulator, screen)
            with told_by_webhook(stack.api, token, screen, stack.check):
                restored = tell(stack.api, token, second, screen, stack.check, test=proof.test)
            page = show_report(stack.api, token, screen, stack.check, plan.data_dir)
            quarter = proof.show(stack.api, token, stack.check, plan.data_dir)
    except _Stop:
        screen.say("Interrupted; everything is stopped.", style="yellow")
        return INTERRUPTED
    except (StackError, EmbeddedPostgresError, TokenRefused, StoryFailed) as error:
        screen.say(str(error), style="red")
        screen.say(f"The logs of all parts: {plan.data_dir}/logs")
        return FAILED
    screen.say(f"Done in {time.monotonic() - began:.0f} s, and everything is stopped.", style="bold green")
    _sum_up(screen, restored, plan.data_dir, {"report of the day": page, "report of the quarter": quarter})
    return 0


def _sum_up(screen: Screen, restored: Sequence[Json], data_dir: Path, pages: Mapping[str, Path]) -> None:
    screen.table("What was made", [*MADE_FIRST, *((str(one["kind"]), str(one["id"])) for one in restored)])
    files = {**pages, "evidence": data_dir / EVIDENCE, "keys to verify it": data_dir / KEYS}
    screen.table("What was written", [(name, str(path)) for name, path in files.items()])
    screen.table("What to try next", NEXT)


def _introduce(stack: Stack, screen: Screen, data_dir: Path) -> None:
    token = fetch_token(stack.issuer, principal=PRINCIPAL, roles=ROLES)
    lines = [f"export API={stack.api}/v1 TOKEN={token}"]
    if has_sample(data_dir):
        admin = fetch_token(stack.issuer, principal=ids.ADMIN, roles=ROLES)
        second = fetch_token(stack.issuer, principal=ids.SECOND_PERSON, roles=ROLES)
        lines.append(f"export SAMPLE_TOKEN={admin} SECOND_TOKEN={second}")
    for_shells = write_for_owner(data_dir / FOR_SHELLS, "\n".join([*lines, ""]))
    screen.say("Holdfast is running. Ctrl-C stops it.", style="bold green")
    screen.say(f"Swagger UI: {stack.api}/docs")
    screen.say(f"API:        {stack.api}/v1")
    screen.say(f"Simulator:  {stack.simulator}")
    screen.say(f"Data, logs: {data_dir}, {stack.logs}")
    screen.say("Another token: make token ROLE=operator WHO=mona (valid for an hour)")
    if has_sample(data_dir):
        screen.say(
            f"The sample tenant has an object for each example of Swagger: SAMPLE_TOKEN is its admin, SECOND_TOKEN a "
            f"second person. {PRINCIPAL} has a tenant of its own, which is empty at first."
        )
    screen.say(f"For another terminal, these lines, or `. {for_shells}`:")
    for line in lines:
        screen.say(line)


def _dotenv() -> dict[str, str]:
    return _own_settings({name: value for name, value in dotenv_values(".env").items() if value is not None})


def _own_settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(PREFIX)}


def _given_port(chosen: Mapping[str, str]) -> int:
    """The configured port; 0 if there is none (or no valid one: the API itself then reports the error)."""
    given = chosen.get("HOLDFAST_PORT", "")
    return int(given) if given.isdecimal() else 0


@contextmanager
def _stoppable() -> Iterator[None]:
    """The first signal ends the block from wherever it is; later ones do not disturb the stopping.

    Set explicitly, because a shell starts background jobs with SIGINT ignored.
    """

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        os.write(1, b"\nstopping ...\n")  # at once, and not through a stream that may be in use
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise _Stop

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
