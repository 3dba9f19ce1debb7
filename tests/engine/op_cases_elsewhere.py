"""Operation types whose rows are tests of their own: they do more than give an array."""

from __future__ import annotations

from importlib import import_module

for _room in (
    "data",
    "engine.ops.examples",
    "engine.ops.files",
):  # which register their types when they are asked for
    import_module(f"neuronboard.{_room}")

_DATASETS = (
    *("TensorDataset", "TensorSliceDataset", "RangeDataset", "ZipDataset", "ConcatenateDataset"),
    *("RepeatDataset", "TakeDataset", "SkipDataset", "ShardDataset", "ShuffleDataset"),
    *("BatchDatasetV2", "PaddedBatchDatasetV2", "UnbatchDataset", "CacheDataset"),
    *("PrefetchDataset", "MapDataset", "FilterDataset", "FlatMapDataset", "InterleaveDataset"),
    *("GeneratorDataset", "TextLineDataset"),
)
_ITERATORS = (
    *("OneShotIterator", "IteratorV2", "MakeIterator", "IteratorGetNext"),
    *("IteratorToStringHandle", "IteratorFromStringHandleV2"),
)
_RECORDS = ("ParseExampleV2", "TFRecordDataset", "WindowDataset")
ELSEWHERE = {
    "SaveV2": "test_saver.py",
    "RestoreV2": "test_saver.py",
    "ShardedFilename": "test_saver.py",
    "MergeV2Checkpoints": "test_saver.py",
    "CountUpTo": "test_variables.py",
    "RefExit": "test_flow_plan.py",
    "RefNextIteration": "test_flow_plan.py",
    "ScatterNdUpdate": "test_variables.py",
    "ScatterNdAdd": "test_variables.py",
    "ScatterNdSub": "test_variables.py",
    "ImageSummary": "../test_summary_recorded.py",
    "AudioSummaryV2": "../test_summary_recorded.py",
    "TensorSummaryV2": "../test_summary_recorded.py",
    **dict.fromkeys(_DATASETS, "data/test_dataset.py"),
    **dict.fromkeys(_RECORDS, "data/test_records.py"),
    **dict.fromkeys(_ITERATORS, "data/test_iterators.py"),
}
