"""Ask your documents: a short answer with the exact words that carry it, or "not found".

from assistant import Assistant

with Assistant.from_corpus("corpus") as assistant:
    answer = assistant.ask("How many people live in Greenland?")
    print(answer.text, answer.quotes[0].text)
"""

import os

# ONNX Runtime sends events to its maker from the moment that it is imported, and keeps a device id
# in the user's home, unless this is set before.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from assistant.config import Config
from assistant.errors import AssistantError
from assistant.pipeline import Assistant
from assistant.records import Answer, Quote

__all__ = ["Answer", "Assistant", "AssistantError", "Config", "Quote"]
