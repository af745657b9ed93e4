"""Quiz questions made from the records: a right answer and wrong ones from other records.

Nothing is invented: every choice is a value of some record. A wrong answer must be wrong on the
record too, so years that overlap are never offered against each other. Nothing gives the answer
away: not the question (a name that holds the district or the year), not the sheet beside it, not
the one choice that looks unlike the others.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.districts import DISTRICTS
from geo.models import Site

QuestionKind = Literal["district", "years", "which", "order"]
CHOICES = 4
ALIKE = 6
"""Wrong answers are drawn from so many that are most like the right one."""
NEAR_YEARS = 60
PER_DISTRICT = 2
"""At most so many questions have one district for their answer."""
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

    @property
    def right(self) -> Choice:
        """The right choice, or the first of the right order."""
        return self.choices[self.answer[0]]


def years_of(site: Site) -> str:
    """Return the years the record gives, as `1923-1927` or `1949`; empty where it gives none."""
    if site.period_from is None:
        return ""
    if site.period_to is None or site.period_to == site.period_from:
        return str(site.period_from)
    return f"{site.period_from}-{site.period_to}"


def make_quiz(
    visited: Sequence[Site],
    others: Sequence[Site],
    *,
    seed: str,
    limit: int = 12,
    sheets: Mapping[str, str] | None = None,
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
    sheets
        What pupils may read of each site (by id) beside the quiz: it answers no question.
    """
    shown = sheets or {}
    dice = random.Random(seed)  # noqa: S311 - a shuffle of quiz answers, not a secret
    pool = sorted({site.id: site for site in (*visited, *others)}.values(), key=lambda s: s.id)
    makers: tuple[Callable[..., Question | None], ...] = (_which, _years, _district)
    questions: list[Question] = []
    for number, site in enumerate(visited):
        # Sites take turns to begin with another kind, so that a quiz of one kind never results.
        turn = makers[number % len(makers) :] + makers[: number % len(makers)]
        sheet = shown.get(site.id, "")
        made = [question for make in turn if (question := make(site, pool, dice, sheet))]
        known = [one.right.value for one in questions if one.kind == "district"]
        if known.count(site.district) >= PER_DISTRICT:
            made = [one for one in made if one.kind != "district"]
        questions += made[:PER_SITE]
    order = _order([site for site in visited if not _dated(shown.get(site.id, ""), site)], dice)
    room = limit - (1 if order else 0)
    return (*questions[:room], *((order,) if order else ()))


def _asked(
    kind: QuestionKind, site: Site, right: Choice, wrong: Iterable[Choice], dice: random.Random
) -> Question | None:
    """Return a question; `wrong` come with those most like the right answer first."""
    distinct = list({choice.value: choice for choice in wrong if choice != right}.values())[:ALIKE]
    if len(distinct) < CHOICES - 1:
        return None
    choices = [right, *dice.sample(distinct, CHOICES - 1)]
    if kind == "years":
        choices.sort(key=lambda choice: _first(choice.value))
    else:
        dice.shuffle(choices)
    return Question(kind, site.id, tuple(choices), (choices.index(right),))


def _names(site: Site) -> str:
    return " ".join((site.name_zh, site.name_en, *site.aliases)).casefold()


def _district(site: Site, pool: Sequence[Site], dice: random.Random, sheet: str) -> Question | None:
    if _told_district(site, f"{_names(site)} {sheet}".casefold()):
        return None
    right = Choice("district", site.district)
    wrong = sorted({s.district for s in pool})
    dice.shuffle(wrong)
    return _asked("district", site, right, (Choice("district", name) for name in wrong), dice)


def _told_district(site: Site, text: str) -> bool:
    """Return whether a text (in lower case) holds the district of a site, whole or in short."""
    for district in DISTRICTS:
        if district.name_zh == site.district:
            stem = district.name_zh.removesuffix("新区").removesuffix("区").removesuffix("市")
            names = (stem, district.name_en.casefold(), *district.others)
            return any(name in text for name in names)
    return site.district in text


def _first(years: str) -> int:
    return int(years.split("-", maxsplit=1)[0])


def _years(site: Site, pool: Sequence[Site], dice: random.Random, sheet: str) -> Question | None:
    own = years_of(site)
    if not own or _dated(f"{_names(site)} {sheet}", site):
        return None
    # One year among spans of years, or an old one among new ones, would be found by its looks.
    alike = [s for s in pool if years_of(s) and ("-" in years_of(s)) == ("-" in own)]
    alike = [s for s in alike if _years_between(s, site) <= NEAR_YEARS]
    alike.sort(key=lambda s: (_years_between(s, site), s.id))
    apart: list[Site] = []
    for other in alike:
        if all(_apart(other, chosen) for chosen in (site, *apart)):
            apart.append(other)
    wrong = (Choice("years", years_of(other)) for other in apart)
    return _asked("years", site, Choice("years", own), wrong, dice)


def _years_between(one: Site, two: Site) -> int:
    return abs(_first(years_of(one)) - _first(years_of(two)))


def _dated(text: str, site: Site) -> bool:
    """Return whether a text holds a year of the record."""
    years = [year for year in years_of(site).split("-") if year]
    return any(re.search(rf"(?<!\d){year}(?!\d)", text) for year in years)


def _apart(one: Site, two: Site) -> bool:
    """Return whether both have years and these do not overlap."""
    if one.period_from is None or two.period_from is None:
        return False
    one_to, two_to = one.period_to or one.period_from, two.period_to or two.period_from
    return one_to < two.period_from or two_to < one.period_from


def _which(site: Site, pool: Sequence[Site], dice: random.Random, sheet: str) -> Question | None:
    names = (site.name_zh, site.name_en, *site.aliases)
    text = f"{site.summary_zh} {site.summary_en}".casefold()
    if not site.summary_zh or any(name and name.casefold() in text for name in names):
        return None
    if site.summary_zh in sheet or _hints(site, text) > 0:
        return None
    # A site of the same kind and a name of like length is the honest distractor.
    wrong = [s for s in pool if s.id != site.id and not _alike(site, s)]
    wrong.sort(key=lambda s: (s.category != site.category, _unlike(s, site), s.id))
    return _asked(
        "which", site, Choice("site", site.id), (Choice("site", s.id) for s in wrong), dice
    )


def _hints(site: Site, text: str) -> int:
    """Return how many pairs of characters of a name, or long words of it, stand in a text too."""
    name = re.sub(r"[^\u3400-\u9fff]", "", site.name_zh)
    pairs = {name[i : i + 2] for i in range(len(name) - 1)} - _COMMON
    words = set(re.findall(r"[a-z]{4,}", site.name_en.casefold())) - _COMMON
    return sum(one in text for one in pairs | words)


_COMMON = frozenset(
    {
        *("青岛", "纪念", "博物", "物馆", "旧址", "中共", "革命", "烈士", "陈列", "展览", "公园"),
        *("qingdao", "museum", "memorial", "former", "site", "hall", "park", "revolutionary"),
    }
)
"""What so many names and stories hold that it tells nothing."""


def _unlike(one: Site, two: Site) -> int:
    return abs(len(one.name_zh) - len(two.name_zh))


def _alike(one: Site, two: Site) -> bool:
    return one.summary_zh == two.summary_zh or one.name_zh == two.name_zh


def _order(visited: Sequence[Site], dice: random.Random) -> Question | None:
    """Ask for the order of up to four sites whose years do not overlap; no name tells a year."""
    apart: list[Site] = []
    for site in visited:
        clear = years_of(site) and not re.search(r"\d{4}", _names(site))
        if clear and all(_apart(site, chosen) for chosen in apart):
            apart.append(site)
    chosen = apart[:CHOICES]
    if len(chosen) < 3:  # noqa: PLR2004 - two are a coin toss
        return None
    dice.shuffle(chosen)
    right = sorted(range(len(chosen)), key=lambda index: chosen[index].period_from or 0)
    choices = tuple(Choice("site", site.id) for site in chosen)
    return Question("order", chosen[0].id, choices, tuple(right))
