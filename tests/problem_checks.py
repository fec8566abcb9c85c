"""What every problem+json answer must hold."""

import httpx


def check_problem(answer: httpx.Response, status: int, pointer: str | None, case: object = None) -> None:
    problem = answer.json()
    assert (answer.status_code, problem.get("status")) == (status, status), (case, answer.text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"urn:holdfast:problem:{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["remedy"], case
    assert problem.get("pointer") == pointer, (case, answer.text)
    assert "Traceback" not in answer.text
