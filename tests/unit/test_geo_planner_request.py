"""What may be asked for, and how a wrong wish is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from geo.errors import BadRequestError, InvalidParameterError, TooManyStopsError
from geo.planner import MAX_STOPS, PlanRequest, read_request


def test_naive_time_is_local_time_in_qingdao() -> None:
    request = read_request({"stops": ["a"], "depart": "2026-11-28T09:00"})
    assert request.depart is not None
    assert request.depart.astimezone(UTC) == datetime(2026, 11, 28, 1, tzinfo=UTC)


def test_another_offset_is_converted() -> None:
    request = read_request({"stops": ["a"], "depart": "2026-11-28T01:00:00Z"})
    assert request.depart is not None
    assert (request.depart.hour, str(request.depart.tzinfo)) == (9, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"stops": ["a"], "start": [float("nan"), 36]}, "start.0"),
        ({"stops": ["a"], "start": [float("inf"), 36]}, "start.0"),
        ({"stops": ["a"], "start": [120.3, 96]}, "start.1"),
        ({"stops": ["a"], "end": [181, 36]}, "end.0"),
        ({"stops": ["a"], "end": [120.3]}, "end.1"),
        ({"stops": ["a"], "mode": "fly"}, "mode"),
        ({"stops": ["a"], "order": "random"}, "order"),
        ({"stops": ["A b"]}, "stops.0"),
        ({"stops": ["x" * 81]}, "stops.0"),
        ({"stops": ["a"], "depart": "tomorrow"}, "depart"),
        ({"stops": ["a"], "depart": 1}, "depart"),
        ({"stops": ["a"], "depart": "9999-12-31T23:00"}, "depart"),
        ({"stops": ["a"], "speed": 3}, "speed"),
    ],
)
def test_a_wrong_value_is_refused_by_name(values: dict[str, Any], parameter: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        read_request(values)
    assert caught.value.data["parameter"] == parameter


def test_too_many_stops_are_counted() -> None:
    with pytest.raises(TooManyStopsError) as caught:
        read_request({"stops": [f"s{i}" for i in range(200)]})
    assert caught.value.data == {"count": 200, "limit": MAX_STOPS}


def test_asking_for_nothing_is_refused() -> None:
    with pytest.raises(BadRequestError):
        read_request({"mode": "walk"})


def test_canonical_form_is_one_text_for_one_wish() -> None:
    one = read_request({"depart": "2026-11-28T09:00", "stops": ["a"], "start": [120.1234567, 36]})
    two = read_request(
        {"start": [120.1234568, 36.0], "stops": ["a"], "depart": "2026-11-28T09:00+08:00"}
    )
    assert one.canonical() == two.canonical()
    assert one.digest == two.digest
    assert one == two


def test_canonical_form_can_be_read_back() -> None:
    request = read_request({"stops": ["a", "b"], "end": [120.3, 36.1], "mode": "drive"})
    assert PlanRequest.model_validate(json.loads(request.canonical())) == request


def test_a_different_wish_has_another_digest() -> None:
    assert read_request({"stops": ["a"]}).digest != read_request({"stops": ["b"]}).digest
