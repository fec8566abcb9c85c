"""What can be known of the image, the compose file, the locks and the wheel without an engine to run them."""

import ast
import hashlib
import json
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from app.cli import cli
from app.core.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
SWAGGER = ROOT / "app" / "core" / "swagger"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "holdfast"}


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """`(instruction, rest)` of each line of a Dockerfile, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", dockerfile)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


IMAGE = instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def flags_of(command: str) -> dict[str, set[str]]:
    """The flags that one `holdfast` command understands, by name, with their values' type in words."""
    known = typer.main.get_command(cli).commands[command]  # type: ignore[attr-defined]
    return {flag: {type(parameter).__name__} for parameter in known.params for flag in parameter.opts}


@pytest.mark.parametrize("name", OURS)
def test_every_service_runs_a_real_command_with_flags_it_knows(name: str) -> None:
    command, *arguments = OURS[name]["command"]
    flags = {argument.split("=")[0] for argument in arguments if argument.startswith("--")}
    assert flags <= flags_of(command).keys()


def test_the_commands_are_those_of_the_contract() -> None:
    commands = typer.main.get_command(cli).commands  # type: ignore[attr-defined]
    of_contract = {"serve", "worker", "migrate", "simulator", "dev", "demo", "token", "openapi", "audit"}
    assert set(commands) == of_contract | {"rotate-secrets", "evidence"}
    assert flags_of("simulator").keys() >= {"--host", "--port", "--time-scale", "--tls-cert", "--tls-key"}
    assert flags_of("token").keys() >= {"--issuer", "--principal", "--role"}


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml"])
def test_every_setting_that_a_file_names_exists(name: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)", (ROOT / name).read_text(encoding="utf-8")))
    assert named
    assert named <= {field.upper() for field in Settings.model_fields}


def test_the_services_wait_for_the_migration_and_postgres_for_nothing() -> None:
    for name in ("api", "worker"):
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert OURS["migrate"]["depends_on"] == {"logins": {"condition": "service_completed_successfully"}}
    assert COMPOSE["services"]["logins"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "pg_isready" in COMPOSE["services"]["postgres"]["healthcheck"]["test"][1]


def is_enabled(name: str, active: set[str]) -> bool:
    """Compose Specification, Profiles: a service without profiles always is; else one of its own must be active."""
    profiles = set(COMPOSE["services"][name].get("profiles", ()))
    return not profiles or bool(profiles & active)


def needs(name: str) -> set[str]:
    direct = set(COMPOSE["services"][name].get("depends_on", {}))
    return direct.union(*map(needs, direct)) if direct else direct


@pytest.mark.parametrize(
    ("named", "active"),
    [
        # As `docker compose up`, `--profile simulator up`, `--profile token up`, and `run token`: naming a service
        # activates its own profiles, and those of what it depends on are activated by nothing.
        ([], set()),
        ([], {"simulator"}),
        ([], {"token"}),
        (["token"], {"token"}),
        (["token"], {"token", "simulator"}),
    ],
)
def test_whatever_is_started_depends_on_enabled_services_only(named: list[str], active: set[str]) -> None:
    started = named or [name for name in COMPOSE["services"] if is_enabled(name, active)]
    for name in started:
        assert is_enabled(name, active), name
        assert {other for other in needs(name) if not is_enabled(other, active)} == set(), name


def test_run_token_works_beside_a_running_stack_and_without_one() -> None:
    """docker compose run --rm token: its own profiles alone are active, no port is published, it ends by itself."""
    token, simulator = OURS["token"], OURS["simulator"]
    assert set(token["profiles"]) <= set(simulator["profiles"])
    assert needs("token") == {"simulator"}
    assert token["depends_on"]["simulator"] == {"condition": "service_healthy"}
    assert "test" in simulator["healthcheck"]
    for service in (token, simulator):
        assert {"ports", "container_name", "network_mode"}.isdisjoint(service)
    assert "restart" not in token
    issuer = next(flag for flag in token["command"] if flag.startswith("--issuer="))
    assert f"http://simulator:{simulator['command'][simulator['command'].index('--port') + 1]}/" in issuer


def test_no_two_services_publish_one_port() -> None:
    published = [port.rpartition(":")[0] for one in COMPOSE["services"].values() for port in one.get("ports", ())]
    assert len(published) == len(set(published)) == 1


def test_each_process_logs_in_as_the_operating_manual_advises() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for name, login in (("migrate", "owner"), ("api", "serving"), ("worker", "working")):
        url = OURS[name]["environment"]["HOLDFAST_DATABASE_URL"]
        variable = f"{login.upper()}_PASSWORD"
        assert url.startswith(f"postgresql://holdfast_{login}:${{{variable}:-"), url
        assert url.endswith("@postgres:5432/holdfast")
        assert f"CREATE ROLE holdfast_{login} " in manual
        assert variable in COMPOSE["services"]["logins"]["environment"]
    assert "HOLDFAST_DATABASE_URL" not in OURS["token"].get("environment", {})


def test_simulator_mode_reaches_every_process_that_asks_for_it() -> None:
    for name in ("migrate", "api", "worker"):
        assert OURS[name]["environment"]["HOLDFAST_SIMULATOR"] == "${HOLDFAST_SIMULATOR:-false}"


def test_the_base_image_is_an_argument_and_renovate_keeps_its_digest() -> None:
    verb, argument = IMAGE[0]
    assert verb == "ARG"
    name, _, default = argument.partition("=")
    assert IMAGE[1] == ("FROM", f"${{{name}}}")
    assert re.fullmatch(r"python:3\.11-slim(@sha256:[0-9a-f]{64})?", default)
    renovate = json.loads((ROOT / "renovate.json").read_text(encoding="utf-8"))
    assert "docker:pinDigests" in renovate["extends"]
    assert set(renovate["enabledManagers"]) == {"dockerfile", "docker-compose"}


def test_no_secret_is_baked_in_but_a_password_for_a_local_try() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    given = [*re.findall(r"PASSWORD: (.+)", text), *re.findall(r"postgresql://\w+:(\S+)@", text)]
    assert len(given) == 8
    for one in given:
        assert re.fullmatch(r"\$\{[A-Z_]+_PASSWORD:-local-try-only\}", one), one
    assert re.findall(r"SECRET: *(\S*)$", text, re.MULTILINE) == [""]


def make_variable(name: str) -> str:
    found = re.search(rf"^{name} := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found, name
    return found[1]


@pytest.mark.parametrize("variable", ["INSTALL_LOCKED", "INSTALL_PROJECT"])
def test_the_image_installs_as_the_makefile_does(variable: str) -> None:
    steps = [set(shlex.split(part)) for verb, rest in IMAGE if verb == "RUN" for part in rest.split("&&")]
    wanted = set(shlex.split(make_variable(variable)))
    assert [step for step in steps if wanted <= step], f"no RUN line has {wanted}"


def test_everything_the_image_copies_exists_and_is_let_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line[0] == "!"}
    sources = [source for verb, rest in IMAGE if verb == "COPY" for source in rest.split()[:-1]]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source in allowed, f"{source} is kept out by .dockerignore"


def test_the_image_runs_as_an_ordinary_user_and_begins_with_the_api() -> None:
    last = dict(IMAGE)
    assert int(last["USER"].split(":")[0]) > 0
    after_user = IMAGE[[verb for verb, _ in IMAGE].index("USER") :]
    assert "RUN" not in [verb for verb, _ in after_user]
    assert (json.loads(last["ENTRYPOINT"]), json.loads(last["CMD"])) == (["holdfast"], ["serve"])
    probe = json.loads(last["HEALTHCHECK"].split("CMD ", 1)[1])
    compile(probe[2], "HEALTHCHECK", "exec")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-client.lock"])
def test_a_lock_names_versions_and_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, re.MULTILINE), "an option such as --index-url"
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > (20 if "client" in name else 30)
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("name", ["openapi/package-lock.json", "clients/typescript/package-lock.json"])
def test_a_lock_of_node_has_exact_versions_and_hashes_and_no_host(name: str) -> None:
    """npm writes `resolved` and `funding` anew where a package is added: take them out."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    for place, package in json.loads(text)["packages"].items():
        assert place == "" or (package["version"] and package["integrity"].startswith("sha512-")), place


def test_production_installs_what_development_does_without_the_embedded_postgres() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==[^\s;]+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    production, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert production < development
    assert not [pin for pin in production if "pgserver" in pin or pin.startswith("pytest")]


def imported(source: Path) -> set[str]:
    """The top-level names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names - sys.stdlib_module_names - {"app", "migrations"}


def test_everything_the_code_imports_is_a_dependency_of_its_own_and_in_the_production_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in project["dependencies"]}
    sources = [*(ROOT / "app").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")]
    owners = metadata.packages_distributions()
    # psutil comes with the extra `embedded`, for which alone it is imported; the rest comes with what is declared.
    indirect = {"psutil", "starlette", "pydantic", "azure-core", "python-dotenv", "cryptography", "anyio"}
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for source in sources:
        for name in imported(source):
            distributions = {owner.lower().replace("_", "-") for owner in owners.get(name, ())}
            known = distributions & (declared | indirect)
            assert known, f"{source.relative_to(ROOT)} imports {name} of {distributions or 'nobody'}, not a dependency"
            assert [owner for owner in known if re.search(rf"^{owner}==", locked, re.MULTILINE)] or name == "psutil"


def test_the_swagger_assets_are_the_files_of_the_release_named_beside_them() -> None:
    sums = [line.split() for line in (SWAGGER / "SHA256SUMS").read_text().splitlines()]
    assert {"swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"} <= {name for _, name in sums}
    for wanted, name in sums:
        assert hashlib.sha256((SWAGGER / name).read_bytes()).hexdigest() == wanted, name
    assert re.search(rf"version \*\*{re.escape(swagger_version())}\*\*", (SWAGGER / "README.md").read_text())


def swagger_version() -> str:
    """As the bundle says itself."""
    (found,) = re.findall(r'PACKAGE_VERSION:"(5\.\d+\.\d+)"', swagger_bundle())
    return str(found)


def swagger_bundle() -> str:
    return (SWAGGER / "swagger-ui-bundle.js").read_text(encoding="utf-8")


def test_the_docs_page_draws_every_operation_so_that_the_browsers_search_finds_it() -> None:
    """From 5.33 on Swagger UI draws of a document as large as this one only what is in view.

    app/core/swagger/README.md has the reports. The second test holds where the version does not say it.
    """
    assert int(swagger_version().split(".")[1]) < 33
    is_virtualized = "VirtualizedOperation" in swagger_bundle()
    assert not is_virtualized


def test_the_wheel_contains_what_is_needed_at_run_time(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("holdfast-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        contents = set(archive.namelist())
        entry_points = archive.read(next(name for name in contents if name.endswith("entry_points.txt"))).decode()
    assets = {f"app/core/swagger/{name}" for name in ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE")}
    assert assets | {"app/cli.py", "app/dev/parent_death.py", "migrations/env.py"} <= contents
    assert [name for name in contents if name.startswith("migrations/versions/") and name.endswith(".py")]
    assert not [name for name in contents if name.startswith("tests/")]
    assert "holdfast = app.cli:main" in entry_points


def test_the_makefile_explains_each_of_its_targets() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert declared
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert explained == set(declared[1].split())
    assert {"setup", "demo", "run", "test", "lint", "openapi", "bench"} <= explained
