"""Maps of Red Trails: folium pages and what they need to work with no internet."""
