# The estimates by R's survey as its manual has domains, svyby(~y, ~domain, design, svymean), see task.R.
#
# A design per question holds no more than the question and the domains, as svyby copies all that a design holds.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "task.R"))

# Per question: whole (svymean) and domains (svyby, by profile question), and intervals, a confint of each.
estimate <- function(unit, design) {
  ones <- rep(1, nrow(unit$answers))
  lapply(unit$items, function(item) {
    narrow <- svydesign(ids = ~1, weights = ones, data = unit$answers[c(item$column, names(unit$domains))])
    y <- reformulate(item$column)
    whole <- svymean(y, narrow, na.rm = TRUE)
    by_domain <- lapply(names(unit$domains), function(domain) svyby(y, reformulate(domain), narrow, svymean, na.rm = TRUE))
    list(whole = whole, domains = by_domain, intervals = lapply(c(list(whole), by_domain), confint, df = degf(narrow)))
  })
}

rows_of <- function(unit, found) {
  do.call(c, mapply(function(item, mine) {
    whole <- list(figures("", "", item, coef(mine$whole), SE(mine$whole)))
    c(whole, do.call(c, mapply(function(domain, by) rows_of_domain(item, domain, by), unit$domains, mine$domains, SIMPLIFY = FALSE)))
  }, unit$items, found, SIMPLIFY = FALSE))
}

rows_of_domain <- function(item, domain, by) {
  estimates <- as.matrix(by[item$column])
  errors <- as.matrix(SE(by))
  category <- domain$category[match(by[[domain$variable[1]]], domain$code)]
  lapply(seq_along(category), function(k) figures(domain$variable[1], category[k], item, estimates[k, ], errors[k, ]))
}

timed("svyby", estimate, rows_of)
