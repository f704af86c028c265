-- flag: respondents whose answers look careless.
-- Grain and key: respondent. Reads: respondent, answer, block_item (item, code, block), question (item, valid codes as code).
-- Feeds: 081, 082. silent: share of questions without a valid answer; straight: one and the same answer to a whole block
-- (null where no block was answered); fast: less than a third of the unit's median duration (null without one).
CREATE OR REPLACE TEMP TABLE flag AS
WITH asked AS (
    SELECT respondent, avg(CASE WHEN question.code IS NULL THEN 1.0 ELSE 0.0 END) AS silent
    FROM answer
    JOIN (SELECT DISTINCT item FROM question) AS items USING (item)
    LEFT JOIN question USING (item, code)
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
    silent > $mostly OR coalesce(straight.straight, false) OR coalesce(fast.fast, false) AS flagged
FROM respondent
LEFT JOIN asked USING (respondent)
LEFT JOIN straight USING (respondent)
LEFT JOIN fast USING (respondent);
