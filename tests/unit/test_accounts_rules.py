"""Accounts without a database: passwords, roles and units, waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from geo.errors import InvalidParameterError
from routes_data.accounts import Person, Role, Unit, read_wish
from routes_data.accounts.errors import (
    OutsideUnitError,
    OwnWorkError,
    RoleError,
    WeakPasswordError,
)
from routes_data.accounts.passwords import LEAST, MOST, check_password, fits, hashed, normal
from routes_data.accounts.roles import read_line, read_name
from routes_data.accounts.throttle import LONGEST_WAIT_S, of_account, of_address, wait_after

SITE = {"id": "x", "district": "崂山区", "address": "崂山区王哥庄街道晓望社区1号"}


def person(role: str = "editor", unit: str = "") -> Person:
    when = datetime(2026, 11, 24, tzinfo=UTC)
    return Person("li", "李", Role(role), Unit.read(unit), disabled=False, created=when)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("", "password_short"),
        ("x7Q!mPz92", "password_short"),  # nine
        ("x" * (MOST + 1), "password_long"),
        ("aaaaaaaaaaaaaaa", "password_even"),
        ("abababababab", "password_even"),
        ("1234567890123", "password_even"),
        ("qwertyuiopqwerty", "password_even"),
        ("Password2026!", "password_common"),
        ("!!p@ssw0rd!!", "password_common"),
        ("Qingdao-2026", "password_common"),
        ("青岛红迹20261124", "password_common"),
        ("２０２６ＱＩＮＧＤＡＯ！！", "password_common"),  # full width is the same word
        ("wang.fang2026", "password_common"),
        ("wang.fangwang.fang", "password_common"),
        ("RedTrails2026Qingdao", "password_common"),
        ("20261124202611", "password_common"),
    ],
)
def test_what_is_guessed_first_is_no_password(password: str, rule: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        check_password(password, "wang.fang")
    assert refused.value.data["rule"] == rule
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "栈桥夜里的第三盏灯亮了", "x7Q!mPz92k", "qingdao has lighthouses"],
)
def test_length_makes_a_password_good_whatever_it_is_made_of(password: str) -> None:
    check_password(password, "wang.fang")


def test_a_password_is_kept_as_argon2_and_never_twice_the_same() -> None:
    first, second = hashed("correct horse battery"), hashed("correct horse battery")
    assert first.startswith("$argon2id$")
    assert first != second
    assert fits("correct horse battery", first)
    assert not fits("correct horse batterz", first)
    assert not fits("correct horse battery", "")
    assert not fits("correct horse battery", "no hash at all")


def test_a_password_is_the_same_on_every_keyboard() -> None:
    assert normal("Ａｂｃ１２") == "Abc12"
    assert fits("ﬁne weather today", hashed("fine weather today"))


def test_nothing_that_is_tried_breaks_the_hash() -> None:
    kept = hashed("correct horse battery")
    for tried in ("\0", "x" * 1_000_000, "\ud800", "钥匙"):
        assert not fits(tried, kept)


def test_each_role_may_what_the_ones_before_it_may() -> None:
    for lower, role in enumerate(Role):
        for rank, needed in enumerate(Role):
            assert role.reaches(needed) == (rank <= lower)
    with pytest.raises(RoleError) as refused:
        person("viewer").require(Role.EDITOR)
    assert refused.value.data == {"role": "viewer", "needed": "editor"}


@pytest.mark.parametrize(
    ("path", "level", "holds"),
    [
        ("", "city", True),
        ("崂山区", "district", True),
        ("laoshan", "district", True),
        ("崂山区/王哥庄街道", "town", True),
        ("崂山区 / 王哥庄街道 / 晓望社区", "community", True),
        ("崂山区/沙子口街道", "town", False),
        ("崂山区/王哥庄街道/港东社区", "community", False),
        ("市南区", "district", False),
        ("市南区/王哥庄街道", "town", False),
    ],
)
def test_a_unit_holds_what_lies_in_it(path: str, level: str, holds: bool) -> None:
    unit = Unit.read(path)
    assert (unit.level, unit.holds(SITE)) == (level, holds)
    assert Unit.read(str(unit)) == unit


@pytest.mark.parametrize(
    "path", ["月球区", "崂山区/", "崂山区/a/b/c", "崂山区/王哥庄街道/x/y", "崂山区/<b>"]
)
def test_a_unit_that_is_none(path: str) -> None:
    with pytest.raises(InvalidParameterError):
        Unit.read(path)


def test_a_record_may_be_moved_neither_out_of_a_unit_nor_into_it() -> None:
    shinan = {**SITE, "district": "市南区"}
    editor = person(unit="崂山区")
    editor.require_unit(SITE, SITE)
    for before, after in ((SITE, shinan), (shinan, SITE)):
        with pytest.raises(OutsideUnitError) as refused:
            editor.require_unit(before, after)
        assert refused.value.data == {"unit": "崂山区", "id": "x"}
    person().require_unit(SITE, shinan)
    with pytest.raises(OutsideUnitError):
        editor.require_unit({"id": "a-route"})


def test_nobody_publishes_own_work_but_an_administrator() -> None:
    person("reviewer").require_other_eyes("x", {"wang"})
    person("admin").require_other_eyes("x", {"li"})
    with pytest.raises(OwnWorkError):
        person("reviewer").require_other_eyes("x", {"wang", "li"})


@pytest.mark.parametrize("name", ["", "a", "1li", "li wang", "李", "a" * 33, "li\0", "li/../x"])
def test_a_log_in_name_that_is_none(name: str) -> None:
    with pytest.raises(InvalidParameterError):
        read_name(name)


def test_a_log_in_name_is_lower_case() -> None:
    assert read_name("  Wang.Fang ") == "wang.fang"
    for line in ("", "  ", "a\nb", "x" * 81):
        with pytest.raises(InvalidParameterError):
            read_line("display", line)


def test_a_token_is_asked_for_in_known_words() -> None:
    assert read_wish("x", ["edit", "read", "read"], 30).scopes == ("read", "edit")
    for scopes, days in ((["all"], 30), ([], 30), (["read"], 0), (["read"], 367)):
        with pytest.raises(InvalidParameterError):
            read_wish("x", scopes, days)


def test_the_first_failures_are_free_then_each_costs_twice_as_much() -> None:
    assert [wait_after(count, 5) for count in (0, 4, 5, 6, 7, 8, 9)] == [
        0,
        0,
        30,
        60,
        120,
        240,
        480,
    ]
    assert wait_after(10, 5) == wait_after(10_000, 5) == LONGEST_WAIT_S


def test_what_is_counted_together() -> None:
    assert of_address("2001:db8::1") == of_address("2001:db8::ffff")
    assert of_address("2001:db8::1") != of_address("2001:db8:0:1::1")
    assert of_address("192.0.2.1") != of_address("192.0.2.2")
    assert of_address("testclient").key == of_address("").key
    assert "hunter" not in of_account("hunter2").key
    assert LEAST == 10
