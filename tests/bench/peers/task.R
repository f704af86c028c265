# What shared.py wrote, as R reads it; and how R is timed: see task.py, which does the same.
#
# A script is run as `Rscript SCRIPT FOLDER RUNS`: it writes FOLDER/SCRIPT.csv and FOLDER/SCRIPT-tests.csv and prints what
# it took as JSON.

suppressPackageStartupMessages(library(survey))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "tests.R"))

# A list of units: answers, items (rows of measures, by question) and domains (rows, by profile question).
units_in <- function(folder) {
  questionnaires <- sub("^answers-(.*)\\.csv$", "\\1", list.files(folder, "^answers-.*\\.csv$"))
  do.call(c, lapply(questionnaires, function(questionnaire) units_of(folder, questionnaire)))
}

units_of <- function(folder, questionnaire) {
  file <- function(name) file.path(folder, paste0(name, "-", questionnaire, ".csv"))
  measures <- read.csv(file("measures"), colClasses = "character")
  domains <- read.csv(file("domains"), colClasses = c("character", "character", "integer"))
  answers <- read.csv(file("answers"), check.names = FALSE)
  lapply(split(answers, list(answers$member, answers$wave), drop = TRUE), function(mine) {
    list(answers = mine, items = split(measures, measures$item), domains = split(domains, domains$variable))
  })
}

# Times `estimate` and the tests over all units, after a warm-up; `rows_of` turns what `estimate` gives for a unit into
# figures(...) in a list.
timed <- function(script, estimate, rows_of) {
  arguments <- commandArgs(trailingOnly = TRUE)
  units <- units_in(arguments[1])
  for (warm_up in 1:2) invisible(work(units[[1]], estimate)) # R compiles a function on its second call
  took <- replicate(as.integer(arguments[2]), system.time(found <<- lapply(units, work, estimate)))
  written(units, lapply(found, `[[`, "tests"), function(unit, tests) rows_of_tests(tests), file.path(arguments[1], paste0(script, "-tests.csv")))
  written(units, lapply(found, `[[`, "estimates"), function(unit, mine) do.call(rbind, rows_of(unit, mine)), file.path(arguments[1], paste0(script, ".csv")))
  cat(sprintf(
    '{"version": "%s", "seconds": %f, "cpu": %f}\n',
    packageVersion("survey"), median(took["elapsed", ]), median(took["user.self", ] + took["sys.self", ])
  ))
}

work <- function(unit, estimate) {
  design <- svydesign(ids = ~1, weights = rep(1, nrow(unit$answers)), data = unit$answers)
  list(estimates = estimate(unit, design), tests = tests_of(unit, design))
}

# `rows` turns what was found for a unit into a data frame.
written <- function(units, found, rows, path) {
  of_units <- mapply(function(unit, mine) cbind(unit$answers[1, c("member", "wave", "population")], rows(unit, mine), row.names = NULL), units, found, SIMPLIFY = FALSE)
  write.csv(do.call(rbind, of_units), path, row.names = FALSE, na = "")
}

figures <- function(variable, category, item, estimate, se) {
  data.frame(
    domain_variable = variable, domain_category = category, indicator = item$item, measure = item$measure,
    category = item$category, estimate = as.vector(estimate), se = as.vector(se)
  )
}
