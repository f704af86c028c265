-- membership: the domains that a respondent belongs to; '' is everybody.
-- Grain and key: respondent, domain_variable. Reads: respondent, answer, profile_category (item, code). Feeds: 040, 060.
CREATE OR REPLACE TEMP TABLE membership AS
SELECT respondent, '' AS domain_variable, '' AS domain_category FROM respondent
UNION ALL
SELECT answer.respondent, answer.item, answer.code
FROM answer
JOIN profile_category USING (item, code);
