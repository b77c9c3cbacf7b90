"""A safe, streaming XML reader: small trees with line numbers, one entry at a time.

Standard library expat only. No bank file has a document type, so one is refused (that ends every
entity attack); depth, size, text, and what is held at one time are capped. Memory stays constant:
an element named in ``emit`` is handed over when it ends and then forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from xml.parsers import expat

from reskontra.engine.errors import Place, ReskontraError

MAX_DEPTH = 64
MAX_TEXT = 100_000
"""Characters in one element, or in the attributes of one element."""
MAX_HELD = 5_000_000
"""Elements held at one time; a batch of 100 000 detailed payments has about 3 000 000."""


@dataclass(slots=True)
class Node:
    """One element: local name, namespace, line, column, attributes, text, children by name."""

    name: str
    namespace: str
    line: int
    column: int
    attributes: dict[str, str]
    text: str = ""
    children: dict[str, list[Node]] | None = None
    """Lists in file order; ``None`` = no child, which is the case of every second element."""

    def all(self, *path: str) -> list[Node]:
        """Every descendant along ``path`` of local names, in file order."""
        found = [self]
        for name in path:
            if len(found) == 1:
                children = found[0].children
                found = children.get(name, []) if children else []
            else:
                found = [child for node in found for child in (node.children or {}).get(name, ())]
        return found

    def first(self, *paths: tuple[str, ...]) -> Node | None:
        """The first element along the first path that has one."""
        for path in paths:
            node = self._descend(path)
            if node is not None:
                return node
        return None

    def value(self, *paths: tuple[str, ...]) -> str:
        """Trimmed text of the first path that holds any; empty otherwise."""
        for path in paths:
            node = self._descend(path)
            if node is not None and (text := node.text.strip()):
                return text
        return ""

    def _descend(self, path: tuple[str, ...]) -> Node | None:
        """The first descendant along ``path``; without lists unless an element comes twice."""
        node = self
        several = False
        for name in path:
            children = node.children
            found = children.get(name) if children else None
            if not found:
                return next(iter(self.all(*path)), None) if several else None
            several = several or len(found) > 1
            node = found[0]
        return node


class _Names(dict[str, tuple[str, str]]):
    """(local name, namespace) of expat's names, so that each is cut once."""

    def __missing__(self, name: str) -> tuple[str, str]:
        namespace, _, local = name.rpartition(" ")
        if len(self) < 1000:  # a hostile file may invent names without end
            self[name] = (local, namespace)
        return local, namespace


@dataclass(slots=True)
class _Builder:
    file: str
    emit: frozenset[str]
    opened: Callable[[Node], bool]
    handle: Callable[[Node, Node | None], None]
    parser: expat.XMLParserType
    names: _Names = field(default_factory=_Names)
    stack: list[Node] = field(default_factory=list)
    root: Node | None = None
    recognised: bool = False
    held: int = 0
    marks: list[int] = field(default_factory=list)
    """What was held before each open element of ``emit``: it is forgotten when that ends."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        stack, parser = self.stack, self.parser
        local, namespace = self.names[name]
        node = Node(
            local, namespace, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, attributes
        )
        if local in self.emit:
            self.marks.append(self.held)
        self.held += 1
        if attributes or self.held > MAX_HELD or len(stack) >= MAX_DEPTH:
            self._check_caps(node)
        if not stack:
            self.root = node
        elif (parent := stack[-1]).text and parent.text.isspace():
            # Line breaks between the entries of a long statement are no text of the statement.
            parent.text = ""
        stack.append(node)
        if not self.recognised:
            self.recognised = self.opened(node)

    def end(self, _name: str) -> None:
        stack = self.stack
        node = stack.pop()
        name = node.name
        if name in self.emit:
            self.held = self.marks.pop()
            self.handle(node, stack[-1] if stack else None)
        elif stack:
            children = stack[-1].children
            if children is None:
                stack[-1].children = {name: [node]}
            elif name in children:
                children[name].append(node)
            else:
                children[name] = [node]

    def characters(self, text: str) -> None:
        node = self.stack[-1]
        node.text = node.text + text if node.text else text
        if len(node.text) > MAX_TEXT:
            raise self._too_much(f"the text of <{node.name}> is longer than {MAX_TEXT} characters")

    def _check_caps(self, node: Node) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise self._too_much(f"elements are nested deeper than {MAX_DEPTH}")
        if self.held > MAX_HELD:
            raise self._too_much(f"more than {MAX_HELD} elements in one entry or header")
        if sum(map(len, node.attributes.values())) > MAX_TEXT:
            raise self._too_much(f"<{node.name}> has attributes of more than {MAX_TEXT} characters")

    def doctype(self, *_: object) -> None:
        raise ReskontraError.of(
            "RK521",
            "the file has a document type (DOCTYPE), which no bank file has",
            place=self._place(),
            help="do not open it elsewhere either: a document type can hide an attack",
        )

    def _place(self) -> Place:
        return Place(self.file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _too_much(self, message: str) -> ReskontraError:
        return ReskontraError.of(
            "RK523",
            message,
            place=self._place(),
            help="no bank writes such a file: ask where it comes from",
        )


def parse(
    data: bytes,
    file: str,
    *,
    opened: Callable[[Node], bool],
    emit: Collection[str],
    handle: Callable[[Node, Node | None], None],
) -> Node:
    """Read ``data`` and return the root.

    ``opened`` sees every element as it begins, until it answers true; ``handle`` gets those named
    in ``emit`` as they end, with their parent as far as it was read.

    Raises ``ReskontraError``: RK520 not well-formed, RK521 document type, RK523 too deep or long.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    builder = _Builder(file, frozenset(emit), opened, handle, parser)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ReskontraError.of(
            "RK520",
            f"the XML is not well-formed: {expat.ErrorString(error.code)}",
            place=Place(file, error.lineno, error.offset + 1),
            help="the file is cut off or damaged: fetch it from the bank again",
        ) from error
    except (LookupError, ValueError) as error:
        if builder.root is not None:
            raise
        raise ReskontraError.of(
            "RK520", f"the encoding of the XML cannot be read: {error}", place=Place(file)
        ) from error
    assert builder.root is not None, "a well-formed document has a root"
    return builder.root
