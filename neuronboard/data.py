"""`tf.data`: input pipelines."""

from neuronboard.engine.data.dataset import Dataset, TextLineDataset
from neuronboard.engine.data.iterators import (
    Iterator,
    make_initializable_iterator,
    make_one_shot_iterator,
)
from neuronboard.engine.data.records import TFRecordDataset

__all__ = [
    "Dataset",
    "Iterator",
    "TFRecordDataset",
    "TextLineDataset",
    "get_output_classes",
    "get_output_shapes",
    "get_output_types",
    "make_initializable_iterator",
    "make_one_shot_iterator",
]


def get_output_types(dataset_or_iterator: Dataset | Iterator) -> object:
    """The types of an element's components."""
    types: object = dataset_or_iterator.output_types
    return types


def get_output_shapes(dataset_or_iterator: Dataset | Iterator) -> object:
    """What is known of the shapes of an element's components."""
    shapes: object = dataset_or_iterator.output_shapes
    return shapes


def get_output_classes(dataset_or_iterator: Dataset | Iterator) -> object:
    """The classes of an element's components."""
    classes: object = dataset_or_iterator.output_classes
    return classes
