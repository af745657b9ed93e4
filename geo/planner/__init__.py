"""Sites and wishes → one `Itinerary`. Pure: the clock is passed in, nothing is read or written."""

from .plan import plan
from .request import MAX_STOPS, PlanRequest, read_request

__all__ = ["MAX_STOPS", "PlanRequest", "plan", "read_request"]
