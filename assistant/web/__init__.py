"""The web chat: `build_app` makes the page, `serve` puts it on an address.

Importing this imports Gradio (seconds), and tells it to send nothing anywhere: Gradio reads that
wish from the environment only.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from assistant.web.page import build_app, example_questions
from assistant.web.serve import serve

__all__ = ["build_app", "example_questions", "serve"]
