"""What the README says there is, there is; what there is, the README says.

Its code is read as Markdown's own parser sees it (markdown-it-py, which rich brings): words
between backticks and blocks of code, wherever they stand, so that the text may be written anew
without a change here.  A failure names the line and what is missing.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console

from assistant import Assistant, cli
from assistant.config import Config

ROOT = Path(__file__).parent.parent
README, EVAL = "README.md", "eval/README.md"
VARIABLE = re.compile(r"\bASSISTANT_[A-Z][A-Z_]*\b")
FLAG = re.compile(r"(?<![\w-])--[a-z][\w-]*")


# ── what the text says ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Code:
    """Words between backticks, or a block of code.

    place    file:line at which its paragraph, row or block begins
    section  the heading above it
    leading  whether it stands in the first cell of a row or opens the point of a list
    """

    text: str
    place: str
    section: str
    block: str | None = None  # the language of a block, "" where it names none
    leading: bool = False

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@cache
def read_code(name: str) -> tuple[Code, ...]:
    """All code of a Markdown file, in order."""
    return tuple(find_code((ROOT / name).read_text("utf-8"), name))


def find_code(text: str, name: str) -> Iterator[Code]:
    line, section, before, cell = 1, "", None, -1
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        line = token.map[0] + 1 if token.map else line
        place = f"{name}:{line}"
        if token.type == "tr_open":
            cell = -1
        cell += token.type in ("td_open", "th_open")
        if token.type in ("fence", "code_block"):
            yield Code(token.content, place, section, token.info.strip())
        elif token.type == "inline":
            if before and before.type == "heading_open":
                section = token.content
            first = cell == 0 and before is not None and before.type == "td_open"
            for n, child in enumerate(token.children or []):
                if child.type == "code_inline":
                    opens = n == 0 and token.level > 1 and not first
                    yield Code(child.content, place, section, leading=first or opens)
        before = token


def join_continued(code: Code) -> list[str]:
    """The lines of a block, a backslash at an end joining two; without prompts."""
    return [re.sub(r"^\$ ", "", line) for line in code.text.replace("\\\n", " ").splitlines()]


def list_commands(*names: str) -> Iterator[tuple[str, list[str]]]:
    """(place, words) of each command line of the files: shell blocks, and between backticks."""
    for name in names:
        for code in read_code(name):
            if code.block in (None, "", "sh", "bash", "shell", "console", "text"):
                for line in join_continued(code):
                    if words := split_command(line):
                        yield code.place, words


def split_command(line: str) -> list[str]:
    """The words of a line, of one that is no command too; variables set before it left out."""
    try:
        words = shlex.split(line.replace("’", "'"), comments=True)
    except ValueError:  # a line of prose with one apostrophe
        words = line.split()
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    return words


# ── what the code has ────────────────────────────────────────────────────────────────────────

Commands = dict[tuple[str, ...], argparse.ArgumentParser]


def find_commands(parser: argparse.ArgumentParser, *path: str) -> Commands:
    """Each command with its parser; a mere group of others is none."""
    found: Commands = {}
    grouped = False
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            grouped = action.required
            for name, child in action.choices.items():
                found |= find_commands(child, *path, name)
    return found if grouped else {path: parser} | found


COMMANDS = find_commands(cli.parser())
GROUPS = {path[:n] for path in COMMANDS for n in range(1, len(path))} - COMMANDS.keys()
SETTINGS = {field.name: field.default for field in fields(Config)}


def find_flags(parser: argparse.ArgumentParser) -> set[str]:
    names = {name for action in parser._actions for name in action.option_strings}
    return {name for name in names if name.startswith("--")} - {"--help"}


FLAGS = {path: find_flags(parser) for path, parser in COMMANDS.items()}


def find_command(words: list[str]) -> tuple[str, ...] | None:
    """The command that a line runs; None for another program's, () for `assistant` alone."""
    if not words or words[0] not in ("assistant", ".venv/bin/assistant"):
        return None
    path: tuple[str, ...] = ()
    for word in words[1:]:
        if (*path, word) not in COMMANDS and (*path, word) not in GROUPS:
            break
        path = (*path, word)
    return path


def find_variables() -> dict[str, str]:
    """ASSISTANT_… -> the file that reads it by that name; those of settings are not among them."""
    found = {}
    for path in sorted([*(ROOT / "assistant").rglob("*.py"), ROOT / "app.py"]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and VARIABLE.fullmatch(value):
                found[value] = path.relative_to(ROOT).as_posix()
    return found


VARIABLES = find_variables()
OF_SETTINGS = {f"ASSISTANT_{name.upper()}" for name in SETTINGS}


# ── commands and flags ───────────────────────────────────────────────────────────────────────


def test_the_code_has_commands_and_flags_to_look_for() -> None:
    assert ("eval", "add") in COMMANDS and ("index",) in GROUPS
    assert "--watch" in FLAGS["ingest",] and VARIABLES and SETTINGS


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_command_stands_in_the_readme(path: tuple[str, ...]) -> None:
    told = {find_command(words) for _, words in list_commands(README)}
    assert path in told, f"README.md nowhere has `assistant {' '.join(path)}` between backticks."


@pytest.mark.parametrize(
    ("path", "flag"),
    [
        pytest.param(path, flag, id=" ".join((*path, flag)))
        for path, flags in FLAGS.items()
        for flag in sorted(flags)
    ],
)
def test_each_flag_stands_in_a_readme(path: tuple[str, ...], flag: str) -> None:
    """With its command, or by itself."""
    for _, words in list_commands(README, EVAL):
        line = " ".join(words)
        own = find_command(words) == path or line.lstrip("[").startswith("--")
        if own and flag in FLAG.findall(line):
            return
    pytest.fail(f"Neither README.md nor eval/README.md has {flag} of assistant {' '.join(path)}.")


def list_untrue_commands(name: str) -> Iterator[str]:
    """What is wrong with each command line of a file that is ours, and each flag by itself."""
    for place, words in list_commands(name):
        path, flags = find_command(words), FLAG.findall(" ".join(words))
        if path is None and words[0].lstrip("[").startswith("--"):
            known = set().union(*FLAGS.values())
        elif path is None:
            continue
        elif path in COMMANDS:
            known = FLAGS[path]
        elif len(words) > len(path) + 1:
            yield f"{place}: there is no command `{' '.join(words[: len(path) + 2])}`"
            continue
        else:
            known = set()  # `assistant` alone, or a group of commands
        line = " ".join(words)
        yield from (f"{place}: there is no {f} in `{line}`" for f in flags if f not in known)


def test_each_command_and_flag_of_the_readme_exists() -> None:
    untrue = list(list_untrue_commands(README))
    assert not untrue, "\n".join(untrue)


def test_each_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = [(p, w[1]) for p, w in list_commands(README) if w[0] == "make" and len(w) > 1]
    untrue = [f"{place}: the Makefile has no {t}" for place, t in named if t not in targets]
    assert named, "README.md names no `make …`: how does one run it?"
    assert not untrue, "\n".join(untrue)


def test_each_script_takes_the_flags_shown() -> None:
    for place, words in list_commands(README, EVAL):
        scripts = [word for word in words[:2] if word.endswith(".py") and "/" in word]
        for script in scripts if words[0].endswith(("python", ".py")) else []:
            assert (ROOT / script).is_file(), f"{place}: there is no {script}."
            source = (ROOT / script).read_text("utf-8")
            unknown = [f for f in FLAG.findall(" ".join(words)) if f'"{f}"' not in source]
            assert not unknown, f"{place}: {script} has no {unknown}."


# ── settings and variables ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_stands_in_the_readme(name: str) -> None:
    called = re.compile(rf"(?<![\w./-]){name}(?![\w./-])|\bASSISTANT_{name.upper()}\b")
    told = any(called.search(code.text) for code in read_code(README))
    assert told, f"README.md nowhere has the setting `{name}` of assistant/config.py."


@pytest.mark.parametrize(
    ("name", "default"),
    [(name, default) for name, default in SETTINGS.items() if isinstance(default, (int, float))],
)
def test_a_default_is_told_as_it_is(name: str, default: float) -> None:
    """In some paragraph or row that names the setting."""
    stretches = [s for s in list_stretches(README) if re.search(rf"`{name}`", s)]
    number = re.compile(rf"(?<![\d.]){re.escape(f'{default:g}')}(?!\d|\.\d)")
    assert stretches, f"README.md nowhere has `{name}`, so its default is not told."
    assert any(map(number.search, stretches)), (
        f"README.md names `{name}` without its default {default:g}: {stretches}"
    )


def list_stretches(name: str) -> list[str]:
    """The paragraphs and rows of a file, as they are written."""
    text = (ROOT / name).read_text("utf-8")
    lines = text.splitlines()
    tokens: list[Token] = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = ("paragraph_open", "tr_open")
    return ["\n".join(lines[slice(*t.map)]) for t in tokens if t.type in kinds and t.map]


def test_the_settings_named_exist() -> None:
    """Under each heading on settings, what opens a row or a point is a setting or a variable."""
    listed = [
        code
        for code in read_code(README)
        if "setting" in code.section.lower() and code.leading and code.text.isidentifier()
    ]
    known = SETTINGS.keys() | VARIABLES.keys() | OF_SETTINGS
    unknown = [code for code in listed if code.text not in known]
    untrue = [f"{code.place}: there is no setting `{code.text}`" for code in unknown]
    assert listed, "No heading of README.md on settings has a table or list of them under it."
    assert not untrue, "\n".join(untrue)


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_stands_in_the_readme(name: str) -> None:
    told = any(name in VARIABLE.findall(code.text) for code in read_code(README))
    assert told, f"README.md nowhere has `{name}`, which {VARIABLES[name]} reads."


@pytest.mark.parametrize("file", [README, EVAL])
def test_the_variables_named_exist(file: str) -> None:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    untrue = [
        f"{file}:{number}: nothing reads {name}"
        for number, line in enumerate(lines, start=1)
        for name in VARIABLE.findall(line)
        if name not in VARIABLES.keys() | OF_SETTINGS
    ]
    assert not untrue, "\n".join(untrue)


# ── examples ─────────────────────────────────────────────────────────────────────────────────


def test_the_python_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, as a reader would type them, beside a copy of the documents: the
    index lies beside those, and must not be the one that a person works with."""
    examples = [code for code in read_code(README) if code.block in ("python", "py")]
    assert examples, "README.md has no block of Python."
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES.keys() | OF_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    typed: dict[str, object] = {"__name__": "__main__"}
    for code in examples:
        first = int(code.place.rpartition(":")[2])  # the fence; the code begins on the next line
        exec(compile("\n" * first + code.text, README, "exec"), typed)


SURE = re.compile(r"confidence (\d+)%")


def list_shown_answers() -> list[tuple[str, str, str]]:
    """(place, question, what is shown below it) of each `assistant ask "…"` with its output."""
    found = []
    for code in read_code(README):
        for part in re.split(r"^\$ ", code.text, flags=re.M)[1:] if code.block is not None else []:
            command, _, shown = part.partition("\n")
            words = split_command(command)
            if find_command(words) == ("ask",) and len(words) == 3 and shown.strip():
                found.append((code.place, words[2], shown))
    return found


@pytest.mark.parametrize(
    ("place", "question", "shown"), list_shown_answers(), ids=lambda value: value[:40]
)
def test_an_answer_shown_is_the_answer_given(
    place: str, question: str, shown: str, assistant: Assistant
) -> None:
    """Lines of … alone leave something out; where lines break is all one.  The confidence may be
    another by some points: processors round differently."""
    printed = io.StringIO()
    made = assistant.ask(question)
    cli.print_answer(made, Console(file=printed, width=100))
    sure = [int(n) / 100 for n in SURE.findall(shown)]
    assert sure == [pytest.approx(made.confidence, abs=0.04)] * len(sure)
    given = " ".join(SURE.sub("", printed.getvalue()).split())
    for piece in re.split(r"^\s*(?:…|\.\.\.)\s*$", SURE.sub("", shown), flags=re.M):
        assert " ".join(piece.split()) in given, f"{place} shows what is not said now: {given}"


# ── paths ────────────────────────────────────────────────────────────────────────────────────

PATH = re.compile(r"[\w*.-]+(?:/[\w*.-]+)*/?")
OURS = re.compile(r"[\w-]+\.(?:py|toml|lock|md)|[\w-]+/")


def is_path(text: str) -> bool:
    """Whether code names a file or folder of this repository: what is made at run time (.venv/),
    an address, and NAMES in capitals for something of one's own are none."""
    parts = text.strip("/").split("/")
    holders = any(re.fullmatch(r"[A-Z]+", part) for part in parts)
    shaped = PATH.fullmatch(text) and ("/" in text or OURS.fullmatch(text))
    return bool(shaped) and not holders and not text.startswith(".")


def exists(path: str) -> bool:
    return any(ROOT.glob(path)) if path.strip("/") else False


def list_paths(code: Code) -> list[str]:
    """The paths in code: all of it, or words of a command that begin with a folder of ours."""
    if code.block is None and is_path(code.text):
        return [code.text]
    words = [w for line in join_continued(code) for w in split_command(line)]
    told = code.block is None or code.block in ("sh", "bash", "shell", "console")
    return [w for w in words if told and is_path(w) and (ROOT / w.split("/")[0]).is_dir()]


def test_each_path_of_the_readme_exists() -> None:
    named = [(code.place, path) for code in read_code(README) for path in list_paths(code)]
    untrue = [f"{place}: there is no {path}" for place, path in named if not exists(path)]
    assert named, "README.md names no path: where is its code?"
    assert not untrue, "\n".join(untrue)


def list_tree(code: Code) -> Iterator[str]:
    """The paths that a drawing of folders stands for: names, deeper the further they are set in,
    then two spaces or more and what they are."""
    above: list[tuple[int, str]] = []
    for line in code.lines:
        plain = re.sub(r"[│├└─|`]", " ", line)
        depth = len(plain) - len(plain.lstrip())
        names = re.split(r"\s{2,}|\s#", plain.strip(), maxsplit=1)[0].split()
        if not names or not all(re.fullmatch(r"[\w./-]+(?:/|\.\w+)|[A-Z]\w+", n) for n in names):
            continue
        above = [(d, folder) for d, folder in above if d < depth]
        base = above[-1][1] if above else ""
        yield from (base + name for name in names)
        if len(names) == 1 and names[0].endswith("/"):
            above.append((depth, base + names[0]))


def test_the_tree_drawn_is_the_tree() -> None:
    trees = [
        code
        for code in read_code(README)
        if code.block in ("", "text") and sum(p.endswith("/") for p in list_tree(code)) > 2
    ]
    untrue = [
        f"{code.place}: the tree has {path}, the repository has not"
        for code in trees
        for path in list_tree(code)
        if not exists(path)
    ]
    assert trees, "README.md draws no tree of the folders."
    assert not untrue, "\n".join(untrue)
