"""Prompts are data, and strict."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from assistant.errors import PromptError
from assistant.prose.prompts import load_prompt

from .conftest import ROOT


@pytest.mark.parametrize("path", sorted((ROOT / "prompts").glob("*.md")), ids=lambda p: p.stem)
def test_every_prompt_loads_and_fills(path: Path) -> None:
    prompt = load_prompt(path.stem)
    system, user = prompt.fill(**{name: f"<{name}>" for name in prompt.variables})
    assert all(f"<{name}>" in system + user for name in prompt.variables)
    assert "{{" not in system + user
    assert len(prompt.digest) == 64


def test_what_is_filled_in_is_not_read_again() -> None:
    _, user = load_prompt("answer").fill(question="{{material}}?", material="{{question}}")
    assert "{{question}}" in user
    assert "{{material}}?" in user


def test_a_missing_or_unknown_variable_is_refused() -> None:
    with pytest.raises(PromptError, match="takes material, question; it was given question"):
        load_prompt("answer").fill(question="Who?")
    with pytest.raises(PromptError, match="given material, mood, question"):
        load_prompt("answer").fill(question="Who?", material="", mood="")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## System\nx\n## User\ny", "is no prompt"),
        ("---\nvariables: a\n---\n## System\nx\n", "is no prompt"),
        ("---\nvariables: a, b\n---\n## System\nx\n## User\n{{a}}", "declares a, b and uses a"),
        ("---\nvariables:\n---\n## System\nx\n## User\n{{a}}", "declares no variables and uses a"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "bad.md").write_text(text)
    with pytest.raises(PromptError, match=words):
        load_prompt("bad", tmp_path)
    with pytest.raises(PromptError, match=r"none\.md cannot be read"):
        load_prompt("none", tmp_path)


def test_every_package_and_the_prompts_are_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {"assistant", *(p.parent for p in (ROOT / "assistant").rglob("*.py"))}
    found = {".".join(Path(f).relative_to(ROOT).parts) for f in folders if f != "assistant"}
    assert set(settings["packages"]) == found | {"assistant.prompt_files"}
    assert settings["package-dir"]["assistant.prompt_files"] == "prompts"
    patterns = settings["package-data"]["assistant"]
    templates = [str(p.relative_to(ROOT / "assistant")) for p in ROOT.rglob("assistant/**/*.jinja")]
    assert templates and all(any(fnmatch(t, p) for p in patterns) for t in templates)
