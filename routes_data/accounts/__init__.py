"""Accounts: who works with the records, what they may do, and how they prove who they are."""

from __future__ import annotations

from .accounts import Accounts
from .identities import Identity, Proof
from .placing import Placement, Placing
from .roles import Person, Role, Unit
from .sessions import Lifetime, Session
from .tokens import SCOPES, Token, TokenWish, read_wish
from .users import NewPerson

__all__ = [
    "SCOPES",
    "Accounts",
    "Identity",
    "Lifetime",
    "NewPerson",
    "Person",
    "Placement",
    "Placing",
    "Proof",
    "Role",
    "Session",
    "Token",
    "TokenWish",
    "Unit",
    "read_wish",
]
