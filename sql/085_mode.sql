-- mode: how many answered in which way (tablet, online, ...), of one instrument.
-- Grain and key: member, wave, population, mode ('' where the export does not say). Reads: respondent. Feeds: the release's table `modes`.
SELECT member, wave, population, coalesce(mode, '') AS mode, count(*) AS n
FROM respondent
GROUP BY ALL
ORDER BY ALL;
