# compare_with_r.R report.json r.tsv: every figure that check.R recomputed against the report's.
library(jsonlite)
arguments <- commandArgs(trailingOnly = TRUE)
report <- fromJSON(arguments[1], simplifyVector = FALSE)$r_check
rows <- read.delim(arguments[2], header = FALSE, col.names = c("key", "value"),
                   colClasses = "character", na.strings = character(0))
stopifnot(nrow(rows) > 0, length(report) > 0)
missing <- setdiff(names(report), rows$key)
extra <- setdiff(rows$key, names(report))
if (length(missing) + length(extra) > 0) {
    cat("only in the report:", missing, "\nonly from R:", extra, "\n")
    quit(status = 1)
}
worst <- 0
for (i in seq_len(nrow(rows))) {
    ours <- report[[rows$key[i]]]
    theirs <- suppressWarnings(as.numeric(rows$value[i]))
    if (is.null(ours) && is.na(theirs)) next
    if (is.null(ours) || is.na(theirs)) {
        cat(rows$key[i], ": the report has", format(ours), "and R", rows$value[i], "\n")
        quit(status = 1)
    }
    gap <- abs(ours - theirs) / max(1e-12, abs(theirs), abs(ours))
    if (max(abs(ours), abs(theirs)) < 1e-12) gap <- 0
    worst <- max(worst, gap)
    if (gap > 1e-6) {
        cat(rows$key[i], ": the report has", format(ours, digits = 12), "and R", rows$value[i], "\n")
        quit(status = 1)
    }
}
cat(nrow(rows), "figures agree, largest relative difference", format(worst), "\n")
