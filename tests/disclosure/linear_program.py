"""Unknown whole numbers, what is known of them as linear constraints, and the least and the greatest
value that each of them can have (scipy's HiGHS)."""
import numpy
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

TOLERANCE = 1e-6


class Unknowns:
    def __init__(self):
        self.least = []
        self.most = []
        self.rows = []
        self.names = {}
        self.made = None

    def one(self, *name, least=0.0, most=numpy.inf):
        """The unknown of this name, made on first use."""
        if name not in self.names:
            self.names[name] = len(self.least)
            self.least.append(least)
            self.most.append(most)
        return self.names[name]

    def known(self, terms, least, most):
        """least <= sum of factor * unknown <= most; terms are (factor, unknown)."""
        self.rows.append((terms, least, most))
        self.made = None

    def matrix(self):
        if self.made is None:
            place = [(row, unknown, factor) for row, (terms, _, _) in enumerate(self.rows)
                     for factor, unknown in terms]
            rows, columns, factors = zip(*place)
            matrix = csr_matrix((factors, (rows, columns)),
                                shape=(len(self.rows), len(self.least)))
            least = numpy.array([row[1] for row in self.rows])
            most = numpy.array([row[2] for row in self.rows])
            above, below = numpy.isfinite(most), numpy.isfinite(least)
            self.made = (LinearConstraint(matrix, least, most),
                         vstack([matrix[above], -matrix[below]]).tocsr(),
                         numpy.concatenate([most[above], -least[below]]))
        return self.made

    def extreme(self, terms, sign, whole):
        goal = numpy.zeros(len(self.least))
        for factor, unknown in terms:
            goal[unknown] += sign * factor
        constraints, rows, limits = self.matrix()
        if whole:
            found = milp(goal, constraints=constraints, bounds=Bounds(self.least, self.most),
                         integrality=numpy.ones(len(goal)))
        else:
            found = linprog(goal, method="highs", A_ub=rows, b_ub=limits,
                            bounds=list(zip(self.least, self.most)))
        return sign * found.fun if found.status == 0 else None

    def values(self, terms, whole=False):
        """(least, greatest) whole value of the sum, or None when nothing fits what is known."""
        least = self.extreme(terms, 1, whole)
        if least is None:
            return None
        most = self.extreme(terms, -1, whole)
        return int(numpy.ceil(least - TOLERANCE)), int(numpy.floor(most + TOLERANCE))
