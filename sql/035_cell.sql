-- cell: where a respondent stands in the margins of the frame, as the levels joined by chr(31) in the order of the items.
-- Grain and key: respondent (of member, wave and population with margins). Level '' is an answer that the margin does not count.
-- Reads: respondent, profile_answer (respondent, item, code), frame_margin (member, wave, population, item, code). Feeds: 036, 037.
CREATE OR REPLACE TEMP TABLE cell AS
WITH margin AS (
    SELECT DISTINCT member, wave, population, item FROM frame_margin
)
SELECT
    respondent.respondent,
    string_agg(coalesce(frame_margin.code, ''), chr(31) ORDER BY answer.item) AS cell
FROM respondent
JOIN margin USING (member, wave, population)
JOIN profile_answer AS answer ON answer.respondent = respondent.respondent AND answer.item = margin.item
LEFT JOIN frame_margin
    ON frame_margin.member = respondent.member AND frame_margin.wave = respondent.wave
    AND frame_margin.population = respondent.population
    AND frame_margin.item = answer.item AND frame_margin.code = answer.code
GROUP BY respondent.respondent;
