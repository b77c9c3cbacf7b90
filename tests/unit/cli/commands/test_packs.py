"""``reskontra packs`` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reskontra.adapters.wiring import login_name
from reskontra.cli.main import run
from reskontra.config import scaffold


def test_add_list_and_update(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, pack = tmp_path / "ws", tmp_path / "pack"
    scaffold.create(root, country="se", company="nordic", name="Nordic AB", login=login_name())
    pack.mkdir()
    (pack / "pack.yaml").write_text("name: standard\nversion: 1.0\nowns: [differences]\n", "utf-8")
    (pack / "differences.yaml").write_text("differences: {short: review}\n", "utf-8")
    command = ["-C", str(root), "packs"]
    assert run([*command, "list"]) == 0
    assert run([*command, "add", "../pack", "--company", "nordic"]) == 0
    assert "standard 1.0  sha256 " in capsys.readouterr().out
    assert run([*command, "list", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["packs"]
    assert (row["id"], row["owns"], row["companies"]) == ("standard", ["differences"], ["nordic"])
    assert run([*command, "update"]) == 0
    assert "standard 1.0  unchanged" in capsys.readouterr().out
    (pack / "pack.yaml").write_text("name: standard\nversion: 1.1\nowns: [differences]\n", "utf-8")
    assert run([*command, "update", "standard"]) == 0
    assert "standard 1.1  updated (was 1.0)" in capsys.readouterr().out
    (root / "partner/packs/standard/differences.yaml").unlink()
    assert run([*command, "list"]) == 65
    assert "RK224" in capsys.readouterr().err


def test_wrong_words_are_usage_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "ws"
    scaffold.create(root, country="se", company="nordic", name="Nordic AB", login=login_name())
    command = ["-C", str(root), "packs"]
    assert run([*command, "update", "nope"]) == 64
    assert run([*command, "update", "--revision", "v1"]) == 64
    assert run([*command, "add", "../nowhere"]) == 64
    assert "RK226" in capsys.readouterr().err
