"""The terms of the evidence model: their keys, in order, what a person reads, and the direction in which each may count."""

from __future__ import annotations

# Terms of a candidate: key -> what the bar of an explanation is called.
CANDIDATE_TERMS: dict[str, str] = {
    "typed_found": "share of the typed name that the school explains",
    "same_words": "every word agrees",
    "letters_close": "almost the same",
    "letters_start": "the name begins with the typed",
    "rare_words": "rarity of the words that agree",
    "typed_unexplained": "typed words that the school does not explain",
    "name_untyped": "words of the name that were not typed",
    "first_word": "the name's first word was typed",
    "kind_agrees": "kind of school agrees",
    "kind_conflicts": "kind of school differs",
    "half_conflicts": "infant and junior school differ",
    "kind_untyped": "kind of school was not typed",
    "kind_unexplained": "a kind was typed that the name does not have",
    "faith_agrees": "faith agrees",
    "faith_conflicts": "faith differs",
    "sex_agrees": "girls' or boys' school agrees",
    "sex_conflicts": "girls' or boys' school differs",
    "former_name": "a former name",
    "initials": "initials agree",
    "initials_length": "number of initials that agree",
    "near": "close to the place of record",
    "distance": "distance from the place of record",
    "distance_beyond": "distance beyond 5 km",
    "distance_primary": "distance, for a primary school",
    "distance_college": "distance, for a college or university",
    "borough_of_record": "in the borough of record",
    "centre_distance": "distance from the borough of record, where no place is known",
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
    "size": "size of the school",
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
# Terms that labels rarely inform (sex of the child, closed schools without a date, size): set by judgement.
BY_JUDGEMENT: dict[str, float] = {"child_sex": -2.0, "closed": -1.5, "size": 0.5}
# A term that speaks for a school must not count against it, nor the other way round: a bar means what its label says.
FOR = frozenset(
    [
        "typed_found",
        "same_words",
        "letters_close",
        "letters_start",
        "rare_words",
        "first_word",
        "kind_agrees",
        "faith_agrees",
        "sex_agrees",
        "initials",
        "initials_length",
        "near",
        "borough_of_record",
        "borough_typed",
        "street_typed",
        "age_fits",
        "margin",
    ]
)
AGAINST = frozenset(
    [
        "typed_unexplained",
        "name_untyped",
        "kind_conflicts",
        "half_conflicts",
        "kind_untyped",
        "kind_unexplained",
        "faith_conflicts",
        "sex_conflicts",
        "former_name",
        "distance",
        "distance_beyond",
        "distance_primary",
        "centre_distance",
        "borough_typed_differs",
        "street_word_unexplained",
        "age_outside",
        "better_rivals",
        "nearer_rivals",
        "namesakes_afar",
        "outside_england",
    ]
)
# Neither side: a college draws from farther away, so the term takes back what distance has taken.
EITHER = frozenset(["distance_college"])
FOR_NONE = frozenset(["says_none", "says_none_only", "no_name", "one_word", "only_borough", "outside", "no_cue"])
