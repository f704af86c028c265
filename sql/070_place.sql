-- place: the parts of the design: all respondents of a stratum, sampling unit and calibration cell, with or without an answer.
-- Grain and key: member, wave, population, stratum, psu, cell. Reads: weighted. Feeds: estimate/design.py.
SELECT
    member, wave, population, stratum, psu, cell,
    bool_or(clustered) AS clustered, count(*) AS n, sum(weight) AS sw, sum(weight * weight) AS sw2
FROM weighted
GROUP BY ALL
ORDER BY ALL;
