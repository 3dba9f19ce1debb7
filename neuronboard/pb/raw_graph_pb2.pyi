from neuronboard.pb import graph_pb2 as _graph_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RawGraphDef(_message.Message):
    __slots__ = ("node", "library")
    NODE_FIELD_NUMBER: _ClassVar[int]
    LIBRARY_FIELD_NUMBER: _ClassVar[int]
    node: _containers.RepeatedCompositeFieldContainer[RawNodeDef]
    library: RawFunctionDefLibrary
    def __init__(self, node: _Optional[_Iterable[_Union[RawNodeDef, _Mapping]]] = ..., library: _Optional[_Union[RawFunctionDefLibrary, _Mapping]] = ...) -> None: ...

class RawNodeDef(_message.Message):
    __slots__ = ("name", "op", "input", "device", "attr")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OP_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    ATTR_FIELD_NUMBER: _ClassVar[int]
    name: bytes
    op: bytes
    input: _containers.RepeatedScalarFieldContainer[bytes]
    device: bytes
    attr: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, name: _Optional[bytes] = ..., op: _Optional[bytes] = ..., input: _Optional[_Iterable[bytes]] = ..., device: _Optional[bytes] = ..., attr: _Optional[_Iterable[bytes]] = ...) -> None: ...

class RawAttr(_message.Message):
    __slots__ = ("key", "value")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    value: _graph_pb2.AttrValue
    def __init__(self, key: _Optional[bytes] = ..., value: _Optional[_Union[_graph_pb2.AttrValue, _Mapping]] = ...) -> None: ...

class RawFunctionDefLibrary(_message.Message):
    __slots__ = ("function",)
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    function: _containers.RepeatedCompositeFieldContainer[RawFunctionDef]
    def __init__(self, function: _Optional[_Iterable[_Union[RawFunctionDef, _Mapping]]] = ...) -> None: ...

class RawFunctionDef(_message.Message):
    __slots__ = ("signature", "node_def", "ret", "control_ret")
    class Signature(_message.Message):
        __slots__ = ("name", "input_arg", "output_arg")
        class Argument(_message.Message):
            __slots__ = ("name", "type")
            NAME_FIELD_NUMBER: _ClassVar[int]
            TYPE_FIELD_NUMBER: _ClassVar[int]
            name: bytes
            type: int
            def __init__(self, name: _Optional[bytes] = ..., type: _Optional[int] = ...) -> None: ...
        NAME_FIELD_NUMBER: _ClassVar[int]
        INPUT_ARG_FIELD_NUMBER: _ClassVar[int]
        OUTPUT_ARG_FIELD_NUMBER: _ClassVar[int]
        name: bytes
        input_arg: _containers.RepeatedCompositeFieldContainer[RawFunctionDef.Signature.Argument]
        output_arg: _containers.RepeatedCompositeFieldContainer[RawFunctionDef.Signature.Argument]
        def __init__(self, name: _Optional[bytes] = ..., input_arg: _Optional[_Iterable[_Union[RawFunctionDef.Signature.Argument, _Mapping]]] = ..., output_arg: _Optional[_Iterable[_Union[RawFunctionDef.Signature.Argument, _Mapping]]] = ...) -> None: ...
    class Return(_message.Message):
        __slots__ = ("name", "source")
        NAME_FIELD_NUMBER: _ClassVar[int]
        SOURCE_FIELD_NUMBER: _ClassVar[int]
        name: bytes
        source: bytes
        def __init__(self, name: _Optional[bytes] = ..., source: _Optional[bytes] = ...) -> None: ...
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    NODE_DEF_FIELD_NUMBER: _ClassVar[int]
    RET_FIELD_NUMBER: _ClassVar[int]
    CONTROL_RET_FIELD_NUMBER: _ClassVar[int]
    signature: RawFunctionDef.Signature
    node_def: _containers.RepeatedCompositeFieldContainer[RawNodeDef]
    ret: _containers.RepeatedCompositeFieldContainer[RawFunctionDef.Return]
    control_ret: _containers.RepeatedCompositeFieldContainer[RawFunctionDef.Return]
    def __init__(self, signature: _Optional[_Union[RawFunctionDef.Signature, _Mapping]] = ..., node_def: _Optional[_Iterable[_Union[RawNodeDef, _Mapping]]] = ..., ret: _Optional[_Iterable[_Union[RawFunctionDef.Return, _Mapping]]] = ..., control_ret: _Optional[_Iterable[_Union[RawFunctionDef.Return, _Mapping]]] = ...) -> None: ...

class RawRunMetadata(_message.Message):
    __slots__ = ("step_stats", "partition_graphs", "function_graphs")
    class FunctionGraphs(_message.Message):
        __slots__ = ("partition_graphs", "pre_optimization_graph", "post_optimization_graph")
        PARTITION_GRAPHS_FIELD_NUMBER: _ClassVar[int]
        PRE_OPTIMIZATION_GRAPH_FIELD_NUMBER: _ClassVar[int]
        POST_OPTIMIZATION_GRAPH_FIELD_NUMBER: _ClassVar[int]
        partition_graphs: _containers.RepeatedCompositeFieldContainer[RawGraphDef]
        pre_optimization_graph: RawGraphDef
        post_optimization_graph: RawGraphDef
        def __init__(self, partition_graphs: _Optional[_Iterable[_Union[RawGraphDef, _Mapping]]] = ..., pre_optimization_graph: _Optional[_Union[RawGraphDef, _Mapping]] = ..., post_optimization_graph: _Optional[_Union[RawGraphDef, _Mapping]] = ...) -> None: ...
    STEP_STATS_FIELD_NUMBER: _ClassVar[int]
    PARTITION_GRAPHS_FIELD_NUMBER: _ClassVar[int]
    FUNCTION_GRAPHS_FIELD_NUMBER: _ClassVar[int]
    step_stats: bytes
    partition_graphs: _containers.RepeatedCompositeFieldContainer[RawGraphDef]
    function_graphs: _containers.RepeatedCompositeFieldContainer[RawRunMetadata.FunctionGraphs]
    def __init__(self, step_stats: _Optional[bytes] = ..., partition_graphs: _Optional[_Iterable[_Union[RawGraphDef, _Mapping]]] = ..., function_graphs: _Optional[_Iterable[_Union[RawRunMetadata.FunctionGraphs, _Mapping]]] = ...) -> None: ...

class RawMetaGraphDef(_message.Message):
    __slots__ = ("meta_info_def", "graph_def")
    META_INFO_DEF_FIELD_NUMBER: _ClassVar[int]
    GRAPH_DEF_FIELD_NUMBER: _ClassVar[int]
    meta_info_def: bytes
    graph_def: bytes
    def __init__(self, meta_info_def: _Optional[bytes] = ..., graph_def: _Optional[bytes] = ...) -> None: ...

class RawSavedModel(_message.Message):
    __slots__ = ("saved_model_schema_version", "meta_graphs")
    SAVED_MODEL_SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
    META_GRAPHS_FIELD_NUMBER: _ClassVar[int]
    saved_model_schema_version: int
    meta_graphs: _containers.RepeatedCompositeFieldContainer[RawMetaGraphDef]
    def __init__(self, saved_model_schema_version: _Optional[int] = ..., meta_graphs: _Optional[_Iterable[_Union[RawMetaGraphDef, _Mapping]]] = ...) -> None: ...
