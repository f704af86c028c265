-- weighted: respondents with the weight that counts: the export's, else the frame's, else 1.
-- Grain and key: respondent. Reads: respondent, profile (respondent, codes: of all profile questions in one), cell,
-- calibration (member, wave, population, stratum, cell, weight). Feeds: 038 to 072, estimate/drivers/rows.py.
-- psu is '' where respondents themselves are the sampling units; cell is '' where nothing was calibrated.
-- alike: the first respondent at the same place of the design with the same answers to the profile questions; whatever is
-- added up is added up over these before it is spread over the domains, of which each respondent has many.
CREATE OR REPLACE TEMP TABLE weighted AS
SELECT
    respondent.respondent, respondent.member, respondent.wave, respondent.population, respondent.stratum,
    respondent.psu IS NOT NULL AS clustered,
    coalesce(respondent.psu, '') AS psu,
    coalesce(cell.cell, '') AS cell,
    coalesce(respondent.export_weight, calibration.weight, 1.0) AS weight,
    min(respondent.respondent) OVER (
        PARTITION BY respondent.member, respondent.wave, respondent.population, respondent.stratum, respondent.psu, cell.cell, profile.codes
    ) AS alike
FROM respondent
LEFT JOIN profile USING (respondent)
LEFT JOIN cell USING (respondent)
LEFT JOIN calibration
    ON calibration.member = respondent.member AND calibration.wave = respondent.wave
    AND calibration.population = respondent.population AND calibration.stratum = respondent.stratum
    AND calibration.cell = coalesce(cell.cell, '');
