// The export as JSON and as a page of tables.
#include "analysis/report/embedded_text.hpp"
#include "analysis/report/export.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/translate.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

using nlohmann::json;

namespace {

std::string band_words(const CountBand& band) {
    return std::to_string(band.lower) + "\u2013" + std::to_string(band.upper);
}

std::string endpoint_words(const std::string& endpoint) {
    return endpoint == "OS"     ? "Overall survival"
           : endpoint == "HPFS" ? "Hepatic progression-free survival"
                                : "Progression-free survival";
}

std::string parts_table(const ExportTable& made) {
    Table table;
    table.caption = made.title + (made.group == "all" ? "" : ", " + made.group);
    table.head = {cell("Part"), number_cell("Patients, from\u2013to")};
    for (const ExportCell& item : made.cells) {
        table.rows.push_back({row_header(item.name), number_cell(band_words(item.band))});
    }
    return render_table(table);
}

std::string curve_table(const ExportCurve& curve) {
    Table table;
    table.caption = endpoint_words(curve.endpoint) + ", " + curve.group;
    table.head = {number_cell("Month"), number_cell("Rate")};
    for (const ExportPoint& point : curve.points) {
        table.rows.push_back(
            {number_cell(std::to_string(point.month)), number_cell(percent(point.survival))});
    }
    return render_table(table) + note("Of " + band_words(curve.patients) + " patients.") +
           (curve.median_month ? note("Median " + std::to_string(*curve.median_month) + " months.")
                               : "");
}

json band_json(const CountBand& band) {
    return json::array({band.lower, band.upper});
}

} // namespace

std::string export_json(const ExportReport& report) {
    json tables = json::array();
    for (const ExportTable& table : report.tables) {
        json cells = json::object();
        for (const ExportCell& item : table.cells) {
            cells[item.name] = band_json(item.band);
        }
        tables.push_back({{"title", table.title}, {"group", table.group}, {"cells", cells}});
    }
    json curves = json::array();
    for (const ExportCurve& curve : report.curves) {
        json points = json::array();
        for (const ExportPoint& point : curve.points) {
            points.push_back({{"month", point.month}, {"survival", point.survival}});
        }
        curves.push_back(
            {{"endpoint", curve.endpoint},
             {"group", curve.group},
             {"patients", band_json(curve.patients)},
             {"points", points},
             {"median_month", curve.median_month ? json(*curve.median_month) : json(nullptr)}});
    }
    const json page = {
        {"schema", "embolink-audit-export/2"},
        {"suppression", report.threshold},
        {"band_step", report.step},
        {"software_version", report.software_version},
        {"rules_version", report.rules_version},
        {"trial", report.citation},
        {"tables", tables},
        {"curves", curves},
        {"intended_use", {{"en", report.intended_use_en}, {"fr", report.intended_use_fr}}}};
    return page.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string export_html(const ExportReport& report, const std::string& language) {
    const std::string step = std::to_string(report.step);
    std::string inner = text_element("h1", {}, "Embolization outcomes, for readers outside");
    inner += paragraph("Set beside the trial: " + report.citation + ".");
    inner += paragraph("No patient, no date, no total. Each count is told as a band that it lies "
                       "in. Bands begin at multiples of " +
                       step +
                       " and overlap: which of two is told is settled by a shift that is not told. "
                       "Arms in the lowest band have no table.");
    inner += paragraph(
        "Groups whose band begins at " +
        std::to_string((first_place_of_a_curve - 1) * report.step) +
        " or higher have curves: rates at whole years to a tenth, as long as at least " + step +
        " are at risk; 20 % stands for less than 25 %, 90 % for 85 % or more; medians to half a "
        "year.");
    for (const ExportTable& table : report.tables) {
        inner += parts_table(table);
    }
    for (const ExportCurve& curve : report.curves) {
        if (!curve.points.empty()) {
            inner += curve_table(curve);
        }
    }
    inner += text_element("p", {{"class", "use"}}, report.intended_use_en);
    inner += text_element("p", {{"lang", "fr"}}, report.intended_use_fr);
    const std::string page =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>Embolization outcomes, for readers outside</title>\n<style>\n" +
        std::string(embedded_report_css()) + "</style>\n</head>\n<body>\n<main>\n" + inner +
        "\n</main>\n</body>\n</html>\n";
    return with_percents_kept(language == "fr" ? french_page(page).html : page);
}

} // namespace embolink
