"""`tf.io`: files of records and what stands in them."""

from neuronboard import gfile
from neuronboard.engine.data.records import (
    TFRecordCompressionType,
    TFRecordOptions,
    TFRecordWriter,
    tf_record_iterator,
)
from neuronboard.engine.meta_graph import write_graph
from neuronboard.engine.ops.examples import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    VarLenFeature,
    parse_example,
    parse_single_example,
)

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "TFRecordCompressionType",
    "TFRecordOptions",
    "TFRecordWriter",
    "VarLenFeature",
    "gfile",
    "parse_example",
    "parse_single_example",
    "tf_record_iterator",
    "write_graph",
]
