"""The terms of the evidence model: their keys, in order, and what a person reads."""

from __future__ import annotations

# Terms of a candidate: key -> what the bar of an explanation is called.
CANDIDATE_TERMS: dict[str, str] = {
    "typed_found": "share of the typed name that the school explains",
    "same_words": "every word agrees",
    "letters": "likeness of the letters",
    "letters_close": "letters almost the same",
    "rare_words": "rarity of the words that agree",
    "typed_unexplained": "typed words that the school does not explain",
    "first_word": "the name's first word was typed",
    "kind_agrees": "kind of school agrees",
    "kind_conflicts": "kind of school differs",
    "kind_untyped": "kind of school was not typed",
    "faith_agrees": "faith agrees",
    "faith_conflicts": "faith differs",
    "sex_agrees": "girls' or boys' school agrees",
    "sex_conflicts": "girls' or boys' school differs",
    "former_name": "a former name",
    "initials": "initials agree",
    "initials_length": "number of initials that agree",
    "near": "close to the place of record",
    "distance": "distance from the place of record",
    "distance_primary": "distance, for a primary school",
    "very_far": "beyond 25 km from the place of record",
    "borough_of_record": "in the borough of record",
    "borough_typed": "in the borough typed",
    "borough_typed_differs": "another borough was typed",
    "street_typed": "the school's street was typed",
    "street_word_unexplained": "the words read like a street",
    "age_fits": "the child's age fits",
    "age_outside": "years outside the school's ages",
    "better_rivals": "other schools fit the words better",
    "nearer_rivals": "other schools fit as well and are nearer",
    "margin": "margin over the next best fit of words",
    "namesakes_afar": "a common name, far away",
    "outside_england": "a place outside England was typed",
    "child_sex": "the child's sex differs from the school's",
    "closed": "the school has closed and no date is known",
}
# Terms of "none of these".
NONE_TERMS: dict[str, str] = {
    "none": "any mention may name no school",
    "says_none": "words that say there is no school",
    "says_none_only": "nothing but words that say there is no school",
    "no_name": "no distinctive word",
    "one_word": "a single distinctive word",
    "only_borough": "only a borough is named",
    "outside": "a place outside England was typed",
    "long_report": "many words around the name",
    "no_cue": "no cue such as 'attends' in a long text",
}
