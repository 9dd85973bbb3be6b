"""Every error that a caller may see, each with a message that says what to do.

AssistantError
├── CorpusError      the folder of documents: missing, empty, unreadable
├── StoreError       the index folder or server: in use, not writable, damaged
├── ModelError       a model's files: missing or not what they should be
├── QuestionError    a question that cannot be asked: blank, too long
└── SettingError     a setting with a value that it cannot have

Errors of other libraries are translated where they arise, with their cause kept.
"""


class AssistantError(Exception):
    """Base of all errors meant for a person: one line, says what to do."""


class CorpusError(AssistantError):
    """The folder of documents cannot be used."""


class StoreError(AssistantError):
    """The index cannot be opened or written."""


class ModelError(AssistantError):
    """A model cannot be loaded."""


class QuestionError(AssistantError):
    """The question cannot be asked as it stands."""


class SettingError(AssistantError):
    """A setting has a value that it cannot have."""
