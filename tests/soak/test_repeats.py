"""That a repeat is explained only by what can have caused it."""

from tests.soak.repeats import Attempt, Request, explain

DIED = {7: 10.0}


def request(at: float, sender: int = 7, said: str = "accepted") -> Request:
    return Request("e", at, sender, said)


def test_a_request_that_no_attempt_stands_for_is_explained_by_a_kill_right_after_it_only() -> None:
    last = request(20.0, 8)
    written = {"e": [Attempt(19.99, 204)]}
    lost = explain([request(9.0), last], written, DIED, 3.0)
    assert (lost.by_kill, lost.answers, lost.unexplained) == ({7: 1}, 0, [])
    for odd in (request(6.0), request(11.0), request(9.0, 9)):
        assert explain([odd, last], written, DIED, 3.0).unexplained == [odd]


def test_an_answer_that_did_not_come_back_is_in_the_log_of_the_delivery() -> None:
    written = {"e": [Attempt(5.0, None), Attempt(6.0, 500), Attempt(7.0, 204)]}
    lost = explain([request(5.0, 8), request(6.01, 8, "failed"), request(7.01, 8)], written, DIED, 3.0)
    assert (lost.by_kill, lost.answers, lost.unexplained) == ({}, 1, [])


def test_what_is_accepted_once_is_no_repeat() -> None:
    lost = explain([request(1.0, said="hung"), request(9.0)], {}, DIED, 3.0)
    assert (lost.by_kill, lost.answers, lost.unexplained) == ({}, 0, [])
