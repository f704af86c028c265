-- respondent: who answered, of one instrument.
-- Grain and key: one row per submission and row. Reads: answers (one instrument's wide table). Feeds: 020 to 037, 080 to 095.
-- Without strata all are one stratum; export_weight is null where the export has no weight column.
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
    _weight AS export_weight,
    _duration AS duration,
    _interviewer AS interviewer,
    _device AS device,
    _mode AS mode,
    _language AS language
FROM answers;
