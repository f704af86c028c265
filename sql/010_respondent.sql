-- respondent: who answered, of one instrument.
-- Grain and key: one row per submission and row. Reads: answers (one instrument's wide table). Feeds: 020 to 060.
-- Without a weight column every respondent weighs 1; without strata all are one stratum.
CREATE OR REPLACE TEMP TABLE respondent AS
SELECT
    row_number() OVER (ORDER BY _submission, _row) AS respondent,
    _submission AS submission,
    _row AS row,
    _member AS member,
    _wave AS wave,
    _population AS population,
    coalesce(_stratum, '') AS stratum,
    _psu AS psu,
    coalesce(_weight, 1.0) AS weight
FROM answers;
