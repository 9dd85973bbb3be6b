"""Folding of text for matching, never for display.

Case, curly quotes, dashes and non-breaking spaces are folded one character to one, so that an
offset in the folded text is an offset in the text.
"""

from __future__ import annotations

PAIRS = {
    "‘’‚‛′`´": "'",
    "“”„‟″«»": '"',
    "‐‑‒–—―−": "-",
    "\u00a0\u2007\u202f\u2002\u2003\u2009\t\n\r": " ",
}
TABLE = str.maketrans({c: plain for chars, plain in PAIRS.items() for c in chars})


def fold(text: str) -> str:
    """`text` in lower case with plain quotes, dashes and spaces; of the same length."""
    low = text.lower()
    if len(low) != len(text):  # a few letters, such as İ, have a longer lower case
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.translate(TABLE)
