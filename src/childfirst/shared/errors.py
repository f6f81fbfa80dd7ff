"""Errors that are the user's to mend."""

from __future__ import annotations


class UserError(Exception):
    """A mistake that the user can mend: one clear sentence, shown without a traceback.

    The command line prints it and exits with 2; a view shows it in the error summary.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Forbidden(UserError):
    """The person may not do this; the sentence says why and who may."""
