"""What each rule of a module gives: every if, loop and operand of and/or is left out in turn, as
mutation testing does.  What changes nothing on text by others is a candidate to be taken out;
read what it changes first.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType

from kit import ROOT


class LeaveOut(ast.NodeTransformer):
    """Leaves out the rule of this number; `rule` says which, "" where there is none."""

    def __init__(self, number: int) -> None:
        self.left, self.rule = number, ""

    def is_it(self, node: ast.AST, rule: ast.AST) -> bool:
        self.left -= 1
        if self.left == -1:
            self.rule = f"{getattr(node, 'lineno', 0)}: {ast.unparse(rule)[:100]}"
        return self.left == -1

    def visit_If(self, node: ast.If) -> ast.AST:
        if self.is_it(node, node.test):
            node.test = ast.Constant(False)
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        if self.is_it(node, node.iter):
            node.iter = ast.Tuple([], ast.Load())
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self.generic_visit(node.orelse if self.is_it(node, node.test) else node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        for value in list(node.values):
            if self.is_it(node, value):
                node.values = [v for v in node.values if v is not value]
                return node.values[0] if len(node.values) == 1 else node
        return self.generic_visit(node)


def leave_out_each(modules: Sequence[str]) -> Iterator[tuple[str, Callable[[], ModuleType]]]:
    """Each rule by its file, line and text, and what loads the last of `modules` without it; they
    import one another in this order."""
    for name in modules:
        source = Path(ROOT, *name.split(".")).with_suffix(".py").read_text(encoding="utf-8")
        for number in range(source.count("\n") * 4):
            without = LeaveOut(number)
            tree = without.visit(ast.parse(source))
            if not without.rule:
                break
            yield f"{name.split('.')[-1]}.py:{without.rule}", partial(load, modules, name, tree)


def load(modules: Sequence[str], changed: str = "", tree: ast.Module | None = None) -> ModuleType:
    """The last of some modules, all of them anew, one from another tree."""
    for name in modules:
        sys.modules.pop(name, None)
    for name in modules:
        if name == changed and tree is not None:
            module = sys.modules[name] = ModuleType(name)
            exec(compile(ast.fix_missing_locations(tree), name, "exec"), module.__dict__)
        else:
            module = importlib.import_module(name)
    return module
