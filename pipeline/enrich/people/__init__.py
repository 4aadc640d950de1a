"""Who was studied: the facets of `sex` and `ages`.

Both read words for people (`words_for_people`, `who`), lists of criteria (`criteria`) and single interviews
(`interviewee`). For the sex, `findings` states whom each sentence is about, by way of `mentions` and `phrase_head`;
`population` and `sampled` state which of these people took part. For ages, `age_ranges` reads the numbers.
"""
