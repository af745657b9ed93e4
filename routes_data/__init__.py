"""The data of Red Trails at rest: shipped facts, the store, import and export."""
