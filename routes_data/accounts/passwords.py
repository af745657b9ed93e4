"""Passwords: what is good enough, and how it is kept (argon2id, through pwdlib).

The rules are those of NIST SP 800-63B: length counts, composition does not; what is guessed first
is refused; every character may be used.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError

from .errors import WeakPasswordError

LEAST = 10
"""Characters a password must have."""
MOST = 200
"""Characters a password may have: a hash of a book would keep a worker busy."""
LEAST_DIFFERENT = 5
"""Different characters a password must have."""
LEAST_LEFT = 3
"""Letters a password must have beside words everybody tries."""

_AT_ONCE = threading.BoundedSemaphore(3)
"""One argon2 hash takes 64 MB: a crowd at the log-in page waits instead of filling the memory."""

_ROWS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl")
_COMMON = frozenset(
    (
        "password",
        "passw0rd",
        "p@ssword",
        "p@ssw0rd",
        "admin",
        "administrator",
        "qwerty",
        "welcome",
        "letmein",
        "iloveyou",
        "woaini",
        "qingdao",
        "redtrails",
        "honglv",
        "hongji",
        "hongse",
        "zhongguo",
        "china",
        "shandong",
        "changeme",
        "secret",
        "密码",
        "管理员",
        "青岛",
        "青岛红迹",
        "红色青岛",
        "红色文化",
        "我爱你",
        "中国",
    )
)
_PADDING = re.compile(r"[\W\d_]+")


def normal(password: str) -> str:
    """Return a password as it is hashed: the same on every keyboard (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *own: str) -> None:
    """Refuse a password that is guessed first.

    Parameters
    ----------
    password
        The new password.
    own
        Words that must not be its core, such as the name of the account.

    Raises
    ------
    WeakPasswordError
        It is too short, too long, too even, a row of keys, or a word everybody tries.
    """
    text = normal(password).casefold()
    if len(text) < LEAST:
        raise WeakPasswordError("password_short", f"at least {LEAST} characters", least=LEAST)
    if len(text) > MOST:
        raise WeakPasswordError("password_long", f"at most {MOST} characters", most=MOST)
    if len(set(text)) < LEAST_DIFFERENT or _is_row(text):
        raise WeakPasswordError("password_even", "less of a row or a repetition")
    if len(_left(text, own)) < LEAST_LEFT:
        raise WeakPasswordError("password_common", "more than words everybody tries, and figures")


def _left(text: str, own: tuple[str, ...]) -> str:
    """Return the letters of a password that are no part of a word tried first."""
    words = _COMMON | {word.casefold() for word in own if word}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return _PADDING.sub("", text)


def _is_row(text: str) -> bool:
    return any(text in row * 20 for row in _ROWS)


def hashed(password: str) -> str:
    """Return the hash a password is kept as."""
    with _AT_ONCE:
        return _hasher().hash(_bytes(password))


def fits(password: str, kept: str) -> bool:
    """Return whether a password is the one that was kept; as slow where nothing was."""
    known = kept or _nobodys()
    with _AT_ONCE:
        try:
            same = _hasher().verify(_bytes(password), known)
        except PwdlibError:
            same = False
    return same and bool(kept)


def _bytes(password: str) -> bytes:
    """Return what is hashed; of what nobody may choose no more than is needed to refuse it."""
    return normal(password[: MOST + 1]).encode("utf-8", "surrogatepass")


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    return hashed("nobody's password")
