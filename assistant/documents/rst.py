"""reStructuredText -> HTML, by docutils.

Sphinx and its extensions have directives and roles of their own.  Of those that docutils does not
know the text is kept, since it is part of the document; what they would do with it is not done.
No other file is opened.  To be used in a process of its own: docutils keeps what it knows in
tables for all documents, and takes long for some.
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

DIRECTIVE = re.compile(r"\.\. +([\w:+-]{1,60})::(?!\S)")
ROLE = re.compile(r":([a-zA-Z][\w:+-]{0,60}):`|`:([a-zA-Z][\w:+-]{0,60}):")
TITLED = re.compile(r"(.*?\S)\s+<[^<>]*>", re.DOTALL)  # "the form <ref-form>"
OF_FILES = ("toctree", "index")  # they name files and words of an index, and say nothing
CODE = ("code", "code-block", "sourcecode")
AS_TYPED = ("command", "file", "kbd", "menuselection", "guilabel", "program", "samp")  # no titles
ERROR = 3  # level of what stands in the place of an element that was not made
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
OPTIONS: dict[str, Any] = defaultdict(lambda: directives.unchanged, name=directives.unchanged)


class Unknown(Directive):
    """A directive that docutils does not know: "versionadded 5.0", what its options say ("default:
    alabaster") and its content, as text."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = OPTIONS

    def run(self) -> list[nodes.Node]:
        if self.name in OF_FILES:
            return []
        inside = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, inside)
        said = [f"{self.name} {argument}" for argument in self.arguments]
        said += [f"{name}: {value}" for name, value in self.options.items() if value]
        return [*(nodes.paragraph("", line) for line in said), *inside.children]


class Code(Directive):
    """Code, whatever Sphinx is told of its captions and lines."""

    optional_arguments = 1
    has_content = True
    option_spec: ClassVar = OPTIONS

    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        return [nodes.literal_block(code, code)]


def read_role(
    name: str, raw: str, text: str, line: int, inliner: Any, options: Any = None, content: Any = ()
) -> tuple[list[Any], list[Any]]:
    """A role that docutils does not know: its text, without what that links to."""
    titled = TITLED.fullmatch(text) if name not in AS_TYPED else None
    return [nodes.literal(raw, titled[1] if titled else text.lstrip("~!"))], []


def to_html(text: str) -> str:
    """The document as a page of HTML, in which nothing is run or read in, and little left out:
    comments, where links lead, lists of files.  Raises errors of many kinds.

    >>> "<h1>Form</h1>" in to_html("Form\\n====\\n\\nSee :ref:`there <form>`.")
    True
    """
    for name in {name.lower() for name in DIRECTIVE.findall(text)} - set(en.directives):
        directives.register_directive(name, Unknown)
    for name in CODE:
        directives.register_directive(name, Code)
    for name in {(a or b).lower() for a, b in ROLE.findall(text)} - set(en.roles) | {"index"}:
        roles.register_local_role(name, read_role)
    tree = publish_doctree(text, settings_overrides=SETTINGS)
    for message in [*tree.findall(nodes.system_message)]:
        # what could not be parsed, as it stands, in place of what is said of it
        kept = [node for node in message if isinstance(node, nodes.literal_block)]
        made = message["level"] < ERROR and not all(n.astext().startswith("..") for n in kept)
        message.parent.replace(message, [] if made else kept)
    for image in [*tree.findall(nodes.image)]:  # which the writer would look at, or take in
        said, inside = image.get("alt", ""), isinstance(image.parent, nodes.TextElement)
        image.replace_self(nodes.inline("", said) if inside else nodes.paragraph("", said))
    tree.parse_messages, tree.transform_messages = [], []
    writer = Writer()
    publish_from_doctree(tree, writer=writer, settings_overrides=SETTINGS | {"report_level": 5})
    body = writer.parts["html_body"]
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'
