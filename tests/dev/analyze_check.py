"""The figures that a report holds are those that `embolink analyze` gives for the report's own data.
analyze_check.py PROGRAM AUDIT_FOLDER SCRATCH_FOLDER"""
import csv
import json
import os
import subprocess
import sys

LANDMARK = 730.5  # R0.2
GROUPS = {"HAE": ("HAE",), "HACE": ("HACE",), "HAE + HACE": ("HAE", "HACE")}


class Check:
    def __init__(self, program, scratch):
        self.program = program
        self.path = os.path.join(scratch, "case.json")
        self.figures = 0
        self.wrong = []

    def analyze(self, kind, **values):
        with open(self.path, "w") as file:
            json.dump({"kind": kind, "input": values}, file)
        answer = subprocess.run([self.program, "analyze", self.path], check=True,
                                capture_output=True, text=True)
        return json.loads(answer.stdout)["result"]

    def same(self, what, held, computed):
        self.figures += 1
        if held is None and computed in (None, "Inf"):
            return
        if held is None or computed is None or abs(held - computed) > 1e-9 * max(1, abs(computed)):
            self.wrong.append("%s: the report holds %s, analyze gives %s" % (what, held, computed))

    def same_interval(self, what, held, lower, upper):
        if held is not None:
            self.same(what + " lower", held[0], lower)
            self.same(what + " upper", held[1], upper)


def rows(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        return list(csv.DictReader(file))


def sample(endpoints, analysed, param, arms):
    """(days, status, arm) of the patients of the analysis set; CNSR 0 is an event."""
    chosen = [row for row in endpoints if row["PARAMCD"] == param and row["AVAL"] != "" and
              row["TRTA"] in arms and row["USUBJID"] in analysed]
    return ([int(row["AVAL"]) for row in chosen], [1 - int(row["CNSR"]) for row in chosen],
            [row["TRTA"] for row in chosen])


def check_survival(check, name, held, data):
    time, status, _ = data
    curve = check.analyze("km", time=time, status=status, group=None, weight=None,
                          conf_level=0.95, times=[LANDMARK], tau=LANDMARK)["all"]
    check.same(name + " n", held["n"], curve["n"])
    check.same(name + " events", held["events"], sum(curve["n_event"]))
    at = held["at_24_months"]
    if at["survival"] is not None:
        check.same(name + " S(24)", at["survival"], curve["at_times"]["surv"][0])
        check.same(name + " at risk", at["at_risk"], curve["at_times"]["n_risk"][0])
        band = curve["at_times"]["log-log"]
        check.same_interval(name + " S(24)", at["interval_loglog"], band["lower"][0],
                            band["upper"][0])
    quantiles = curve["quantiles"]["log-log"]
    if held["curve"]:
        check.same(name + " median", held["median"]["days"],
                   quantiles["quantile"][quantiles["p"].index(0.5)])


def check_published(check, held, data):
    time, status, _ = data
    for scenario in held["scenarios"]:
        if scenario["effective_n"] is None or held["local"]["survival"] is None:
            continue
        given = check.analyze("fixed_time_vs_published", time=time, status=status, comparisons=[
            {"t0": LANDMARK, "p0": held["published"], "n0": scenario["effective_n"]}])[0]
        name = "%s %s" % (held["group"], scenario["id"])
        test = scenario["test"] or {"z": None, "p": None}
        z = given["cloglog"]["z"]  # of the hazard; the report's is of the rate
        check.same(name + " z", test["z"], None if z is None else -z)
        check.same(name + " p", test["p"], given["cloglog"]["p"])
        # Beside a published rate of 100 % the report takes the exact interval, analyze none.
        if not scenario["difference_from_bpcp"] and held["published"] < 1:
            check.same_interval(name + " difference", scenario["difference_mover"],
                                *given["mover_diff_ci"])


def check_one_sample(check, held, data):
    time, status, _ = data
    cut = [min(day, LANDMARK) for day in time]
    seen = [0 if day > LANDMARK else event for day, event in zip(time, status)]
    for line in held["shapes"]:
        if line["weibull_shape"] != 1 or held["published"] == 1:
            continue
        given = check.analyze("one_sample_logrank", time=cut, status=seen, references=[
            {"type": "exponential", "S": held["published"], "t0": LANDMARK}])[0]
        name = held["group"] + " one-sample "
        check.same(name + "observed", held["observed"], given["O"])
        check.same(name + "expected", line["expected"], given["E"])
        check.same(name + "ratio", line["ratio"], given["smr"])
        check.same(name + "p", line["p_wu_trial_fixed"], given["p_two_wu"])
        check.same_interval(name + "ratio", line["ratio_interval_exact"],
                            *given["smr_exact_ci95"])


def check_outcomes(check, report):
    for outcome in report["outcomes"]:
        for line in outcome["lines"]:
            if line["suppressed"] or line["n"] == 0:
                continue
            name = "%s %s %s" % (outcome["param"], line["group"], line["denominator"])
            given = check.analyze("proportion", x=[line["events"]], n=[line["n"]], p0=None,
                                  conf_level=0.95)[0]
            check.same(name, line["rate"], given["estimate"])
            check.same_interval(name + " Wilson", line["wilson"], *given["wilson"])
            check.same_interval(name + " exact", line["clopper_pearson"],
                                *given["clopper_pearson"])
            for trial in line["fisher_against_trial"]:
                table = check.analyze("two_by_two", x1=[line["events"]], n1=[line["n"]],
                                      x2=[trial["trial_events"]], n2=[trial["trial_n"]],
                                      conf_level=0.95)[0]
                check.same(name + " Fisher", trial["p"], table["fisher_p_two_sided"])


def check_log_rank(check, name, held, data):
    time, status, arm = data
    if held["p"] is None:
        return
    given = check.analyze("logrank", time=time, status=status, group=arm, strata=None)["rho_0"]
    check.same(name + " log-rank chi squared", held["chi_squared"], given["chisq"])
    check.same(name + " log-rank p", held["p"], given["p"])


def main(program, folder, scratch):
    os.makedirs(scratch, exist_ok=True)
    with open(os.path.join(folder, "report.json")) as file:
        report = json.load(file)
    endpoints = rows(folder, "endpoints.csv")
    analysed = {row["USUBJID"] for row in rows(folder, "patients.csv") if row["ANL01FL"] == "Y"}
    check = Check(program, scratch)
    for key in ("pfs", "os", "hpfs"):
        for held in report[key]:
            if held["group"] in GROUPS and held["n"] > 0:
                check_survival(check, "%s %s" % (key.upper(), held["group"]), held,
                               sample(endpoints, analysed, key.upper(), GROUPS[held["group"]]))
    for key in ("pfs", "os"):
        for held in report[key + "_against_trial"]:
            check_published(check, held, sample(endpoints, analysed, key.upper(),
                                                GROUPS[held["group"]]))
        check_log_rank(check, key.upper(), report["log_rank_hae_hace"][key],
                       sample(endpoints, analysed, key.upper(), ("HAE", "HACE")))
    for held in report["one_sample_log_rank"]:
        check_one_sample(check, held, sample(endpoints, analysed, "PFS", GROUPS[held["group"]]))
    check_outcomes(check, report)
    for one in check.wrong:
        print(one)
    print("%d figures, %d differ" % (check.figures, len(check.wrong)))
    return 1 if check.wrong or check.figures < 50 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
