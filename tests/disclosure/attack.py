"""What somebody can work out who has two successive exports, knows how exports are made and what
was added between them. Everything published in the two is stated as constraints over the unknown
counts, the unknown shifts of the bands and the unknown events behind the curves."""
from linear_program import Unknowns

SURE = 1e-9

# Cells that are one count by definition have one border.
ONE_BORDER = {("Disease control", "no"): "progression",
              ("Best overall response", "PD"): "progression",
              ("Disease control", "not evaluable"): "response not evaluable",
              ("Best overall response", "NE"): "response not evaluable"}


class Knowledge:
    """added: patients added to each arm, where the reader knows that nothing else changed; None
    when a month has passed, of which he knows that counts of patients and events only grow.
    uncensored: he knows that everybody was followed to the event. shifts: of how many places of a
    border he cannot tell which it is; by default of all."""

    def __init__(self, exports, arm, added, uncensored=False, shifts=None):
        self.all = Unknowns()
        self.exports = exports
        self.arm = arm
        self.added = added
        self.uncensored = uncensored
        self.step = exports[0]["band_step"]
        self.shifts = self.step if shifts is None else shifts
        self.cells = {}
        for when, export in enumerate(exports):
            for table in export["tables"]:
                if table["group"] in ("all", arm):
                    self.table(when, table)
            for curve in export["curves"]:
                if curve["group"] == arm:
                    self.curve(when, curve)
        self.grows()

    # --- one export ----------------------------------------------------------------------------

    def shift(self, when, name):
        """Of a cell's border: one that lasts and one that passes."""
        return [(1, self.all.one("lasting", name, most=self.shifts - 1)),
                (1, self.all.one("passing", when, name, most=1 if self.shifts > 1 else 0))]

    def count(self, when, name, band):
        cell = self.all.one("count", when, name, least=band[0], most=band[1])
        place = (band[1] + 1) // self.step - 1
        border = ONE_BORDER.get(name, name)
        self.all.known([(1, cell)] + self.shift(when, border), place * self.step,
                       (place + 1) * self.step - 1)
        self.cells[when, name] = [(1, cell)]
        return cell

    def table(self, when, table):
        cells = {name: self.count(when, (table["title"], name), band)
                 for name, band in table["cells"].items()}
        if table["group"] == "all":
            self.total = ("Candidates", "analysed, " + self.arm)
            return
        self.all.known([(1, cell) for cell in cells.values()] +
                       [(-1, self.all.one("count", when, self.total))], 0, 0)
        if table["title"] == "Best overall response":
            self.responses(when, cells)
        if table["title"] == "Worst toxicity":
            self.cells[when, "grade 3 or more"] = [(1, cells["grade %d" % grade])
                                                   for grade in (3, 4, 5)]

    def responses(self, when, cells):
        """The same patients stand in three tables."""
        outcome = lambda title, cell: self.all.names[("count", when, (title, cell))]
        for title, cell, parts in (("Disease control", "yes", ("CR", "PR", "SD")),
                                   ("Disease control", "no", ("PD",)),
                                   ("Disease control", "not evaluable", ("NE",)),
                                   ("Objective response", "yes", ("CR", "PR"))):
            self.all.known([(1, outcome(title, cell))] +
                           [(-1, cells[part]) for part in parts], 0, 0)

    def curve(self, when, curve):
        what = curve["endpoint"]
        # Of its patients the arm's band is told: some of the arm may not be in the curve.
        patients = self.all.one("count", when, (what, "patients"))
        total = self.all.one("count", when, self.total)
        self.all.known([(1, total), (-1, patients)], 0, float("inf"))
        self.cells[when, (what, "not in the curve")] = [(1, total), (-1, patients)]
        if not curve["points"]:
            return
        before = None
        for point in curve["points"]:
            events, at_risk = self.point(when, what, point["month"], patients)
            low, high = rate_limits(point["survival"])
            # Kaplan-Meier: those who left take no event with them, or all of theirs.
            self.all.known([(1 - low, patients), (-1, events)], -SURE, float("inf"))
            self.all.known([(high, patients), (-1, at_risk)], -SURE, float("inf"))
            self.at_risk_band(when, what, point["month"], at_risk, 2 * self.step, float("inf"))
            self.follows(before, (events, at_risk))
            before = (events, at_risk)
            self.cells[when, (what, "events", point["month"])] = [(1, events)]
        month = curve["points"][-1]["month"] + 12
        events, at_risk = self.point(when, what, month, patients)
        self.at_risk_band(when, what, month, at_risk, 0, 2 * self.step - 1)
        self.follows(before, (events, at_risk))
        self.cells[when, (what, "at risk", month)] = [(1, at_risk)]
        self.median(when, what, curve, patients)

    def point(self, when, what, month, patients):
        events = self.all.one("events", when, what, month)
        at_risk = self.all.one("at risk", when, what, month)
        left = self.all.one("left", when, what, month, most=0 if self.uncensored else 1e6)
        self.all.known([(1, events), (1, at_risk), (1, left), (-1, patients)], 0, 0)
        return events, at_risk

    def at_risk_band(self, when, what, month, at_risk, least, most):
        self.all.known([(1, at_risk)] + self.shift(when, (what, month)), least, most)

    def follows(self, before, now):
        if before is not None:
            self.all.known([(1, now[0]), (-1, before[0])], 0, float("inf"))
            self.all.known([(1, before[1]), (-1, now[1])], 0, float("inf"))

    def median(self, when, what, curve, patients):
        """To half a year: a year before it the rate is above a half, afterwards it is not."""
        half = curve["median_month"]
        for point in curve["points"]:
            month = point["month"]
            if half is None or month < half - 3:
                self.all.known([(0.5, patients),
                                (-1, self.all.one("events", when, what, month))], -SURE,
                               float("inf"))
            elif month > half + 3:
                self.all.known([(0.5, patients),
                                (-1, self.all.one("at risk", when, what, month))], -SURE,
                               float("inf"))

    # --- two exports ---------------------------------------------------------------------------

    def grows(self):
        none_leaves = self.added is not None
        for name, later in list(self.all.names.items()):
            if name[0] in ("count", "events", "at risk") and name[1] == 1:
                earlier = self.all.names.get((name[0], 0) + name[2:])
                patients = name[0] == "events" or name[2] == self.total or \
                    name[2][0] == "Candidates" or name[2][1] in ("yes", "patients")
                if earlier is not None and (none_leaves or patients):
                    self.all.known([(1, later), (-1, earlier)], 0,
                                   1 if none_leaves else float("inf"))
        if none_leaves:
            self.all.known([(1, self.all.one("count", 1, self.total)),
                            (-1, self.all.one("count", 0, self.total))], self.added, self.added)


def rate_limits(rate):
    """What a rate can be that is told as this one: rounded as printed, the outermost for all
    beyond."""
    half = 0.5 * 10 ** -len(repr(rate).partition(".")[2])
    return (0.0 if rate <= 0.2 else rate - half), (1.0 if rate >= 0.9 else rate + half)


def narrow_cells(knowledge, threshold):
    """(cells asked, those of which fewer values remain than the threshold). Of what is no cell of
    the export, as the events behind a rate, only what can be as few is asked."""
    narrow = []
    asked = 0
    for name, terms in knowledge.cells.items():
        told = any(("count",) + name == known for known in knowledge.all.names)
        found = knowledge.all.values(terms)
        if found is None:
            return 0, None
        if found[1] - found[0] + 1 < threshold + 4:
            found = knowledge.all.values(terms, whole=True)
        asked += 1
        if found[1] - found[0] + 1 < threshold and (told or found[0] < threshold):
            narrow.append((name, found))
    return asked, narrow
