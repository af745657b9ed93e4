"""What pupils get: a work sheet for each site, a quiz; and the key on a page of its own.

Prompts quote the record. A question written by staff or the teacher takes the place of ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import MappingProxyType

from geo.models import Site
from geo.trip import Choice, Question, Stage, make_quiz, years_of
from maps.pack.blocks import (
    Block,
    bullets,
    drawing,
    group,
    heading,
    paragraph,
    question,
    writing,
)
from maps.pack.context import Context
from maps.pack.model import Halt
from maps.pack.speech import Text, figure, words

PROMPTS: Mapping[Stage, tuple[str, ...]] = MappingProxyType(
    {
        "primary_lower": ("draw", "word"),
        "primary_upper": ("find", "draw", "ask"),
        "junior": ("find", "date", "ask"),
        "senior": ("evidence", "date", "missing"),
        "university": ("evidence", "sources", "missing"),
    }
)
"""Which prompts a stage gets: from drawing to weighing the sources of the record."""

_LINES: Mapping[str, int] = MappingProxyType(
    {"word": 1, "find": 2, "ask": 2, "date": 2, "evidence": 3, "sources": 3, "missing": 2}
)
_DRAWING_MM = 62.0
_FEWEST = 5
"""A quiz has so many questions, even if the work sheets answer some of them."""


def worksheet(ctx: Context) -> list[Block]:
    """Return the work sheets, one for each site."""
    blocks: list[Block] = [paragraph(ctx.say("pack.worksheet.name"))]
    return [*blocks, *(_sheet(ctx, halt, site) for halt, site in ctx.visits)]


def _sheet(ctx: Context, halt: Halt, site: Site) -> Block:
    plan, say = ctx.pack.plan, ctx.say
    inner: list[Block] = [heading(say.name(site), mark=halt.mark)]
    inner.append(paragraph(say.pair(site.summary_zh, site.summary_en), style="lead"))
    own = [prompt.text for prompt in plan.prompts if prompt.site_id == site.id]
    for text in own:
        inner += [paragraph(words(text, "")), writing(3)]
    for prompt in () if own else PROMPTS[plan.facts.stage]:
        inner += _prompt(ctx, prompt, site)
    return group(inner)


def _prompt(ctx: Context, prompt: str, site: Site) -> list[Block]:
    values: dict[str, Text | int] = {"period": ctx.period(site), "count": len(site.sources)}
    if prompt == "date" and not ctx.period(site):
        prompt = "find"
    if prompt == "missing":
        return [paragraph(ctx.say("pack.prompt.missing", gaps=_gaps(ctx, site))), writing(2)]
    text = paragraph(ctx.say(f"pack.prompt.{prompt}", **values))
    return [text, drawing(_DRAWING_MM)] if prompt == "draw" else [text, writing(_LINES[prompt])]


def _gaps(ctx: Context, site: Site) -> Text:
    """Return what the record does not know of a site, in words."""
    gaps = [
        name
        for name, unknown in (
            ("hours", not site.opening_hours),
            ("years", site.period_from is None),
            ("toilets", site.toilets == "unknown"),
            ("step-free", site.step_free == "unknown"),
            ("phone", not site.phone),
        )
        if unknown
    ]
    said: list[tuple[str, str]] = []
    for lang in ctx.say.langs:
        speech = ctx.say.spread(lang)
        texts = [speech(f"pack.gap.{gap}")[0][1] for gap in gaps]
        said.append((lang, ("、" if lang == "zh" else ", ").join(texts)))
    return tuple(said)


def questions(ctx: Context) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """Return the questions no work sheet printed with them answers, and others to make up.

    There are others only where the first are fewer than `_FEWEST`.
    """
    plan, sheets = ctx.pack.plan, dict[str, str]()
    if "worksheet" in ctx.options.parts:
        dated = "date" in PROMPTS[plan.facts.stage]
        for site in plan.sites:
            period = f"{site.period} {years_of(site)}" if dated else ""
            sheets[site.id] = f"{site.summary_zh} {site.summary_en} {period}"
    seed = " ".join(site.id for site in plan.sites)
    closed = make_quiz(plan.sites, ctx.pack.others, seed=seed, sheets=sheets)
    if not sheets or len(closed) >= _FEWEST:
        return closed, ()
    asked = {(one.kind, one.site_id) for one in closed}
    told = [
        one
        for one in make_quiz(plan.sites, ctx.pack.others, seed=seed)
        # There were as many districts to ask for as there should be.
        if one.kind != "district" and (one.kind, one.site_id) not in asked
    ]
    return closed, tuple(told[: _FEWEST - len(closed)])


def quiz(ctx: Context) -> list[Block]:
    """Return the quiz, without a word of the answers."""
    closed, told = questions(ctx)
    asked = (*closed, *told)
    if not asked:
        return [paragraph(ctx.say("pack.quiz.none"))]
    away = [paragraph(ctx.say("pack.quiz.put-away"), style="small")] if told else []
    return [
        paragraph(ctx.say("pack.worksheet.name")),
        *away,
        *(
            question(number, _asked(ctx, item), [_choice(ctx, c) for c in item.choices])
            for number, item in enumerate(asked, start=1)
        ),
    ]


def _asked(ctx: Context, item: Question) -> Text:
    site = ctx.records[item.site_id]
    if item.kind == "which":
        return ctx.say("pack.quiz.which", summary=ctx.say.pair(site.summary_zh, site.summary_en))
    return ctx.say(f"pack.quiz.{item.kind}", site=ctx.say.name(site))


def _choice(ctx: Context, choice: Choice) -> Text:
    if choice.kind == "site":
        return ctx.say.name(ctx.records[choice.value])
    if choice.kind == "district":
        return ctx.say.word("district", choice.value)
    return figure(choice.value.replace("-", "–"))


def answers(ctx: Context) -> list[Block]:
    """Return the key: each question with its letter and words, and that all is of the record."""
    blocks: list[Block] = [paragraph(ctx.say("pack.quiz.key-lead", stamp=ctx.stamp))]
    for number, item in enumerate(itertools.chain(*questions(ctx)), start=1):
        letters = _letters(item.answer)
        answer = ctx.say("pack.quiz.answer-order", letters=letters)
        if len(item.answer) == 1:
            answer = ctx.say("pack.quiz.answer", letters=letters, said=_choice(ctx, item.right))
        blocks.append(question(number, _asked(ctx, item), []))
        blocks.append(paragraph(answer, style="lead"))
    return blocks if len(blocks) > 1 else [*blocks, bullets([ctx.say("pack.quiz.none")])]


def _letters(answer: tuple[int, ...]) -> str:
    return " → ".join("ABCDEFGH"[index] for index in answer)
