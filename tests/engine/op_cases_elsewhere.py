"""Operation types whose rows are tests of their own: they do more than give an array."""

from __future__ import annotations

ELSEWHERE = {
    "SaveV2": "test_saver.py",
    "RestoreV2": "test_saver.py",
    "ShardedFilename": "test_saver.py",
    "MergeV2Checkpoints": "test_saver.py",
}
