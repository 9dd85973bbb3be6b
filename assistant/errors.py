"""Every error that a caller may see, each with a message that says what to do.

AssistantError
├── CorpusError        the folder of documents: missing, empty, unreadable
├── StoreError         the index folder or server: not writable, damaged
│   └── InUseError     another program holds the index folder
├── ModelError         a model's files: missing or not what they should be
├── LanguageModelError the language model: not reachable, too slow, silent, without a key
├── BusyError          more questions wait than can be answered soon
├── PromptError        a file of prompts/: missing, or with other variables than it declares
├── QuestionError      a question that cannot be asked: blank, too long
├── QuestionsError     a file of eval questions with bad lines, each named by its number
├── QuoteFileError     a file to verify that holds no quotes, or cannot be read
└── SettingError       a setting with a value that it cannot have

Errors of other libraries are translated where they arise, with their cause kept.
"""

from collections.abc import Sequence
from os import PathLike


class AssistantError(Exception):
    """Base of all errors meant for a person: one line, says what to do."""


class CorpusError(AssistantError):
    """The folder of documents cannot be used."""


class StoreError(AssistantError):
    """The index cannot be opened or written."""


class InUseError(StoreError):
    """Another program holds the index."""


class ModelError(AssistantError):
    """A model cannot be loaded."""


class LanguageModelError(AssistantError):
    """The language model gave nothing that can be used; the quotes stand without it."""


class BusyError(AssistantError):
    """Too many questions are waiting; ask again later."""


class PromptError(AssistantError):
    """A prompt cannot be loaded or filled."""


class QuestionError(AssistantError):
    """The question cannot be asked as it stands."""


class QuestionsError(AssistantError):
    """A file of eval questions cannot be used.  `problems` holds one line for each bad line."""

    def __init__(self, path: PathLike[str], problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{path}: {problem}." for problem in problems))


class QuoteFileError(AssistantError):
    """A file holds nothing that can be verified."""


class SettingError(AssistantError):
    """A setting has a value that it cannot have."""
