"""A teacher's field trip: limits by school stage, the plan that keeps them, quiz and risks."""

from __future__ import annotations

from .advising import Advice, Offer
from .keeping import KeptTrip, TripContent, TripStore
from .models import (
    STAGES,
    Boarding,
    Check,
    Lunch,
    Pause,
    RainPlan,
    SitePrompt,
    Stage,
    Transport,
    TripFacts,
    TripPlan,
    Turn,
    on_foot_m,
    pauses_at,
    rests_from,
    visit_begins,
)
from .planning import Trip, TripClosedError, TripImpossibleError, plan_trip
from .presets import PRESETS, Preset
from .quiz import Choice, Question, make_quiz, years_of
from .relaxing import Relaxation
from .request import MAX_CLASSES, MAX_DAYS, MAX_TRIP_STOPS, TripRequest, read_trip_request
from .risk import Risk, assess

__all__ = [
    "MAX_CLASSES",
    "MAX_DAYS",
    "MAX_TRIP_STOPS",
    "PRESETS",
    "STAGES",
    "Advice",
    "Boarding",
    "Check",
    "Choice",
    "KeptTrip",
    "Lunch",
    "Offer",
    "Pause",
    "Preset",
    "Question",
    "RainPlan",
    "Relaxation",
    "Risk",
    "SitePrompt",
    "Stage",
    "Transport",
    "Trip",
    "TripClosedError",
    "TripContent",
    "TripFacts",
    "TripImpossibleError",
    "TripPlan",
    "TripRequest",
    "TripStore",
    "Turn",
    "assess",
    "make_quiz",
    "on_foot_m",
    "pauses_at",
    "plan_trip",
    "read_trip_request",
    "rests_from",
    "visit_begins",
    "years_of",
]
