"""Workspaces with something wrong in their own files, and things in the inbox that are no exports."""

from __future__ import annotations

from tests.bad_inputs.case import Place, Setting

QUESTIONNAIRE = """instrument: trade
population: private_sector
title: {{en: Trade}}
scales:
  agree: {{kind: likert, categories: [{{code: 1, score: 0}}, {{code: 2, score: 100}}], favourable: [{favourable}], unfavourable: [1]}}
factors: [{{code: F01, title: {{en: Clarity}}}}]
items: [{items}]
indices: [{{code: I, title: {{en: Index}}, of: [{of}]}}]
{more}
"""


def questionnaire(items="{code: Q01, scale: agree, factor: F01, text: {en: Clear}}", favourable="2", of="F01", more="") -> str:
    return QUESTIONNAIRE.format(items=items, favourable=favourable, of=of, more=more)


TRADE, MEMBERS = "instruments/trade.yaml", "members.yaml"
SETTINGS = [
    Setting("no list of members", MEMBERS, None, "missing. List the members there"),
    Setting("an empty list of members", MEMBERS, "", "must be a mapping from member code"),
    Setting("a list of members that is a text", MEMBERS, "GHA", "must be a mapping from member code"),
    Setting("a member's code that is a path", MEMBERS, "../../etc: {name: {en: X}}", "is no member's code"),
    Setting("a member's code with a mark of HTML", MEMBERS, "<b>: {name: {en: X}}", "is no member's code"),
    Setting("a sharing that there is not", MEMBERS, "GHA: {name: {en: Ghana}, sharing: maybe}", "must be one of"),
    Setting("a misspelled key", MEMBERS, "GHA: {name: {en: Ghana}, shareing: named}", "did you mean 'sharing'"),
    Setting("YAML that is not closed", MEMBERS, "GHA: {name: {en: Ghana", "line 2"),
    Setting("YAML with a tab", MEMBERS, "GHA:\n\tname: x", "line 2"),
    Setting("YAML that makes an object of Python", MEMBERS, "GHA: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
    Setting("YAML that is not in UTF-8", MEMBERS, "GHA: {name: {en: Côte}}".encode("cp1252"), "not readable as YAML in UTF-8"),
    Setting("YAML that grows a billion times", MEMBERS, "AAA: &A [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b * 3}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("ABCDEFGH", "BCDEFGHI", strict=True)), "must be a mapping"),
    Setting("no questionnaire", TRADE, None, "no instrument (*.yaml) there"),
    Setting("a questionnaire that is a list", TRADE, "- Q01\n- Q02\n", "an instrument is a mapping"),
    Setting("a questionnaire without questions", TRADE, "instrument: trade\npopulation: private_sector\n", "items: is missing"),
    Setting("a question twice", TRADE, questionnaire("{code: Q01, scale: agree}, {code: q01, scale: agree}"), "q01 stands twice"),
    Setting("a question on a scale that there is not", TRADE, questionnaire("{code: Q01, scale: agre}"), "scale 'agre' is not among the scales"),
    Setting("a question of a factor that there is not", TRADE, questionnaire("{code: Q01, scale: agree, factor: F02}"), "factor 'F02' is not among the factors"),
    Setting("a favourable answer that there is not", TRADE, questionnaire(favourable="3"), "3"),
    Setting("an index of a factor that there is not", TRADE, questionnaire(of="F02"), "factor 'F02' is not among the factors"),
    Setting("a concept of two questions", TRADE, questionnaire("{code: Q01, scale: agree, concept: c}, {code: Q02, scale: agree, concept: c}"), "the same concept 'c'"),
    Setting("a role that there is not", TRADE, questionnaire("{code: Q01, scale: agree, role: opinion}"), "must be one of"),
    Setting("a design item that carries nothing", TRADE, questionnaire("{code: W, role: design}"), "say what it carries"),
    Setting("a key that there is not, in a questionnaire", TRADE, questionnaire(more="langauges: [en]"), "is no key that is known here"),
    Setting("standardising by a question that is no profile", TRADE, questionnaire(more="standardise_by: [Q01]"), "neither the code nor the concept of a profile item"),
    Setting("an impossible rule about a question that there is not", TRADE, questionnaire(more="impossible: [{answers: {Q09: [1], Q01: [1]}}]"), "Q09 is no question with one answer"),
    Setting("a rule of protection that there is not", "disclosure.yaml", "minimum_respondent: 5", "did you mean 'minimum_respondents'"),
    Setting("a rule of protection under 1", "disclosure.yaml", "minimum_respondents: 0", "greater than or equal to 1"),
    Setting("a limit of no columns", "limits.yaml", "columns: 0", "greater than 0"),
    Setting("a limit that there is not", "limits.yaml", "rows: 10", "is no key that is known here"),
    Setting("a rule of trends that there is not", "trends.yaml", "equivalence: 3", "is no key that is known here"),
    Setting("a language that the pages lack", "reports.yaml", "languages: [tlh]", "no language 'tlh'"),
    Setting("a frame without a column", "frames/staff.csv", "member,wave,population,margin,category\nGHA,2024,private_sector,GEN,male\n", "column 'count' is missing"),
    Setting("a frame with fewer than none", "frames/staff.csv", "member,wave,population,margin,category,count\nGHA,2024,private_sector,all,all,-5\n", "is no number of 0 or more"),
    Setting("an initiative without its columns", "initiatives.csv", "member,factor\nGHA,F01\n", "is missing"),
    Setting("a target without its columns", "targets.csv", "member\nGHA\n", "is missing"),
    Setting("context figures without their columns", "context.csv", "member\nGHA\n", "is missing"),
    Setting("context figures that are not in UTF-8", "context.csv", "member,é\n".encode("cp1252"), "is not in UTF-8"),
    Setting("a key of pseudonyms that is none", "pseudonyms.key", "secret", "at least 16 characters"),
]
PLACES = [
    Place("a file in the inbox itself", "private_sector.csv", "it lies in the wrong folder"),
    Place("a file too deep", "GHA/2024/more/private_sector.csv", "it lies in the wrong folder"),
    Place("a member that nobody knows", "GHX/2024/private_sector.csv", "did you mean 'GHA'"),
    Place("a member in small letters", "gha/2024/private_sector.csv", "is not in members.yaml"),
    Place("a wave that is no year", "GHA/wave2/private_sector.csv", "is no year"),
    Place("a wave with two letters", "GHA/2024bc/private_sector.csv", "is no year"),
    Place("a population that nobody asks", "GHA/2024/brokers.csv", "begins with no population"),
    Place("a population and letters", "GHA/2024/private_sectors.csv", "begins with no population"),
    Place("a link to a file of the machine", "GHA/2024/private_sector-link.csv", "it is a link", "link"),
    Place("a link to a folder of the machine", "GHA/2025", "it is a link", "linked folder"),
    Place("a pipe", "GHA/2024/private_sector-pipe.csv", "it is a link or a device", "pipe"),
]
