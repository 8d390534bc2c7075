# Scores and their standard errors by the survey package, from cases x questions matrices.
# Rscript survey_package.R answers.csv shares.csv replicates out.csv
suppressMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(args[1], check.names = FALSE)
shares <- read.csv(args[2], colClasses = c(part = "character"))
columns <- setdiff(names(answers), c("case_id", "stratum"))
parts <- unique(shares$part)

# A score is a sum over its questions: share of the question x positive / relevant.
terms <- sprintf("%.17g * %s / %s", shares$share, shares$positive, shares$relevant)
formulas <- lapply(parts, function(part) {
  parse(text = paste("100 * (", paste(terms[shares$part == part], collapse = " + "), ")"))[[1]]
})
names(formulas) <- parts

design <- svydesign(ids = ~1, strata = ~stratum, weights = ~one, data = transform(answers, one = 1))
totals <- svytotal(as.formula(paste("~", paste(columns, collapse = " + "))), design)
linear <- lapply(formulas, function(formula) svycontrast(totals, formula))

set.seed(1)
replicates <- as.svrepdesign(design, type = "subbootstrap", replicates = as.integer(args[3]))
cases <- as.matrix(answers[columns])
boot <- withReplicates(replicates, function(weights, data) {
  sums <- as.list(drop(weights %*% cases))
  vapply(formulas, eval, numeric(1), envir = sums)
})
result <- data.frame(
  part = parts,
  score = vapply(linear, function(one) as.numeric(coef(one)), numeric(1)),
  linearised = vapply(linear, function(one) as.numeric(SE(one)), numeric(1)),
  bootstrap = as.numeric(SE(boot))
)
write.csv(result, args[4], row.names = FALSE)
