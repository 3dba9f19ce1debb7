"""The words behind `neuronboard`: each is a module with `run(arguments) -> exit code`."""
