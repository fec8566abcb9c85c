"""The bench works: everything it measures is there and answers. How fast it is never decides a test."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.accepting import Round, percentile, processor_ratio, ratio
from tests.bench.caller import Load
from tests.bench.report import Figure
from tests.whole import only_whole

ROOT = Path(__file__).resolve().parents[2]


@only_whole
def test_a_tiny_bench_measures_everything_and_leaves_a_file(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--tiny"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (written,) = tmp_path.glob("bench-*.json")
    content = json.loads(written.read_text(encoding="utf-8"))
    assert {
        "accept_ratio_bare",
        "accept_ratio_driver",
        "trigger_p50_ms",
        "api_ready_seconds",
        "api_settled_mb",
        "coverage_seconds",
        "coverage_requests",
        "r5_requests_an_hour",
        "r5_poor_lag_p95_seconds",
        "patience_lists",
        "burst_other_p95_ms",
        "burst_other_ratio",
        "report_seconds",
        "report_page_seconds",
        "plan_wave_begins_s",
    } <= set(content["figures"])
    assert {"list_first_ratio", "list_deep_ratio", "list_slowest_filter_ratio", "sweep_100_seconds"} <= set(
        content["figures"]
    )
    assert {name: len(rounds) for name, rounds in content["rounds"].items()} == {
        "bare": 1,
        "accept": 1,
        "accept_with_key": 1,
        "driver": 1,
        "accept_walled": 2,
        "accept_open": 2,
        "list_walled": 2,
        "list_open": 2,
        "accept_trailed": 1,
        "accept_untrailed": 1,
        "accept_told": 1,
        "accept_untold": 1,
    }
    assert {"trail_accept_ratio", "seal_look_ms", "seal_rate", "walls_accept_ratio", "claim_scaling"} <= set(
        content["figures"]
    )
    assert {"sse_p50_ms", "sse_connections", "sse_azure_calls", "events_accept_cost", "prune_seconds"} <= set(
        content["figures"]
    )
    assert "accepted POSTs / bare handler" in finished.stdout


def test_an_answer_of_another_status_is_no_rate() -> None:
    done = Load(seconds=2.0)
    done.statuses[202] = 10
    assert done.rate(202) == 5.0
    done.statuses[503] = 1
    with pytest.raises(RuntimeError, match="503"):
        done.rate(202)


def test_a_ratio_compares_neighbours_not_totals() -> None:
    def rounds(*rates: float) -> list[Round]:
        return [Round(rate, 1.0, 1.0, {}) for rate in rates]

    # The machine was four times slower in the second pair: that says nothing about either.
    assert ratio(rounds(50, 15, 60), rounds(100, 25, 100)) == 0.6


def test_processor_time_does_not_see_that_others_took_half_the_machine() -> None:
    bare = [Round(100, 1.0, 1.0, {"server": 0.8})]
    assert processor_ratio([Round(50, 1.0, 1.0, {"server": 0.8})], bare) == 0.5
    assert processor_ratio([Round(25, 1.0, 1.0, {"server": 0.4})], bare) == 0.5


def test_percentiles_are_values_that_occurred() -> None:
    assert (percentile([3, 1, 2], 50), percentile(range(1, 101), 95), percentile([7], 95)) == (2, 96, 7)


@pytest.mark.parametrize(
    ("value", "bar", "met"), [(0.5, (0.5, True), True), (51.0, (50.0, False), False), (1.0, None, None)]
)
def test_a_bar_says_which_side_is_good(value: float, bar: tuple[float, bool] | None, met: bool | None) -> None:  # noqa: FBT001
    assert Figure("name", "text", value, bar=bar).met is met
