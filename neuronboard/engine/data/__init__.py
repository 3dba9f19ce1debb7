"""Input pipelines: `Dataset`s as operations of a graph, and iterators that a session keeps.

structure    elements as tuples and dicts, laid flat and put together again
function     graphs that are called by an operation, for each element
elements     what datasets yield, in plain Python
datasets     operation types, one for each sort of dataset
iterators    operation types and the class of iterators
dataset      the class that users know
"""
