"""Texts of a pack in one language or two at once.

A text is a tuple of (language, words) pairs: one pair in a pack of one language, two in a
bilingual one. Words that come from the data in Chinese only are marked as Chinese in an English
pack too, so that a screen reader and the typesetter know. An empty language is for figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from pypinyin import Style, lazy_pinyin

from geo.exchange import say_climb, say_duration, say_leg, say_length, say_step
from geo.messages import Lang, Messages, Notice, Value
from geo.models import TIME_ZONE, Fidelity, Leg, Mode, Step
from geo.trip import Check

Text = tuple[tuple[str, str], ...]
NONE: Text = ()


def figure(value: object) -> Text:
    """Return a figure, the same in every language."""
    return (("", str(value)),)


def words(text: str, lang: Lang | str = "zh") -> Text:
    """Return words of one language, as they stand in the data; nothing for an empty string."""
    return ((lang, text),) if text else NONE


def sounded(text: str) -> Text:
    """Return Chinese words, marked as such, and how they sound, for who reads them in English."""
    sound = " ".join(lazy_pinyin(text, style=Style.TONE))
    return (("zh", text), ("", sound))


def once(text: Text) -> Text:
    """Return Chinese words of the record under their Chinese label alone, where there is one."""
    return tuple(pair for pair in text if pair[0] == "zh") or text


def joined(*texts: Text) -> Text:
    """Return texts one after the other."""
    return tuple(pair for text in texts for pair in text)


class Speech:
    """Speaks every text in each language of a pack.

    Parameters
    ----------
    voices
        The languages, one or two, the leading one first.
    """

    def __init__(self, voices: Sequence[Messages]) -> None:
        self.voices = tuple(voices)
        self.langs: tuple[Lang, ...] = tuple(voice.lang for voice in voices)

    def __call__(self, key: str, /, **values: Value | Text) -> Text:
        """Return the text of `key`; a value that is a text itself is taken in each language."""
        return self.each(
            lambda voice: voice(key, **{k: _in(v, voice.lang) for k, v in values.items()})
        )

    def each(self, say: Callable[[Messages], str]) -> Text:
        """Return what `say` says in each language; once, as a figure, where two say the same."""
        said = [(voice.lang, say(voice)) for voice in self.voices]
        same = len({text for _, text in said}) == 1 and len(said) > 1
        return (("", said[0][1]),) if same else tuple(said)

    def notice(self, notice: Notice | Check) -> Text:
        """Return what a notice says."""
        return self.each(notice.text)

    def pair(self, zh: str, en: str) -> Text:
        """Return words that the data holds in both languages; the one there is for the other."""
        both: dict[str, str] = {"zh": zh, "en": en}
        said = [(lang, both[lang]) for lang in self.langs if both[lang]]
        return tuple(said) or words(zh, "zh") or words(en, "en")

    def name(self, thing: object) -> Text:
        """Return the name of anything with `name_zh` and `name_en`."""
        return self.pair(getattr(thing, "name_zh", ""), getattr(thing, "name_en", ""))

    def word(self, group: str, value: str) -> Text:
        """Return the text at `group.value`, or the value as it stands where there is none."""

        def say(voice: Messages) -> str:
            try:
                return voice(f"{group}.{value}")
            except KeyError:
                return value

        return self.each(say)

    def clock(self, moment: datetime | None) -> Text:
        """Return the time of day in Qingdao, nothing where there is none."""
        return figure(moment.astimezone(TIME_ZONE).strftime("%H:%M")) if moment else NONE

    def date(self, day: date) -> Text:
        """Return a date with its weekday."""
        return self.each(
            lambda voice: voice(
                "figure.date-weekday",
                year=day.year,
                month=day.month,
                day=day.day,
                month_name=voice(f"month.{day.month}"),
                weekday=voice(f"weekday.{day.isoweekday()}"),
            )
        )

    def duration(self, seconds: float) -> Text:
        """Return a duration in hours and whole minutes."""
        return self.each(lambda voice: say_duration(seconds, voice))

    def leg_length(self, leg: Leg, fidelity: Fidelity) -> Text:
        """Return the length of a leg as it is known."""
        return self.each(lambda voice: say_leg(leg, fidelity, voice).length)

    def leg_way(self, leg: Leg, fidelity: Fidelity) -> Text:
        """Return the length of a leg, and how far it goes up and down where that is known."""
        return self.each(
            lambda voice: " · ".join(
                filter(None, (say_leg(leg, fidelity, voice).length, say_climb(leg, voice)))
            )
        )

    def leg_time(self, leg: Leg, fidelity: Fidelity) -> Text:
        """Return how long a leg takes: a span where one end is only known to an area."""
        return self.each(lambda voice: say_leg(leg, fidelity, voice).duration)

    def step(self, step: Step, mode: Mode, fidelity: Fidelity) -> Text:
        """Return one direction of a leg."""
        return self.each(lambda voice: say_step(step, mode, fidelity, voice))

    def length(self, metres: float, mode: Mode = "walk", fidelity: Fidelity = "street") -> Text:
        """Return a length no more exactly than it is known (`geo.exchange.figures`)."""
        return self.each(lambda voice: say_length(metres, mode, fidelity, voice))

    def spread(self, lang: Lang) -> Speech:
        """Return the speech of one of the languages alone."""
        return Speech([voice for voice in self.voices if voice.lang == lang])


def in_lang(text: Text, lang: str) -> str:
    """Return a text in one language, or whatever there is of it."""
    fitting = [said for own, said in text if own in {lang, ""}]
    return " ".join(fitting or [said for _, said in text])


def _in(value: Value | Text, lang: Lang) -> Value:
    return in_lang(value, lang) if isinstance(value, tuple) else value
