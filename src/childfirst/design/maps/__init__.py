"""Maps as SVG, drawn on the server: areas by class, places as points. No tiles, no request to anyone.

from childfirst.design.maps import Area, choropleth

choropleth(id="boroughs", title="...", areas=[Area("E09000012", "Hackney", geometry)], values={"E09000012": Cell.of(12)})
"""

from childfirst.design.maps.choropleth import choropleth
from childfirst.design.maps.classes import Classes, classify
from childfirst.design.maps.geometry import Area
from childfirst.design.maps.points import Place, points

__all__ = ["Area", "Classes", "Place", "choropleth", "classify", "points"]
