"""The short form of `make soak`: the same machinery, few restores. It shows that the soak itself works."""

from tests.soak.once import killed_workers
from tests.soak.racing import race
from tests.soak.stage import stage
from tests.whole import only_whole


@only_whole
async def test_a_dozen_restores_happen_once_while_workers_are_killed_and_answers_are_lost() -> None:
    async with stage(vaults=2) as made:
        figures = await killed_workers(made, restores=12, seed=1, every=0.5)
    counted = [figure for figure in figures if figure.unit != "s"]  # a timing never decides a test
    missed = [(figure.text, figure.value, figure.note) for figure in counted if figure.met is False]
    assert len(counted) >= 4
    assert not missed


async def test_no_lease_is_held_twice_in_some_hundred_races(database_url: str) -> None:
    (figure,) = await race(database_url, races=500)
    assert figure.met, figure.text
