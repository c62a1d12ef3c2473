# Recomputes the survival figures of report.json with R's `survival`, from the CSV files alone.
#   Rscript check.R [FOLDER]          prints "key<TAB>value", keys as under "r_check" in report.json
# Time is in whole days, 24 months are 730.5 days; CNSR is 0 for an event (ADaM).
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments) > 0) arguments[1] else "."
read <- function(name) {
  read.csv(file.path(folder, name), colClasses = "character", na.strings = character())
}
patients <- read("patients.csv")
endpoints <- read("endpoints.csv")

# Analysis set: included, not tier-b, no prior arterial therapy; rebuilt here from the flags.
flags <- strsplit(patients$FLAGS, ";", fixed = TRUE)
has <- function(flag) vapply(flags, function(list) flag %in% list, logical(1))
analysed <- patients$COHORT == "included" & !has("tier-b") & !has("prior-arterial-therapy")
stopifnot(identical(analysed, patients$ANL01FL == "Y"))

say <- function(key, value) {
  text <- if (length(value) != 1 || is.na(value)) "null" else format(value, digits = 15)
  cat(key, "\t", text, "\n", sep = "")
}

landmark <- 730.5
groups <- list(HAE = "HAE", HACE = "HACE", `HAE + HACE` = c("HAE", "HACE"))

for (param in c("PFS", "OS", "HPFS")) {
  rows <- endpoints[endpoints$PARAMCD == param & endpoints$CNSR != "" &
                      endpoints$USUBJID %in% patients$USUBJID[analysed], ]
  rows$days <- as.numeric(rows$AVAL)
  rows$event <- 1 - as.numeric(rows$CNSR)
  for (name in names(groups)) {
    part <- rows[rows$TRTA %in% groups[[name]], ]
    key <- paste(param, name, sep = ".")
    say(paste0(key, ".n"), nrow(part))
    say(paste0(key, ".events"), sum(part$event))
    if (nrow(part) < 5) next # fewer than 5 patients: the report gives counts only
    fit <- survfit(Surv(days, event) ~ 1, data = part, conf.type = "log-log")
    at <- summary(fit, times = landmark, extend = TRUE)
    followed <- max(part$days) >= landmark
    say(paste0(key, ".at_risk_24"), sum(part$days >= landmark))
    shown <- followed && at$n.risk >= 3
    say(paste0(key, ".s24"), if (shown) at$surv else NA)
    inside <- shown && at$surv > 0 && at$surv < 1 # log-log is undefined at 0 and 1
    say(paste0(key, ".s24_lower"), if (inside) at$lower else NA)
    say(paste0(key, ".s24_upper"), if (inside) at$upper else NA)
    # A curve that ends flat at one half is off by the last bit, and quantile() then finds no median
    # or the midpoint by chance: twelve digits make one half of it.
    fit$surv <- round(fit$surv, 12)
    median <- quantile(fit, probs = 0.5)
    say(paste0(key, ".median_days"), as.numeric(median$quantile))
    follow_up <- survfit(Surv(days, 1 - event) ~ 1, data = part)
    follow_up$surv <- round(follow_up$surv, 12)
    say(paste0(key, ".follow_up_median_days"), as.numeric(quantile(follow_up, probs = 0.5)$quantile))
  }
  if (param == "HPFS") next # no comparison of arms is shown
  both <- rows[rows$TRTA %in% c("HAE", "HACE"), ]
  size <- table(factor(both$TRTA, levels = c("HAE", "HACE")))
  events <- tapply(both$event, factor(both$TRTA, levels = c("HAE", "HACE")), sum)
  events[is.na(events)] <- 0
  key <- paste(param, "logrank", sep = ".")
  if (min(size) >= 5 && sum(events) >= 5 && min(events) >= 2) {
    test <- survdiff(Surv(days, event) ~ TRTA, data = both)
    say(paste0(key, ".chisq"), test$chisq)
    say(paste0(key, ".p"), pchisq(test$chisq, 1, lower.tail = FALSE))
  } else {
    say(paste0(key, ".chisq"), NA)
    say(paste0(key, ".p"), NA)
  }
}

# Cox regression of one factor at a time on PFS, HAE and HACE together; fewer than 10 events, or
# fewer than 5 patients on one side of a yes/no factor, and the report uses Firth's penalty instead.
responses <- read("responses.csv")
elevated <- function(param) {
  rows <- responses[responses$PARAMCD == param & responses$AVAL != "", ]
  flags <- strsplit(rows$FLAGS, ";", fixed = TRUE)
  value <- as.numeric(vapply(flags, function(list) "elevated" %in% list, logical(1)))
  value[match(pfs$USUBJID, rows$USUBJID)]
}
pfs <- endpoints[endpoints$PARAMCD == "PFS" & endpoints$CNSR != "" &
                   endpoints$TRTA %in% c("HAE", "HACE") &
                   endpoints$USUBJID %in% patients$USUBJID[analysed], ]
of_patient <- function(column) patients[match(pfs$USUBJID, patients$USUBJID), column]
number <- function(column) suppressWarnings(as.numeric(of_patient(column)))
doublings <- function(column) { x <- number(column); log2(ifelse(!is.na(x) & x > 0, x, NA)) }
sex <- of_patient("SEX")
factors <- list(`5HIAA-ELEVATED` = elevated("BASE-5HIAA"), `CGA-ELEVATED` = elevated("BASE-CGA"),
                `5HIAA-DOUBLING` = doublings("HIAAULN"), `CGA-DOUBLING` = doublings("CGAULN"),
                `AGE-10` = number("AGE") / 10,
                MALE = ifelse(sex == "male", 1, ifelse(sex == "female", 0, NA)),
                `LIVER-10` = number("LIVINV") / 10)
yes_no <- c("5HIAA-ELEVATED", "CGA-ELEVATED", "MALE")
for (name in names(factors)) {
  x <- factors[[name]]
  known <- !is.na(x)
  event <- 1 - as.numeric(pfs$CNSR)
  shown <- sum(known) >= 5 && sum(event[known]) >= 10 && length(unique(x[known])) > 1 &&
    !(name %in% yes_no && min(table(factor(x[known], levels = c(0, 1)))) < 5)
  key <- paste("COX", name, sep = ".")
  if (!shown) {
    say(paste0(key, ".hr"), NA)
    say(paste0(key, ".p"), NA)
    next
  }
  fit <- coxph(Surv(as.numeric(pfs$AVAL)[known], event[known]) ~ x[known])
  say(paste0(key, ".hr"), exp(as.numeric(coef(fit))))
  say(paste0(key, ".p"), as.numeric(summary(fit)$logtest["pvalue"]))
}
