"""Small changes of code, each of which a test has to notice.

What decides nothing is not changed: annotations, docstrings, messages (f-strings, texts of errors, labels, help),
logging, sizes of caches, and how many characters around a place in a text are searched.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "startswith": "endswith",
         "endswith": "startswith"}  # fmt: skip
DROPPED = {"strip", "lower", "casefold"}
"""Methods that are left out."""
MESSAGES = {"text", "message", "help", "label", "what", "means", "read_from", "never_from", "metavar"}
"""Names of arguments that are for people."""
WITHOUT_EFFECT = {"strict", "maxsize", "ignore_case", "any_order"}
"""Names of arguments that change no result: zip's, which states what is so anyway, the size of a cache, and how
regular expressions are written to be found sooner."""
OF_CACHES = {"cache", "lru_cache", "cached_property", "remembered"}
KEPT_DECORATORS = OF_CACHES | {
    "property", "staticmethod", "classmethod", "contextmanager", "dataclass", "overload", "setter",
}  # fmt: skip
SMALLEST_WINDOW = 4
"""Characters. How large a window is that is larger, nobody can tell from one more or less."""
PATTERNS = {r"\b": "", "(?!": "(?=", "(?<!": "(?<=", ")?": ")", r"\Z": "", "+": "*"}
"""Parts of regular expressions, and what they are changed to."""
_BETWEEN_WORDS = re.compile(r"(?:\\[swW]|\])\Z")
"""What `+` follows where it stands for white space, or for the letters of some word. `*` there is no other rule: words
without white space between them are one word, and a word without letters is none."""


@dataclass
class Change:
    """One change of a syntax tree: `owner.attribute` (or its member number `index`) becomes `new`."""

    owner: ast.AST
    attribute: str
    index: int | None
    new: object
    lines: range
    """The lines of the statement."""
    name: str
    """The function or method that has it, or the name that is assigned at the top of a module."""
    function: str | None
    """The outermost function whose body it is in; None where it takes an import to make the change."""
    cached: bool
    """Whether results of the function are kept for the whole process."""
    around: Callable[[], ast.AST]
    """What is shown of it."""
    key: str = field(default="", compare=False)

    def _put(self, value: object) -> object:
        present = getattr(self.owner, self.attribute)
        if self.index is None:
            setattr(self.owner, self.attribute, value)
            return present
        before, present[self.index] = present[self.index], value
        return before

    @contextmanager
    def made(self) -> Iterator[None]:
        """Within it, the tree is changed."""
        before = self._put(self.new)
        try:
            yield
        finally:
            self._put(before)


def unnamed_changes(tree: ast.Module) -> list[Change]:
    """All changes of a module, in order of place, without their keys, which take most of the time."""
    return _Finder().all_of(tree)


def changes(tree: ast.Module) -> list[Change]:
    """All changes of a module, in order of place; each has a key that stays when lines move."""
    found = unnamed_changes(tree)
    times: dict[str, int] = {}
    for change in found:
        around = change.around()
        before = _shown(around)
        with change.made():
            after = _shown(change.new if isinstance(change.new, ast.stmt) else around)
        key = f"{change.name}: {_shortened(before, after)}"
        times[key] = times.get(key, 0) + 1
        change.key = key if times[key] == 1 else f"{key} #{times[key]}"
    return found


SHOWN = 50
"""Characters before and after what differs that are shown of long code."""


def _shortened(before: str, after: str) -> str:
    same = _same_beginning(before, after)
    same_end = _same_beginning(before[same:][::-1], after[same:][::-1])
    start = same - SHOWN if same > SHOWN + 10 else 0
    rest = same_end - SHOWN if same_end > SHOWN + 10 else 0
    shown = [
        ("…" if start else "") + text[start : len(text) - rest] + ("…" if rest else "") for text in (before, after)
    ]
    return " → ".join(shown)


def _same_beginning(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shown(node: ast.AST) -> str:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return " ".join([*(f"@{ast.unparse(item)}" for item in node.decorator_list), node.name])
    text = ast.unparse(node)
    if isinstance(node, (ast.If, ast.While, ast.For, ast.With)):
        text = text.splitlines()[0]
    return " ".join(text.split())


class _Finder:
    """Walks a tree; the path from the module to the present node is known at each."""

    def __init__(self) -> None:
        self.found: list[Change] = []
        self.path: list[ast.AST] = []

    def all_of(self, tree: ast.Module) -> list[Change]:
        self._walk(tree)
        return self.found

    def _walk(self, node: ast.AST) -> None:
        self.path.append(node)
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "type_params"}:
                continue
            if isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.AST):
                        self._visit(node, name, index, item)
            elif isinstance(value, ast.AST):
                self._visit(node, name, None, value)
        self.path.pop()

    def _visit(self, owner: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
        if _is_message(owner, node):
            return
        for new in _variants(owner, name, node, module_level=self._outermost() is None):
            self._add(owner, name, index, new, node)
        if isinstance(node, ast.JoinedStr):
            if self._is_pattern(node):
                self._walk(node)
            return
        if isinstance(node, ast.Constant) and self._is_pattern(node):
            for new in _patterns(node):
                self._add(owner, name, index, new, node)
            return
        if isinstance(node, ast.Constant):
            for text in _texts(owner, node):
                self._add(owner, name, index, text, node)
        self._walk(node)

    def _is_pattern(self, node: ast.AST) -> bool:
        """Whether a text is (part of) a regular expression: the first argument of a function of `re`, or `_PATTERN`."""
        for above in reversed(self.path):
            if isinstance(above, ast.FormattedValue):
                return False
            if isinstance(above, ast.Call):
                function = above.func
                if not isinstance(function, ast.Attribute) or getattr(function.value, "id", "") != "re":
                    return False
                return bool(above.args) and any(above.args[0] is item for item in (node, *self.path))
        module_level = self._outermost() is None
        return module_level and "\\" in ast.unparse(node) and isinstance(self._statement(), ast.Assign)

    def _statement(self) -> ast.stmt:
        return next(node for node in reversed(self.path) if isinstance(node, ast.stmt))

    def _outermost(self) -> ast.FunctionDef | None:
        for node, below in zip(self.path, [*self.path[1:], None], strict=True):
            if isinstance(node, ast.FunctionDef) and (below is None or below in node.body):
                return node
        return None

    def _add(self, owner: ast.AST, name: str, index: int | None, new: object, node: ast.AST) -> None:
        statement = node if isinstance(node, ast.stmt) else self._statement()
        body = getattr(statement, "body", None)
        last = (body[0].lineno - 1) if isinstance(body, list) else (statement.end_lineno or statement.lineno)
        first = min([statement.lineno, *(item.lineno for item in getattr(statement, "decorator_list", []))])
        above = [*self.path, node]
        shown = node if isinstance(node, ast.stmt) else None
        names = [item.name for item in above if isinstance(item, (ast.FunctionDef, ast.ClassDef))]
        if not names and isinstance(statement, (ast.Assign, ast.AnnAssign)):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            names = [ast.unparse(target)]
        names += _rows(above)
        outermost = self._outermost()
        decorators = [ast.unparse(item) for item in outermost.decorator_list] if outermost else []
        self.found.append(
            Change(
                owner, name, index, new,
                range(first, max(last, first) + 1),
                ".".join(names) or "module",
                ".".join(_upto(above, outermost)) if outermost else None,
                "cache" in decorators,
                partial(_around, above, owner) if shown is None else lambda: node,
            )
        )  # fmt: skip


def _rows(path: list[ast.AST]) -> list[str]:
    """The name of the row of a table: the argument `name` of a call."""
    calls = [node for node in path if isinstance(node, ast.Call)]
    return [
        str(item.value.value)
        for call in calls
        for item in call.keywords
        if item.arg == "name" and isinstance(item.value, ast.Constant)
    ]


def _upto(path: list[ast.AST], outermost: ast.FunctionDef) -> list[str]:
    names = []
    for node in path:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        if node is outermost:
            break
    return names


def _around(path: list[ast.AST], owner: ast.AST) -> ast.AST:
    """The node to show: the smallest that holds the change and is long enough to be recognised."""
    owners = path[: path.index(owner) + 1] if owner in path else path
    shown = owners[-1]
    for node in reversed(owners[:-1]):
        if isinstance(shown, ast.stmt) and not isinstance(owner, (ast.FunctionDef, ast.ClassDef)):
            break
        if isinstance(node, (ast.mod, ast.FunctionDef, ast.ClassDef)):
            break
        whole = isinstance(shown, (ast.expr, ast.stmt, ast.keyword))
        if whole and (len(ast.unparse(shown)) > 20 or len(ast.unparse(node)) > 110):
            break
        shown = node
    return shown


def _is_message(owner: ast.AST, node: ast.AST) -> bool:
    if isinstance(owner, ast.keyword) and owner.arg in MESSAGES | WITHOUT_EFFECT:
        return True
    if isinstance(owner, ast.Raise):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.Expr):
        node = node.value
    if isinstance(node, ast.Call):
        function = ast.unparse(node.func)
        return function.split(".")[0] in {"log", "logger", "TypeVar", "TypedDict"} or function.endswith("Error")
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"__all__", "__slots__"}:
        return True
    is_type = isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"
    return is_type or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")


def _variants(owner: ast.AST, name: str, node: ast.AST, *, module_level: bool) -> Iterator[object]:
    """What may take the place of a node, but for constants."""
    if isinstance(node, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp)):
        yield from _operations(node)
    elif isinstance(owner, ast.Call) and name == "func":
        yield from _functions(owner, node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from [node.func.value] if node.func.attr in DROPPED and not node.args else []
    yield from _conditions(owner, name, node)
    yield from _statements(node, module_level=module_level)
    if name == "decorator_list" and ast.unparse(node).split("(")[0].split(".")[-1] not in KEPT_DECORATORS:
        yield ast.parse("lambda it: it", mode="eval").body


def _operations(node: ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for place, operator in enumerate(ops):
                yield ast.Compare(left, [*ops[:place], COMPARISONS[type(operator)](), *ops[place + 1 :]], others)
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=operator, right=right) if other := ARITHMETIC.get(type(operator)):
            if not _is_text(left) and not _is_text(right) and not _is_window(node):
                yield ast.BinOp(left, other(), right)


def _functions(owner: ast.Call, node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Name(id=word) if word in NAMES and not any(_is_window(of) for of in (owner, *owner.args)):
            yield ast.Name(NAMES[word], ast.Load())
        case ast.Attribute(value=value, attr=word) if word in NAMES:
            yield ast.Attribute(value, NAMES[word], ast.Load())


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _conditions(owner: ast.AST, name: str, node: ast.AST) -> Iterator[object]:
    """A plain condition the other way round, a filter that lets all pass."""
    if isinstance(owner, ast.comprehension) and name == "ifs":
        yield ast.Constant(True)
    elif (
        name == "test"
        and isinstance(owner, (ast.If, ast.While, ast.IfExp))
        and isinstance(node, ast.expr)
        and not isinstance(node, (ast.Compare, ast.BoolOp, ast.UnaryOp))
    ):
        yield ast.UnaryOp(ast.Not(), node)


def _statements(node: ast.AST, *, module_level: bool) -> Iterator[object]:
    match node:
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Raise() | ast.AugAssign() | ast.Delete():
            yield ast.Pass()
        case ast.Expr(value=value) if not isinstance(value, ast.Constant) and not module_level:
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) if not module_level:
            yield ast.Pass()


def _texts(owner: ast.AST, node: ast.Constant) -> Iterator[object]:
    """Other values of a constant: numbers, True and False, and texts where these decide."""
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        if _is_window(owner):
            return
        yield ast.Constant(value + 1)
        if value:
            yield ast.Constant(value - 1)
    elif isinstance(value, str) and value and _decides(owner):
        yield ast.Constant(f"XX{value}")


def _is_window(owner: ast.AST) -> bool:
    """Whether a number is how much of a text before or after a place is searched (`match.start - 40`)."""
    match owner:
        case ast.BinOp(left=left, right=ast.Constant(value=int(size))) if size > SMALLEST_WINDOW:
            return ast.unparse(left).removesuffix("()").endswith(("start", "end"))
        case ast.Call(func=ast.Name(id="max"), args=[ast.Constant(value=0), ast.BinOp(op=ast.Sub())]):
            return True  # the beginning of the text
    return False


def _decides(owner: ast.AST) -> bool:
    if isinstance(owner, ast.Call):
        method = owner.func.attr if isinstance(owner.func, ast.Attribute) else ""
        return method in {"get", "startswith", "endswith", "split", "strip", "lstrip", "rstrip", "replace"}
    return isinstance(
        owner, (ast.Compare, ast.Dict, ast.Set, ast.List, ast.Tuple, ast.Subscript, ast.keyword, ast.Return)
    )


def _patterns(node: ast.Constant) -> Iterator[object]:
    """A regular expression with one of its parts changed."""
    text = node.value
    if not isinstance(text, str):
        return
    for part, other in PATTERNS.items():
        for found in re.finditer(re.escape(part), text):
            before = text[: found.start()]
            escaped = (len(before) - len(before.rstrip("\\"))) % 2 == 1
            in_set = before.rfind("[") > before.rfind("]")
            if not escaped and not in_set:
                changed = before + other + text[found.end() :]
                if part != "+" or _is_quantity(before, text[found.end() : found.end() + 1]):
                    yield ast.Constant(changed)


def _is_quantity(before: str, after: str) -> bool:
    """Whether a `+` states how often something occurs that may well occur no time at all."""
    return after not in {"+", "?"} and _BETWEEN_WORDS.search(before) is None
