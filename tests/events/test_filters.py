"""Which events a filter takes, and which filters are refused."""

from uuid import UUID

import pytest

from app.core.events.models import Event
from app.events.errors import EventSubjectUnknown, EventTypeUnknown
from app.events.filters import EventFilter, Subject, check_types, read_subject

VAULT = UUID(int=7)
ENDED = Event(
    type="holdfast.job.ended", resource_kind="job", resource_id="a", vault_id=VAULT, labels={"team": "red"}, data={}
)


@pytest.mark.parametrize(
    ("types", "takes"),
    [
        ((), True),
        (("*",), True),
        (("holdfast.*",), True),
        (("holdfast.job.*",), True),
        (("holdfast.job.ended",), True),
        (("holdfast.item.changed", "holdfast.job.ended"), True),
        (("holdfast.job.end",), False),
        (("holdfast.jobs.*",), False),
        (("holdfast.item.*",), False),
    ],
)
def test_types_are_names_or_all_below_a_name(types: tuple[str, ...], *, takes: bool) -> None:
    assert EventFilter(types=types).takes(ENDED) is takes


def test_every_part_must_be_met() -> None:
    assert EventFilter(("holdfast.job.*",), read_subject("/v1/jobs/a", pointer=""), ("team", "red"), VAULT).takes(ENDED)
    assert not EventFilter(label=("team", "blue")).takes(ENDED)
    assert not EventFilter(label=("crew", "red")).takes(ENDED)
    assert not EventFilter(vault_id=UUID(int=8)).takes(ENDED)
    assert not EventFilter(subject=read_subject("/v1/jobs/b", pointer="")).takes(ENDED)
    assert not EventFilter(subject=read_subject("/v1/vaults/a", pointer="")).takes(ENDED)
    without = Event(type="holdfast.vault.changed", resource_kind="vault", resource_id="v", vault_id=VAULT, data={})
    assert not EventFilter(label=("team", "red")).takes(without)
    assert EventFilter(vault_id=VAULT).takes(without)


@pytest.mark.parametrize(
    "pattern",
    ["", "job.*", "holdfast.job", "holdfast.jobs.*", "holdfast.*.ended", "Holdfast.job.ended", "%", "x" * 300],
)
def test_a_type_that_there_is_not_is_refused(pattern: str) -> None:
    with pytest.raises(EventTypeUnknown) as refused:
        check_types(["holdfast.job.*", pattern], pointer="query:type")
    assert "holdfast.job.ended" in refused.value.remedy
    assert len(refused.value.detail) < 200


def test_types_are_taken_once() -> None:
    assert check_types(["*", "holdfast.job.*", "*"], pointer="") == ("*", "holdfast.job.*")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1/jobs/",
        "/v1/jobs",
        "/v1/jobs/a/b",
        "/v1/restores/a",
        "v1/jobs/a",
        "/v1/estate/drift/",
        "/v1/jobs/\0",
    ],
)
def test_a_subject_that_events_are_not_about_is_refused(path: str) -> None:
    with pytest.raises(EventSubjectUnknown):
        read_subject(path, pointer="query:subject")


def test_lists_are_subjects_too() -> None:
    assert read_subject("/v1/estate/drift", pointer="") == Subject("drift", None)  # type: ignore[arg-type]
    drift = Event(type="holdfast.drift.found", resource_kind="drift", resource_id="d", data={})
    assert EventFilter(subject=read_subject("/v1/estate/drift", pointer="")).takes(drift)
