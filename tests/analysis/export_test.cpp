// What leaves the department gives no small count away: for every cell of two successive exports,
// every value of its band can be completed to counts that agree with everything published in both.
#include "analysis/report/export.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

using namespace embolink;
using namespace embolink::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr int threshold = 11;

AuditReport report_of(int patients) {
    CohortPlan plan;
    plan.patients = patients;
    return make_audit_report(made_up_audit(plan));
}

// The bands of one cell in the earlier and in the later export.
struct Cell {
    CountBand earlier;
    CountBand later;
};

using Cells = std::vector<Cell>;

// Counts only grow. Is there a completion with these totals? The earlier counts are chosen so that
// they ask as little as possible of the later ones: up to the later minimum they are free.
bool completes(const Cells& cells, int earlier_total, int later_total) {
    int free = 0;  // earlier counts that ask nothing of the later ones
    int least = 0; // least later total without more
    int earlier_least = 0;
    int earlier_most = 0;
    int later_most = 0;
    for (const Cell& cell : cells) {
        const int most = std::min(cell.earlier.upper, cell.later.upper);
        if (cell.earlier.lower > most) {
            return false;
        }
        earlier_least += cell.earlier.lower;
        earlier_most += most;
        later_most += cell.later.upper;
        least += std::max(cell.earlier.lower, cell.later.lower);
        free += std::min(most, std::max(cell.earlier.lower, cell.later.lower));
    }
    const int more = std::max(0, earlier_total - free);
    return earlier_total >= earlier_least && earlier_total <= earlier_most &&
           least + more <= later_total && later_total <= later_most;
}

struct Arm {
    CountBand earlier;
    CountBand later;
    std::vector<Cells> tables;
};

// All tables of an arm share its unknown size.
bool possible(const Arm& arm) {
    for (int earlier = arm.earlier.lower; earlier <= arm.earlier.upper; ++earlier) {
        for (int later = std::max(earlier, arm.later.lower); later <= arm.later.upper; ++later) {
            if (std::ranges::all_of(arm.tables, [&](const Cells& cells) {
                    return completes(cells, earlier, later);
                })) {
                return true;
            }
        }
    }
    return false;
}

int possible_values(Arm arm, std::size_t table, std::size_t cell, CountBand Cell::*which) {
    const CountBand band = arm.tables[table][cell].*which;
    int values = 0;
    for (int value = band.lower; value <= band.upper; ++value) {
        arm.tables[table][cell].*which = {value, value};
        values += possible(arm) ? 1 : 0;
    }
    return values;
}

CountBand arm_band(const ExportReport& made, const std::string& group) {
    for (const ExportCell& cell : made.tables.front().cells) {
        if (cell.name == "analysed, " + group) {
            return cell.band;
        }
    }
    return {};
}

Arm arm_of(const ExportReport& earlier, const ExportReport& later, const std::string& group) {
    Arm arm{arm_band(earlier, group), arm_band(later, group), {}};
    for (const ExportTable& before : earlier.tables) {
        for (const ExportTable& after : later.tables) {
            if (before.group == group && after.group == group && before.title == after.title) {
                Cells cells;
                for (std::size_t i = 0; i < before.cells.size(); ++i) {
                    cells.push_back({before.cells[i].band, after.cells[i].band});
                }
                arm.tables.push_back(cells);
            }
        }
    }
    return arm;
}

} // namespace

TEST(Export, a_band_is_wider_than_the_threshold_and_begins_at_multiples_of_its_width) {
    EXPECT_EQ(band_of(0, 11), (CountBand{0, 17}));
    EXPECT_EQ(band_of(17, 11), (CountBand{0, 17}));
    EXPECT_EQ(band_of(18, 11), (CountBand{18, 35}));
    EXPECT_EQ(band_of(25, 5), (CountBand{24, 35}));
    const ExportReport made = make_export(report_of(200), threshold);
    for (const ExportTable& table : made.tables) {
        EXPECT_LE(table.cells.size(), static_cast<std::size_t>(most_cells)) << table.title;
        EXPECT_GE(table.cells.size(), 3U) << table.title;
    }
}

TEST(Export, of_every_cell_of_two_successive_exports_as_many_values_remain_as_the_threshold) {
    std::size_t cells = 0;
    for (const auto& [before, after] : {std::pair{60, 63}, {60, 90}, {120, 121}, {200, 230}}) {
        const ExportReport earlier = make_export(report_of(before), threshold);
        const ExportReport later = make_export(report_of(after), threshold);
        for (const char* group : {"HAE", "HACE"}) {
            const Arm arm = arm_of(earlier, later, group);
            ASSERT_TRUE(possible(arm));
            for (std::size_t table = 0; table < arm.tables.size(); ++table) {
                for (std::size_t cell = 0; cell < arm.tables[table].size(); ++cell) {
                    const bool small_before = arm.tables[table][cell].earlier.lower == 0;
                    const bool small_after = arm.tables[table][cell].later.lower == 0;
                    const auto where = [&] {
                        const Cell& one = arm.tables[table][cell];
                        return std::to_string(before) + " and " + std::to_string(after) +
                               " patients, " + group + ", table " + std::to_string(table) +
                               ", cell " + std::to_string(cell) + ": from " +
                               std::to_string(one.earlier.lower) + ", then from " +
                               std::to_string(one.later.lower);
                    };
                    if (small_before) {
                        EXPECT_GE(possible_values(arm, table, cell, &Cell::earlier), threshold)
                            << where();
                        ++cells;
                    }
                    if (small_after) {
                        EXPECT_GE(possible_values(arm, table, cell, &Cell::later), threshold)
                            << where();
                        ++cells;
                    }
                }
            }
        }
    }
    EXPECT_GT(cells, 100U);
}

// The same question finds what exact totals would give away: with them the check must fail.
TEST(Export, the_check_finds_a_count_that_totals_give_away) {
    Arm arm;
    arm.earlier = {60, 60}; // exact totals
    arm.later = {61, 61};
    arm.tables = {{{{0, 10}, {11, 11}}, {{40, 60}, {50, 50}}, {{0, 0}, {0, 0}}}};
    EXPECT_LT(possible_values(arm, 0, 0, &Cell::earlier), threshold);
}

// Whoever knows the band of a group and a rate asks which numbers of events are left. Without
// censoring a rate says most: it is 1 - events / patients.
TEST(Export, of_the_events_behind_a_rate_as_many_values_remain_as_the_threshold) {
    for (const int smallest : {2, 5, 11, 20}) {
        const int least = bands_of_a_curve * band_width(smallest);
        std::map<std::pair<int, double>, std::set<int>> remain;
        for (int n = least; n < 4 * least; ++n) {
            for (int events = 0; events <= n; ++events) {
                const double rate = told_rate(1 - static_cast<double>(events) / n);
                remain[{band_of(n, smallest).lower, rate}].insert(events);
            }
        }
        for (const auto& [told, events] : remain) {
            EXPECT_GE(static_cast<int>(events.size()), smallest)
                << smallest << ": from " << told.first << " patients, " << told.second;
        }
    }
}

TEST(Export, curves_are_of_large_groups_and_at_whole_years) {
    const AuditReport report = report_of(400);
    const ExportReport made = make_export(report, threshold);
    int shown = 0;
    for (const ExportCurve& curve : made.curves) {
        const std::vector<SurvivalResult>& list = curve.endpoint == "PFS"  ? report.pfs
                                                  : curve.endpoint == "OS" ? report.os
                                                                           : report.hpfs;
        for (const SurvivalResult& result : list) {
            if (result.group == curve.group) {
                EXPECT_EQ(curve.points.empty(), result.n < 90) << curve.endpoint << curve.group;
            }
        }
        int month = 0;
        for (const ExportPoint& point : curve.points) {
            EXPECT_EQ(point.month, month);
            EXPECT_EQ(point.survival, told_rate(point.survival));
            month += 12;
            ++shown;
        }
        EXPECT_EQ(curve.median_month.value_or(0) % 6, 0);
    }
    EXPECT_GT(shown, 0) << "nothing was tested";
}

TEST(Export, whether_an_arm_has_tables_says_no_more_than_its_band) {
    for (const int patients : {24, 60, 400}) {
        const AuditReport report = report_of(patients);
        const ExportReport made = make_export(report, 11);
        std::map<std::string, int> lower; // by arm, of its band
        std::set<std::string> with_tables;
        for (const ExportTable& table : made.tables) {
            if (table.group != "all") {
                with_tables.insert(table.group);
                continue;
            }
            for (const ExportCell& item : table.cells) {
                lower[item.name] = item.band.lower;
            }
        }
        for (const char* arm : {"HAE", "HACE"}) {
            EXPECT_EQ(with_tables.count(arm) > 0, lower["analysed, " + std::string(arm)] > 0)
                << patients << " " << arm;
        }
    }
}

TEST(Export, no_patient_and_no_date_is_in_it) {
    const ExportReport made = make_export(report_of(200), threshold);
    for (const std::string& text : {export_json(made), export_html(made)}) {
        EXPECT_THAT(text, Not(HasSubstr("Patient/")));
        EXPECT_THAT(text, Not(HasSubstr("2022-01-01"))); // the cut
        EXPECT_THAT(text, Not(HasSubstr("Made-up hospital")));
        EXPECT_THAT(text, HasSubstr("Pour les tests seulement."));
    }
}
