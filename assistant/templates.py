"""The door to Jinja: a template lies beside the module that fills it.  Knows nothing of pages.

Whatever is put in is escaped, for between tags and for a quoted attribute alike, and is never read
for `{{ }}` again.  A name that was not given is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

BIDI = {
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
CONTROLS = re.compile(f"[{''.join(BIDI)}\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def load_template(path: str, helpers: Mapping[str, Any]) -> Template:
    """The template at a path below this package, which may use these helpers by name."""
    return environment().get_template(path, globals=dict(helpers))


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=escape_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = shown
    return made


def escape_html(value: object) -> Markup:
    """A value as HTML; a carriage return, which a browser would read as a line feed, by number."""
    return escape(value).replace("\r", Markup("&#13;"))


def shown(text: str) -> Markup:
    """Text as HTML for between tags.  Characters that turn the direction of writing, or that
    cannot be seen, are fenced in and named: a document cannot reorder what stands around them."""
    return Markup(CONTROLS.sub(name_control, escape_html(text)))


def name_control(match: re.Match[str]) -> str:
    name = BIDI.get(match[0], f"U+{ord(match[0]):04X}")
    return f'<bdi class="control" data-name="{name}">{match[0]}</bdi>'
