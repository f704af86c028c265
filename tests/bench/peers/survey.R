# The estimates by R's survey in the fastest way of those tried, see task.R.
#
# svyby cuts the design into domains anew for every question. Here each cut is made once, then comes one svymean per
# question over all its measures, given as a matrix, as a formula is turned into one on every call. One svymean over
# several questions would not be the same: it leaves out whoever skipped any of them. Intervals are confint's, as they come
# from what svymean gives; svyciprop, which one would use of a share, fits a model for each.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "task.R"))

# A list of cuts: variable, category; means, one svymean per question; and intervals, a confint of each.
estimate <- function(unit, design) {
  lapply(cuts_of(design, unit$domains), function(cut) {
    answers <- cut$design$variables
    cut$design$variables <- answers["member"] # svymean copies them all on every call
    means <- lapply(unit$items, function(item) svymean(as.matrix(answers[item$column]), cut$design, na.rm = TRUE))
    list(variable = cut$variable, category = cut$category, means = means, intervals = lapply(means, confint, df = degf(cut$design)))
  })
}

# The whole unit, and its part in each category of each profile question.
cuts_of <- function(design, domains) {
  cuts <- list(list(variable = "", category = "", design = design))
  for (domain in domains) {
    given <- design$variables[[domain$variable[1]]]
    for (k in which(domain$code %in% given)) {
      inside <- design[which(given == domain$code[k]), ]
      cuts <- c(cuts, list(list(variable = domain$variable[k], category = domain$category[k], design = inside)))
    }
  }
  cuts
}

rows_of <- function(unit, cuts) {
  do.call(c, lapply(cuts, function(cut) {
    mapply(function(item, mean) figures(cut$variable, cut$category, item, coef(mean), SE(mean)), unit$items, cut$means, SIMPLIFY = FALSE)
  }))
}

timed("survey", estimate, rows_of)
