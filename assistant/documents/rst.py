"""reStructuredText -> HTML, by docutils.

Sphinx and its extensions have directives and roles of their own.  Of those that docutils does not
know the text is kept, since it is part of the document; what they would do with it is not done.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, ClassVar

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en
from docutils.writers.html5_polyglot import Writer

DIRECTIVE = re.compile(r"^\s*\.\. +([\w:+-]+)::(?!\S)", re.MULTILINE)
ROLE = re.compile(r":([a-zA-Z][\w:+-]*):`|`:([a-zA-Z][\w:+-]*):")
TITLED = re.compile(r"(.*?)\s*<[^<>]*>", re.DOTALL)  # "the form <ref-form>"
OF_FILES = ("toctree", "index")  # they name files and words of an index, and say nothing
SETTINGS = {
    "halt_level": 5,
    "warning_stream": False,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "line_length_limit": 10**9,
    "doctitle_xform": False,
    "initial_header_level": 1,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "_disable_config": True,
}


class Unknown(Directive):
    """A directive that docutils does not know: "versionadded 5.0", and its content as text."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = defaultdict(lambda: directives.unchanged, name=directives.unchanged)

    def run(self) -> list[nodes.Node]:
        if self.name in OF_FILES:
            return []
        inside = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, inside)
        said = [nodes.paragraph("", f"{self.name} {argument}") for argument in self.arguments]
        return [*said, *inside.children]


def read_role(
    name: str, raw: str, text: str, line: int, inliner: Any, options: Any = None, content: Any = ()
) -> tuple[list[Any], list[Any]]:
    """A role that docutils does not know: its text, without what that links to."""
    titled = TITLED.fullmatch(text)
    return [nodes.literal(raw, titled[1] if titled and titled[1] else text.lstrip("~!"))], []


def to_html(text: str) -> str:
    """The document as a page of HTML, in which nothing is run, read in or left out.

    >>> "<h1>Form</h1>" in to_html("Form\\n====\\n\\nSee :ref:`there <form>`.")
    True
    """
    for name in {name.lower() for name in DIRECTIVE.findall(text)} - set(en.directives):
        directives.register_directive(name, Unknown)
    for name in {a or b for a, b in ROLE.findall(text)} - set(en.roles):
        roles.register_local_role(name.lower(), read_role)
    tree = publish_doctree(text, settings_overrides=SETTINGS)
    for message in [*tree.findall(nodes.system_message)]:
        # what could not be parsed, as it stands, in place of what is said of it
        kept = [node for node in message if isinstance(node, nodes.literal_block)]
        message.parent.replace(message, kept)
    tree.parse_messages, tree.transform_messages = [], []  # of nothing that was left out
    writer = Writer()
    publish_from_doctree(tree, writer=writer, settings_overrides=SETTINGS)
    body = writer.parts["html_body"]
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'
