-- weighted: respondents with the weight that counts: the export's, else the frame's, else 1.
-- Grain and key: respondent. Reads: respondent, cell, calibration (member, wave, population, stratum, cell, weight).
-- Feeds: 040, 060, 070.
-- psu is '' where respondents themselves are the sampling units; cell is '' where nothing was calibrated.
CREATE OR REPLACE TEMP TABLE weighted AS
SELECT
    respondent.respondent, respondent.member, respondent.wave, respondent.population, respondent.stratum,
    respondent.psu IS NOT NULL AS clustered,
    coalesce(respondent.psu, '') AS psu,
    coalesce(cell.cell, '') AS cell,
    coalesce(respondent.export_weight, calibration.weight, 1.0) AS weight
FROM respondent
LEFT JOIN cell USING (respondent)
LEFT JOIN calibration
    ON calibration.member = respondent.member AND calibration.wave = respondent.wave
    AND calibration.population = respondent.population AND calibration.stratum = respondent.stratum
    AND calibration.cell = coalesce(cell.cell, '');
