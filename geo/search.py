"""The text index: Chinese, pinyin in full and by initials, English, aliases; ranked, forgiving.

Every word asked for must be found in a document (its district and address count, at less weight).
Where nothing is found so, the query is read as a misspelling: Chinese by its sound first, then any
script by likeness. Ranking is deterministic; equal scores keep the order of the documents.

Latin text is matched from the start of a unit only (an English word, a pinyin syllable): `dsg` is
党史馆 and never the middle of a word. To make that one substring search, a text is indexed as all
its tails: `party history` as `|partyhistory|history|`, in which `|hist` and `|partyhis` occur.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

MAX_QUERY_CHARS = 100
"""A longer query is cut: no name is as long."""

LIKENESS = 80.0
"""How alike (0 to 100, rapidfuzz `partial_ratio`) a misspelt query must be to a name."""

_SOUND, _INITIALS = 0.8, 0.6  # weight of a match by sound, relative to the same in Chinese
_SCATTERED = 0.5  # 青岛党史馆 in 中共青岛党史纪念馆: every character, in order, not side by side
_MIN_FUZZY = 4  # shorter Latin words are like too many others
_MIN_FUZZY_HAN = 3
_HAN = re.compile(r"[\u3400-\u9fff]")
_APOSTROPHES = re.compile("['’‘]")
_STOP_WORDS = frozenset({"a", "an", "and", "at", "in", "of", "on", "the", "to"})


@dataclass(frozen=True, slots=True)
class Document:
    """What may be found: Chinese and English texts, each with its weight (1.0 for a name)."""

    id: str
    chinese: tuple[tuple[str, float], ...] = ()
    english: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, and how well it fits (more is better; comparable within one search)."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """One text of a document in the form it is searched in."""

    document: int
    text: str
    weight: float


def normalise(text: str) -> str:
    """Return the text in one form: widths and case folded, punctuation as blanks."""
    folded = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def _solid(text: str) -> str:
    return normalise(text).replace(" ", "")


def syllables(text: str) -> list[str]:
    """Return the pinyin of a Chinese text, syllable by syllable; other scripts stay whole words."""
    return normalise(" ".join(lazy_pinyin(text))).split()


def _tails(units: Sequence[str]) -> str:
    """Return every tail of a list of units, each with its start marked."""
    return "|" + "|".join("".join(units[i:]) for i in range(len(units))) + "|"


def _tail_quality(token: str, tails: str) -> float:
    """Rate a match from a unit's start: the whole text, its start, its end, its middle."""
    at_start = tails.startswith("|" + token)
    to_end = "|" + token + "|" in tails
    first = tails.find("|", 1) - 1
    return _quality(at_start, to_end, len(token) / max(first, 1))


def _quality(at_start: bool, to_end: bool, share: float) -> float:  # noqa: FBT001
    base = 0.7 + 0.15 * at_start + 0.1 * to_end
    return base + 0.05 * min(share, 1.0)


def _han_quality(token: str, text: str) -> float:
    return _quality(text.startswith(token), text.endswith(token), len(token) / len(text))


class TextIndex:
    """An index over documents; read-only, safe for threads.

    Parameters
    ----------
    documents
        In the order in which equal scores are to be listed.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        documents = tuple(documents)
        self._ids = tuple(document.id for document in documents)
        self._han: list[_Entry] = []
        self._latin: list[_Entry] = []
        self._plain: list[_Entry] = []
        for number, document in enumerate(documents):
            for text, weight in document.chinese:
                self._add_chinese(number, text, weight)
            for text, weight in document.english:
                self._add_latin(number, normalise(text).split(), weight)
        self._names = [entry for entry in self._plain if entry.weight >= _SOUND * 0.9]
        self._name_texts = [entry.text for entry in self._names]

    def _add_chinese(self, number: int, text: str, weight: float) -> None:
        solid = _solid(text)
        if not solid:
            return
        self._han.append(_Entry(number, solid, weight))
        self._plain.append(_Entry(number, solid, weight))
        sounds = syllables(text)
        self._add_latin(number, sounds, weight * _SOUND)
        initials = [sound[0] for sound in sounds]
        self._latin.append(_Entry(number, _tails(initials), weight * _INITIALS))

    def _add_latin(self, number: int, units: Sequence[str], weight: float) -> None:
        if units:
            self._latin.append(_Entry(number, _tails(units), weight))
            self._plain.append(_Entry(number, "".join(units), weight))

    def search(self, query: str, *, limit: int | None = None) -> tuple[Hit, ...]:
        """Return the documents that fit, the best first; none for a query without a letter.

        Parameters
        ----------
        query
            Any mixture of scripts; words are separated by blanks.
        limit
            At most so many; None for all.
        """
        words = normalise(query[:MAX_QUERY_CHARS]).split()
        tokens = [word for word in words if word not in _STOP_WORDS] or words
        if not tokens:
            return ()
        solid = "".join(words)
        scores = _merged(self._every(tokens), self._token(solid) if len(tokens) > 1 else {})
        scores = scores or self._by_sound(tokens) or self._by_likeness(solid)
        ranked = sorted(scores.items(), key=lambda item: (-round(item[1], 6), item[0]))
        return tuple(Hit(self._ids[number], score) for number, score in ranked[:limit])

    def _every(self, tokens: Sequence[str]) -> dict[int, float]:
        """Return the mean score of the documents in which every token is found."""
        found = [self._token(token) for token in tokens]
        common = set(found[0]).intersection(*found[1:])
        return {number: sum(f[number] for f in found) / len(found) for number in common}

    def _token(self, token: str) -> dict[int, float]:
        if _HAN.search(token):
            side_by_side = _best(self._han, token, _han_quality)
            return _merged(side_by_side, self._scattered(token))
        return _best(self._latin, "|" + token, lambda _, text: _tail_quality(token, text))

    def _scattered(self, token: str) -> dict[int, float]:
        """Find names that hold every character in order; three at least, or all fit too much."""
        if len(token) < _MIN_FUZZY_HAN:
            return {}
        inside = re.compile(".*?".join(map(re.escape, token))).search
        names = (entry for entry in self._han if entry.weight >= _SOUND)
        return _best_of(
            (entry.document, entry.weight * _SCATTERED * (1 + len(token) / len(entry.text)) / 2)
            for entry in names
            if inside(entry.text)
        )

    def _by_sound(self, tokens: Sequence[str]) -> dict[int, float]:
        """Read Chinese tokens as a wrong character for the right sound."""
        if not any(_HAN.search(token) for token in tokens):
            return {}
        return self._every(["".join(syllables(token)) for token in tokens])

    def _by_likeness(self, solid: str) -> dict[int, float]:
        shortest = _MIN_FUZZY_HAN if _HAN.search(solid) else _MIN_FUZZY
        if len(solid) < shortest:
            return {}
        alike = process.extract(
            solid, self._name_texts, scorer=fuzz.partial_ratio, score_cutoff=LIKENESS, limit=None
        )
        return _best_of(
            (self._names[at].document, self._names[at].weight * score / 100 * _SCATTERED)
            for text, score, at in alike
            # A short name inside a long query is not a likeness of the query.
            if len(text) * 1.25 >= len(solid)
        )


def _best(
    entries: Sequence[_Entry], needle: str, quality: Callable[[str, str], float]
) -> dict[int, float]:
    return _best_of(
        (entry.document, entry.weight * quality(needle, entry.text))
        for entry in entries
        if needle in entry.text
    )


def _best_of(scored: Iterable[tuple[int, float]]) -> dict[int, float]:
    best: dict[int, float] = {}
    for number, score in scored:
        if score > best.get(number, 0.0):
            best[number] = score
    return best


def _merged(first: dict[int, float], second: dict[int, float]) -> dict[int, float]:
    return _best_of(chain(first.items(), second.items()))
