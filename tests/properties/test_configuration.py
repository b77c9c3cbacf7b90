"""Whatever people write, the configuration room answers with problems, never with a traceback."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reskontra.config import scaffold
from reskontra.config.company import load_company
from reskontra.config.lint import lint_workspace
from reskontra.config.meaning import all_keys
from reskontra.config.schemas import SECTIONS
from reskontra.config.strict_yaml import load
from reskontra.config.workspace import load_workspace
from reskontra.engine.errors import Problem, ReskontraError

KEYS = [meaning.key for meaning in all_keys() if meaning.file in SECTIONS]

scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**12),
    st.sampled_from(["", "NO", "0012345", "60.00", "12:30", "SEK", "main", "P{n:07}", "se_ocr"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "$remove", "SEK", "ref", "type"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    refused: tuple[Problem, ...] = ()
    try:
        load(text, "f.yaml")
    except ReskontraError as error:
        refused = error.problems or (Problem("", "refused without a problem"),)
    assert all(problem.place is not None and problem.place.line for problem in refused)


@given(st.recursive(st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
@settings(max_examples=200, deadline=None)
def test_quoted_text_comes_back_as_it_was(value: Any) -> None:
    text = json.dumps({"a": value})
    if "\\u" in text:
        return
    assert load(text, "f.yaml").data == {"a": value}


@given(st.sampled_from(KEYS), values)
@settings(max_examples=150, deadline=None)
def test_any_value_at_any_key_is_taken_or_named(key: str, value: Any) -> None:
    parts = key.replace("<id>", "main").split(".")
    override = f"{'.'.join(part.removesuffix('[]') for part in parts)}={json.dumps(value)}"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "w"
        scaffold.create(root, country="se", company="one", name="One", login="anna")
        text = json.dumps(_nested(parts, value))
        (root / "companies/one" / f"{parts[0]}.yaml").write_text(text, "utf-8")
        for problem in lint_workspace(root):
            assert problem.place is not None
        with contextlib.suppress(ReskontraError):
            load_company(load_workspace(root), "one", overrides=[override])


def _nested(parts: list[str], value: Any) -> Any:
    """``value`` at the end of the path, with items of lists by id on the way."""
    if not parts:
        return value
    name, *rest = parts
    if rest and rest[0] == "main":
        inner = _nested(rest[1:], value)
        return {name: [{"id": "main", **inner}] if isinstance(inner, dict) else [inner]}
    if name.endswith("[]"):
        return {name.removesuffix("[]"): [_nested(rest, value)]}
    return {name: _nested(rest, value)}
