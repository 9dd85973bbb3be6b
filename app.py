"""The web chat on http://127.0.0.1:7860, the same as `assistant chat`.

`build_app(assistant)` is the Gradio page for use in a program of your own.
"""

from assistant.web import build_app, serve

__all__ = ["build_app", "serve"]

if __name__ == "__main__":
    import sys

    from assistant.cli import main

    sys.exit(main(["chat", *sys.argv[1:]]))
