# The statistics beside R's `survival` on the same data, side by side in one run: CPU seconds (user and system, medians),
# ratio, goal, and how many times the floor our side takes. Both sides must give the same numbers.
# Rscript statistics_bench.R PROGRAM FOLDER [N]
suppressMessages({
    library(survival) # a missing peer is an error
    library(jsonlite)
})
words <- commandArgs(TRUE)
program <- words[1]; folder <- words[2]; n <- if (length(words) > 2) words[3] else "1000000"
repeats <- 3
cpu <- function(job) { t <- system.time(r <- job(), gcFirst = TRUE); list(seconds = unname(t[["user.self"]] + t[["sys.self"]]), result = r) }
line <- function(...) cat(sprintf("%-24s %-11s %9s %9s %8s %8s %-7s %9s\n", ...))
agree <- function(what, ours, theirs, tolerance) {
    worst <- max(abs(unlist(ours) - unlist(theirs)) / pmax(1, abs(unlist(theirs))))
    if (!isTRUE(worst <= tolerance)) stop(what, ": the two sides differ by ", worst)
}

cat("P13:", n, "subjects, 5 covariates; R", as.character(getRversion()), "survival", as.character(packageVersion("survival")), "\n\n")
line("job", "ties", "R s", "ours s", "ratio", "goal", "", "x floor")
for (ties in c("continuous", "days")) {
    if (system2(program, c("make", folder, n, ties)) != 0) stop("no data")
    rows <- matrix(readBin(file.path(folder, "rows.bin"), "double", as.numeric(n) * 8), ncol = 8, byrow = TRUE)
    time <- rows[, 1]; status <- rows[, 2]; group <- rows[, 3]; X <- rows[, 4:8]; y <- Surv(time, status)
    theirs <- list(); ours <- list()
    for (i in seq_len(repeats)) { # interleaved: what else the machine does meets both
        theirs[[i]] <- list(
            km = cpu(function() summary(survfit(y ~ 1), times = c(200, 730.5, 1500))$surv),
            logrank = cpu(function() survdiff(y ~ group)$chisq),
            cox = cpu(function() unname(coxph.fit(X, y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL)$coefficients)))
        ours[[i]] <- fromJSON(system2(program, c("run", folder, "3"), stdout = TRUE))
    }
    seconds <- function(side, job) median(vapply(side, function(x) x[[job]]$seconds, 0))
    floor <- seconds(ours, "floor")
    goals <- list(km = c("Kaplan-Meier", 20, 1e-9), logrank = c("log-rank", 20, 1e-9), cox = c("Cox, against the C fit", 3, 1e-7))
    for (job in names(goals)) {
        goal <- goals[[job]]
        agree(goal[1], ours[[1]][[job]]$result, theirs[[1]][[job]]$result, as.numeric(goal[3]))
        a <- seconds(theirs, job); b <- seconds(ours, job)
        line(goal[1], ties, sprintf("%.3f", a), sprintf("%.3f", b), sprintf("%.1f", a / b), paste0(">= ", goal[2]),
             if (a / b >= as.numeric(goal[2])) "met" else "MISSED", sprintf("%.1f", b / floor))
    }
}
b <- seconds(ours, "permutation")
line(sprintf("permutation, %.2fm", ours[[1]]$permutation$result$permutations / 1e6), "months", "", sprintf("%.4f", b), "", "< 0.15 s",
     if (b < 0.15) "met" else "MISSED", "")
cat(sprintf("\nfloor (radix sort and one pass): %.3f s\n", floor))
