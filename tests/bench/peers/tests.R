# Whether an answer depends on a group, by R's survey: each question against each profile question of its unit.
#
# The fastest way of those tried, without going round survey's own functions: the design is that of the whole unit, made
# once, with no variables in it but the two answers of whoever gave both. survey then copies these two columns alone, only
# levels that occur make a table, and svychisq has the degrees of freedom of the whole design.

# A list of tests; without those where one of the two answers has a single value.
tests_of <- function(unit, design) {
  answers <- as.list(unit$answers)
  found <- lapply(unit$items, function(item) {
    lapply(setdiff(names(unit$domains), item$item[1]), function(domain) tests_of_pair(answers, design, item, domain))
  })
  Filter(Negate(is.null), do.call(c, do.call(c, found)))
}

tests_of_pair <- function(answers, design, item, domain) {
  coded <- answers[[paste0("code.", item$item[1])]]
  ordered <- item$column[item$measure %in% c("mean_score", "mean")]
  list(
    if (!is.null(coded)) tested(coded, answers[[domain]], design, rao_scott, item, domain),
    if (length(ordered)) tested(answers[[ordered]], answers[[domain]], design, kruskal_wallis, item, domain)
  )
}

tested <- function(answer, group, design, test, item, domain) {
  answer[is.na(group)] <- NA
  group[is.na(answer)] <- NA
  if (constant(answer) || constant(group)) return(NULL)
  design$variables <- data.frame(answer, group)
  found <- tryCatch(test(design), error = function(problem) NULL) # of a singular covariance there is no test
  if (!is.null(found)) list(domain = domain, item = item$item[1], test = found$test, figures = found$figures)
}

constant <- function(x) length(unique(x[!is.na(x)])) < 2

# figures: F, both its degrees of freedom, p.
rao_scott <- function(design) {
  found <- svychisq(~ answer + group, design, statistic = "F")
  list(test = "rao_scott_f", figures = c(found$statistic, found$parameter, found$p.value))
}

# Of two groups svyranktest gives a t; of more it gives chi squared as `parameter`, and its degrees of freedom as `statistic`.
kruskal_wallis <- function(design) {
  found <- svyranktest(answer ~ group, design, test = "KruskalWallis")
  of_two <- !is.null(found$estimate)
  f <- if (of_two) c(found$statistic^2, 1, found$parameter) else c(found$parameter / found$statistic, found$statistic, found$ddf)
  list(test = "kruskal_wallis", figures = c(f, found$p.value))
}

rows_of_tests <- function(tests) {
  named <- data.frame(domain_variable = sapply(tests, `[[`, "domain"), indicator = sapply(tests, `[[`, "item"), test = sapply(tests, `[[`, "test"))
  figures <- do.call(rbind, lapply(tests, function(test) unname(test$figures)))
  cbind(named, setNames(as.data.frame(figures), c("statistic", "df_numerator", "df", "p_value")))
}
