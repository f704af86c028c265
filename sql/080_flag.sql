-- flag: respondents whose answers look careless.
-- Grain and key: respondent. Reads: respondent, answer, block_item (item, code, block), silence (item, code: what is no answer).
-- Feeds: 081, 082. silent: share of questions without a valid answer, of those that anybody of the unit answered (null where
-- there are none); straight: one and the same answer to a whole block (null where no block was answered); fast: less than a
-- third of the unit's median duration (null without one).
CREATE OR REPLACE TEMP TABLE flag AS
WITH heard AS (
    SELECT respondent, member, wave, population, item, silence.code IS NOT NULL AS silent
    FROM answer
    JOIN respondent USING (respondent)
    JOIN (SELECT DISTINCT item FROM silence) AS items USING (item)
    LEFT JOIN silence USING (item, code)
),
asked AS (
    SELECT member, wave, population, item FROM heard GROUP BY ALL HAVING NOT bool_and(silent)
),
spoken AS (
    SELECT respondent, avg(silent::INTEGER) AS silent
    FROM heard
    JOIN asked USING (member, wave, population, item)
    GROUP BY respondent
),
block AS (
    SELECT respondent, block, count(*) AS answered, count(DISTINCT code) AS different
    FROM answer
    JOIN block_item USING (item, code)
    GROUP BY respondent, block
    HAVING answered >= $fewest
),
straight AS (
    SELECT respondent, bool_or(different = 1) AS straight FROM block GROUP BY respondent
),
fast AS (
    SELECT respondent, duration < $fraction * median(duration) OVER (PARTITION BY member, wave, population) AS fast
    FROM respondent
)
SELECT
    respondent, silent, straight.straight, fast.fast,
    coalesce(silent > $mostly, false) OR coalesce(straight.straight, false) OR coalesce(fast.fast, false) AS flagged
FROM respondent
LEFT JOIN spoken USING (respondent)
LEFT JOIN straight USING (respondent)
LEFT JOIN fast USING (respondent);
