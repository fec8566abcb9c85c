"""A plan as data: its hash, its points, its targets, and what belongs together. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError

from app.azure.restore_values import NewVmTarget
from app.recovery_plans import rules
from app.recovery_plans.errors import PlanNotValid
from app.recovery_plans.plan_json import PLAN, as_json, hash_of
from app.recovery_plans.rules import Gate, GateKind, Member, Mode, Plan, PointRule, Selector, Targets, Template, Wave
from app.recovery_plans.schemas import PlanPointBody
from app.recovery_runs.orders import Order, facts_of, sensitive

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets"
NEW_VM = Template("new_vm", "account", GROUP, f"{NETWORK}/app", "{vm}-r")
AWAY = Template("new_vm", "account", f"{GROUP}-away", f"{NETWORK}/away", "{vm}-t")
ONE, TWO = UUID(int=1), UUID(int=2)
T = datetime(2026, 1, 31, 12, tzinfo=UTC)
PLAN_OF_TWO = Plan(
    PointRule(),
    Targets(NEW_VM, AWAY),
    (Wave("data", (Member(ONE),), gate=Gate(GateKind.CHECK, 60)), Wave("web", (), Selector(names=("web",)))),
    3600,
)


def test_a_plan_comes_back_from_its_json_with_the_same_hash() -> None:
    again = PLAN.validate_python(as_json(PLAN_OF_TWO))
    assert again == PLAN_OF_TWO
    assert hash_of(again, Mode.RECOVER) == hash_of(PLAN_OF_TWO, Mode.RECOVER)


def test_every_change_of_a_plan_changes_its_hash() -> None:
    plan, (data, web) = PLAN_OF_TWO, PLAN_OF_TWO.waves
    changed = [
        replace(plan, point=PointRule(consistency="crash")),
        replace(plan, target=Targets(NEW_VM, None)),
        replace(plan, target=Targets(replace(NEW_VM, zone="1"), AWAY)),
        replace(plan, waves=(web, data)),
        replace(plan, waves=(data,)),
        replace(plan, waves=(replace(data, gate=Gate()), web)),
        replace(plan, waves=(replace(data, members=(Member(ONE, may_fail=True),)), web)),
        replace(plan, waves=(replace(data, members=(Member(TWO),)), web)),
        replace(plan, promised_rto_seconds=None),
    ]
    hashes = {hash_of(one, mode) for one in [plan, *changed] for mode in Mode}
    assert len(hashes) == 2 * (1 + len(changed))


def test_an_approval_is_bound_to_the_plan_as_it_is_run() -> None:
    recovery = Order(ONE, "shop", Mode.RECOVER, hash_of(PLAN_OF_TWO, Mode.RECOVER), PLAN_OF_TWO, ())
    assert facts_of(recovery)["plan"] == recovery.hash
    assert sensitive(recovery).operations == ("restore",)


def test_the_age_of_a_point_counts_from_the_time_that_is_asked_for() -> None:
    assert rules.choice_of(PointRule(max_age_seconds=60), T).after == T - timedelta(seconds=60)
    early = T - timedelta(days=1)
    choice = rules.choice_of(PointRule(latest_before=early, max_age_seconds=60), T)
    assert (choice.before, choice.after) == (early, early - timedelta(seconds=60))
    assert rules.spread_of([]) is None
    assert rules.spread_of([T, early]) == 86400.0


def test_the_name_of_the_vm_goes_into_the_name_of_the_target() -> None:
    target = rules.target_of(NEW_VM, "vm-db-01")
    assert isinstance(target, NewVmTarget)
    assert target.name == "vm-db-01-r"


def refusal_of(function: object, *arguments: object) -> PlanNotValid:
    with pytest.raises(PlanNotValid) as caught:
        function(*arguments)  # type: ignore[operator]
    return caught.value


def test_two_members_never_become_one_vm() -> None:
    same = [rules.target_of(NEW_VM, name) for name in ("VM-db", "vm-DB")]
    assert refusal_of(rules.check_names, same).pointer == "#/target"
    rules.check_names([rules.target_of(NEW_VM, name) for name in ("a", "b")])


def test_an_item_is_in_one_wave_once() -> None:
    for second, named in ((0, "in wave 1"), (1, "in the waves 1 and 2")):
        refusal = refusal_of(rules.check_once, [(0, ONE), (second, ONE)])
        assert (refusal.pointer, named in refusal.detail) == (f"#/waves/{second}", True)
    assert refusal_of(rules.check_once, [(0, UUID(int=n)) for n in range(101)]).pointer == "#/waves"


def test_a_rehearsal_stays_away_from_all_that_is_backed_up() -> None:
    there = f"{GROUP}-source/providers/microsoft.compute/virtualmachines/vm-db".lower()
    rules.check_isolated(PLAN_OF_TWO, {there})
    rules.check_isolated(PLAN_OF_TWO, {there.replace("rg-app-source", "rg-app-away-too")})
    beside = replace(AWAY, resource_group_id=GROUP.upper())
    in_its_subnet = replace(AWAY, subnet_id=NEW_VM.subnet_id)
    for template, field in ((beside, "resource_group_id"), (in_its_subnet, "subnet_id")):
        plan = replace(PLAN_OF_TWO, target=Targets(NEW_VM, template))
        refusal = refusal_of(rules.check_isolated, plan, {there})
        assert refusal.pointer == f"#/target/rehearse/{field}"
    refusal = refusal_of(rules.check_isolated, PLAN_OF_TWO, {there.replace("rg-app-source", "rg-app-away")})
    assert refusal.pointer == "#/target/rehearse/resource_group_id"
    assert "vm-db" in refusal.detail


def test_gates_that_may_take_longer_than_a_run_are_refused() -> None:
    def plan_of(*gates: Gate) -> Plan:
        return replace(PLAN_OF_TWO, waves=tuple(Wave(f"w{n}", gate=gate) for n, gate in enumerate(gates)))

    day = 86400
    rules.check_gates(plan_of(Gate(GateKind.PERSON), Gate(GateKind.DELAY, 6 * day - 1), Gate()))
    for gates in (
        (Gate(GateKind.DELAY, 7 * day),),
        (Gate(GateKind.PERSON), Gate(GateKind.DELAY, 6 * day)),
        tuple(Gate(GateKind.PERSON) for _ in range(7)),
    ):
        longest = max(range(len(gates)), key=lambda n: gates[n].limit)
        assert refusal_of(rules.check_gates, plan_of(*gates)).pointer == f"#/waves/{longest}/gate/seconds"


def test_a_selector_by_tags_leaves_out_no_vm_whose_tags_are_not_known() -> None:
    rules.check_tags_known(0, [])
    refusal = refusal_of(rules.check_tags_known, 1, [f"/x/vm-{n}" for n in range(7)])
    assert refusal.pointer == "#/waves/1/selector/tags"
    assert "vm-4 and of 2 more" in refusal.detail.replace(",", "")


def test_a_plan_without_a_target_for_a_mode_says_so() -> None:
    plan, member = replace(PLAN_OF_TWO, target=Targets()), Member(ONE)
    assert refusal_of(rules.template_of, plan, member, Mode.REHEARSE).pointer == "#/target/rehearse"
    assert refusal_of(rules.template_of, plan, member, Mode.RECOVER).pointer == "#/target/recover"
    assert rules.template_of(plan, Member(ONE, NEW_VM), Mode.RECOVER) is NEW_VM


def test_a_time_that_cannot_be_reckoned_with_is_refused() -> None:
    for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-10:00"):
        with pytest.raises(ValidationError, match="outside the years"):
            PlanPointBody.model_validate({"latest_before": at, "max_age_seconds": 60})
