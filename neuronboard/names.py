"""The names that users type after `neuronboard.`; the package loads this when one is looked up.

Long, because it is one list of names.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from neuronboard import (
    absent as _absent,
)
from neuronboard import (
    compat,
    errors,
    initializers,
    linalg,
    losses,
    math,
    nn,
    random,
    strings,
    summary,
    train,
)
from neuronboard import older as _older
from neuronboard.engine import clip as _clip
from neuronboard.engine import compatible as _compatible
from neuronboard.engine import initializers as _initializers
from neuronboard.engine import ops as _ops
from neuronboard.engine import overload as _overload
from neuronboard.engine import variable_scope as _variable_scope
from neuronboard.engine.clip import *
from neuronboard.engine.compatible import *
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.dtypes import (
    DType,
    as_dtype,
    complex64,
    complex128,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
)
from neuronboard.engine.dtypes import bool_ as bool
from neuronboard.engine.gradients import (
    NotDifferentiable,
    RegisterGradient,
    UnconnectedGradients,
    gradients,
    hessians,
)
from neuronboard.engine.graph import (
    Graph,
    GraphKeys,
    Operation,
    Tensor,
    get_default_graph,
    reset_default_graph,
)
from neuronboard.engine.graph_import import import_graph_def
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.initializers import *
from neuronboard.engine.ops.activations import log_sigmoid, sigmoid
from neuronboard.engine.ops.arithmetic import *
from neuronboard.engine.ops.array import *
from neuronboard.engine.ops.checks import *
from neuronboard.engine.ops.compare import *
from neuronboard.engine.ops.constant import *
from neuronboard.engine.ops.control import group, no_op, tuple
from neuronboard.engine.ops.diagonal import *
from neuronboard.engine.ops.functions import *
from neuronboard.engine.ops.gather import *
from neuronboard.engine.ops.join import *
from neuronboard.engine.ops.linalg import *
from neuronboard.engine.ops.matrix import *
from neuronboard.engine.ops.numbers import *
from neuronboard.engine.ops.order import *
from neuronboard.engine.ops.printing import *
from neuronboard.engine.ops.python import *
from neuronboard.engine.ops.random import *
from neuronboard.engine.ops.reduce import *
from neuronboard.engine.ops.scan import *
from neuronboard.engine.ops.segment import *
from neuronboard.engine.ops.slicing import *
from neuronboard.engine.ops.space import *
from neuronboard.engine.ops.special import *
from neuronboard.engine.ops.state import *
from neuronboard.engine.ops.text import *
from neuronboard.engine.session import InteractiveSession, Session, get_default_session
from neuronboard.engine.shape import Dimension, TensorShape
from neuronboard.engine.variable_scope import *
from neuronboard.engine.variables import (
    Variable,
    assert_variables_initialized,
    global_variables,
    global_variables_initializer,
    local_variables,
    local_variables_initializer,
    report_uninitialized_variables,
    tables_initializer,
    trainable_variables,
    variables_initializer,
)
from neuronboard.pb.event_pb2 import Event, SessionLog
from neuronboard.pb.graph_pb2 import AttrValue, GraphDef, NodeDef
from neuronboard.pb.summary_pb2 import HistogramProto, Summary
from neuronboard.summary import (
    audio_summary,
    histogram_summary,
    image_summary,
    merge_all_summaries,
    merge_summary,
    scalar_summary,
)
from neuronboard.writer.summary_writer import SummaryWriter

if TYPE_CHECKING:
    from neuronboard import (
        app,
        contrib,
        data,
        debugging,
        dtypes,
        flags,
        gfile,
        graph_util,
        image,
        io,
        layers,
        logging,
        metrics,
        python_io,
        sparse,
        test,
    )
    from neuronboard.engine.branches import case, cond, switch_case
    from neuronboard.engine.custom_gradient import custom_gradient, grad_pass_through
    from neuronboard.engine.functional import foldl, foldr, map_fn, scan
    from neuronboard.engine.loops import while_loop
    from neuronboard.engine.ops.counting import (
        bincount,
        confusion_matrix,
        histogram_fixed_width,
        histogram_fixed_width_bins,
        searchsorted,
        unravel_index,
    )
    from neuronboard.engine.ops.examples import (
        FixedLenFeature,
        FixedLenSequenceFeature,
        VarLenFeature,
        parse_example,
        parse_single_example,
    )
    from neuronboard.engine.ops.image import extract_image_patches
    from neuronboard.engine.ops.spectral import fft, fft2d, ifft, ifft2d
    from neuronboard.engine.ops.splitting import regex_replace, string_split
    from neuronboard.engine.sparse import (
        SparseTensor,
        SparseTensorValue,
        sparse_add,
        sparse_placeholder,
        sparse_reduce_sum,
        sparse_reorder,
        sparse_reshape,
        sparse_retain,
        sparse_softmax,
        sparse_tensor_dense_matmul,
        sparse_tensor_to_dense,
        sparse_to_dense,
        sparse_to_indicator,
        sparse_transpose,
    )
    from neuronboard.engine.tensor_array import TensorArray
    from neuronboard.pb.config_pb2 import (
        ConfigProto,
        GPUOptions,
        GraphOptions,
        OptimizerOptions,
        RunMetadata,
        RunOptions,
    )
    from neuronboard.pb.event_pb2 import LogMessage
    from neuronboard.pb.graph_pb2 import NameAttrList
    from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
    from neuronboard.pb.summary_pb2 import SummaryMetadata
    from neuronboard.reader import LogReader, open

__all__ = [
    "COMPILER_VERSION",
    "GIT_VERSION",
    "GRAPH_DEF_VERSION",
    "VERSION",
    "AttrValue",
    "ConfigProto",
    "DType",
    "Dimension",
    "Event",
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "GPUOptions",
    "Graph",
    "GraphDef",
    "GraphKeys",
    "GraphOptions",
    "HistogramProto",
    "IndexedSlices",
    "InteractiveSession",
    "LogMessage",
    "LogReader",
    "MetaGraphDef",
    "NameAttrList",
    "NoGradient",
    "NodeDef",
    "NotDifferentiable",
    "OpError",
    "Operation",
    "OptimizerOptions",
    "RegisterGradient",
    "RunMetadata",
    "RunOptions",
    "Session",
    "SessionLog",
    "SparseTensor",
    "SparseTensorValue",
    "Summary",
    "SummaryMetadata",
    "SummaryWriter",
    "Tensor",
    "TensorArray",
    "TensorShape",
    "UnconnectedGradients",
    "VarLenFeature",
    "Variable",
    "add_to_collection",
    "add_to_collections",
    "all_variables",
    "app",
    "arg_max",
    "arg_min",
    "as_dtype",
    "assert_variables_initialized",
    "audio_summary",
    "batch_matmul",
    "bincount",
    "bitwise",
    "bool",
    "case",
    "ceiling",
    "colocate_with",
    "compat",
    "complex64",
    "complex128",
    "cond",
    "confusion_matrix",
    "contrib",
    "control_dependencies",
    "convert_to_tensor",
    "custom_gradient",
    "data",
    "debugging",
    "device",
    "dimension_at_index",
    "dimension_value",
    "double",
    "dtypes",
    "errors",
    "extract_image_patches",
    "fft",
    "fft2d",
    "flags",
    "float16",
    "float32",
    "float64",
    "foldl",
    "foldr",
    "get_collection",
    "get_collection_ref",
    "get_default_graph",
    "get_default_session",
    "gfile",
    "global_variables",
    "global_variables_initializer",
    "grad_pass_through",
    "gradients",
    "graph_util",
    "group",
    "half",
    "hessians",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "histogram_summary",
    "ifft",
    "ifft2d",
    "igamma",
    "igammac",
    "image",
    "image_summary",
    "import_graph_def",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "initializers",
    "int8",
    "int16",
    "int32",
    "int64",
    "io",
    "layers",
    "lbeta",
    "linalg",
    "local_variables",
    "local_variables_initializer",
    "log_sigmoid",
    "logging",
    "losses",
    "map_fn",
    "math",
    "merge_all_summaries",
    "merge_summary",
    "metrics",
    "model_variables",
    "moving_average_variables",
    "mul",
    "name_scope",
    "neg",
    "newaxis",
    "nn",
    "no_gradient",
    "no_op",
    "op_scope",
    "open",
    "pack",
    "parse_example",
    "parse_single_example",
    "python_io",
    "random",
    "regex_replace",
    "repeat",
    "report_uninitialized_variables",
    "reset_default_graph",
    "reverse_v2",
    "scalar_summary",
    "scan",
    "searchsorted",
    "select",
    "sigmoid",
    "sparse",
    "sparse_add",
    "sparse_placeholder",
    "sparse_reduce_sum",
    "sparse_reorder",
    "sparse_reshape",
    "sparse_retain",
    "sparse_softmax",
    "sparse_tensor_dense_matmul",
    "sparse_tensor_to_dense",
    "sparse_to_dense",
    "sparse_to_indicator",
    "sparse_transpose",
    "string",
    "string_split",
    "strings",
    "sub",
    "summary",
    "switch_case",
    "tables_initializer",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_max",
    "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "test",
    "train",
    "trainable_variables",
    "tuple",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unpack",
    "unravel_index",
    "variables_initializer",
    "while_loop",
]
__all__ += _ops.arithmetic.__all__
__all__ += _ops.array.__all__
__all__ += _ops.compare.__all__
__all__ += _ops.constant.__all__
__all__ += _ops.checks.__all__
__all__ += _ops.printing.__all__
__all__ += _ops.python.__all__
__all__ += _ops.diagonal.__all__
__all__ += _ops.functions.__all__
__all__ += _ops.gather.__all__
__all__ += _ops.join.__all__
__all__ += _ops.linalg.__all__
__all__ += _ops.matrix.__all__
__all__ += _ops.numbers.__all__
__all__ += _ops.order.__all__
__all__ += _ops.random.__all__
__all__ += _ops.reduce.__all__
__all__ += _ops.scan.__all__
__all__ += _ops.state.__all__
__all__ += _clip.__all__
__all__ += _compatible.__all__
__all__ += _initializers.__all__
__all__ += _variable_scope.__all__
__all__ += _ops.segment.__all__
__all__ += _ops.slicing.__all__
__all__ += _ops.space.__all__
__all__ += _ops.special.__all__
__all__ += _ops.text.__all__

# room -> what of it is loaded when it is asked for: code that trains needs nothing of the store
_LATER = {
    "engine.branches": ["case", "cond", "switch_case"],
    "engine.functional": ["foldl", "foldr", "map_fn", "scan"],
    "engine.loops": ["while_loop"],
    "engine.tensor_array": ["TensorArray"],
    "engine.custom_gradient": ["custom_gradient", "grad_pass_through"],
    "engine.ops.counting": [
        *("bincount", "confusion_matrix", "histogram_fixed_width", "histogram_fixed_width_bins"),
        *("searchsorted", "unravel_index"),
    ],
    "engine.ops.examples": [
        *("FixedLenFeature", "FixedLenSequenceFeature", "VarLenFeature", "parse_example"),
        "parse_single_example",
    ],
    "engine.ops.gamma": ["igamma", "igammac"],
    "engine.ops.image": ["extract_image_patches"],
    "engine.ops.repeating": ["repeat"],
    "engine.ops.spectral": ["fft", "fft2d", "ifft", "ifft2d"],
    "engine.ops.splitting": ["regex_replace", "string_split"],
    "engine.sparse": [
        *("SparseTensor", "SparseTensorValue", "sparse_add", "sparse_placeholder"),
        *("sparse_reduce_sum", "sparse_reorder", "sparse_reshape", "sparse_retain"),
        *("sparse_softmax", "sparse_tensor_dense_matmul", "sparse_tensor_to_dense"),
        *("sparse_to_dense", "sparse_to_indicator", "sparse_transpose"),
    ],
    "reader": ["LogReader", "open"],
    "pb.config_pb2": [
        *("ConfigProto", "GPUOptions", "GraphOptions", "OptimizerOptions", "RunMetadata"),
        "RunOptions",
    ],
    "pb.event_pb2": ["LogMessage"],
    "pb.graph_pb2": ["NameAttrList"],
    "pb.meta_graph_pb2": ["MetaGraphDef"],
    "pb.summary_pb2": ["SummaryMetadata"],
}
_MODULES = (
    *("app", "bitwise", "contrib", "data", "debugging", "dtypes", "flags", "gfile"),
    *("graph_util", "image", "io", "layers", "logging", "metrics", "python_io", "sparse", "test"),
)
_ROOMS = {name: room for room, names in _LATER.items() for name in names}


def __getattr__(name: str) -> Any:
    """Loads what is not there yet."""
    if name in _MODULES:
        return _import_module(f"neuronboard.{name}")
    if name not in _ROOMS:
        raise AttributeError(name)
    return getattr(_import_module(f"neuronboard.{_ROOMS[name]}"), name)


del _overload
_absent.watch(initializers, linalg, losses, math, nn, random, strings, summary, train)

# ---- versions: those of TensorFlow whose names are here
VERSION = "1.15.0"
GIT_VERSION = "neuronboard"
COMPILER_VERSION = "python"
GRAPH_DEF_VERSION = 134

# ---- TF 0.x names
reverse, split = _older.reverse, _older.split
mul = multiply
sub = subtract
neg = negative
select = where
all_variables = global_variables
initialize_all_variables = global_variables_initializer
initialize_variables = variables_initializer
initialize_local_variables = local_variables_initializer
pack = stack
unpack = unstack
batch_matmul = matmul
ceiling = ceil
newaxis = None
NoGradient = no_gradient = NotDifferentiable
arg_max = argmax
arg_min = argmin
double = float64
half = float16
reverse_v2 = reverse
tensor_scatter_nd_add = tensor_scatter_add
tensor_scatter_nd_max = tensor_scatter_max
tensor_scatter_nd_min = tensor_scatter_min
tensor_scatter_nd_sub = tensor_scatter_sub
tensor_scatter_nd_update = tensor_scatter_update
OpError = errors.OpError


def dimension_value(dimension: Any) -> int | None:
    """A size as a plain int, None where it is not known."""
    size: int | None = getattr(dimension, "value", dimension)
    return size


def dimension_at_index(shape: Any, index: int) -> Any:
    """One size of a shape; one that is not known where the rank is not."""
    return Dimension(None) if shape.ndims is None else shape[index]


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the beta function of each row of the last axis."""
    sums = lgamma(reduce_sum(x, [-1]))
    return subtract(reduce_sum(lgamma(x), [-1]), sums, name=name)


def name_scope(
    name: str | None, default_name: str | None = None, values: Any = None
) -> AbstractContextManager[str]:
    """Puts operations made in the block under `name`/ in the default graph.

    Where `name` is None, under `default_name`. `values` is there for calls written for
    TensorFlow 1.x, and unused.
    """
    return get_default_graph().name_scope(default_name if name is None else name)


def control_dependencies(control_inputs: Sequence[Any] | None) -> AbstractContextManager[None]:
    """Makes operations of the block wait for `control_inputs`."""
    return get_default_graph().control_dependencies(control_inputs)


def add_to_collection(name: str, value: Any) -> None:
    """Appends to a named list of the default graph."""
    get_default_graph().add_to_collection(name, value)


def get_collection(key: str, scope: str | None = None) -> list[Any]:
    """A copy of a named list of the default graph; scope: what names must begin with."""
    return get_default_graph().get_collection(key, scope)


def add_to_collections(names: Any, value: Any) -> None:
    """Appends to several named lists of the default graph."""
    get_default_graph().add_to_collections(names, value)


def get_collection_ref(key: str) -> list[Any]:
    """A named list of the default graph itself."""
    return get_default_graph().get_collection_ref(key)


def device(device_name_or_function: Any) -> AbstractContextManager[None]:
    """Writes into operations of the block where they belong; everything runs here all the same."""
    return get_default_graph().device(device_name_or_function)


def op_scope(
    values: Any, name: str | None, default_name: str | None = None
) -> AbstractContextManager[str]:
    """`name_scope` with the order of arguments of TensorFlow 0.x."""
    return name_scope(name, default_name, values)


def colocate_with(op: Any, ignore_existing: Any = False) -> AbstractContextManager[None]:
    """Writes into operations of the block that they belong near `op`."""
    return get_default_graph().colocate_with(op)


def model_variables(scope: str | None = None) -> list[Variable]:
    """The variables of the collection `GraphKeys.MODEL_VARIABLES`."""
    return get_default_graph().get_collection(GraphKeys.MODEL_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Variable]:
    """The variables that have a running average."""
    return get_default_graph().get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)
