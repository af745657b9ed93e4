"""Street networks from OpenStreetMap: reading, rules of the road, junctions and turns."""
