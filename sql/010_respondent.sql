-- respondent: who answered, of some units of one instrument.
-- Grain and key: one row per respondent. Reads: answers (wide, see estimate/counted.py). Feeds: 035 to 037, 085.
-- Without strata all are one stratum; export_weight is null where the export has no weight column.
CREATE OR REPLACE TEMP TABLE respondent AS
SELECT
    _respondent AS respondent,
    _member AS member,
    _wave AS wave,
    _population AS population,
    coalesce(_stratum, '') AS stratum,
    _psu AS psu,
    _weight AS export_weight,
    _mode AS mode
FROM answers;
