"""Recorded pieces of programs: state, scopes, optimizers, decays, savers, mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine.golden_pieces import CASES, Piece, alike, unlike


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_piece_does_what_it_did_in_tensorflow(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it shows and raises, and every node by name, op, inputs and device, in order."""
    monkeypatch.chdir(tmp_path)
    piece = Piece(case["body"])
    if case["error"] is None:
        assert piece.raised is None, piece.raised
    else:
        assert piece.raised is not None
        assert unlike(piece.raised, case["error"]) == []
    wrong = [
        (got, wanted)
        for got, wanted in zip(piece.shown, case["shown"], strict=True)
        if not alike(got, wanted)
    ]
    assert wrong == []
    assert piece.nodes() == case["nodes"]
