"""When something is open: OpenStreetMap's opening_hours notation, evaluated. No Django here."""

from .evaluation import Interval, intervals, state_at
from .holidays import NATIONS, bank_holidays
from .states import Reason, State

__all__ = ["NATIONS", "Interval", "Reason", "State", "bank_holidays", "intervals", "state_at"]
