"""The report of a quarter as CSV: one line for each item, the worst off first, with a header line (RFC 4180). Pure."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from app.reports.page.csv_table import safe
from app.restore_tests.rules import Outcome

COLUMNS: Final = (
    "quarter",
    "time_zone",
    "protected_item_id",
    "vm_name",
    "resource_group",
    "subscription_id",
    "vm_id",
    "state",
    "outcome",
    "failed_level",
    "azure_code",
    "reason",
    "remedy",
    "run",
    "ended_at",
    "proven_at",
    "proven_level",
    "recovery_point_time",
    "rto_seconds",
    *(f"runs_{outcome}" for outcome in Outcome),
    "evidence_sequence",
    "evidence_sha256",
    "evidence_key_id",
)


def as_csv(report: Mapping[str, Any]) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in report["items"]:
        vm, evidence = item["vm"], item["evidence"] or {}
        said = item | {"vm_name": vm["name"], "vm_id": vm["id"]} | {name: report[name] for name in COLUMNS[:2]}
        said |= {name: vm[name] for name in ("resource_group", "subscription_id")}
        said |= {f"runs_{outcome}": count for outcome, count in item["runs"].items()}
        said |= {f"evidence_{name}": value for name, value in evidence.items()}
        writer.writerow([safe(said.get(name)) for name in COLUMNS])
    return written.getvalue()
