"""The commands `holdfast audit ...`: output lines and exit code."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.audit.chain_checks import PLATFORM_NAME, KeptHead, NotReadable, check_export, read_heads
from app.audit.evidence import Verdict, take_heads, verify_database
from app.audit.queries import Head, head_as_json
from app.core.db.database import DATABASE_AWAY, WORKER_ROLE, Database

SOUND, TOUCHED, NOT_LOOKED_AT = 0, 1, 2
"""Nothing is wrong; something is; that could not be found out."""

ExitCodeAndText = tuple[int, str]
"""The exit code and the text that is printed with it."""


def verify(
    database_url: str, heads: Sequence[Path], *, tenant: str | None, export: Path | None, lag_seconds: float
) -> ExitCodeAndText:
    """Verify an exported file, or else the database, against the heads in these files."""
    kept: list[KeptHead] = []
    for path in heads:
        try:
            kept += read_heads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            return NOT_LOOKED_AT, f"{path} cannot be read: {error}"
    if export is not None:
        return _verify_file(export, kept, tenant)
    try:
        verdict = asyncio.run(_verify_database(database_url, kept, tenant, lag_seconds))
    except (*DATABASE_AWAY, DBAPIError) as error:
        return NOT_LOOKED_AT, _away(error)
    if verdict.finding is not None:
        return TOUCHED, f"TOUCHED: {verdict.finding}"
    of = kept if tenant is None else [head for head in kept if head.tenant == tenant]
    links = sum(verdict.links.values())
    unsealed = f", {verdict.unsealed} entries not sealed yet" if verdict.unsealed else ""
    return SOUND, f"Sound: {len(verdict.links)} chains, {links} links{unsealed}; {_compared(len(of))}"


def _verify_file(export: Path, heads: Sequence[KeptHead], tenant: str | None) -> ExitCodeAndText:
    try:
        with export.open("rb") as lines:
            check, finding = check_export(lines, heads)
    except (OSError, NotReadable) as error:
        # A line that cannot be read is a finding too: the file was changed.
        return (TOUCHED if isinstance(error, NotReadable) else NOT_LOOKED_AT), f"{export}: {error}"
    if finding is not None:
        return TOUCHED, f"TOUCHED: {finding}"
    if tenant is not None and check.tenant != tenant:
        return TOUCHED, f"TOUCHED: {export} is of tenant {check.tenant or PLATFORM_NAME}, not of {tenant}"
    of = [head for head in heads if head.tenant == check.tenant]
    return SOUND, f"Sound: tenant {check.tenant or PLATFORM_NAME}, {check.links} links; {_compared(len(of))}"


def _compared(heads: int) -> str:
    if heads:
        return f"compared with {heads} kept heads."
    return "compared with no kept head: a chain that was cut off or completely rewritten would look the same."


async def _verify_database(url: str, heads: Sequence[KeptHead], tenant: str | None, lag_seconds: float) -> Verdict:
    database = Database(url, role=WORKER_ROLE, pool_size=1, application_name="holdfast-audit")
    try:
        return await verify_database(database, heads, tenant=tenant, lag_seconds=lag_seconds)
    finally:
        await database.aclose()


def heads(database_url: str, *, tenant: str | None) -> ExitCodeAndText:
    """The head of every chain, a line each: keep them where writers of the database cannot write."""
    try:
        found = asyncio.run(_take_heads(database_url, tenant))
    except (*DATABASE_AWAY, DBAPIError) as error:
        return NOT_LOOKED_AT, _away(error)
    return SOUND, "\n".join(json.dumps(head_as_json(head), ensure_ascii=False) for head in found)


async def _take_heads(url: str, tenant: str | None) -> list[Head]:
    database = Database(url, role=WORKER_ROLE, pool_size=1, application_name="holdfast-audit")
    try:
        return await take_heads(database, tenant)
    finally:
        await database.aclose()


def _away(error: Exception) -> str:
    reason = " ".join(str(getattr(error, "orig", error)).split())
    return f"The database of HOLDFAST_DATABASE_URL cannot be read: {reason}"
