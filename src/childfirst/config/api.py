"""The workspace's API: each room adds its router here."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI
from ninja.security import SessionAuth

api = NinjaAPI(title="childfirst workspace", version="1", auth=SessionAuth(), docs_url=None, urls_namespace="api")
api.add_router("/places", "childfirst.places.api.router")
api.add_router("/encounters", "childfirst.encounters.api.router")

urlpatterns = [path("", api.urls)]
