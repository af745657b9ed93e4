"""How the domain speaks without knowing a language.

What a person must be told is a `Notice`: a key of the message catalogue
(`api/web/locales/{zh,en}.json`) with its values. Whoever renders passes a `Messages` in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Lang = Literal["zh", "en"]
Value = str | int | float | None


class Messages(Protocol):
    """Texts of one language, by key.

    Calling it fills the text of `key` with `values`; an unknown key is a `KeyError`, found by a
    test over all keys, never by a visitor.
    """

    @property
    def lang(self) -> Lang:
        """The language of the texts."""
        ...

    def __call__(self, key: str, /, **values: Value) -> str:
        """Return the text of `key`, its `{placeholders}` filled."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person must be told about a stop, a leg or a whole itinerary.

    `code` is the message key without its prefix: the text stands at `notice.<code>`. Of a pair of
    values `x_zh` and `x_en` the text may also ask for `x`: that in its own language. Of a value
    `x_key` (keys, with spaces between) it may ask for `x`: the texts that stand at these keys.
    """

    code: str
    level: Literal["info", "warning"] = "warning"
    values: Mapping[str, Value] = field(default_factory=dict)

    def text(self, messages: Messages) -> str:
        """Return the notice in the language of `messages`."""
        said = {**self._in(messages.lang), **self._at(messages)}
        return messages(f"notice.{self.code}", **self.values, **said)

    def _in(self, lang: Lang) -> dict[str, Value]:
        pairs = [name.removesuffix("_zh") for name in self.values if name.endswith("_zh")]
        return {
            name: name_in(
                lang, str(self.values[f"{name}_zh"]), str(self.values.get(f"{name}_en") or "")
            )
            for name in pairs
        }

    def _at(self, messages: Messages) -> dict[str, Value]:
        between = "、" if messages.lang == "zh" else ", "
        return {
            name.removesuffix("_key"): between.join(messages(key) for key in str(keys).split())
            for name, keys in self.values.items()
            if name.endswith("_key")
        }


def name_in(lang: Lang, name_zh: str, name_en: str) -> str:
    """Return the name in the language asked for, else the one there is."""
    return (name_zh or name_en) if lang == "zh" else (name_en or name_zh)
