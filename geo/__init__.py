"""The domain of Red Trails: catalogue, coordinates, networks, routing, planning.

Knows no HTTP, no folium, no database; imports nothing else of this project.
"""
