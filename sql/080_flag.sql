-- flag: respondents whose answers look careless.
-- Grain and key: respondent. Reads: respondent, answer, block_item (item, code, block), silence (item, code: what is no answer).
-- Feeds: 081, 082. silent: share of questions without a valid answer, of those that anybody of the unit answered (null where
-- there are none); straight: one and the same answer to a whole block (null where no block was answered); fast: less than a
-- third of the unit's median duration (null without one).
CREATE OR REPLACE TEMP TABLE flag AS
WITH size AS (
    SELECT member, wave, population, count(*) AS respondents FROM respondent GROUP BY ALL
),
unheard AS (
    SELECT respondent, member, wave, population, item
    FROM answer
    JOIN silence USING (item, code)
    JOIN respondent USING (respondent)
),
never AS ( -- what nobody of a unit answered was not asked there
    SELECT member, wave, population, item
    FROM unheard
    JOIN size USING (member, wave, population)
    GROUP BY ALL
    HAVING count(*) = any_value(respondents)
),
asked AS (
    SELECT member, wave, population, (SELECT count(DISTINCT item) FROM silence) - count(never.item) AS items
    FROM size
    LEFT JOIN never USING (member, wave, population)
    GROUP BY ALL
),
quiet AS (
    SELECT respondent, count(*) AS items
    FROM unheard
    ANTI JOIN never USING (member, wave, population, item)
    GROUP BY respondent
),
spoken AS (
    SELECT respondent.respondent, coalesce(quiet.items, 0) / nullif(asked.items, 0) AS silent
    FROM respondent
    JOIN asked USING (member, wave, population)
    LEFT JOIN quiet USING (respondent)
),
block AS (
    SELECT respondent, block, count(*) AS answered, min(code) = max(code) AS one_answer
    FROM answer
    JOIN block_item USING (item, code)
    GROUP BY respondent, block
    HAVING answered >= $fewest
),
straight AS (
    SELECT respondent, bool_or(one_answer) AS straight FROM block GROUP BY respondent
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
