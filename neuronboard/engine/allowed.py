"""Which types of elements TensorFlow's operations take, in the words and order of its messages.

Facts of TensorFlow 2.21's registered operations, for the types that the engine has. A row has a
list of types and the inputs ("Type.input") that take them; of inputs that share a type the first.
"""

from __future__ import annotations

from functools import cache

TAKEN = (
    # One type alone: another is refused in other words.
    (
        "string",
        (
            "CacheDataset.filename IteratorFromStringHandleV2.string_handle "
            "MergeV2Checkpoints.checkpoint_prefixes MergeV2Checkpoints.destination_prefix "
            "PrintV2.input ReduceJoin.inputs RegexFullMatch.input RegexFullMatch.pattern "
            "RegexReplace.input RegexReplace.pattern RegexReplace.rewrite RestoreV2.prefix "
            "RestoreV2.tensor_names RestoreV2.shape_and_slices SaveV2.prefix "
            "SaveV2.tensor_names SaveV2.shape_and_slices ShardedFilename.basename "
            "StringJoin.inputs StringLength.input StringLower.input StringSplit.input "
            "StringSplit.delimiter StringStrip.input StringToHashBucketFast.input "
            "StringToNumber.string_tensor StringUpper.input Substr.input "
            "TextLineDataset.filenames TextLineDataset.compression_type"
        ),
    ),
    (
        "int32",
        (
            "AvgPool3DGrad.orig_input_shape AvgPoolGrad.orig_input_shape "
            "ConcatOffset.concat_dim Conv2DBackpropFilter.filter_sizes "
            "Conv2DBackpropInput.input_sizes Conv3DBackpropFilterV2.filter_sizes "
            "DepthwiseConv2dNativeBackpropFilter.filter_sizes "
            "DepthwiseConv2dNativeBackpropInput.input_sizes DynamicPartition.partitions "
            "DynamicStitch.indices Multinomial.num_samples OneHot.depth "
            "ReduceJoin.reduction_indices ResizeBilinear.size ResizeNearestNeighbor.size "
            "ResizeNearestNeighborGrad.size ShardedFilename.shard ShardedFilename.num_shards "
            "Split.split_dim SplitV.split_dim StackV2.max_size TensorArrayGatherV3.indices "
            "TensorArrayReadV3.index TensorArrayScatterV3.indices TensorArrayV3.size "
            "TensorArrayWriteV3.index"
        ),
    ),
    (
        "int64",
        (
            "BatchDatasetV2.batch_size FixedUnigramCandidateSampler.true_classes "
            "InterleaveDataset.cycle_length InterleaveDataset.block_length "
            "LogUniformCandidateSampler.true_classes PaddedBatchDatasetV2.batch_size "
            "PaddedBatchDatasetV2.padded_shapes PrefetchDataset.buffer_size "
            "RangeDataset.start RangeDataset.stop RangeDataset.step RepeatDataset.count "
            "ShardDataset.num_shards ShardDataset.index ShuffleDataset.buffer_size "
            "ShuffleDataset.seed ShuffleDataset.seed2 SkipDataset.count TakeDataset.count "
            "TensorArraySplitV3.lengths TextLineDataset.buffer_size "
            "UniformCandidateSampler.true_classes"
        ),
    ),
    (
        "bool",
        (
            "All.input Any.input Assert.condition BatchDatasetV2.drop_remainder LogicalAnd.x "
            "LogicalAnd.y LogicalNot.x LogicalOr.x LogicalOr.y LoopCond.input "
            "PaddedBatchDatasetV2.drop_remainder RefSwitch.pred Select.condition "
            "SelectV2.condition Switch.pred"
        ),
    ),
    (
        "float32",
        (
            "FusedBatchNormGradV3.scale InTopKV2.predictions ResizeBilinearGrad.grads "
            "TensorArrayConcatV3.flow_in TensorArrayGatherV3.flow_in "
            "TensorArrayGradV3.flow_in TensorArrayReadV3.flow_in TensorArrayScatterV3.flow_in "
            "TensorArraySizeV3.flow_in TensorArraySplitV3.flow_in TensorArrayWriteV3.flow_in"
        ),
    ),
    # Several.
    (
        "int32 int64",
        (
            "All.reduction_indices Any.reduction_indices ArgMin.dimension "
            "BatchToSpaceND.block_shape BatchToSpaceND.crops BroadcastArgs.s0 "
            "BroadcastGradientArgs.s0 BroadcastTo.shape ConcatOffset.shape ConcatV2.axis "
            "Conv3DBackpropInputV2.input_sizes CountUpTo.ref Cumprod.axis Cumsum.axis "
            "EuclideanNorm.reduction_indices ExpandDims.dim Fill.dims GatherV2.axis "
            "InTopKV2.targets InvertPermutation.x LinSpace.num MatrixBandPart.num_lower "
            "Max.reduction_indices Mean.reduction_indices Min.reduction_indices "
            "MirrorPad.paddings MirrorPadGrad.paddings Pad.paddings PadV2.paddings "
            "Prod.reduction_indices RandomGamma.shape RandomPoissonV2.shape "
            "RandomStandardNormal.shape RandomUniform.shape RandomUniformInt.shape "
            "RandomUniformInt.minval Reshape.shape ReverseSequence.seq_lengths ReverseV2.axis "
            "Roll.shift Roll.axis ScatterAdd.indices ScatterDiv.indices ScatterMax.indices "
            "ScatterMin.indices ScatterMul.indices ScatterNdAdd.indices ScatterNdSub.indices "
            "ScatterNdUpdate.indices ScatterSub.indices ScatterUpdate.indices "
            "SegmentMax.segment_ids SegmentMean.segment_ids SegmentMin.segment_ids "
            "SegmentProd.segment_ids SegmentSum.segment_ids Slice.begin "
            "SpaceToBatchND.block_shape SpaceToBatchND.paddings SparseApplyAdadelta.indices "
            "SparseApplyAdagrad.indices SparseApplyCenteredRMSProp.indices "
            "SparseApplyFtrl.indices SparseApplyFtrlV2.indices SparseApplyMomentum.indices "
            "SparseApplyProximalAdagrad.indices SparseApplyProximalGradientDescent.indices "
            "SparseApplyRMSProp.indices SparseSoftmaxCrossEntropyWithLogits.labels "
            "StridedSliceAssign.begin StridedSliceGrad.shape Substr.pos Sum.reduction_indices "
            "TensorScatterAdd.indices TensorScatterMax.indices TensorScatterMin.indices "
            "TensorScatterSub.indices Tile.multiples Transpose.perm TruncatedNormal.shape "
            "UnravelIndex.indices UnsortedSegmentMax.segment_ids "
            "UnsortedSegmentMax.num_segments UnsortedSegmentMin.segment_ids "
            "UnsortedSegmentMin.num_segments UnsortedSegmentProd.segment_ids "
            "UnsortedSegmentProd.num_segments UnsortedSegmentSum.num_segments"
        ),
    ),
    (
        (
            "float32 float64 int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 "
            "bfloat16 qint16 quint16 uint16 complex128 float16 uint32 uint64"
        ),
        (
            "ApplyAdadelta.var ApplyAdagrad.var ApplyAdam.var ApplyCenteredRMSProp.var "
            "ApplyFtrl.var ApplyFtrlV2.var ApplyGradientDescent.var ApplyMomentum.var "
            "ApplyProximalAdagrad.var ApplyProximalGradientDescent.var ApplyRMSProp.var "
            "ApproximateEqual.x AssignAdd.ref AssignSub.ref BiasAdd.value "
            "BiasAddGrad.out_backprop Cumprod.x Cumsum.x EuclideanNorm.input Mean.input "
            "Prod.input ScatterAdd.ref ScatterDiv.ref ScatterMul.ref ScatterNdAdd.ref "
            "ScatterNdSub.ref ScatterSub.ref SegmentMean.data SegmentProd.data "
            "SegmentSum.data SparseApplyAdadelta.var SparseApplyAdagrad.var "
            "SparseApplyCenteredRMSProp.var SparseApplyFtrl.var SparseApplyFtrlV2.var "
            "SparseApplyMomentum.var SparseApplyProximalAdagrad.var "
            "SparseApplyProximalGradientDescent.var SparseApplyRMSProp.var Sum.input "
            "UnsortedSegmentProd.data UnsortedSegmentSum.data"
        ),
    ),
    (
        "bfloat16 float16 float32 float64 complex64 complex128",
        (
            "Acos.x Acosh.x Asin.x Asinh.x Atan.x Atanh.x Cos.x Cosh.x Exp.x Expm1.x Log.x "
            "Log1p.x MulNoNan.x ReciprocalGrad.y Rsqrt.x RsqrtGrad.y Sigmoid.x SigmoidGrad.y "
            "Sin.x Sinh.x Sqrt.x SqrtGrad.y Tan.x Tanh.x TanhGrad.y"
        ),
    ),
    (
        "float16 bfloat16 float32 float64",
        (
            "AvgPool.value AvgPool3D.input AvgPool3DGrad.grad AvgPoolGrad.grad "
            "Conv2DBackpropFilter.input Conv3D.input Conv3DBackpropFilterV2.input "
            "Conv3DBackpropInputV2.filter DepthwiseConv2dNative.input "
            "DepthwiseConv2dNativeBackpropFilter.input "
            "DepthwiseConv2dNativeBackpropInput.filter Elu.features EluGrad.gradients "
            "L2Loss.t LeakyRelu.features LeakyReluGrad.gradients LogSoftmax.logits "
            "Selu.features SeluGrad.gradients Softmax.logits "
            "SoftmaxCrossEntropyWithLogits.features Softplus.features Softsign.features "
            "SoftsignGrad.gradients SparseSoftmaxCrossEntropyWithLogits.features"
        ),
    ),
    (
        ("float32 float64 int32 uint8 int16 int8 int64 bfloat16 uint16 float16 uint32 uint64"),
        (
            "Cross.a Greater.x GreaterEqual.x Less.x LessEqual.x MaxPool3DGradGrad.orig_input "
            "MaxPoolGrad.orig_input MaxPoolGradGrad.orig_input MaxPoolWithArgmax.input "
            "Multinomial.logits Relu6.features Relu6Grad.gradients ReluGrad.gradients "
            "SegmentMax.data SegmentMin.data TopKV2.input UnsortedSegmentMax.data "
            "UnsortedSegmentMin.data"
        ),
    ),
    (
        "bfloat16 float16 float32 float64",
        (
            "Atan2.y Ceil.x CheckNumerics.tensor Digamma.x Erf.x Erfc.x Erfinv.x Floor.x "
            "Igamma.a Igammac.a IsFinite.x IsInf.x IsNan.x Lgamma.x LinSpace.start Ndtri.x "
            "Rint.x"
        ),
    ),
    (
        "complex64 complex128",
        (
            "Angle.input ComplexAbs.x FFT.input FFT2D.input IFFT.input IFFT2D.input "
            "Imag.input Real.input"
        ),
    ),
    (
        "float16 bfloat16 float32",
        (
            "FusedBatchNormGradV3.y_backprop FusedBatchNormV3.x LRN.input LRNGrad.input_grads "
            "MaxPool3D.input MaxPool3DGrad.orig_input MaxPool3DGrad.grad"
        ),
    ),
    (
        "int16 int32 int64",
        (
            "ArgMax.dimension GatherNd.indices GatherV2.indices ScatterNd.indices "
            "StridedSlice.begin TopKV2.k UnsortedSegmentSum.segment_ids"
        ),
    ),
    (
        "float64 float32 float16 complex64 complex128",
        (
            "Cholesky.input MatrixInverse.input MatrixSolve.matrix Qr.input "
            "SelfAdjointEigV2.input Svd.input"
        ),
    ),
    (
        "int8 int16 int32 int64 uint8 uint16 uint32 uint64",
        "BitwiseAnd.x BitwiseOr.x BitwiseXor.x Invert.x LeftShift.x RightShift.x",
    ),
    (
        "bfloat16 float16 float32 float64 int8 int16 int32 int64 complex64 complex128",
        "Neg.x Reciprocal.x Round.x Sign.x",
    ),
    (
        (
            "bfloat16 float16 float32 float64 uint8 int8 uint16 int16 int32 uint32 uint64 "
            "int64 complex64 complex128"
        ),
        "FloorDiv.x Mul.x RealDiv.x TruncateDiv.x",
    ),
    (
        "float32 float64",
        "Complex.real IgammaGradA.a Polygamma.a Zeta.x",
    ),
    (
        "bfloat16 float16 float32 float64 int32 int64 complex64 complex128",
        "Diag.diagonal DiagPart.input SquaredDifference.x",
    ),
    (
        "float16 bfloat16 float32 float64 complex64 complex128",
        "Xdivy.x Xlog1py.x Xlogy.x",
    ),
    (
        ("bfloat16 float16 float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64"),
        "Maximum.x Minimum.x",
    ),
    (
        "float16 bfloat16 float32 float64 int32",
        "Conv2D.input Conv2DBackpropInput.filter",
    ),
    (
        "float16 bfloat16 float32 float64 int32 int64",
        "ScatterMax.ref ScatterMin.ref",
    ),
    (
        "float16 float32 float64 complex64 complex128",
        "LogMatrixDeterminant.input MatrixDeterminant.input",
    ),
    (
        (
            "float32 float64 int32 uint8 int16 int8 int64 bfloat16 uint16 float16 uint32 "
            "uint64 qint8 quint8 qint32 qint16 quint16"
        ),
        "Max.input Min.input",
    ),
    (
        (
            "float32 float64 int32 uint8 int16 int8 int64 bfloat16 uint16 float16 uint32 "
            "uint64 qint8 quint8 qint32 qint16 quint16 bool"
        ),
        "ArgMax.input ArgMin.input",
    ),
    (
        (
            "bfloat16 float16 float32 float64 int16 int32 int64 uint8 uint16 uint32 uint64 "
            "complex64 complex128"
        ),
        "BatchMatMulV2.x",
    ),
    (
        (
            "bfloat16 float16 float32 float64 int32 int64 uint8 uint16 uint32 uint64 "
            "complex64 complex128"
        ),
        "MatMul.a",
    ),
    (
        (
            "bfloat16 float16 float32 float64 int64 int32 uint8 uint16 uint32 uint64 int8 "
            "int16 complex64 complex128 qint8 quint8 qint16 quint16 qint32"
        ),
        "Bitcast.input",
    ),
    (
        "bfloat16 float16 float32 float64 int8 int16 int32 int64",
        "Abs.x",
    ),
    (
        "bfloat16 float16 float32 float64 int8 int16 int32 int64 uint16 uint32 uint64",
        "Range.start",
    ),
    (
        (
            "bfloat16 float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 "
            "uint64 complex64 complex128"
        ),
        "Square.x",
    ),
    (
        (
            "bfloat16 float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 "
            "uint64 complex64 complex128 bool"
        ),
        "ExtractImagePatches.images",
    ),
    (
        (
            "bfloat16 float16 float32 float64 uint8 int8 int16 int32 int64 complex64 "
            "complex128 string"
        ),
        "Add.x",
    ),
    (
        (
            "bfloat16 float16 float32 float64 uint8 int8 uint16 int16 int32 int64 complex64 "
            "complex128 uint32 uint64"
        ),
        "Sub.x",
    ),
    (
        (
            "bfloat16 float16 float32 float64 uint8 uint16 uint32 uint64 int8 int16 int32 "
            "int64 complex64 complex128"
        ),
        "AddV2.x",
    ),
    (
        "bfloat16 float32",
        "FusedBatchNormV3.scale",
    ),
    (
        "bfloat16 float32 float16 float64 int8 int16 int32 int64 complex64 complex128",
        "Pow.x",
    ),
    (
        "bfloat16 float64 float32 float16 complex64 complex128",
        "MatrixTriangularSolve.matrix",
    ),
    (
        "complex64 complex128 variant",
        "Conj.input",
    ),
    (
        "float16 bfloat16 float32 float64 int32 int64 uint8 int16 int8 uint16 qint8",
        "MaxPool.input",
    ),
    (
        "float16 float32 bfloat16 float64 complex64 complex128",
        "DivNoNan.x",
    ),
    (
        "float16 float32 float64",
        "RandomGamma.alpha",
    ),
    (
        "float16 float32 float64 int32 int64",
        "RandomPoissonV2.rate",
    ),
    (
        "float32 bfloat16 float16 float64",
        "ResizeBilinearGrad.original_image",
    ),
    (
        (
            "float32 float64 int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 "
            "bfloat16 qint16 quint16 uint16 complex128 float16 uint32 uint64 bool"
        ),
        "Where.input",
    ),
    (
        (
            "float32 float64 int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 "
            "bfloat16 qint16 quint16 uint16 complex128 float16 uint32 uint64 variant"
        ),
        "AddN.inputs",
    ),
    (
        (
            "float32 float64 int32 uint8 int16 int8 int64 bfloat16 uint16 float16 uint32 "
            "uint64 complex64 complex128 bool variant string"
        ),
        "AsString.input",
    ),
    (
        (
            "float32 float64 int32 uint8 int16 int8 int64 bfloat16 uint16 float16 uint32 "
            "uint64 qint8"
        ),
        "Relu.features",
    ),
    (
        "int16 int32 int64 uint16",
        "TensorScatterUpdate.indices",
    ),
    (
        "int32 int64 bfloat16 float16 float32 float64",
        "TruncateMod.x",
    ),
    (
        ("int8 int16 int32 int64 uint8 uint16 uint32 uint64 bfloat16 float16 float32 float64"),
        "FloorMod.x",
    ),
    (
        "int8 int32 int64",
        "SplitV.size_splits",
    ),
    (
        "int8 uint8 int16 uint16 int32 int64 bfloat16 float16 float32 float64 bfloat16",
        "ResizeBilinear.images",
    ),
    (
        "int8 uint8 int16 uint16 int32 int64 float16 float32 float64 bfloat16",
        "ResizeNearestNeighbor.images",
    ),
    (
        "uint8 int8 int32 float16 float32 float64 bfloat16",
        "ResizeNearestNeighborGrad.grads",
    ),
    (
        "uint8 int8 int32 int64",
        "OneHot.indices",
    ),
    (
        (
            "uint8 int8 uint16 int16 int32 uint32 int64 uint64 bool bfloat16 float16 float32 "
            "float64 complex64 complex128 string"
        ),
        "ReverseV2.tensor",
    ),
)


@cache
def allowed(op_type: str) -> dict[str, tuple[str, ...]]:
    """input -> the names of the types that it takes, for those inputs that do not take all."""
    return _table().get(op_type, {})


@cache
def _table() -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for types, places in TAKEN:
        names = tuple(types.split())
        for place in places.split():
            op_type, _, name = place.partition(".")
            found.setdefault(op_type, {})[name] = names
    return found
