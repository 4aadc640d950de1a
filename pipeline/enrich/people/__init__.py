"""Who was studied: the facets of `sex` and `ages`.

Both read words for people (`words_for_people`, `who`), lists of criteria (`criteria`) and single interviews
(`interviewee`). For the sex, `sentence` finds the words, `guards` leave out those that do not refer to people studied,
`phrase_head` decides between the rest, and `findings` states whom each sentence is about; `population` and `sampled`
state which of these people took part, `tiers` keeps them apart by field, and the rules in `sex` choose. For ages,
`age_ranges` reads the numbers.
"""
