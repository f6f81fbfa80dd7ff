"""Forms of the chamber."""

from __future__ import annotations

from django import forms

from childfirst.design.forms import DateField, GovukForm, Present
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.subject_access.vocabulary import AskedBy, CorrectionState, Handed, IdentityCheck
from childfirst.shared import clock
from childfirst.shared.errors import UserError


class RequestForm(GovukForm):
    """A request as it arrives. No name is asked for and none is kept."""

    force_reference = forms.CharField(
        label="What is the force’s reference for the young person?",
        help_text="It stands on the receipt of a search and on letters from the force, for example 24/CR/001234. It is not kept: "
        "the platform makes a pseudonym of it. Never enter a name.",
        max_length=60,
    )
    asked_by = forms.ChoiceField(label="Who asks?", choices=AskedBy.choices, widget=forms.RadioSelect)
    identity = forms.ChoiceField(
        label="How did they show who they are?",
        help_text="A parent also shows that they may act for the young person. From about 12 years on, ask the young person.",
        choices=IdentityCheck.choices,
        widget=forms.RadioSelect,
    )
    received_on = DateField(label="When did the request arrive?", latest=clock.today)
    present = {"force_reference": Present(width=20, spellcheck=False, autocomplete="off", name="the reference")}

    def clean_force_reference(self) -> str:
        """Text without a number is refused here, before anything is kept of it."""
        reference = str(self.cleaned_data["force_reference"])
        try:
            pseudonym(reference)
        except UserError as error:
            raise forms.ValidationError(error.sentence) from None
        return reference


class AnswerForm(GovukForm):
    """How the document reached the person. ``digest`` is that of the document on the screen."""

    digest = forms.CharField(widget=forms.HiddenInput)
    handed = forms.ChoiceField(
        label="How did the person get the document?", choices=Handed.choices, widget=forms.RadioSelect
    )


class RefusalForm(GovukForm):
    """Why a request is refused, as the person is told."""

    reason = forms.CharField(
        label="Why is the request refused?",
        help_text="The person is told this. They can complain to the Information Commissioner. No names.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class CorrectionForm(GovukForm):
    """What the person says is wrong."""

    statement = forms.CharField(
        label="What is wrong, in the person’s own words?",
        help_text="The supervisor of the team reads this, and it stays beside the record if that is not changed. No names.",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )


class DecisionForm(GovukForm):
    """What the supervisor decides."""

    state = forms.ChoiceField(
        label="What do you decide?",
        choices=[choice for choice in CorrectionState.choices if choice[0] != CorrectionState.OPEN],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label="What is the person told?",
        help_text="Plain words, no names. They can complain to the Information Commissioner.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
