"""Turn-by-turn directions of a leg, from the roads it runs on and the junctions it meets."""

from .course import Course
from .landmarks import NO_LANDMARKS, Landmarks
from .steps import steps_of

__all__ = ["NO_LANDMARKS", "Course", "Landmarks", "steps_of"]
