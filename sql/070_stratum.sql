-- stratum: how many sampling units each stratum has, with or without an answer.
-- Grain and key: member, wave, population, stratum. Reads: respondent. Feeds: estimate/variance.py.
SELECT
    member, wave, population, stratum,
    count(*) AS n, count(DISTINCT psu) AS psus, count(psu) > 0 AS clustered
FROM respondent
GROUP BY ALL
ORDER BY ALL;
