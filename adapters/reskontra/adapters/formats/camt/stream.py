"""A safe, streaming XML reader: small trees with line numbers, one entry at a time.

Standard library expat only. No bank file has a document type, so one is refused (that ends every
entity attack); depth,
size and text are capped. Memory stays constant: an element named in ``emit`` is handed over when
it ends and then forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from xml.parsers import expat

from reskontra.engine.errors import Place, ReskontraError

MAX_DEPTH = 64
MAX_TEXT = 100_000
"""Characters in one element."""


@dataclass(slots=True)
class Node:
    """One element: local name, line, attributes, text, children."""

    name: str
    namespace: str
    line: int
    column: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, *path: str) -> list[Node]:
        """Every descendant along ``path`` of local names, in file order."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children if child.name == name]
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
        """The first descendant along ``path``; the common case, without lists."""
        node = self
        for position, name in enumerate(path):
            for child in node.children:
                if child.name == name:
                    node = child
                    break
            else:
                return None if position == 0 else next(iter(self.all(*path)), None)
        return node


@dataclass(slots=True)
class _Builder:
    file: str
    emit: Collection[str]
    opened: Callable[[Node], None]
    handle: Callable[[Node, Node | None], None]
    parser: expat.XMLParserType
    stack: list[Node] = field(default_factory=list)
    root: Node | None = None

    def place(self) -> Place:
        return Place(self.file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise ReskontraError.of(
                "RK523",
                f"elements are nested deeper than {MAX_DEPTH}",
                place=self.place(),
                help="no bank writes such a file: ask where it comes from",
            )
        namespace, _, local = name.rpartition(" ")
        parser = self.parser
        node = Node(
            local, namespace, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, attributes
        )
        if not self.stack:
            self.root = node
        elif self.stack[-1].text.isspace():
            # Line breaks between the entries of a long statement are no text of the statement.
            self.stack[-1].text = ""
        self.stack.append(node)
        self.opened(node)

    def end(self, _name: str) -> None:
        node = self.stack.pop()
        if node.name in self.emit:
            self.handle(node, self.stack[-1] if self.stack else None)
        elif self.stack:
            self.stack[-1].children.append(node)

    def characters(self, text: str) -> None:
        node = self.stack[-1]
        node.text += text
        if len(node.text) > MAX_TEXT:
            raise ReskontraError.of(
                "RK523",
                f"the text of <{node.name}> is longer than {MAX_TEXT} characters",
                place=self.place(),
                help="no bank writes such a file: ask where it comes from",
            )

    def doctype(self, *_: object) -> None:
        raise ReskontraError.of(
            "RK521",
            "the file has a document type (DOCTYPE), which no bank file has",
            place=self.place(),
            help="do not open it elsewhere either: a document type can hide an attack",
        )


def parse(
    data: bytes,
    file: str,
    *,
    opened: Callable[[Node], None],
    emit: Collection[str],
    handle: Callable[[Node, Node | None], None],
) -> Node:
    """Read ``data`` and return the root.

    ``opened`` sees every element as it begins; ``handle`` gets those named in ``emit`` as they end,
    with their parent as far as it was read.

    Raises ``ReskontraError``: RK520 not well-formed, RK521 document type, RK523 too deep or long.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    builder = _Builder(file, emit, opened, handle, parser)
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
    except (LookupError, UnicodeError, ValueError) as error:
        raise ReskontraError.of(
            "RK520", f"the encoding of the XML cannot be read: {error}", place=Place(file)
        ) from error
    assert builder.root is not None, "a well-formed document has a root"
    return builder.root
