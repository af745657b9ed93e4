"""How directions are said."""

from __future__ import annotations

from geo.directions.rules import is_named
from geo.messages import Messages, name_in
from geo.models import Fidelity, Leg, Mode, Road, Step

from .figures import KILOMETRE, say_length

SHORT_M = 200
"""Below this people say metres to 10, up to a kilometre to 50."""
STEP_M = 50
PASSAGES = frozenset({"bridge", "tunnel", "ferry", "stairs"})


def say_steps(leg: Leg, fidelity: Fidelity, messages: Messages) -> tuple[str, ...]:
    """Return the directions of a leg as texts, one a step."""
    return tuple(say_step(step, leg.mode, fidelity, messages) for step in leg.steps)


def say_step(step: Step, mode: Mode, fidelity: Fidelity, messages: Messages) -> str:
    """Return one step: what to do, and for how far."""
    action = _action(step, messages)
    place = name_in(messages.lang, step.landmark_zh, step.landmark_en)
    if place:
        action = messages("directions.at", place=place, action=action)
    if not step.length_m:
        return action
    length = say_length(_spoken_m(step.length_m), mode, fidelity, messages)
    return messages("directions.step", action=action, length=length)


def _spoken_m(metres: float) -> float:
    """Return a length as people say it; kilometres are rounded by `say_length`."""
    if SHORT_M <= metres < KILOMETRE:
        return round(metres / STEP_M) * STEP_M
    return metres


def _action(step: Step, messages: Messages) -> str:
    """Return what is to be done, without its length."""
    road = _road(step.road, messages)
    if step.kind == "depart" and step.heading:
        heading = messages(f"directions.heading.{step.heading}")
        return messages("directions.depart-heading", heading=heading, road=road)
    if step.kind == "turn":
        if step.road.structure:
            road = messages(f"directions.on-{step.road.structure}", road=road)
        return messages(f"directions.turn.{step.turn}", road=road)
    return messages(f"directions.{_key(step)}", road=road, exit=step.exit)


def _key(step: Step) -> str:
    """Return which text says a step that is told by its kind."""
    if step.kind == "depart-area" and not step.road.highway:
        return "depart-nowhere"
    if step.side:
        return f"{step.kind}-{step.side}"
    if step.kind in PASSAGES and is_named(step.road):
        return f"{step.kind}-named"
    if step.kind == "roundabout" and step.exit is not None:
        return "roundabout-exit"
    return "take" if step.kind == "continue" and not step.turn else step.kind


def _road(road: Road, messages: Messages) -> str:
    """Return a road's name with its number, or what kind of road it is."""
    name = name_in(messages.lang, road.name_zh, road.name_en)
    if name and road.ref:
        return messages("directions.road", name=name, ref=road.ref)
    if name or road.ref:
        return name or road.ref
    try:
        kind = messages(f"highway.{road.highway}")
    except KeyError:  # whatever somebody tagged
        kind = messages("highway.road")
    return messages("directions.unnamed", kind=kind)
