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
