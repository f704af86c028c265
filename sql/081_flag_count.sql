-- flag_count: how many respondents each check asked about and how many it flagged.
-- Grain and key: member, wave, population. Reads: respondent, flag. Feeds: estimate/quality.py.
SELECT
    member, wave, population, count(*) AS respondents, avg(silent) AS silent,
    count(straight) AS straight_asked, count(*) FILTER (straight) AS straight,
    count(fast) AS fast_asked, count(*) FILTER (fast) AS fast,
    count(*) FILTER (silent > $mostly) AS mostly_silent,
    count(*) FILTER (flagged) AS flagged
FROM respondent
JOIN flag USING (respondent)
GROUP BY ALL
ORDER BY ALL;
