"""The kinds of findings, and how each is mended."""

_HIDE = "hide one more figure"
_PAGE = "the template or the code of the page put it there; a page may show figures of the release only"
_NAMES = "draw the pseudonyms anew, for each recipient and release, with the secret"

MEND = {
    # what lies in the release
    "file": "take it out; a release holds its tables and documents only",
    "secret": "take it out, and make a new key if it was one: the pseudonyms drawn with it are no longer safe",
    "column": "leave it out, or have the auditor learn that it may be published",
    "csv": "write CSV and Parquet from the same table",
    "suppressed-value": "empty everything but the keys and the status of suppressed rows",
    "small-base": "suppress the figure",
    "small-unit": "suppress everything of the unit, in every table",
    "unit-size": "say nothing of hidden units' sizes in the manifest, and leave them out of its totals",
    "flag-count": "suppress the share of flagged respondents",
    # breakdowns, comparisons
    "crossing": "publish profile questions for everybody only",
    "breakdown": "leave the breakdown out, or allow it in the rules",
    "adequacy-detail": "suppress the statistic of this margin",
    "weights": "leave out how far weights differ, and how many are capped, where a margin has a hidden group",
    "comparison-side": "suppress the comparison with its side",
    "overall-test": "suppress the test, or make it over the shown groups",
    "q-value": "adjust over the published rows of the family only",
    # bases that follow
    "exact": f"{_HIDE}: a second group of the same question",
    "narrow": f"{_HIDE}: a larger group of the same question",
    "remainder": f"{_HIDE}: a group that brings the hidden ones over the minimum together",
    "linked": f"{_HIDE}: the group of the other question that holds the hidden one",
    "domain-size": "suppress the profile question's own share of that group, and of a second one",
    "nonresponse": "suppress the nonresponse with the figure",
    # figures that follow
    "share-sum": f"{_HIDE}: a second answer of the question",
    "side-sum": f"{_HIDE}: the side, or a second answer on it",
    "factor-item": f"{_HIDE}: the factor or index, or a second part of it",
    # sensitive answers
    "unanimous": "suppress the answers to this question in the group, and say them coarsely if at all",
    "unanimous-remainder": f"{_HIDE}: a group in which some answered otherwise",
    "answer-bounds": f"{_HIDE}: a group in which more gave the answer",
    "unstated-answers": f"{_HIDE}: a group of the same question",
    "coded-tight": "use a wider band",
    # peers
    "peer-sharing": "leave the member out of what others see",
    "peer-few": "publish no comparison for this recipient",
    "peer-mean": "publish no mean of so few peers",
    "peer-name": "use pseudonyms for all but the recipient's own rows",
    "peer-same-name": _NAMES,
    "peer-order": _NAMES,
    "peer-step": "round to the rules' step",
    "peer-width": "give all members the widest interval, as a multiple of the rules' step",
    "peer-inversion": "use a coarser step for shares or intervals in the rules",
    "peer-column": "leave the column out of what others see",
    "peer-test": "leave the statistic empty, and give the q-value's band only",
    "peer-difference": "round to the rules' steps",
    "public-match": "use coarser steps in the rules, or leave the figure out of the comparison",
    # earlier releases
    "grown": "hold the unit's figures as first published until enough new answers came in",
    "changed-answers": "hold the unit's figures as first published until enough answers changed",
    "newcomers-alike": "hold the unit's figures as first published until newcomers differ",
    "earlier-exact": "hide the same groups as in the earlier release",
    "earlier-narrow": "hide the same groups as in the earlier release",
    "earlier-remainder": "hide the same groups as in the earlier release",
    "earlier-small": "it can't be taken back; withdraw the earlier release where that still helps",
    # pages
    "page-number": _PAGE,
    "page-data": "write embedded data as JSON, so that it can be checked",
    "page-comment": _PAGE,
    "page-hidden": _PAGE,
    "page-suppressed": "say that the figure is hidden, and nothing else",
    "page-microdata": "take the answers off the page",
    "page-language": "make all languages of a page from the same figures",
    "page-name": "use pseudonyms for all but the recipient",
    "page-wave": "leave waves off pages with pseudonyms",
    "page-date": "leave dates off pages with pseudonyms",
    "page-size": "leave numbers of respondents off pages with pseudonyms",
    "page-link": "load nothing from outside the pages' folder",
    "page-script": "put scripts into the pages' script file, and data into JSON",
    "page-handler": "put scripts into the pages' script file",
}
