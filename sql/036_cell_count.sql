-- cell_count: how many respondents each calibration cell has in each stratum.
-- Grain and key: member, wave, population, stratum, cell. Reads: respondent, cell. Feeds: estimate/weights.py.
SELECT
    member, wave, population, stratum, coalesce(cell, '') AS cell,
    count(*) AS n, count(export_weight) > 0 AS weighted, count(DISTINCT psu) AS psus
FROM respondent
LEFT JOIN cell USING (respondent)
GROUP BY ALL
ORDER BY ALL;
