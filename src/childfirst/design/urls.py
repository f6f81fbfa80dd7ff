"""The component gallery; only where DEBUG is on."""

from __future__ import annotations

from django.urls import path

from childfirst.design.gallery import figures_page, forms_page, index, problem, question, suggest

app_name = "design"
urlpatterns = [
    path("", index, name="gallery"),
    path("forms/", forms_page, name="gallery-forms"),
    path("figures/", figures_page, name="gallery-figures"),
    path("suggest/", suggest, name="gallery-suggest"),
    path("problem/", problem, name="gallery-problem"),
    path("question/", question, name="gallery-question"),
]
