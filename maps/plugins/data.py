"""Data on its way into a script: JSON that no text in it can break out of."""

from __future__ import annotations

import json

JsonData = object
"""What `json.dumps` can write: texts, numbers, booleans, None, lists and mappings of these."""

# `<` ends a script (`</script>`, `<!--`), `&` and quotes matter where a script stands in an
# attribute, a backtick and `${` where folium puts it into a template literal (folium#1640), and
# U+2028 and U+2029 end a line in older readings of JavaScript.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'`$\u2028\u2029"}


def script_json(data: JsonData) -> str:
    """Return data as JSON that may stand anywhere in a script, in the order it was given."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES)


def script_value(data: JsonData) -> str:
    """Return data as an expression of a script; a browser reads it faster than an object literal.

    As code, large data takes a multiple of the time to compile that `JSON.parse` needs for it.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"JSON.parse('{text.replace(chr(92), chr(92) * 2).translate(_ESCAPES)}')"
