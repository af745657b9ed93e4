"""`make bench-peers`: our router beside OSRM and Valhalla, on the same extracts and pairs.

The peers' wheels want a newer Python than ours, so they live in a virtual environment of their
own; the two sides talk in JSON files, and each engine has a process to itself.
"""
