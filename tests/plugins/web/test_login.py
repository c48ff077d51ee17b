"""Airflow's login slows down after wrong passwords, and never locks anybody out for long."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from loan_documents.web.login_attempts import LoginAttempts
from tests.plugins.web.conftest import SETTINGS

FREE = SETTINGS.web.login_attempts
HERE, ELSEWHERE = "203.0.113.5", "203.0.113.77"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> LoginAttempts:
    return LoginAttempts(5, 300.0, clock)


def fail(attempts: LoginAttempts, clock: Clock, times: int, user: str = "ada", address: str = HERE) -> list[float]:
    """The waits before so many wrong attempts, each made as soon as it may be."""
    waits = []
    for _ in range(times):
        wait = attempts.begin(user, address)
        waits.append(wait)
        if wait:
            clock.now += wait
            assert attempts.begin(user, address) == 0
    return waits


def test_a_few_mistakes_cost_nothing_then_each_doubles_the_wait_up_to_a_bound(
    attempts: LoginAttempts, clock: Clock
) -> None:
    assert fail(attempts, clock, 9) == [0, 0, 0, 0, 0, 1, 2, 4, 8]
    assert max(fail(attempts, clock, 20)) == 300


def test_an_attempt_that_comes_too_early_is_not_counted(attempts: LoginAttempts, clock: Clock) -> None:
    fail(attempts, clock, 8)
    waits = [attempts.begin("ada", HERE) for _ in range(50)]
    assert set(waits) == {8.0}
    clock.now += 8
    assert attempts.begin("ada", HERE) == 0


def test_attempts_at_the_same_time_get_no_further_than_one_by_one(attempts: LoginAttempts) -> None:
    assert [attempts.begin("ada", HERE) == 0 for _ in range(100)].count(True) == 5


def test_the_right_password_and_an_hour_without_attempts_begin_anew(attempts: LoginAttempts, clock: Clock) -> None:
    fail(attempts, clock, 6)
    clock.now += 60
    assert attempts.begin("ada", HERE) == 0
    attempts.succeeded("ada", HERE)
    assert fail(attempts, clock, 6) == [0, 0, 0, 0, 0, 1]
    clock.now += 3601
    assert fail(attempts, clock, 6) == [0, 0, 0, 0, 0, 1]


def test_a_user_who_is_guessed_at_from_everywhere_waits_half_a_minute_at_most(
    attempts: LoginAttempts, clock: Clock
) -> None:
    waits = [wait for n in range(100) for wait in fail(attempts, clock, 1, address=f"198.51.100.{n}")]
    assert waits[:20] == [0] * 20
    assert max(waits) == 30
    assert 0 < attempts.begin("ada", HERE) <= 30


def test_and_not_at_all_where_the_user_has_logged_in_before(attempts: LoginAttempts, clock: Clock) -> None:
    assert attempts.begin("ada", HERE) == 0
    attempts.succeeded("ada", HERE)
    for n in range(100):
        fail(attempts, clock, 1, address=f"198.51.100.{n}")
    assert attempts.begin("ada", HERE) == 0


def test_one_address_cannot_try_one_password_on_every_user(attempts: LoginAttempts, clock: Clock) -> None:
    waits = [attempts.begin(f"user-{n}", HERE) for n in range(100)]
    assert [wait == 0 for wait in waits].count(True) == 20
    assert attempts.begin("vera", ELSEWHERE) == 0


def test_memory_is_bounded_and_holds_no_name(attempts: LoginAttempts) -> None:
    for n in range(30_000):
        attempts.begin(f"user-{n}", f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    counters = (attempts._pairs, attempts._users, attempts._addresses)
    assert max(len(counter._failures) for counter in counters) <= 10_000
    assert "user-29999" not in repr([list(counter._failures) for counter in counters])


@pytest.fixture
def browser(airflow_app: FastAPI) -> Callable[..., TestClient]:
    """A browser at an address, without a login."""

    def at(address: str) -> TestClient:
        return TestClient(airflow_app, client=(address, 50000), raise_server_exceptions=False)

    return at


def password_of(user: str) -> str:
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

    return SimpleAuthManager.get_passwords()[user]


@pytest.mark.parametrize("path", ["/auth/token", "/auth/token/cli"])
@pytest.mark.parametrize("user", ["ada", "nobody"])
def test_airflow_answers_429_after_wrong_passwords_whether_the_user_exists_or_not(
    browser: Callable[..., TestClient], path: str, user: str
) -> None:
    client = browser(f"2001:db8:{len(path)}:{len(user)}::1")
    answers = [client.post(path, json={"username": user, "password": f"wrong-{n}"}) for n in range(FREE + 3)]
    assert [answer.status_code for answer in answers] == [401] * FREE + [429] * 3
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].json() == {"detail": "Too many wrong passwords. Try again in 1 seconds."}


def test_the_right_password_is_refused_as_well_until_the_wait_is_over(browser: Callable[..., TestClient]) -> None:
    client = browser("203.0.113.20")
    for n in range(FREE + 1):
        client.post("/auth/token", json={"username": "vera", "password": f"wrong-{n}"})
    right = {"username": "vera", "password": password_of("vera")}
    assert client.post("/auth/token", json=right).status_code == 429
    assert browser("203.0.113.21").post("/auth/token", json=right).status_code == 201


def test_a_login_by_json_or_form_passes_through_unchanged(browser: Callable[..., TestClient]) -> None:
    client = browser("203.0.113.30")
    right = {"username": "edna", "password": password_of("edna")}
    for sent in ({"json": right}, {"data": right}):
        answer = client.post("/auth/token", **sent)
        assert answer.status_code == 201
        assert answer.json()["access_token"]


def test_other_addresses_of_one_ipv6_network_are_one_client(browser: Callable[..., TestClient]) -> None:
    wrong = {"username": "ada", "password": "wrong"}
    codes = [browser(f"2001:db8:77::{n}").post("/auth/token", json=wrong).status_code for n in range(1, FREE + 2)]
    assert codes == [401] * FREE + [429]


@pytest.mark.parametrize(
    "form",
    ["username=x&username={}&password=wrong", "a=1;username={}&password=wrong", "username=%61da&password=wrong"],
)
def test_a_form_that_names_the_user_in_another_way_is_counted_for_the_same_user(
    browser: Callable[..., TestClient], form: str
) -> None:
    client = browser(f"203.0.114.{len(form)}")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = form.format("ada")
    codes = [client.post("/auth/token", content=body, headers=kind).status_code for _ in range(FREE + 1)]
    if codes[0] == 401:  # Airflow read the name
        by_json = client.post("/auth/token", json={"username": "ada", "password": "wrong"})
        assert [*codes, by_json.status_code] == [401] * FREE + [429, 429]


@pytest.mark.parametrize(
    "body", [b"", b"[" * 9000, b'{"username": "\\ud800", "password": "x"}', b"\xff\xfe", b"null", b'{"username": 5}']
)
def test_a_body_that_is_no_login_is_refused_by_airflow_and_counts_for_nobody(
    browser: Callable[..., TestClient], body: bytes
) -> None:
    client = browser("203.0.113.40")
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        answer = client.post("/auth/token", content=body, headers={"Content-Type": kind})
        assert answer.status_code in (400, 401, 415, 422, 500)
        assert answer.status_code != 429
    assert client.post("/auth/token", content=b"x" * 20_000).status_code == 413


def test_neither_name_nor_password_is_logged(
    browser: Callable[..., TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    client = browser("203.0.113.50")
    with caplog.at_level(logging.DEBUG):
        for _ in range(FREE + 2):
            client.post("/auth/token", json={"username": "quite-secret-name", "password": "quite-secret-word"})
    assert "too many wrong passwords" in caplog.text
    assert "quite-secret" not in caplog.text


def test_airflows_own_pages_have_security_headers_and_stay_out_of_caches(browser: Callable[..., TestClient]) -> None:
    client = browser("203.0.113.60")
    for path in ("/", "/api/v2/version", "/auth/login", "/api/v2/dags"):
        answer = client.get(path)
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
    picture = client.get("/static/pin_32.png")
    assert "cache-control" not in picture.headers


def test_the_plugins_own_pages_keep_their_stricter_policy(viewer: TestClient) -> None:
    answer = viewer.get("me")
    assert "base-uri 'none'" in answer.headers["content-security-policy"]
    assert len(answer.headers.get_list("content-security-policy")) == 1
