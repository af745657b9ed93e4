"""A teacher's field trip: limits by school stage, the plan that keeps them, quiz and risks."""

from __future__ import annotations

from .models import (
    STAGES,
    Boarding,
    Lunch,
    Pause,
    SitePrompt,
    Stage,
    Transport,
    TripFacts,
    TripPlan,
)
from .quiz import Choice, Question, make_quiz, years_of
from .risk import Risk, assess

__all__ = [
    "STAGES",
    "Boarding",
    "Choice",
    "Lunch",
    "Pause",
    "Question",
    "Risk",
    "SitePrompt",
    "Stage",
    "Transport",
    "TripFacts",
    "TripPlan",
    "assess",
    "make_quiz",
    "years_of",
]
