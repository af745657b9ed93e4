"""The command `redtrails`: everything the pages do, and the work behind them, from a shell."""

from .app import main

__all__ = ["main"]
