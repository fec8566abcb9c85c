"""The scripts of item-level recovery (docs/azure.md, File recovery): what a client downloads to mount a recovery point.

The password is 15 characters inside the name suffix, from 33 after its last underscore; without them the rest is the
file's name. The parts around it are as in the 2020 record.
"""

import base64
import secrets
import uuid

from app.simulator.progress import us_date
from app.simulator.world import Json, Mount

ILR_SCRIPTS_APART = "2026-08-01"  # from this api-version on the operation's status no longer holds them
_DOWNLOAD = "https://download.microsoft.com/download/0/B/4/0B4C4191-DF3C-4142-9616-7234980B4777"
WINDOWS_TOOL = f"{_DOWNLOAD}/IaaSVMILRExeForWindows.exe"


def new_suffix(vm_name: str, sequence: int) -> str:
    """`{vm}_{stamp}_{number}_{sequence}_`, then 32 hex digits of a GUID, 15 of the password and 14 more."""
    return f"{vm_name}_can01wus_2454543355584741577_{sequence}_{uuid.uuid4().hex}{secrets.token_hex(15)[:29]}"


def client_scripts(mount: Mount) -> list[Json]:
    """Windows has two entries, a text and a tool; Linux one script that is whole."""
    target = (
        f"User - 2454543355584741577 , Target - Owner=2454543355584741577,"
        f"Name=2454543355584741577-{mount.point.name},Expiry={us_date(mount.expires)}, Sequence = {mount.sequence}"
    )
    if mount.item.vm.os == "Linux":
        return [_script(mount, f"#!/usr/bin/env python3\n# {target}\n", ".py")]
    tool = _script(mount, "NA", ".exe") | {"url": WINDOWS_TOOL}
    return [_script(mount, target, ".txt"), tool]


def _script(mount: Mount, content: str, extension: str) -> Json:
    return {
        "scriptContent": base64.b64encode(content.encode()).decode(),
        "scriptExtension": extension,
        "osType": mount.item.vm.os,
        "scriptNameSuffix": mount.suffix,
    }
