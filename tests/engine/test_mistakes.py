"""Each mistake that a user can make: the class of its error, and what, where and how in its text.

A row of `MISTAKES` is a function that makes the mistake, in a graph of its own, between the class
it should raise and what the text should say. The line is compared too: the text names one that
lies in the row's function. Long, because it is one table of everything that can go wrong.
"""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard as tf
import neuronboard.compat.v1 as tf1
from neuronboard import errors
from neuronboard.engine.where import user_line

MISTAKES: list[Any] = []


def mistake(
    error: type[errors.OpError], plain: type[Exception] | None, *says: str
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Adds a row. error: our class. plain: what TensorFlow raises. says: parts of the text."""

    def add(make: Callable[[], Any]) -> Callable[[], Any]:
        MISTAKES.append(pytest.param(make, error, plain, says, id=make.__name__))
        return make

    return add


def _run(fetches: Any, feeds: Any = None) -> Any:
    return tf.Session().run(fetches, feeds)


# ---- values that are not there yet


@mistake(
    errors.FailedPreconditionError,
    None,
    "uninitialized value weight",
    "{{node weight/read}}",
    "run sess.run(tf.",
    "tf.initialize_all_variables()",
    "tf.global_variables_initializer()",
)
def reading_an_uninitialised_variable() -> None:
    weight = tf.Variable(0.8, name="weight")
    _run(weight * 2.0)


@mistake(errors.FailedPreconditionError, None, "uninitialized value w", "initialize_all_variables")
def fetching_an_uninitialised_variable() -> None:
    _run(tf.Variable(0.8, name="w"))


@mistake(errors.FailedPreconditionError, None, "uninitialized value w", "{{node AssignAdd}}")
def adding_to_an_uninitialised_variable() -> None:
    _run(tf.assign_add(tf.Variable(0.8, name="w"), 1.0))


@mistake(
    errors.OperatorNotAllowedInGraphError, TypeError, "Python `bool`", "Greater:0", "sess.run(...)"
)
def asking_whether_a_tensor_is_true() -> None:
    if tf.constant(1.0, name="x") > 0.5:
        raise AssertionError


@mistake(errors.OperatorNotAllowedInGraphError, TypeError, "Iterating", "x:0", "sess.run(...)")
def iterating_a_tensor() -> None:
    list(tf.constant([1.0, 2.0], name="x"))


@mistake(errors.OperatorNotAllowedInGraphError, TypeError, "Iterating", "w:0", "sess.run(...)")
def iterating_a_variable() -> None:
    list(tf.Variable([1.0, 2.0], name="w"))


@mistake(errors.OperatorNotAllowedInGraphError, TypeError, "as a number", "x:0", "sess.run(...)")
def taking_a_tensor_for_a_number() -> None:
    float(tf.constant(1.0, name="x"))


@mistake(errors.OperatorNotAllowedInGraphError, TypeError, "len()", "x:0", "x.shape")
def measuring_a_tensor() -> None:
    len(tf.constant([1.0], name="x"))


@mistake(errors.OperatorNotAllowedInGraphError, TypeError, "as an array", "x:0", "sess.run(...)")
def giving_a_tensor_to_numpy() -> None:
    np.sin(tf.constant(1.0, name="x"))


@mistake(errors.OperatorNotAllowedInGraphError, TypeError, "as an array", "w:0", "sess.run(...)")
def giving_a_variable_to_numpy() -> None:
    np.asarray(tf.Variable(1.0, name="w"))


# ---- shapes and types that do not fit


@mistake(
    errors.ShapeError,
    ValueError,
    "Dimensions must be equal, but are 2 and 3 for '{{node Add}} = AddV2(x, y)'",
    "input shapes: [2], [3]",
    "'x' was made at",
    "tf.reshape",
)
def adding_different_shapes() -> None:
    tf.add(tf.ones([2], name="x"), tf.ones([3], name="y"))


@mistake(
    errors.InvalidArgumentError,
    None,
    "Incompatible shapes: [2] vs. [3]",
    "{{node add}}",
    "'add' of type AddV2",
    "p:0 float32[2]",
    "tf.expand_dims",
)
def adding_different_shapes_that_are_fed() -> None:
    p, q = tf.placeholder(tf.float32, name="p"), tf.placeholder(tf.float32)
    _run(p + q, {p: [1, 2], q: [1, 2, 3]})


@mistake(
    errors.ShapeError, ValueError, "must be equal, but are 3 and 2", "[2,3], [2,3]", "transpose_b"
)
def multiplying_matrices_that_do_not_fit() -> None:
    tf.matmul(tf.ones([2, 3]), tf.ones([2, 3]))


@mistake(errors.ShapeError, ValueError, "must be rank 2 but is rank 1", "tf.reshape(x, [1, -1])")
def multiplying_a_vector_by_a_matrix() -> None:
    tf.matmul(tf.ones([2]), tf.ones([2, 3]))


@mistake(errors.ShapeError, ValueError, "must be rank 2 but is rank 0", "tf.multiply")
def multiplying_a_number_by_a_matrix() -> None:
    tf.matmul(tf.constant(1.0), tf.ones([2, 3]))


@mistake(
    errors.ShapeError,
    ValueError,
    "Shapes are [2] and [1].",
    "tensors of one shape",
)
def adding_up_different_shapes() -> None:
    tf.add_n([tf.ones([2]), tf.ones([1])])


@mistake(errors.ShapeError, ValueError, "6 elements to shape [4]", "whose product is 6", "-1")
def reshaping_to_another_size() -> None:
    tf.reshape(tf.ones([2, 3]), [4])


@mistake(errors.ShapeError, ValueError, "reduction dimension 5", "axes from -2 to 1")
def summing_over_an_axis_that_is_not_there() -> None:
    tf.reduce_sum(tf.ones([2, 3]), 5)


@mistake(errors.ShapeError, ValueError, "Dimension must be 2 but is 1", "perm=[1, 0]")
def transposing_by_half_an_order() -> None:
    tf.transpose(tf.ones([2, 3]), [0])


@mistake(errors.InvalidArgumentError, None, "1 is missing from {0,0}.", "{{node transpose}}")
def transposing_one_axis_twice() -> None:
    _run(tf.transpose(tf.ones([2, 3]), [0, 0]))


@mistake(
    errors.ShapeError, ValueError, "are 2 and 3. Shapes are [2] and [3].", "the shape of x and y"
)
def choosing_by_a_condition_of_another_shape() -> None:
    tf.select(tf.constant([True, False]), tf.ones([3]), tf.zeros([3]))


@mistake(errors.ShapeError, ValueError, "rank 0 but is rank 1", "tf.reshape(x, [])")
def filling_with_a_vector() -> None:
    tf.fill([2], [1.0, 2.0])


@mistake(errors.ShapeError, ValueError, "Shapes are [2] and [3]", "'w' was made", "tf.reshape")
def assigning_another_shape() -> None:
    tf.assign(tf.Variable([1.0, 2.0], name="w"), [1.0, 2.0, 3.0])


@mistake(
    errors.InvalidArgumentError, None, "lhs shape= [2] rhs shape= [3]", "{{node Assign}}", "p:0"
)
def assigning_another_shape_that_is_fed() -> None:
    w, p = tf.Variable([1.0, 2.0], name="w"), tf.placeholder(tf.float32, name="p")
    _run(tf.assign(w, p), {p: [1, 2, 3]})


@mistake(errors.ShapeError, ValueError, "(2,) and (3,) are not compatible", "x:0", "tf.reshape")
def setting_a_shape_that_contradicts() -> None:
    tf.ones([2], name="x").set_shape([3])


@mistake(
    errors.DTypeError,
    TypeError,
    "'y' of 'AddV2' Op has type float32 that does not match type int32 of argument 'x'",
    "'i' was made at",
    "tf.cast(x, tf.float32) on i:0",
)
def adding_an_int_and_a_float() -> None:
    tf.constant(1, name="i") + tf.constant(1.0, name="f")


@mistake(
    errors.DTypeError,
    TypeError,
    "does not match type int32 of argument 'x'",
    "tf.cast(x, tf.float32)",
)
def adding_a_fraction_to_an_int() -> None:
    tf.constant(1) + 1.5


@mistake(errors.DTypeError, TypeError, "does not match type float32 of argument 'ref'", "tf.cast")
def assigning_another_type() -> None:
    tf.assign(tf.Variable(1.0), tf.constant(1))


@mistake(errors.DTypeError, TypeError, "must be a variable", "tf.Variable(...)")
def assigning_to_a_constant() -> None:
    tf.assign(tf.constant(1.0), 2.0)


@mistake(errors.DTypeError, TypeError, "'x' has DataType int32", "tf.cast(x, tf.float32)")
def taking_the_logarithm_of_an_int() -> None:
    tf.log(tf.constant(1, name="i"))


@mistake(
    errors.DTypeError,
    TypeError,
    "'condition' of 'Select' Op has type float32 that does not match expected type of bool",
    "tf.bool",
)
def choosing_by_numbers() -> None:
    tf.select(tf.constant([1.0]), tf.ones([1]), tf.zeros([1]))


@mistake(errors.DTypeError, TypeError, "'x' has DataType string", "Give a tensor of")
def casting_text() -> None:
    tf.cast(tf.constant("1"), tf.float32)


@mistake(errors.DTypeError, TypeError, "float32 to string is not supported", "tf.as_string")
def casting_to_text() -> None:
    tf.cast(tf.constant(1.0), tf.string)


@mistake(errors.DTypeError, TypeError, "Cannot convert 'flaot32' to a dtype", "tf.float32")
def misspelling_a_type() -> None:
    tf.placeholder("flaot32")


@mistake(errors.DTypeError, TypeError, "Expected float32, but got one of type 'str'")
def making_a_float_of_text() -> None:
    tf.constant("one", tf.float32)


@mistake(errors.ArgumentValueError, ValueError, "None values not supported", "give a number")
def making_a_tensor_of_none() -> None:
    tf.constant(None)


@mistake(errors.ArgumentValueError, ValueError, "non-rectangular", "[[1], [1, 2]]", "same length")
def making_a_tensor_of_ragged_rows() -> None:
    tf.constant([[1], [1, 2]])


@mistake(errors.ArgumentValueError, ValueError, "Takes at most 2, but got 3.", "shape=")
def making_a_constant_of_too_many_elements() -> None:
    tf.constant([1, 2, 3], shape=[2])


@mistake(errors.InvalidArgumentError, None, "Integer division by zero", "{{node floordiv}}", "i:0")
def dividing_ints_by_zero() -> None:
    _run(tf.constant(1, name="i") // tf.constant(0))


@mistake(errors.ArgumentValueError, ValueError, "must be an iterable of at least one Tensor")
def adding_up_nothing() -> None:
    tf.add_n([])


@mistake(
    errors.ArgumentValueError, ValueError, "initial_value must be specified", "tf.Variable(0.8"
)
def making_a_variable_of_nothing() -> None:
    tf.Variable()


# ---- fetches, feeds and sessions


@mistake(errors.FetchError, ValueError, "'wieght:0'", "does not exist", "Did you mean 'weight'?")
def fetching_a_misspelt_name() -> None:
    tf.constant(1.0, name="weight")
    _run("wieght:0")


@mistake(errors.FetchError, ValueError, "'wieght'", "not in the graph", "Did you mean 'weight'?")
def fetching_a_misspelt_operation() -> None:
    tf.constant(1.0, name="weight")
    _run("wieght")


@mistake(errors.DTypeError, TypeError, '= 3 has invalid type "int"', "give a tensor", "'output:0'")
def fetching_a_number() -> None:
    tf.constant(1.0)
    _run(3)


@mistake(errors.SessionStateError, RuntimeError, "closed Session", "was closed at", "tf.Session()")
def running_a_closed_session() -> None:
    x = tf.constant(1.0)
    with tf.Session() as session:
        session.run(x)
    session.run(x)


@mistake(errors.SessionStateError, RuntimeError, "graph is empty", "Add operations")
def running_an_empty_graph() -> None:
    _run("x:0")


@mistake(errors.DTypeError, TypeError, "first argument of Session", "tf.Session(graph=graph)")
def giving_a_session_its_graph_as_target() -> None:
    tf.Session(tf.Graph())


@mistake(errors.ArgumentValueError, ValueError, "No default session", "with tf.Session():")
def evaluating_without_a_session() -> None:
    tf.constant(1.0).eval()


@mistake(errors.FetchError, ValueError, '"x:0"', "same graph", "'x' was made at", "as_default()")
def mixing_two_graphs() -> None:
    x = tf.constant(1.0, name="x")
    with tf.Graph().as_default():
        tf.constant(2.0) + x


@mistake(errors.FetchError, ValueError, "not an element of this graph.", '"x:0"', "its own graph")
def fetching_from_another_graph() -> None:
    x = tf.constant(1.0, name="x")
    with tf.Graph().as_default():
        tf.constant(2.0)
        _run(x)


@mistake(errors.FeedError, TypeError, "not an element of this graph.", '"w:0"', "its own graph")
def feeding_a_variable_of_another_graph() -> None:
    w = tf.Variable(1.0, name="w")
    with tf.Graph().as_default():
        _run(tf.constant(2.0), {w: 1.0})


@mistake(
    errors.InvalidArgumentError,
    None,
    "must feed a value for placeholder tensor 'p' with dtype float and shape [2]",
    "feed_dict={p: value}",
)
def forgetting_to_feed() -> None:
    _run(tf.placeholder(tf.float32, [2], name="p") * 2.0)


@mistake(
    errors.ArgumentValueError, ValueError, "shape (3,) for Tensor p:0", "(2,)", "of that shape"
)
def feeding_another_shape() -> None:
    p = tf.placeholder(tf.float32, [2], name="p")
    _run(p, {p: [1, 2, 3]})


@mistake(errors.ArgumentValueError, ValueError, "Cannot feed 'one'", "'p:0'", "dtype float32")
def feeding_text_for_numbers() -> None:
    p = tf.placeholder(tf.float32, name="p")
    _run(p, {p: "one"})


@mistake(
    errors.DTypeError, TypeError, "= None has invalid type", "do not depend on", "leave it out"
)
def fetching_gradients_that_are_none() -> None:
    x, y = tf.constant(1.0), tf.constant(2.0)
    _run(tf.gradients(x * 2.0, [x, y]))


@mistake(errors.ArgumentValueError, ValueError, "Cannot feed None", "'p:0'", "dtype float32")
def feeding_none() -> None:
    p = tf.placeholder(tf.float32, name="p")
    _run(p, {p: None})


@mistake(errors.DTypeError, TypeError, "feed value 3000000000", "numpy.int32", "'p' was made")
def feeding_an_int_that_is_too_large() -> None:
    p = tf.placeholder(tf.int32, name="p")
    _run(p, {p: 3_000_000_000})


@mistake(errors.DTypeError, TypeError, "feed value 3 with type", "'p:0'", "<class 'object'>")
def feeding_a_number_for_text() -> None:
    p = tf.placeholder(tf.string, name="p")
    _run(p, {p: 3})


@mistake(errors.DTypeError, TypeError, "cannot be a tf.Tensor", "numpy ndarrays", "sess.run(...)")
def feeding_a_tensor() -> None:
    p = tf.placeholder(tf.float32, name="p")
    _run(p, {p: tf.constant(1.0)})


@mistake(errors.FeedError, TypeError, "feed_dict key", "'q:0'", "does not exist")
def feeding_an_unknown_name() -> None:
    _run(tf.constant(1.0), {"q:0": 1.0})


@mistake(errors.FeedError, TypeError, "feed_dict key", "Can not convert a int into a Tensor.")
def feeding_by_number() -> None:
    _run(tf.constant(1.0), {3: 1.0})


@mistake(errors.DTypeError, TypeError, "'p'", "to an Operation", "Feed its output 'p:0'")
def feeding_an_operation() -> None:
    p = tf.placeholder(tf.float32, name="p")
    _run(p, {"p": 1.0})


@mistake(errors.DTypeError, TypeError, "must be a dictionary", "'list'", "{placeholder: value}")
def feeding_a_list() -> None:
    _run(tf.placeholder(tf.float32), [1.0])


@mistake(errors.InvalidArgumentError, None, "w:0 is fed", "'Assign'", "feed_dict")
def assigning_to_what_is_fed() -> None:
    w = tf.Variable(1.0, name="w")
    _run(tf.assign(w, 2.0), {w: 3.0})


@mistake(
    errors.ArgumentValueError,
    ValueError,
    "shape (2,) for Tensor w/initial_value:0",
    "of that shape",
)
def loading_another_shape() -> None:
    tf.Variable(1.0, name="w").load([1.0, 2.0], tf.Session())


# ---- summaries


@mistake(errors.DTypeError, TypeError, "takes the tag first", "scalar_summary('loss', loss)", "x:0")
def swapping_the_arguments_of_scalar_summary() -> None:
    tf.scalar_summary(tf.constant(1.0, name="x"), "loss")


@mistake(errors.DTypeError, TypeError, "takes the tag first", "1.0 is no text")
def swapping_a_number_and_its_tag() -> None:
    tf.scalar_summary(1.0, "loss")


@mistake(
    errors.DTypeError, TypeError, "takes the name first", "tf.summary.scalar('loss', loss)", "x:0"
)
def swapping_the_arguments_of_summary_scalar() -> None:
    tf1.summary.scalar(tf.constant(1.0, name="x"), "loss")


@mistake(errors.DTypeError, TypeError, "'values' has DataType string")
def summarising_text_as_a_number() -> None:
    tf.scalar_summary("loss", tf.constant("1"))


@mistake(errors.ShapeError, ValueError, "one shape, got () and (2,)", "tf.reduce_mean(x)")
def summarising_many_numbers_as_one() -> None:
    tf.scalar_summary("loss", tf.constant([1.0, 2.0]))


@mistake(errors.InvalidArgumentError, None, "the same shape: [] != [2]", "tf.reduce_mean(x)")
def summarising_many_numbers_that_are_fed() -> None:
    p = tf.placeholder(tf.float32)
    _run(tf.scalar_summary("loss", p), {p: [1.0, 2.0]})


@mistake(errors.DTypeError, TypeError, "'inputs' of 'MergeSummary' Op has type float32")
def merging_numbers() -> None:
    tf.merge_summary([tf.constant(1.0)])


@mistake(errors.ArgumentValueError, ValueError, "at least one summary", "tf.scalar_summary(")
def merging_nothing() -> None:
    tf.merge_summary([])


@mistake(errors.InvalidArgumentError, None, "Duplicate tag loss", "give each its own tag")
def merging_one_tag_twice() -> None:
    _run(tf.merge_summary([tf.scalar_summary("loss", 1.0), tf.scalar_summary("loss", 2.0)]))


# ---- what fails in a run, in the words of what fails while the graph is built


def _unknown(*values: Any) -> list[Any]:
    """The values as tensors of which nothing is known beforehand."""
    return [tf.placeholder_with_default(np.asarray(v), None, name="given") for v in values]


@mistake(
    errors.InvalidArgumentError,
    None,
    "Depth of output (1) is not a multiple of the number of groups (3)",
    "given:0 float32[1, 4, 4, 3]",
    "the filter must be [height, width, 3, out]",
)
def convolving_with_a_filter_of_another_depth_in_a_run() -> None:
    x, k = _unknown(np.ones((1, 4, 4, 3), np.float32), np.ones((2, 2, 1, 1), np.float32))
    _run(tf.nn.conv2d(x, k, [1, 1, 1, 1], "SAME"))


@mistake(
    errors.InvalidArgumentError, None, "In[0]: [2,3], In[1]: [2,3]", "transpose_b=True", "MatMul}}"
)
def multiplying_matrices_in_a_run() -> None:
    p, q = (tf.placeholder(tf.float64, [None, None]) for _ in range(2))
    _run(tf.matmul(p, q), {p: np.ones((2, 3)), q: np.ones((2, 3))})


@mistake(errors.InvalidArgumentError, None, "with 4 values", "multiple of 3", "{{node Reshape}}")
def reshaping_in_a_run() -> None:
    _run(tf.reshape(*_unknown(np.ones(4)), [3, -1]))


@mistake(errors.InvalidArgumentError, None, "expected a dimension of 1, got 2", "out of axis=")
def squeezing_in_a_run() -> None:
    _run(tf.squeeze(*_unknown(np.ones((2, 3))), [0]))


@mistake(errors.InvalidArgumentError, None, "must be equal, but are 2 and 3")
def stacking_in_a_run() -> None:
    _run(tf.stack(_unknown(np.ones(2), np.ones(3))))


@mistake(errors.InvalidArgumentError, None, "ValueError: 3 is not in list", "in look_up", "PyFunc")
def failing_in_a_function_of_python() -> None:
    def look_up(x: Any) -> Any:
        return [1, 2].index(int(x))

    _run(tf.py_func(look_up, [3], tf.int64))


@mistake(errors.UnknownError, None, "KeyError: 'k'", "Traceback", "{{node PyFunc}}")
def looking_up_what_is_not_there_in_a_function_of_python() -> None:
    table: dict[str, float] = {}
    _run(tf.py_func(lambda: table["k"], [], tf.float32))


@mistake(errors.UnimplementedError, None, "NotImplementedError: later", "'PyFunc', which was made")
def leaving_a_function_of_python_for_later() -> None:
    def later() -> float:
        raise NotImplementedError("later")

    _run(tf.py_func(later, [], tf.float32))


@mistake(errors.InvalidArgumentError, None, "returned by pyfunc is float64", "Tout=tf.float64")
def returning_another_type_from_a_function_of_python() -> None:
    _run(tf.py_func(lambda: np.float64(1.0), [], tf.float32))


@mistake(errors.InvalidArgumentError, None, "bad : Tensor had NaN values", "tf.clip_by_value")
def checking_what_is_no_number() -> None:
    _run(tf.check_numerics(tf.log(*_unknown(np.float32(-1.0))), "bad"))


@mistake(errors.InvalidArgumentError, None, "[2] is not compatible with expected shape (3,)")
def ensuring_another_shape() -> None:
    _run(tf.ensure_shape(*_unknown(np.ones(2)), [3]))


# ---- checks


@mistake(errors.ArgumentValueError, ValueError, "Tensor a:0 must have rank 2.  Received rank 1")
def asserting_another_rank() -> None:
    tf.assert_rank(tf.constant([1.0], name="a"), 2)


@mistake(errors.ArgumentValueError, ValueError, "rank at least 2.  Received rank 1, shape (1,)")
def asserting_a_higher_rank() -> None:
    tf.assert_rank_at_least(tf.constant([1.0]), 2)


@mistake(
    errors.ArgumentValueError, ValueError, "m.  Tensor a:0 must have rank in (2, 3).  Received"
)
def asserting_one_of_some_ranks() -> None:
    tf.assert_rank_in(tf.constant([1.0], name="a"), [2, 3], message="m")


@mistake(errors.ArgumentValueError, ValueError, "Expected scalar shape for a:0, saw shape: (1,)")
def asserting_a_scalar() -> None:
    tf.assert_scalar(tf.constant([1.0], name="a"))


@mistake(errors.DTypeError, TypeError, "a:0 must be of type tf.int32; got tf.float32", "tf.cast")
def asserting_a_type() -> None:
    tf.assert_type(tf.constant([1.0], name="a"), tf.int32)


@mistake(errors.DTypeError, TypeError, 'Expected "x" to be integer type.  Found: a:0', "tf.cast")
def asserting_whole_numbers() -> None:
    tf.assert_integer(tf.constant([1.0], name="a"))


@mistake(errors.ArgumentValueError, ValueError, "['float32', 'float64']", "the same for all")
def asserting_one_type_of_floats() -> None:
    tf.assert_same_float_dtype([tf.constant(1.0), tf.constant(1.0, tf.float64)])


@mistake(errors.InvalidArgumentError, None, "hi\nCondition x < y did not hold", "[1 2]", "[1 3]")
def asserting_what_is_known_to_be_false() -> None:
    tf.assert_less(tf.constant([1, 3]), tf.constant([1, 2]), message="hi")


@mistake(errors.ArgumentValueError, ValueError, "Unknown output stream: 'somewhere'", "sys.stderr")
def printing_to_nowhere() -> None:
    tf.print("text", output_stream="somewhere")


@mistake(errors.ArgumentValueError, ValueError, "2 placeholder(s)", "1 tensor(s)")
def formatting_fewer_tensors_than_places() -> None:
    tf.strings.format("{} {}", [tf.constant(1)])


# ---- variables and slices


@mistake(errors.ArgumentValueError, ValueError, "must have a shape specified", "validate_shape")
def starting_a_variable_with_an_unknown_shape() -> None:
    tf.Variable(tf.placeholder(tf.float32, [None, 2]))


@mistake(errors.InvalidArgumentError, None, "must be equal, but are [2] and [3]", "the slice")
def assigning_too_much_to_a_slice() -> None:
    variable = tf.Variable([1.0, 2.0, 3.0])
    with tf.Session() as session:
        session.run(variable.initializer)
        session.run(variable[1:].assign(*_unknown(np.ones(3, np.float32))))


# ---- convolutions


@mistake(errors.ShapeError, ValueError, "Depth of output (3)", "number of groups (2)", "[1,4,4,4]")
def convolving_in_groups_that_do_not_fit() -> None:
    tf.nn.conv2d(tf.ones([1, 4, 4, 4]), tf.ones([2, 2, 2, 3]), [1, 1, 1, 1], "SAME")


@mistake(
    errors.ShapeError, ValueError, "must be equal, but are 3 and 1", "[height, width, out, in]"
)
def turning_back_with_another_depth() -> None:
    x, k = tf.ones([1, 4, 4, 3]), tf.ones([2, 2, 1, 1])
    tf.nn.conv2d_transpose(x, k, [1, 8, 8, 1], [1, 2, 2, 1], "SAME")


@mistake(errors.InvalidArgumentError, None, "actual = [4, 4], computed = [5, 5]", "output_shape")
def turning_back_to_a_size_that_does_not_fit() -> None:
    x, k = tf.ones([1, 4, 4, 3]), tf.ones([2, 2, 1, 3])
    _run(tf.nn.conv2d_transpose(x, k, [1, 9, 9, 1], [1, 2, 2, 1], "SAME"))


# ---- training


def _minimise(loss: Any, **more: Any) -> None:
    tf.train.GradientDescentOptimizer(0.1).minimize(loss, **more)


@mistake(
    errors.ArgumentValueError,
    ValueError,
    "No gradients provided for any variable",
    "'w:0'",
    "No gradient flows through",
    "'floordiv' was made at",
    "differentiable",
)
def minimising_through_a_division_of_whole_numbers() -> None:
    _minimise(tf.Variable(1.0, name="w") // 2.0 + 1.0)


@mistake(errors.ArgumentValueError, ValueError, "'Greater' was made at", "differentiable")
def minimising_a_comparison() -> None:
    _minimise(tf.cast(tf.greater(tf.Variable(1.0), 0.5), tf.float32))


@mistake(errors.ArgumentValueError, ValueError, "'StopGradient' was made at", "differentiable")
def minimising_what_is_stopped() -> None:
    _minimise(tf.stop_gradient(tf.Variable(1.0)))


@mistake(errors.ArgumentValueError, ValueError, "depends on none of them", "'loss' was made at")
def minimising_what_no_variable_reaches() -> None:
    tf.Variable(1.0)
    _minimise(tf.constant(1.0, name="loss"))


@mistake(errors.ArgumentValueError, ValueError, "No variables to optimize", "tf.Variable(...)")
def minimising_without_variables() -> None:
    tf.Variable(1.0, trainable=False)
    _minimise(tf.constant(1.0))


@mistake(errors.ArgumentValueError, ValueError, "Invalid type tf.int32", "tf.cast(x, tf.float32)")
def minimising_an_int() -> None:
    _minimise(tf.Variable(1) * 2)


@mistake(errors.DTypeError, TypeError, "unsupported type", "'c:0'", "tf.Variable(...)")
def minimising_by_a_constant() -> None:
    _minimise(tf.Variable(1.0) * 2.0, var_list=[tf.constant(1.0, name="c")])


@mistake(errors.ArgumentValueError, ValueError, "gate_gradients must be one of", "GATE_OP", "7")
def minimising_behind_an_unknown_gate() -> None:
    _minimise(tf.Variable(1.0) * 2.0, gate_gradients=7)


@mistake(errors.ArgumentValueError, ValueError, "No gradients provided", "(gradient, variable)")
def applying_no_gradients() -> None:
    tf.train.GradientDescentOptimizer(0.1).apply_gradients([(None, tf.Variable(1.0))])


@mistake(errors.ShapeError, ValueError, "alpha is not a scalar", "one learning rate")
def learning_at_two_rates() -> None:
    optimizer = tf.train.GradientDescentOptimizer([0.1, 0.2])
    optimizer.minimize(tf.reduce_sum(tf.Variable([1.0, 2.0])))


@mistake(errors.ArgumentValueError, ValueError, "something to derive", "tf.gradients(loss, [w])")
def deriving_nothing() -> None:
    tf.gradients([], [tf.constant(1.0)])


@mistake(errors.ArgumentValueError, ValueError, "Passed 1 grad_ys for 2 ys", "one for each")
def deriving_from_too_few_gradients() -> None:
    x = tf.constant(1.0)
    tf.gradients([x, x], [x], grad_ys=[1.0])


# ---- names and graphs


@mistake(errors.NameNotFoundError, KeyError, "'wieght:0'", "does not exist", "mean 'weight'?")
def looking_for_a_misspelt_tensor() -> None:
    tf.constant(1.0, name="weight")
    tf.get_default_graph().get_tensor_by_name("wieght:0")


@mistake(errors.NameNotFoundError, KeyError, "'wieght'", "not in the graph", "mean 'weight'?")
def looking_for_a_misspelt_operation() -> None:
    tf.constant(1.0, name="weight")
    tf.get_default_graph().get_operation_by_name("wieght")


@mistake(errors.FetchError, ValueError, "not a Tensor.", "did you mean 'weight:0'?")
def looking_for_a_tensor_by_its_operation() -> None:
    tf.constant(1.0, name="weight")
    tf.get_default_graph().get_tensor_by_name("weight")


@mistake(errors.FetchError, ValueError, "refer to a Tensor", "get_operation_by_name('weight')")
def looking_for_an_operation_by_its_tensor() -> None:
    tf.constant(1.0, name="weight")
    tf.get_default_graph().get_operation_by_name("weight:0")


@mistake(errors.NameNotFoundError, KeyError, "only has 1 outputs", "did you mean 'weight:0'?")
def looking_for_a_second_output() -> None:
    tf.constant(1.0, name="weight")
    tf.get_default_graph().get_tensor_by_name("weight:1")


@mistake(errors.DTypeError, TypeError, "Tensor names are strings", "not int", "3")
def looking_for_a_tensor_by_number() -> None:
    tf.get_default_graph().get_tensor_by_name(3)  # type: ignore[arg-type]


@mistake(errors.SessionStateError, RuntimeError, "finalized", "Const 'x'", "before that")
def adding_to_a_finalized_graph() -> None:
    tf.get_default_graph().finalize()
    tf.constant(1.0, name="x")


@mistake(
    errors.ArgumentValueError, ValueError, "`my loss`", "valid node name", "'my_loss' would do"
)
def naming_an_operation_with_a_space() -> None:
    tf.constant(1.0, name="my loss")


@mistake(errors.ArgumentValueError, ValueError, "'_loss'", "root scope name", "'loss' would do")
def naming_an_operation_with_an_underscore_first() -> None:
    tf.add(1.0, 2.0, name="_loss")


@mistake(errors.ArgumentValueError, ValueError, "'my scope'", "scope name", "'my_scope' would do")
def naming_a_scope_with_a_space() -> None:
    tf.name_scope("my scope").__enter__()


@mistake(
    errors.ArgumentValueError, ValueError, "Duplicate node name in graph: 'x'", "leave the '/'"
)
def naming_two_operations_exactly_alike() -> None:
    tf.constant(1.0, name="x/")
    tf.constant(1.0, name="x/")


@mistake(errors.DTypeError, TypeError, "Received '3' with type '<class 'int'>'.", "give operations")
def waiting_for_a_number() -> None:
    tf.group(3)


def _lines(function: Callable[..., Any]) -> set[int | None]:
    return {line for *_, line in function.__code__.co_lines()}


@pytest.mark.parametrize(("make", "error", "plain", "says"), MISTAKES)
def test_a_mistake_is_explained(
    make: Callable[[], Any],
    error: type[errors.OpError],
    plain: type[Exception] | None,
    says: tuple[str, ...],
) -> None:
    """Our class, and TensorFlow's; what, the user's line, and how to mend it."""
    with tf.Graph().as_default(), pytest.raises(error) as caught:
        make()
    text = str(caught.value)
    assert type(caught.value) is error
    assert plain is None or isinstance(caught.value, plain)
    assert [part for part in says if part not in text] == []
    lines = {int(line) for line in re.findall(re.escape(f"{__file__}:") + r"(\d+)", text)}
    assert lines & set().union(*map(_lines, (make, _run, _minimise))), text


def test_a_whole_number_that_does_not_fit_is_cut_off_with_a_warning() -> None:
    """As in TensorFlow, where it is cut off without one."""
    with tf.Graph().as_default(), tf.Session() as session:
        with pytest.warns(UserWarning, match=r"3000000000 does not fit in int32.*tf\.int64"):
            made = tf.constant(3_000_000_000)
        assert session.run(made) == 3_000_000_000 - 2**32


def test_fetching_none_says_what_gives_none() -> None:
    """The text is TensorFlow's; the note beside it has the line and the way out."""
    with tf.Graph().as_default():
        tf.constant(1.0)
        with pytest.raises(errors.DTypeError) as caught:
            _run(None)
    [note] = caught.value.__notes__
    assert f"{__file__}:" in note
    assert "leave it out" in note


def test_a_users_file_beside_the_package_is_the_users() -> None:
    """A script whose path begins as the package's does is named all the same."""
    script = Path(tf.__file__).parent.parent / "neuronboard_example.py"
    found: dict[str, Any] = {"user_line": user_line}
    exec(compile("line = user_line()", str(script), "exec"), found)
    assert found["line"] == f"{script}:1"


def test_an_error_knows_its_operation() -> None:
    """op, node_def and error_code, as in TensorFlow."""
    with tf.Graph().as_default(), pytest.raises(errors.FailedPreconditionError) as caught:
        reading_an_uninitialised_variable()
    assert caught.value.op.name == "weight/read"
    assert caught.value.node_def.op == "Identity"
    assert caught.value.error_code == 9


def test_a_graph_stays_as_it_was_after_a_mistake() -> None:
    """The operation that did not fit is not in it."""
    with tf.Graph().as_default() as graph:
        x, y = tf.ones([2]), tf.ones([3])
        with pytest.raises(errors.ShapeError):
            tf.add(x, y)
        assert graph.get_operations() == [x.op, y.op]
        assert tf.Session().run(x).tolist() == [1.0, 1.0]


# ---- what works, and is meant otherwise


@pytest.mark.parametrize(
    ("dtype", "value", "becomes", "lost"),
    [
        (tf.int32, 1.5, 1, True),
        (tf.int32, np.array([1.5, 2.0]), [1, 2], True),
        (tf.int32, [3.0], [3], False),
        (tf.int32, ["3"], [3], False),
        (tf.float32, "1.5", 1.5, False),
        (tf.float32, np.array(["1", "2e3"]), [1.0, 2000.0], False),
        (tf.float32, 1 + 2j, 1.0, True),
        (tf.uint8, [300], [44], True),
        (tf.bool, [2, 0], [True, False], True),
        (tf.bool, 0.5, True, True),
        (tf.int32, [True], [1], False),
    ],
)
def test_what_is_fed_is_converted_as_tensorflow_does(
    dtype: tf.DType, value: Any, becomes: Any, lost: bool
) -> None:
    """And where something is lost that way, a warning names the tensor and the user's line."""
    with tf.Graph().as_default(), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        fed = tf.placeholder(dtype, name="p")
        got = tf.Session().run(fed, {fed: value})
    assert np.asarray(got).tolist() == becomes
    assert got.dtype == dtype.as_numpy_dtype
    assert [w.filename for w in told] == [__file__] * lost
    assert all("for p:0" in str(w.message) for w in told)


def test_a_gradient_of_whole_numbers_is_none_and_told_of() -> None:
    """As in TensorFlow, on both sides; of text there is none at all."""
    with tf.Graph().as_default():
        whole = tf.constant(3, name="whole")
        with pytest.warns(UserWarning, match=r"must be floating, got dtype int32 for mul:0"):
            assert tf.gradients(tf.multiply(whole, 2, name="mul"), tf.constant(1.0)) == [None]
        with pytest.warns(UserWarning, match=r"int32 for whole:0 among the xs"):
            assert tf.gradients(tf.cast(whole, tf.float32) * 2.0, whole) == [None]
        with pytest.raises(errors.DTypeError, match="got dtype string"):
            tf.gradients(tf.constant("text"), tf.constant(1.0))


def test_the_words_of_the_api_that_was_imported_come_first() -> None:
    """Who imports TensorFlow 1.x's names is told of them; a process of its own, for each."""
    script = (
        "import {0} as tf\nw = tf.Variable(1.0)\n"
        "try: tf.Session().run(w)\nexcept tf.errors.FailedPreconditionError as e: print(e)"
    )
    for module, first in (
        ("neuronboard", "run sess.run(tf.initialize_all_variables()) first"),
        ("neuronboard.compat.v1", "run sess.run(tf.global_variables_initializer()) first"),
    ):
        command = [sys.executable, "-c", script.format(module)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert first in told


def test_operations_made_in_the_loop_are_told_of_once() -> None:
    """After twenty runs in a row that each found more; not for a graph that grows now and then."""
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.Variable(1.0, name="w")
        session.run(tf.initialize_all_variables())
        for _ in range(30):
            session.run(w + 1.0)
            session.run(w)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            for _ in range(60):
                session.run(w * 2.0)
    assert "grown before each of the last 20 runs" in str(told[0].message)
    assert len(told) == 1
    assert "test_mistakes.py" in str(told[0].message)
    assert told[0].filename == __file__


def test_a_loop_is_told_of_by_its_own_graph_and_session_alone() -> None:
    """Other graphs may grow beside it, and each of many sessions is young; nothing is said."""
    with tf.Graph().as_default(), tf.Session() as session, warnings.catch_warnings():
        warnings.simplefilter("error")
        x = tf.constant(1.0)
        for _ in range(60):
            with tf.Graph().as_default():
                assert tf.Session().run(tf.constant(2.0)) == 2.0
            assert session.run(x) == 1.0
        for _ in range(60):
            assert tf.Session().run(x * 2.0) == 2.0


def test_a_fetch_that_hears_nothing_of_what_is_fed_is_told_of() -> None:
    """The placeholder's Python name was given to something else."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None], name="x")
        y = tf.mul(tf.constant([3.0]), 2.0, name="y")
        with pytest.warns(UserWarning, match=r"Nothing depends on x:0, which is fed at"):
            session.run(y, {x: [1.0]})
        z = x * 2.0
        assert session.run([y, z], {x: [1.0]})[1].tolist() == [2.0]


def test_labels_of_another_shape_than_the_logits_are_refused() -> None:
    """Though they have as many numbers; when the graph is built, or when it is run."""
    with pytest.raises(ValueError, match="must be equal, but are 4 and 3"):
        tf1.nn.softmax_cross_entropy_with_logits_v2(
            labels=tf1.ones([3, 4]), logits=tf1.ones([4, 3])
        )
    labels, logits = (tf1.placeholder(tf1.float32, [None, None]) for _ in range(2))
    cost = tf1.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)
    with tf1.Session() as session, pytest.raises(tf1.errors.InvalidArgumentError):
        session.run(cost, {labels: np.ones((3, 4)), logits: np.ones((4, 3))})
