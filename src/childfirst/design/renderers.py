"""Django's form renderer that makes every form GOV.UK, also those of other packages."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates

from childfirst.design.bound import GovukBoundField


class GovukRenderer(DjangoTemplates):
    """Set as FORM_RENDERER: forms that are not GovukForms get our markup, though not our wording."""

    bound_field_class = GovukBoundField
    form_template_name = "design/form.html"
