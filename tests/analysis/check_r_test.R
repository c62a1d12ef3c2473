# Runs check.R of report folders on their CSV files and compares with "r_check" in report.json.
#   Rscript check_r_test.R FOLDER...      exit 1 when a key is missing or a number differs
suppressPackageStartupMessages(library(jsonlite))

failures <- 0
figures <- 0
fail <- function(...) {
  cat(..., "\n")
  failures <<- failures + 1
}

compare <- function(folder) {
  lines <- system2(file.path(R.home("bin"), "Rscript"),
                   c(shQuote(file.path(folder, "check.R")), shQuote(folder)), stdout = TRUE)
  if (!is.null(attr(lines, "status"))) stop("check.R failed in ", folder)
  parts <- strsplit(lines, "\t", fixed = TRUE)
  computed <- setNames(vapply(parts, `[`, "", 2), vapply(parts, `[`, "", 1))
  reported <- fromJSON(file.path(folder, "report.json"), simplifyVector = FALSE)$r_check
  if (length(computed) == 0 || !setequal(names(computed), names(reported))) {
    fail(folder, "keys differ:", setdiff(names(computed), names(reported)),
         setdiff(names(reported), names(computed)))
  }
  for (key in intersect(names(computed), names(reported))) {
    figures <<- figures + 1
    ours <- reported[[key]]
    r <- if (computed[[key]] == "null") NULL else as.numeric(computed[[key]])
    if (is.null(ours) != is.null(r)) {
      fail(folder, key, "is undefined on one side only")
    } else if (!is.null(r) && abs(ours - r) > 1e-9 * max(1, abs(r))) {
      fail(folder, key, "report", format(ours, digits = 15), "R", format(r, digits = 15))
    }
  }
}

for (folder in commandArgs(trailingOnly = TRUE)) compare(folder)
cat(figures, "figures compared with R,", failures, "differ\n")
quit(status = if (failures > 0 || figures == 0) 1 else 0)
