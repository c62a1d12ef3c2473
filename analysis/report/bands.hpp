// A count that leaves the department is told as a band. With bands whose borders everybody knows,
// two exports give counts away: whoever knows that one patient was added, and sees a count move
// from 0-17 to 18-35, knows that it was 17. So the borders are shifted, for each cell by another
// amount that a secret of the hospital settles and nobody is told. The published band is as wide as
// all shifts allow: two steps. Whoever knows every change between two exports learns the count plus
// the shift at most, and as many counts remain as a step has. A second shift, by nothing or by one,
// is another one in every export: so that a band moves does not prove that anything was added to
// the cell.
#pragma once

#include <cstdint>
#include <string>

namespace embolink {

// [lower, upper]; lower is a multiple of the step.
struct CountBand {
    int lower = 0;
    int upper = 0;

    friend bool operator==(const CountBand&, const CountBand&) = default;
};

// The least of 9, 18, 36, 72 ... that is at least the threshold and one more for each cell that the
// largest table has: the cells of a table add up, and each lets its sum be known by one less. Each
// is half of the next, so that the bands of one threshold are unions of those of a smaller one, and
// exports under two thresholds say no more than the one under the smaller.
int band_step(int threshold);

inline constexpr int most_cells = 7; // of one table

class Bands {
public:
    // `lasting`: the hospital's secret, the same in all its exports. `passing`: another one
    // whenever the data are.
    Bands(int threshold, std::string lasting, std::string passing);

    int step() const { return step_; }

    // 0: the count lies in [0, step - 1]. `cell` names what is counted: two cells that tell the
    // same count must have one name, since under two shifts they would tell more than one band
    // does.
    int place(const std::string& cell, int count) const;
    CountBand band(const std::string& cell, int count) const;

private:
    int step_;
    std::string lasting_;
    std::string passing_;
};

} // namespace embolink
