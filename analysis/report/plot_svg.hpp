// Survival curves as SVG that speaks for itself: the estimate at 24 months with its interval, the
// number at risk there, the trial's estimate beside it and the verdict all stand in the picture.
// The trial's estimate is no point of the time axis but a column of the strip right of it.
// Colours and dashes are in report.css; every figure drawn here also stands in a table of the page.
#pragma once

#include "analysis/report/audit_report.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct FigureCurve {
    const SurvivalResult* result = nullptr; // must outlive the call
    std::string style;                      // "hae", "hace", "all"
    // Start of the ids that the steps link to ("pfs-hae-d" before the day); empty: no links.
    std::string anchor = "";
};

// A published rate at 24 months with its derived interval.
struct FigureReference {
    std::string label; // "trial"
    double rate = 0;
    std::optional<Interval> interval;
    std::string style;
};

struct FigureLine {
    std::string text;
    std::string style; // "fig-title", "fig-value", "fig-verdict", "fig-note"
};

struct SurvivalFigure {
    std::string id;          // unique in the page
    std::string title;       // for screen readers
    std::string description; // the figures in words
    std::vector<FigureLine> header;
    std::string axis; // "Free of progression"
    std::vector<FigureCurve> curves;
    std::vector<FigureReference> references;
    int width = 400;
    double plot_height = 210; // of the plotting area
    double header_height = 0; // at least; figures side by side share the greatest
    int months = 36;          // of the time axis, at least; shared likewise
};

// Gives figures that stand side by side one height of their headers and one time axis.
void align(std::vector<SurvivalFigure>& figures);

std::string render_figure(const SurvivalFigure& figure);

} // namespace embolink
