"""A pack as a plain document: one value, drawn as PDF by the typesetter and as a web page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo.messages import Messages

from .blocks import Block
from .context import Context
from .ground import Ground
from .model import PackInput, PackOptions, PartName
from .parts import MAKERS
from .speech import Speech, Text


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its title and blocks."""

    name: PartName
    title: Text
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole pack. `langs` are its languages, the leading one first."""

    langs: tuple[str, ...]
    paper: str
    title: str
    stamp: str
    link: str
    foot: Text
    parts: tuple[Part, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the document as JSON values, for the typesetter."""
        return {
            "langs": self.langs,
            "paper": self.paper,
            "title": self.title,
            "stamp": self.stamp,
            "foot": self.foot,
            "parts": [
                {"name": part.name, "title": part.title, "blocks": part.blocks}
                for part in self.parts
            ],
        }


def _title(ctx: Context, name: PartName) -> Text:
    """Return the title of a part; nobody reads aloud on a coach where there is none."""
    on_foot = name == "coach" and ctx.pack.plan.facts.transport == "walk"
    return ctx.say("pack.part.coach-walk" if on_foot else f"pack.part.{name}")


def build_document(
    pack: PackInput, ground: Ground, options: PackOptions, voices: Sequence[Messages]
) -> Document:
    """Return the pack as a document.

    Parameters
    ----------
    pack
        What it is made from.
    ground
        The ground of its maps.
    options
        Which parts, on which paper.
    voices
        One language or two, the leading one first.
    """
    say = Speech(voices)
    ctx = Context(pack, options, say, ground)
    title = pack.plan.facts.title or " ".join(text for _, text in say("pack.title"))
    return Document(
        langs=say.langs,
        paper=options.paper,
        title=title,
        stamp=ctx.stamp,
        link=pack.link,
        foot=say("pack.foot", stamp=ctx.stamp),
        # A part with nothing to say (turns of a single class) is no page.
        parts=tuple(
            Part(name, _title(ctx, name), blocks)
            for name in options.parts
            if (blocks := MAKERS[name](ctx))
        ),
    )
