# Further reference cases of the methods that are no survival curves: rates, tables, Bayes, monitoring, weights.
# Run as `Rscript gen_rates.R` in this folder: base R and its `survival` package, no other. Each function is the
# definition in METHODS.md written a second time, in R, with R's own distributions.
suppressMessages(library(survival))
source("write_case.R")

# ---------------------------------------------------------------- Bayes

beta_summary <- function(a, b, p0) list(a = a, b = b, mean = a / (a + b), q025 = qbeta(.025, a, b), median = qbeta(.5, a, b),
                                        q975 = qbeta(.975, a, b), prob_gt_p0 = pbeta(p0, a, b, lower.tail = FALSE))
beta_binomial <- function(y, m, a, b) exp(lchoose(m, y) + lbeta(a + y, b + m - y) - lbeta(a, b))

bayes <- function(id, x, n, x0, n0, delta, w, p0, future_m, criterion, notes = character()) {
    a <- 1 + x0; b <- 1 + n0 - x0
    m1 <- beta_binomial(x, n, a, b); m2 <- 1 / (n + 1)
    w1 <- w * m1 / (w * m1 + (1 - w) * m2)
    cdf <- function(p) w1 * pbeta(p, a + x, b + n - x) + (1 - w1) * pbeta(p, 1 + x, 1 + n - x)
    quantile <- function(q) uniroot(function(p) cdf(p) - q, c(0, 1), tol = 1e-16, maxiter = 10000)$root
    prior <- beta_binomial(0:n, n, a, b); seen <- prior[x + 1]
    y <- 0:future_m
    pmf <- beta_binomial(y, future_m, 1 + x, 1 + n - x)
    reaches <- pbeta(p0, 1 + x + y, 1 + n - x + future_m - y, lower.tail = FALSE) >= criterion
    expected <- list(
        flat_posterior = beta_summary(1 + x, 1 + n - x, p0),
        jeffreys_posterior = beta_summary(.5 + x, .5 + n - x, p0),
        power_prior = c(list(delta = delta), beta_summary(1 + delta * x0 + x, 1 + delta * (n0 - x0) + n - x, p0)),
        robust_mixture = list(prior_weight = w, informative = arr(c(a, b)), vague = arr(c(1, 1)), posterior_weight = w1,
                              mean = w1 * (a + x) / (a + b + n) + (1 - w1) * (1 + x) / (2 + n), q025 = quantile(.025),
                              median = quantile(.5), q975 = quantile(.975), prob_gt_p0 = 1 - cdf(p0)),
        conflict = list(box_prior_predictive_p = min(1, 2 * min(sum(prior[0:n <= x]), sum(prior[0:n >= x]))),
                        prob_mass_no_more_likely = sum(prior[prior <= seen * (1 + 1e-7)]),
                        bayes_factor_informative_vs_vague = m1 / m2),
        predictive = list(future_m = future_m, criterion = paste0("P(p>p0|x+y,n+m; flat) >= ", criterion), pmf = arr(pmf),
                          probability = sum(pmf[reaches])))
    write_case("bayes_binomial", id, "counts", list(x = x, n = n, x0 = x0, n0 = n0, delta = delta, w = w, p0 = p0,
                                                    future_m = future_m, criterion = criterion), expected, notes)
}
bayes("none_of_5", 0, 5, 0, 26, 0, 0, .1, 7, .5, "delta and w at 0: both informative priors become flat")
bayes("all_of_14", 14, 14, 14, 14, 1, 1, .8, 20, .95, "delta and w at 1")
bayes("no_local_data", 0, 0, 5, 26, .5, .5, .19, 5, .8)
bayes("symmetric_prior", 3, 11, 5, 10, .25, .3, .5, 0, .9, "counts x and n - x are equally likely beforehand")
bayes("no_published_data", 4, 9, 0, 0, .5, .5, .44, 4, .6)
bayes("large", 450, 2000, 520, 2600, .5, .5, .2, 50, .9)

# ---------------------------------------------------------------- monitoring

funnel <- function(id, p0, n, notes = character()) {
    tails <- c(.001, .025, .975, .999)
    limit <- t(vapply(n, function(m) vapply(tails, function(q) {
        r <- qbinom(q, m, p0)
        a <- (pbinom(r, m, p0) - q) / (pbinom(r, m, p0) - pbinom(r - 1, m, p0))
        min(1, max(0, (r - a) / m))
    }, 0), numeric(4)))
    write_case("funnel_limits", id, "n grid", list(p0 = p0, n = arr(n)), list(n = arr(n), tails = arr(tails), limit = limit), notes)
}
funnel("pfs44_small", .44, c(1, 2, 3, 7, 14, 26))
funnel("rare", .002, c(1, 100, 1000, 100000))
funnel("nearly_all", .98, c(1, 26, 500))
funnel("ends", 0, c(1, 10), "nobody can have the event")

run_lengths <- function(p, OR, h, truth, nsim, seed) {
    set.seed(seed)
    up <- log(OR) - log(1 - p + OR * p); down <- -log(1 - p + OR * p); q <- truth * p / (1 - p + truth * p)
    r <- replicate(nsim, { s <- 0; i <- 0; repeat { i <- i + 1; k <- if (length(p) > 1) sample.int(length(p), 1) else 1
        s <- max(0, s + if (runif(1) < q[k]) up[k] else down[k]); if (s >= h) break }; i })
    list(mean_run_length = mean(r), mc_se = sd(r) / sqrt(nsim), nsim = nsim)
}
cusum <- function(id, y, p, OR, h, alpha, beta, nsim = 2000, notes = character()) {
    w <- y * log(OR) - log(1 - p + OR * p); s <- Reduce(function(a, b) max(0, a + b), w, accumulate = TRUE, 0)[-1]
    llr <- cumsum(w); upper <- log((1 - beta) / alpha); lower <- log(beta / (1 - alpha))
    cross <- which(llr >= upper | llr <= lower)[1]
    decision <- if (is.na(cross)) "continue" else if (llr[cross] >= upper) "unacceptable" else "acceptable"
    write_case("cusum_sprt", id, "sequence", list(y = arr(y), p = arr(p), OR = OR, h = h, alpha = alpha, beta = beta),
               list(weights = arr(w), cusum = arr(s), first_signal = which(s >= h)[1], sprt_cumulative_llr = arr(llr),
                    sprt_upper = upper, sprt_lower = lower, sprt_first_cross = cross, sprt_decision = decision,
                    vlad = arr(cumsum(p - y)), arl_in_control = run_lengths(p, OR, h, 1, nsim, 1),
                    arl_out = run_lengths(p, OR, h, OR, nsim, 2)), notes)
}
cusum("signals", c(0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1), .19, 2.5, 1.5, .1, .1,
      notes = "p is one rate for all")
set.seed(4); risk <- rep(c(.05, .12, .3, .5), 10)
cusum("risk_adjusted", rbinom(40, 1, risk), risk, 2, 2, .05, .2)
cusum("improvement", rbinom(30, 1, .2), rep(.4, 30), .5, 2, .05, .1, notes = "OR below 1 looks for fewer events")
cusum("one_case", 1, .19, 2, .4, .05, .1)

# ---------------------------------------------------------------- weights

iptw <- function(id, A, X, y, notes = character(), tolerance = 1e-8, epsilon = 1e-14) {
    # glm looks for dependent columns with a thousandth of epsilon: at 1e-14 it sees none
    fit <- suppressWarnings(glm(A ~ X, family = binomial(), control = glm.control(epsilon, 100)))
    e <- fit$fitted.values; V <- unname(vcov(fit))
    ate <- ifelse(A == 1, 1 / e, 1 / (1 - e)); overlap <- ifelse(A == 1, 1 - e, e)
    ess <- function(w) sum(w)^2 / sum(w^2)
    smd <- function(w) vapply(seq_len(ncol(X)), function(j) (weighted.mean(X[A == 1, j], w[A == 1]) - weighted.mean(X[A == 0, j], w[A == 0])) /
        sqrt((var(X[A == 1, j]) + var(X[A == 0, j])) / 2), 0)
    expected <- list(ps_coef = arr(coef(fit)), ps_var = V, ps = arr(e), w_ate = arr(ate),
                     w_stabilised = arr(ifelse(A == 1, mean(A) / e, (1 - mean(A)) / (1 - e))), w_overlap = arr(overlap),
                     ess_treated = ess(ate[A == 1]), ess_control = ess(ate[A == 0]), smd_raw = arr(smd(rep(1, length(A)))),
                     smd_iptw = arr(smd(ate)), smd_overlap = arr(smd(overlap)),
                     hajek_risk_treated = weighted.mean(y[A == 1], ate[A == 1]), hajek_risk_control = weighted.mean(y[A == 0], ate[A == 0]))
    write_case("iptw", id, "simulated", list(A = arr(A), X = X, covariate_names = arr(paste0("x", seq_len(ncol(X)))), y = arr(y)), expected, notes, tolerance)
}
set.seed(12); n <- 44; z <- round(rnorm(n), 3); A <- rbinom(n, 1, plogis(z)); y <- rbinom(n, 1, .3)
iptw("one_covariate_n44", A, cbind(z), y)
iptw("large_offset", A, cbind(2e6 + z, round(runif(n), 2)), y, "a covariate far from 0: its coefficient keeps its digits, its intercept does not", 1e-6)
iptw("n12", A[1:12], cbind(z[1:12], rep(0:1, 6)), y[1:12], "below the guards: values all the same")
iptw("determined_column", A, cbind(z, 3 * z), y, "a multiple of another column: R leaves it out", 1e-6, 1e-11)

# ---------------------------------------------------------------- rates and tables

wilson <- function(x, n, conf) { z <- qnorm(1 - (1 - conf) / 2); p <- x / n
    (p + z^2 / (2 * n) + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))) / (1 + z^2 / n) }
mid_p <- function(x, n, conf) { a <- (1 - conf) / 2
    lower <- function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - a
    upper <- function(p) pbinom(x - 1, n, p) + dbinom(x, n, p) / 2 - a
    c(if (x == 0) 0 else uniroot(lower, c(1e-300, 1 - 1e-16), tol = 1e-16, maxiter = 10000)$root,
      if (x == n) 1 else uniroot(upper, c(1e-16, 1 - 1e-16), tol = 1e-16, maxiter = 10000)$root) }
one_proportion <- function(x, n, p0, conf) {
    a <- (1 - conf) / 2; z <- qnorm(1 - a); test <- binom.test(x, n, if (is.null(p0)) .5 else p0, conf.level = conf)
    nt <- n + z^2; pt <- (x + z^2 / 2) / nt
    row <- list(estimate = x / n, clopper_pearson = arr(as.vector(test$conf.int)), wilson = arr(wilson(x, n, conf)),
                wilson_cc = arr(as.vector(suppressWarnings(prop.test(x, n, conf.level = conf))$conf.int)), mid_p = arr(mid_p(x, n, conf)),
                jeffreys = arr(c(if (x == 0) 0 else qbeta(a, x + .5, n - x + .5), if (x == n) 1 else qbeta(1 - a, x + .5, n - x + .5))),
                agresti_coull = arr(pt + c(-1, 1) * z * sqrt(pt * (1 - pt) / nt)), wald = arr(x / n + c(-1, 1) * z * sqrt(x / n * (1 - x / n) / n)),
                cp_one_sided_lower = if (x == 0) 0 else qbeta(2 * a, x, n - x + 1), cp_one_sided_upper = if (x == n) 1 else qbeta(1 - 2 * a, x + 1, n - x))
    if (!is.null(p0)) row$test_vs_p0 <- list(p0 = p0, p_two_sided_minlike = test$p.value, p_greater = binom.test(x, n, p0, "greater")$p.value,
        p_less = binom.test(x, n, p0, "less")$p.value, p_greater_midp = pbinom(x, n, p0, lower.tail = FALSE) + dbinom(x, n, p0) / 2,
        p_less_midp = pbinom(x - 1, n, p0) + dbinom(x, n, p0) / 2, score_z = (x / n - p0) / sqrt(p0 * (1 - p0) / n))
    row
}
proportion <- function(id, x, n, p0 = NULL, conf = .95, notes = character())
    write_case("proportion", id, "counts", list(x = arr(x), n = arr(n), p0 = if (is.null(p0)) NULL else arr(p0), conf_level = conf),
               lapply(seq_along(x), function(i) or_error(one_proportion(x[i], n[i], p0[i], conf))), notes)
proportion("one_patient", c(0, 1), c(1, 1), c(.19, .19))
proportion("rates_at_the_ends", c(0, 3, 5, 5, 0, 5), rep(5, 6), c(0, 0, 0, 1, 1, 1))
proportion("huge", c(0, 1, 499000, 999999, 1000000), rep(1e6, 5), c(1e-6, 1e-6, .5, .999, .999999))
proportion("conf_999", c(0, 2, 13, 40), c(9, 26, 14, 40), conf = .999)
proportion("impossible", c(0, 5, 2, 1.5), c(0, 4, 4, 3), notes = "binom.test stops: refused, row by row")

fisher_p <- function(x1, n1, x2, n2) fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2))$p.value
supremum <- function(x1, n1, x2, n2, extreme) {
    region <- extreme >= extreme[x1 + 1, x2 + 1] - 1e-10
    f <- function(p) sum(outer(dbinom(0:n1, n1, p), dbinom(0:n2, n2, p))[region])
    grid <- seq(0, 1, length.out = 2001); v <- vapply(grid, f, 0); best <- max(v); at <- grid[which.max(v)]
    for (i in order(-v)[1:20]) { o <- optimize(f, c(max(0, grid[i] - 5e-4), min(1, grid[i] + 5e-4)), maximum = TRUE, tol = 1e-13)
        if (o$objective > best) { best <- o$objective; at <- o$maximum } }
    list(p = best, nuisance = at)
}
score <- function(x1, n1, x2, n2, D) { # Miettinen-Nurminen: the likelihood maximised numerically under p1 = p2 + D
    low <- max(0, -D); high <- min(1, 1 - D)
    loglik <- function(p) sum(dbinom(c(x1, x2), c(n1, n2), pmin(1, pmax(0, c(p + D, p))), log = TRUE))
    slope <- function(p) (if (x1 > 0) x1 / (p + D) else 0) - (if (x1 < n1) (n1 - x1) / (1 - p - D) else 0) +
        (if (x2 > 0) x2 / p else 0) - (if (x2 < n2) (n2 - x2) / (1 - p) else 0)
    e <- 1e-13 * (high - low)
    p <- if (slope(low + e) <= 0) low else if (slope(high - e) >= 0) high else uniroot(slope, c(low + e, high - e), tol = 1e-16, maxiter = 10000)$root
    v <- ((p + D) * (1 - p - D) / n1 + p * (1 - p) / n2) * (n1 + n2) / (n1 + n2 - 1)
    if (v <= 0) 0 else (x1 / n1 - x2 / n2 - D) / sqrt(v)
}
miettinen_nurminen <- function(x1, n1, x2, n2, conf) { z <- qnorm(1 - (1 - conf) / 2); d <- x1 / n1 - x2 / n2
    c(if (d == -1) -1 else uniroot(function(D) score(x1, n1, x2, n2, D) - z, c(-1 + 1e-12, d), tol = 1e-14, maxiter = 10000)$root,
      if (d == 1) 1 else uniroot(function(D) score(x1, n1, x2, n2, D) + z, c(d, 1 - 1e-12), tol = 1e-14, maxiter = 10000)$root) }
one_table <- function(x1, n1, x2, n2, conf) {
    fisher <- fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2), conf.level = conf); k <- x1 + x2; seen <- dhyper(x1, n1, n2, k)
    less <- phyper(x1, n1, n2, k); greater <- phyper(x1 - 1, n1, n2, k, lower.tail = FALSE); p <- x1 / n1; q <- x2 / n2; a <- wilson(x1, n1, conf); b <- wilson(x2, n2, conf)
    row <- list(fisher_p_two_sided = fisher$p.value, fisher_p_less = less, fisher_p_greater = greater, fisher_midp_two_sided = fisher$p.value - seen / 2,
                fisher_midp_less = less - seen / 2, fisher_midp_greater = greater - seen / 2, prob_observed_table = seen,
                odds_ratio_conditional_mle = unname(fisher$estimate), odds_ratio_ci = arr(as.vector(fisher$conf.int)),
                odds_ratio_sample = x1 * (n2 - x2) / (x2 * (n1 - x1)), diff = p - q,
                newcombe_ci = arr(c(p - q - sqrt((p - a[1])^2 + (b[2] - q)^2), p - q + sqrt((a[2] - p)^2 + (q - b[1])^2))),
                miettinen_nurminen_ci = arr(miettinen_nurminen(x1, n1, x2, n2, conf)))
    pooled <- function(i, j) { s <- (i + j) / (n1 + n2); if (s == 0 || s == 1) 0 else (i / n1 - j / n2) / sqrt(s * (1 - s) * (1 / n1 + 1 / n2)) }
    if (k > 0 && k < n1 + n2) { z <- pooled(x1, x2); row <- c(row, list(pooled_z = z, chisq_uncorrected = z^2, chisq_p = pchisq(z^2, 1, lower.tail = FALSE))) }
    if (n1 <= 60 && n2 <= 60) {
        row$boschloo <- supremum(x1, n1, x2, n2, -outer(0:n1, 0:n2, Vectorize(function(i, j) round(fisher_p(i, n1, j, n2), 12))))
        row$barnard_z_pooled <- supremum(x1, n1, x2, n2, outer(0:n1, 0:n2, Vectorize(function(i, j) abs(pooled(i, j)))))
    }
    row
}
table_case <- function(id, x1, n1, x2, n2, conf = .95, notes = character(), tolerance = 1e-9)
    write_case("two_by_two", id, "counts", list(x1 = arr(x1), n1 = arr(n1), x2 = arr(x2), n2 = arr(n2), conf_level = conf),
               lapply(seq_along(x1), function(i) or_error(one_table(x1[i], n1[i], x2[i], n2[i], conf))), notes, tolerance)
table_case("one_patient_each", c(0, 1, 1, 0), rep(1, 4), c(0, 0, 1, 1), rep(1, 4))
table_case("all_or_none", c(0, 12, 0, 7), c(12, 12, 3, 7), c(14, 0, 0, 20), c(14, 14, 40, 20), conf = .9)
table_case("unequal_groups", c(2, 30, 1, 11), c(3, 60, 2, 12), c(10, 1, 58, 40), c(60, 4, 60, 55))
table_case("large", c(120, 3, 50000), c(400, 5000, 90000), c(150, 20, 51000), c(380, 5200, 91000), tolerance = 1e-8)
table_case("impossible", c(0, 5), c(0, 4), c(1, 1), c(3, 3), notes = "refused, row by row")

# ---------------------------------------------------------------- families of tests

adjust <- function(id, p, notes = character()) write_case("p_adjust", id, "p", list(p = arr(p)),
    list(bonferroni = arr(p.adjust(p, "bonferroni")), holm = arr(p.adjust(p, "holm")), hochberg = arr(p.adjust(p, "hochberg")), bh = arr(p.adjust(p, "BH"))), notes)
adjust("one", .03)
adjust("ties_and_ends", c(0, .02, 1, .02, .5, .02, 1, 0))
adjust("undefined", c(.01, NA, .04, NA, .2), "an undefined p does not count")

# ---------------------------------------------------------------- rates at one time

transforms <- list(naive = list(identity, function(S, v) S^2 * v), log = list(log, function(S, v) v),
                   cloglog = list(function(S) log(-log(S)), function(S, v) v / log(S)^2), arcsin = list(function(S) asin(sqrt(S)), function(S, v) S * v / (4 * (1 - S))),
                   logit = list(function(S) log(S / (1 - S)), function(S, v) v / (1 - S)^2))
at_time <- function(time, status, t0) { s <- summary(survfit(Surv(time, status) ~ 1), times = t0, extend = TRUE); list(S = s$surv, v = (s$std.err / s$surv)^2, n = s$n.risk) }
two_groups <- function(id, time, status, group, t0, notes = character()) {
    parts <- lapply(sort(unique(group)), function(g) at_time(time[group == g], status[group == g], t0))
    S <- vapply(parts, `[[`, 0, "S"); v <- vapply(parts, `[[`, 0, "v")
    expected <- list(groups = arr(sort(unique(group))), S = arr(S), var_log_S = arr(v))
    for (f in names(transforms)) { y <- transforms[[f]][[1]](S); expected[[paste0("chisq_", f)]] <- (y[1] - y[2])^2 / sum(transforms[[f]][[2]](S, v)) }
    for (f in names(transforms)) expected[[paste0("p_", f)]] <- pchisq(expected[[paste0("chisq_", f)]], 1, lower.tail = FALSE)
    write_case("fixed_time_two_groups", id, "made up", list(time = arr(time), status = arr(status), group = arr(group), t0 = t0), expected, notes)
}
time <- c(3, 5, 5, 8, 11, 14, 20, 2, 4, 6, 6, 9, 12, 15, 18, 21); status <- c(1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1); group <- rep(c("HACE", "HAE"), c(7, 9))
two_groups("n16", time, status, group, 10)
two_groups("before_any_event", time, status, group, 1, "both rates are 1: nothing to test")
two_groups("one_group", c(3, 5, 9), c(1, 0, 1), rep("a", 3), 6, "nothing to compare with")
two_groups("one_rate_is_1", c(5, 8, 9, 3, 4, 12), c(0, 0, 0, 1, 0, 1), rep(c("a", "b"), each = 3), 6)
two_groups("one_rate_is_0", c(2, 3, 4, 3, 9, 12), c(1, 1, 1, 1, 0, 1), rep(c("a", "b"), each = 3), 6)

published <- function(id, time, status, rows, notes = character()) {
    z <- qnorm(.975); cl <- function(S) log(-log(S)); limits <- function(S, v) sort(exp(log(S) * exp(c(z, -z) * sqrt(v) / abs(log(S)))))
    one <- function(r) {
        s <- at_time(time, status, r$t0); S <- s$S; v <- s$v; p0 <- r$p0; v0 <- (1 - p0) / (r$n0 * p0); se <- sqrt(v / log(S)^2 + v0 / log(p0)^2); zc <- (cl(S) - cl(p0)) / se
        a <- limits(S, v); b <- limits(p0, v0)
        list(local = list(S = S, var_log_S = v, n_risk_at_t0 = s$n), trial = list(S = p0, n = r$n0, var_log_S = v0, se_S = p0 * sqrt(v0)),
             naive_diff = list(diff = S - p0, z = (S - p0) / sqrt(S^2 * v + p0^2 * v0)), log = list(z = (log(S) - log(p0)) / sqrt(v + v0)),
             cloglog = list(z = zc, p = 2 * pnorm(-abs(zc)), chisq = zc^2),
             cumhaz_ratio_local_over_trial = list(estimate = log(S) / log(p0), lower = exp(cl(S) - cl(p0) - z * se), upper = exp(cl(S) - cl(p0) + z * se)),
             trial_as_fixed_cloglog_z = (cl(S) - cl(p0)) / sqrt(v / log(S)^2), loglog_ci_local = arr(a), loglog_ci_trial = arr(b),
             mover_diff_ci = arr(c(S - p0 - sqrt((S - a[1])^2 + (b[2] - p0)^2), S - p0 + sqrt((a[2] - S)^2 + (p0 - b[1])^2))),
             peto_effective_n_local = if (isTRUE(v > 0)) (1 - S) / (S * v) else NA_real_)
    }
    write_case("fixed_time_vs_published", id, "made up", list(time = arr(time), status = arr(status), comparisons = rows), lapply(rows, one), notes)
}
question <- function(t0, p0, n0) list(t0 = t0, p0 = p0, n0 = n0)
published("n16_and_ends", time, status, list(question(10, .44, 9), question(10, 1, 14), question(10, 0, 14), question(1, .8, 12), question(1, 1, 12), question(30, .38, 8), question(10, .38, 5.5)),
          "a published rate of 1 or 0, a local one of 1, and a time beyond follow-up")
published("ends_in_events", c(4, 7, 7, 9), c(1, 0, 1, 1), list(question(9, .5, 10), question(8, .5, 10)), "the local rate is 0 at the end")

margin <- function(id, t0, p0, n0, margin, notes = character()) {
    s <- at_time(time, status, t0); z <- qnorm(.975); limits <- function(S, v) sort(exp(log(S) * exp(c(z, -z) * sqrt(v) / abs(log(S)))))
    a <- limits(s$S, s$v); b <- limits(p0, (1 - p0) / (n0 * p0)); d <- s$S - p0; ci <- c(d - sqrt((s$S - a[1])^2 + (b[2] - p0)^2), d + sqrt((a[2] - s$S)^2 + (p0 - b[1])^2))
    write_case("non_inferiority", id, "made up", list(time = arr(time), status = arr(status), t0 = t0, p0 = p0, n0 = n0, margin = margin),
               list(local = list(S = s$S, ci = arr(a)), trial = list(S = p0, ci = arr(b)), difference = d, difference_ci = arr(ci), margin = margin,
                    non_inferior = ci[1] > -margin, testable = b[2] - p0 < margin), notes)
}
margin("untestable", 10, .44, 9, .15, "the trial's own interval is wider than the margin")
margin("shown", 4, .3, 200, .25)
margin("not_shown", 10, .6, 100, .1)

standardise <- function(id, events, total, standard) { p <- events / total; w <- standard / sum(standard)
    write_case("direct_standardisation", id, "counts", list(events = arr(events), total = arr(total), standard = arr(standard)),
               list(rate = sum(w * p), se = sqrt(sum(w^2 * p * (1 - p) / total)), crude = sum(events) / sum(total))) }
standardise("three_strata", c(2, 5, 1), c(20, 18, 4), c(100, 60, 40))
standardise("one_stratum", 3, 9, 1)
