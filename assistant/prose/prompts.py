"""Prompts are data: `prompts/NAME.md`, loaded and filled here, strict about variables.

A file has a header that lists its variables, then what the model is told about its work
(`## System`) and the message with the question (`## User`), where `{{name}}` stands for a variable:

    ---
    variables: question, material
    ---
    ## System
    …
    ## User
    … {{question}}

What is filled in is never read for variables again.  Knows nothing of models.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import PromptError

PACKAGE_FOLDER = Path(__file__).parent.parent
FOLDERS = (
    PACKAGE_FOLDER / "prompt_files",
    PACKAGE_FOLDER.parent / "prompts",
)  # as installed; in a checkout
FILE = re.compile(
    r"---\nvariables:(?P<variables>[^\n]*)\n---\n\s*"
    r"## System\n(?P<system>.*?)\n## User\n(?P<user>.*)",
    re.DOTALL,
)
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Prompt:
    """One prompt.  `digest` is the SHA-256 of its file: it tells which wording was used."""

    name: str
    variables: frozenset[str]
    system: str
    user: str
    digest: str

    def fill(self, **values: str) -> tuple[str, str]:
        """What the model is told, and the message, with every variable filled in.

        Raises PromptError when one is missing or unknown.
        """
        if values.keys() != self.variables:
            raise PromptError(
                f"The prompt {self.name!r} takes {list_names(self.variables)}; "
                f"it was given {list_names(frozenset(values))}."
            )

        def filled(text: str) -> str:
            return VARIABLE.sub(lambda m: values[m.group(1)], text)

        return filled(self.system), filled(self.user)


def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """The prompt in `NAME.md`.

    Raises PromptError when there is none, when it has another form than above, and when the
    variables of its header are not those of its text.
    """
    folder = folder or next((f for f in FOLDERS if f.is_dir()), FOLDERS[0])
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The prompt {path} cannot be read: reinstall the package.") from error
    match = FILE.fullmatch(text)
    if not match:
        raise PromptError(
            f"{path} is no prompt: it needs a header with its variables, then the headings "
            "“## System” and “## User”."
        )
    system, user = match["system"].strip(), match["user"].strip()
    declared = frozenset(re.findall(r"\w+", match["variables"]))
    used = frozenset(VARIABLE.findall(system + user))
    if declared != used:
        raise PromptError(f"{path} declares {list_names(declared)} and uses {list_names(used)}.")
    return Prompt(name, declared, system, user, hashlib.sha256(text.encode()).hexdigest())


def list_names(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "no variables"
