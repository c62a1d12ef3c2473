// What leaves the department, looked at one export at a time; what can be worked out from two is
// asked by tests/disclosure.
#include "analysis/report/export.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/translate.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace embolink;
using namespace embolink::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr int threshold = 11;
const std::string secret = "0123456789abcdef0123456789abcdef";

AuditReport report_of(int patients) {
    CohortPlan plan;
    plan.patients = patients;
    return make_audit_report(made_up_audit(plan));
}

} // namespace

TEST(Bands, have_steps_of_which_each_is_half_of_the_next) {
    EXPECT_EQ(band_step(1), 9);
    EXPECT_EQ(band_step(5), 18);
    EXPECT_EQ(band_step(11), 18);
    EXPECT_EQ(band_step(12), 36);
    EXPECT_EQ(band_step(1000), 1152);
    for (int smallest = 1; smallest <= 1000; ++smallest) {
        EXPECT_GE(band_step(smallest), smallest + most_cells);
    }
}

TEST(Bands, hold_their_count_and_begin_at_multiples_of_the_step) {
    const Bands bands(threshold, "2015-01-01 Patient/1", "a");
    for (int cell = 0; cell < 50; ++cell) {
        for (int count = 0; count < 200; ++count) {
            const CountBand band = bands.band(std::to_string(cell), count);
            EXPECT_LE(band.lower, count);
            EXPECT_GE(band.upper, count);
            EXPECT_EQ(band.lower % 18, 0);
            EXPECT_EQ((band.upper + 1) % 18, 0);
            EXPECT_EQ(band.upper - band.lower + 1, band.upper == 17 ? 18 : 36);
        }
    }
}

// Of a count that moves by one, every place of the border is possible: the cells differ in it.
TEST(Bands, have_borders_that_the_data_shift) {
    std::set<int> borders;
    for (int cell = 0; cell < 300; ++cell) {
        const Bands bands(threshold, "2015-01-01 Patient/1", "a");
        const std::string name = std::to_string(cell);
        int border = 0;
        while (bands.place(name, border) == 0) {
            ++border;
        }
        borders.insert(border);
        // What lasts is the same in the next export, but for one that hides what was added.
        const Bands later(threshold, "2015-01-01 Patient/1", "b");
        EXPECT_LE(std::abs(later.place(name, border + 18) - 2), 1);
        EXPECT_EQ(later.place(name, border + 19), 2);
        EXPECT_EQ(later.place(name, border + 16), 1);
    }
    EXPECT_EQ(borders.size(), 19U) << "18 places of the lasting shift, one of the passing";
    std::set<int> places;
    for (int first = 0; first < 50; ++first) {
        places.insert(Bands(threshold, std::to_string(first), "a").place("cell", 9));
    }
    EXPECT_EQ(places.size(), 2U) << "another first patient shifts otherwise";
}

TEST(Bands, do_not_move_with_what_passes_alone_by_more_than_one) {
    std::size_t moved = 0;
    for (int cell = 0; cell < 300; ++cell) {
        const std::string name = std::to_string(cell);
        const int one = Bands(threshold, "p", "a").place(name, 40);
        const int other = Bands(threshold, "p", "b").place(name, 40);
        EXPECT_LE(std::abs(one - other), 1);
        moved += one == other ? 0 : 1;
    }
    EXPECT_GT(moved, 0U) << "so a band that moves does not prove that a patient was added to it";
}

// Two exports of the same data under two thresholds must not meet: 0-17 and 17-33 gave 17 away.
TEST(Bands, of_a_larger_threshold_follow_from_those_of_a_smaller_one) {
    for (const auto& [small, large] : {std::pair{1, 11}, {10, 11}, {11, 12}, {5, 100}}) {
        for (int cell = 0; cell < 40; ++cell) {
            const std::string name = std::to_string(cell);
            const Bands fine(small, "p", "a");
            const Bands coarse(large, "p", "a");
            std::map<int, std::set<int>> told; // by the place of the smaller one
            for (int count = 0; count < 300; ++count) {
                told[fine.place(name, count)].insert(coarse.place(name, count));
            }
            for (const auto& [place, places] : told) {
                EXPECT_EQ(places.size(), 1U) << small << " and " << large << ", place " << place;
            }
        }
    }
}

// As rules make them: no disease control is progression, and who cannot be judged for one response
// can be judged for none. (Made-up records know nothing of that.)
void make_consistent(AuditReport& report, const std::string& arm) {
    ProportionResult control;
    for (OutcomeResult& outcome : report.outcomes) {
        for (ProportionResult& line : outcome.lines) {
            if (line.group == arm && line.denominator == "evaluable" && outcome.param == "DC") {
                control = line;
            } else if (line.group == arm && line.denominator == "evaluable" &&
                       outcome.param == "OR") {
                line.n = control.n;
            }
        }
    }
    int patients = 0;
    for (const Counted& item : report.flow.arms) {
        patients = item.name == arm ? item.count : patients;
    }
    for (ResponseLine& line : report.best_response) {
        for (Counted& item : line.counts) {
            if (line.group == arm && item.name == "PD") {
                item.count = control.n - control.events;
            } else if (line.group == arm && item.name == "NE") {
                item.count = patients - control.n;
            }
        }
    }
}

// Two cells under two shifts tell more than one band does: 0-17 and 18-53 one patient later gave 17
// away.
TEST(Export, what_is_one_count_has_one_band) {
    AuditReport report = report_of(200);
    make_consistent(report, "HAE");
    make_consistent(report, "HACE");
    for (int seed = 0; seed < 40; ++seed) {
        const ExportReport made = make_export(report, threshold, secret + std::to_string(seed));
        std::map<std::string, CountBand> cells; // by group, table and cell
        for (const ExportTable& table : made.tables) {
            for (const ExportCell& cell : table.cells) {
                cells[table.group + "/" + (table.param.empty() ? table.title : table.param) + "/" +
                      cell.name] = cell.band;
            }
        }
        for (const ExportCurve& curve : made.curves) {
            EXPECT_EQ(curve.patients, cells.at("all/Candidates/analysed, " + curve.group));
        }
        for (const std::string arm : {"HAE", "HACE"}) {
            const std::string best = arm + "/Best overall response/";
            EXPECT_EQ(cells.at(arm + "/DC/no"), cells.at(best + "PD")) << arm;
            EXPECT_EQ(cells.at(arm + "/DC/not evaluable"), cells.at(best + "NE")) << arm;
            EXPECT_EQ(cells.at(arm + "/OR/not evaluable"), cells.at(best + "NE")) << arm;
        }
    }
}

TEST(Export, tables_have_three_to_as_many_cells_as_the_step_is_made_for) {
    const ExportReport made = make_export(report_of(200), threshold, secret);
    for (const ExportTable& table : made.tables) {
        EXPECT_LE(table.cells.size(), static_cast<std::size_t>(most_cells)) << table.title;
        EXPECT_GE(table.cells.size(), 3U) << table.title;
    }
    EXPECT_GT(made.tables.size(), 10U);
}

// Whatever is there in the export of the larger threshold is there in the other one.
TEST(Export, under_a_larger_threshold_says_nothing_more) {
    const AuditReport report = report_of(400);
    const ExportReport fine = make_export(report, 1, secret);
    const ExportReport coarse = make_export(report, threshold, secret);
    EXPECT_GE(fine.tables.size(), coarse.tables.size());
    ASSERT_EQ(fine.curves.size(), coarse.curves.size());
    for (std::size_t i = 0; i < fine.curves.size(); ++i) {
        ASSERT_GE(fine.curves[i].points.size(), coarse.curves[i].points.size());
        for (std::size_t j = 0; j < coarse.curves[i].points.size(); ++j) {
            EXPECT_EQ(fine.curves[i].points[j].survival, coarse.curves[i].points[j].survival);
        }
        EXPECT_TRUE(!coarse.curves[i].median_month ||
                    fine.curves[i].median_month == coarse.curves[i].median_month);
    }
}

TEST(Export, curves_are_of_large_groups_at_whole_years_while_a_step_is_at_risk) {
    const AuditReport report = report_of(400);
    const ExportReport made = make_export(report, threshold, secret);
    int shown = 0;
    for (const ExportCurve& curve : made.curves) {
        const std::vector<SurvivalResult>& list = curve.endpoint == "PFS"  ? report.pfs
                                                  : curve.endpoint == "OS" ? report.os
                                                                           : report.hpfs;
        for (const SurvivalResult& result : list) {
            if (result.group != curve.group) {
                continue;
            }
            EXPECT_EQ(curve.points.empty(), curve.patients.lower < 72) << "few are censored early";
            for (const CurvePoint& step : result.curve) {
                const int last = curve.points.empty() ? 0 : curve.points.back().month;
                if (step.days <= last * 30.4375) {
                    EXPECT_GE(step.at_risk, 18) << curve.endpoint << curve.group;
                }
            }
        }
        int month = 12;
        for (const ExportPoint& point : curve.points) {
            EXPECT_EQ(point.month, month);
            EXPECT_EQ(point.survival, told_rate(point.survival));
            month += 12;
            ++shown;
        }
        EXPECT_EQ(curve.median_month.value_or(0) % 6, 0);
    }
    EXPECT_GT(shown, 6) << "nothing was tested";
    EXPECT_EQ(told_rate(0.849), 0.8);
    EXPECT_EQ(told_rate(1), 0.9);
    EXPECT_EQ(told_rate(0), 0.2);
}

TEST(Export, whether_an_arm_has_tables_says_no_more_than_its_band) {
    std::set<bool> seen;
    for (const int patients : {24, 40, 60, 400}) {
        const ExportReport made = make_export(report_of(patients), threshold, secret);
        std::map<std::string, int> upper; // by arm, of its band
        std::set<std::string> with_tables;
        for (const ExportTable& table : made.tables) {
            if (table.group != "all") {
                with_tables.insert(table.group);
                continue;
            }
            for (const ExportCell& item : table.cells) {
                upper[item.name] = item.band.upper;
            }
        }
        for (const char* arm : {"HAE", "HACE"}) {
            EXPECT_EQ(with_tables.count(arm) > 0, upper["analysed, " + std::string(arm)] > 17)
                << patients << " " << arm;
            seen.insert(with_tables.count(arm) > 0);
        }
    }
    EXPECT_EQ(seen.size(), 2U);
}

TEST(Export, no_patient_and_no_date_is_in_it) {
    const ExportReport made = make_export(report_of(200), threshold, secret);
    for (const std::string& text :
         {export_json(made), export_html(made, "en"), export_html(made, "fr")}) {
        EXPECT_THAT(text, Not(HasSubstr("Patient/")));
        EXPECT_THAT(text, Not(HasSubstr("2022-01-01"))); // the cut
        EXPECT_THAT(text, Not(HasSubstr("Made-up hospital")));
        EXPECT_THAT(text, HasSubstr("Pour les tests seulement."));
    }
}

TEST(Export, is_a_page_in_french_too) {
    const ExportReport made = make_export(report_of(400), threshold, secret);
    const std::string english = boost::replace_all_copy(export_html(made, "en"), "\u00a0%", " %");
    const TranslatedPage page = french_page(english);
    for (const std::string& text : page.unknown) {
        EXPECT_THAT(made.citation +
                        " CR PR SD PD NE HAE HACE HACE-DEB UNDETERMINED For tests only.",
                    HasSubstr(text));
    }
    EXPECT_EQ(export_html(made, "fr"), with_percents_kept(page.html));
    EXPECT_THAT(page.html, HasSubstr("<html lang=\"fr\">"));
    EXPECT_THAT(page.html, HasSubstr("destinés à l’extérieur"));
}
