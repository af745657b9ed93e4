"""Speed and memory, apart from the tests."""
