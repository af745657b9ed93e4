"""Quiz questions made from the records: a right answer and wrong ones from other records.

Nothing is invented: every choice is a value of some record. A wrong answer must be wrong on the
record too, so years that overlap are never offered against each other, and a summary that gives
its own site away is not asked about.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.models import Site

QuestionKind = Literal["district", "years", "which", "order"]
CHOICES = 4
PER_SITE = 2
"""At most this many questions start from one site: eight sites give a page, not a book."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice: a site by id, a district by name, or a span of years."""

    kind: Literal["site", "district", "years"]
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `answer` indexes `choices`; for `order` it is the right sequence of indices."""

    kind: QuestionKind
    site_id: str
    choices: tuple[Choice, ...]
    answer: tuple[int, ...]


def years_of(site: Site) -> str:
    """Return the years the record gives, as `1923-1927` or `1949`; empty where it gives none."""
    if site.period_from is None:
        return ""
    if site.period_to is None or site.period_to == site.period_from:
        return str(site.period_from)
    return f"{site.period_from}-{site.period_to}"


def make_quiz(
    visited: Sequence[Site], others: Sequence[Site], *, seed: str, limit: int = 12
) -> tuple[Question, ...]:
    """Return questions about the sites visited.

    Parameters
    ----------
    visited
        The sites of the trip.
    others
        Further records, for wrong answers.
    seed
        The same seed gives the same questions in the same order.
    limit
        The most questions.
    """
    dice = random.Random(seed)  # noqa: S311 - a shuffle of quiz answers, not a secret
    pool = sorted({site.id: site for site in (*visited, *others)}.values(), key=lambda s: s.id)
    makers: tuple[Callable[..., Question | None], ...] = (_which, _years, _district)
    questions: list[Question] = []
    for number, site in enumerate(visited):
        # Sites take turns to begin with another kind, so that a quiz of one kind never results.
        turn = makers[number % len(makers) :] + makers[: number % len(makers)]
        made = [question for make in turn if (question := make(site, pool, dice))]
        questions += made[:PER_SITE]
    order = _order(visited, dice)
    room = limit - (1 if order else 0)
    return (*questions[:room], *((order,) if order else ()))


def _asked(
    kind: QuestionKind, site: Site, right: Choice, wrong: Iterable[Choice], dice: random.Random
) -> Question | None:
    distinct = sorted(
        {choice.value: choice for choice in wrong if choice != right}.values(),
        key=lambda choice: choice.value,
    )
    if len(distinct) < CHOICES - 1:
        return None
    choices = [right, *dice.sample(distinct, CHOICES - 1)]
    if kind == "years":
        choices.sort(key=lambda choice: choice.value)
    else:
        dice.shuffle(choices)
    return Question(kind, site.id, tuple(choices), (choices.index(right),))


def _district(site: Site, pool: Sequence[Site], dice: random.Random) -> Question | None:
    right = Choice("district", site.district)
    return _asked("district", site, right, (Choice("district", s.district) for s in pool), dice)


def _years(site: Site, pool: Sequence[Site], dice: random.Random) -> Question | None:
    if not years_of(site):
        return None
    apart: list[Site] = []
    for other in dice.sample(list(pool), len(pool)):
        if all(_apart(other, chosen) for chosen in (site, *apart)):
            apart.append(other)
    wrong = (Choice("years", years_of(other)) for other in apart)
    return _asked("years", site, Choice("years", years_of(site)), wrong, dice)


def _apart(one: Site, two: Site) -> bool:
    """Return whether both have years and these do not overlap."""
    if one.period_from is None or two.period_from is None:
        return False
    one_to, two_to = one.period_to or one.period_from, two.period_to or two.period_from
    return one_to < two.period_from or two_to < one.period_from


def _which(site: Site, pool: Sequence[Site], dice: random.Random) -> Question | None:
    names = (site.name_zh, site.name_en, *site.aliases)
    text = f"{site.summary_zh} {site.summary_en}".casefold()
    if not site.summary_zh or any(name and name.casefold() in text for name in names):
        return None
    # A site of the same kind elsewhere is the honest distractor; of the same theme it might fit.
    wrong = (Choice("site", s.id) for s in pool if s.id != site.id and not _alike(site, s))
    return _asked("which", site, Choice("site", site.id), wrong, dice)


def _alike(one: Site, two: Site) -> bool:
    return one.summary_zh == two.summary_zh or one.name_zh == two.name_zh


def _order(visited: Sequence[Site], dice: random.Random) -> Question | None:
    """Ask for the order of up to four sites whose years do not overlap."""
    apart: list[Site] = []
    for site in visited:
        if years_of(site) and all(_apart(site, chosen) for chosen in apart):
            apart.append(site)
    chosen = apart[:CHOICES]
    if len(chosen) < 3:  # noqa: PLR2004 - two are a coin toss
        return None
    dice.shuffle(chosen)
    right = sorted(range(len(chosen)), key=lambda index: chosen[index].period_from or 0)
    choices = tuple(Choice("site", site.id) for site in chosen)
    return Question("order", chosen[0].id, choices, tuple(right))
