# Writing of reference cases: base R alone. Numbers with as many digits as bring them back exactly; NA and NaN
# become null, infinities "Inf" and "-Inf". A vector becomes a list unless it has one element: arr() keeps it one.
arr <- function(x) { attr(x, "arr") <- TRUE; x }

atoms <- function(x) {
    if (is.logical(x)) return(ifelse(is.na(x), "null", ifelse(x, "true", "false")))
    if (is.character(x)) return(ifelse(is.na(x), "null", encodeString(x, quote = "\"")))
    short <- sprintf("%.15g", x)
    text <- ifelse(is.finite(x) & suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x))
    text[is.na(x)] <- "null"
    text[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, "\"Inf\"", "\"-Inf\"")
    text
}

to_json <- function(x, indent = 0) {
    pad <- strrep(" ", indent + 1)
    if (is.null(x)) return("null")
    if (is.matrix(x)) return(paste0("[", paste(apply(x, 1, function(r) paste0("[", paste(atoms(unname(r)), collapse = ","), "]")), collapse = ","), "]"))
    if (is.list(x) && is.null(names(x))) return(paste0("[", paste(vapply(x, to_json, "", indent = indent + 1), collapse = ","), "]"))
    if (is.list(x)) {
        parts <- paste0(pad, "\"", names(x), "\": ", vapply(x, to_json, "", indent = indent + 1))
        return(paste0("{\n", paste(parts, collapse = ",\n"), "\n", strrep(" ", indent), "}"))
    }
    text <- atoms(as.vector(unname(x)))
    if (length(x) != 1 || isTRUE(attr(x, "arr"))) paste0("[", paste(text, collapse = ","), "]") else text
}

write_case <- function(kind, id, dataset, input, expected, notes = character(), tolerance = 1e-9) {
    case <- list(schema = "hae-stats-ref/1", set = "public", id = id, kind = kind, dataset = dataset,
                 tolerance_rel = tolerance, input = input, expected = expected, notes = arr(notes),
                 versions = list(R = R.version.string))
    writeLines(to_json(case), file.path("cases", paste0(kind, "__", id, ".json")))
}

# What a call gives, or the message of the error that it stops with.
or_error <- function(expression) tryCatch(expression, error = function(e) list(r_error = conditionMessage(e)))
