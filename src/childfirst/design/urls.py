"""The component gallery; only where DEBUG is on."""

from __future__ import annotations

from django.urls import path

from childfirst.design import gallery

app_name = "design"
urlpatterns = [
    path("", gallery.index, name="gallery"),
    path("forms/", gallery.forms_page, name="gallery-forms"),
    path("figures/", gallery.figures_page, name="gallery-figures"),
    path("suggest/", gallery.suggest, name="gallery-suggest"),
    path("question/", gallery.question, name="gallery-question"),
]
