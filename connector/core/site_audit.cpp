#include "connector/core/site_audit.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/site_file.hpp"

#include <algorithm>

namespace embolink {
namespace {

using nlohmann::json;

bool is_sha256(const std::string& text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

bool is_month(const std::string& text) {
    return text.size() == 7 && date_from_iso(text + "-01").has_value();
}

std::optional<Date> date_of(JsonObject& part) {
    const std::optional<Date> date = date_from_iso(part.text("date"));
    if (!date) {
        part.fault("date", "a date written YYYY-MM-DD");
    }
    return date;
}

std::string file_text(JsonObject& part,
                      const std::filesystem::path& path,
                      std::vector<std::string>& file_texts) {
    try {
        file_texts.push_back(read_config_file(path));
        return file_texts.back();
    } catch (const Error&) {
        part.fault("file", "a file that can be read: " + path.string());
        return "";
    }
}

// The text itself, a file whose hash stands for it, or a hash alone.
std::optional<SitePlan> read_plan(JsonObject& site,
                                  const std::filesystem::path& folder,
                                  ConfigFaults& faults,
                                  std::vector<std::string>& file_texts) {
    const json* value = site.value("analysis_plan");
    if (value == nullptr) {
        return std::nullopt;
    }
    JsonObject part(*value, "/analysis_plan", faults);
    SitePlan plan;
    plan.text = part.text("text");
    const std::string file = part.text("file");
    const std::string hash = part.text("sha256");
    if (plan.text.empty() && file.empty() && hash.empty()) {
        part.fault("text", "a text, or \"file\", or \"sha256\"");
    }
    if (!hash.empty() && !is_sha256(hash)) {
        part.fault("sha256", "64 hexadecimal digits in lower case");
    }
    plan.sha256 = hash;
    if (!plan.text.empty() || !file.empty()) {
        const std::string computed =
            sha256_hex(file.empty() ? plan.text : file_text(part, folder / file, file_texts));
        if (!hash.empty() && hash != computed) {
            part.fault("sha256", "the hash of the plan as it is now: " + computed);
        }
        plan.sha256 = computed;
    }
    plan.date = date_of(part).value_or(Date{});
    part.refuse_other_keys();
    return plan;
}

std::optional<SiteMargin> read_margin(JsonObject& site, ConfigFaults& faults) {
    const json* value = site.value("margin");
    if (value == nullptr) {
        return std::nullopt;
    }
    JsonObject part(*value, "/margin", faults);
    SiteMargin margin;
    const json* number = part.value("value");
    if (number == nullptr || !number->is_number() || number->get<double>() <= 0 ||
        number->get<double>() >= 1) {
        part.fault("value", "a number between 0 and 1");
    } else {
        margin.value = number->get<double>();
    }
    margin.date = date_of(part).value_or(Date{});
    part.refuse_other_keys();
    return margin;
}

std::map<std::string, int> read_counts(JsonObject& site) {
    std::map<std::string, int> counts;
    const json* value = site.value("procedure_counts");
    if (value == nullptr) {
        return counts;
    }
    bool good = value->is_object();
    for (const auto& element : value->items()) {
        const bool fits = good && is_month(element.key()) && element.value().is_number_unsigned() &&
                          element.value().get<std::uint64_t>() < 1000000;
        good = good && fits;
        if (fits) {
            counts[element.key()] = element.value().get<int>();
        }
    }
    if (!good) {
        site.fault("procedure_counts", "an object of months (YYYY-MM) and counts");
    }
    return counts;
}

// Who can mend a fault; the areas are those of analysis/report/completeness.hpp.
std::map<std::string, std::string> read_owners(JsonObject& site, ConfigFaults& faults) {
    std::map<std::string, std::string> owners;
    const json* value = site.value("owners");
    if (value == nullptr) {
        return owners;
    }
    JsonObject part(*value, "/owners", faults);
    for (const char* area : {"laboratory",
                             "imaging",
                             "readers",
                             "procedures",
                             "pharmacy",
                             "oncology",
                             "administration",
                             "integration"}) {
        const std::string owner = part.text(area);
        if (!owner.empty()) {
            owners[area] = owner;
        }
    }
    part.refuse_other_keys();
    return owners;
}

std::optional<int> read_suppression(JsonObject& site) {
    const json* value = site.value("suppression");
    if (value == nullptr) {
        return std::nullopt;
    }
    // 0 would suppress nothing: an export without suppression is the report itself.
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() == 0 ||
        value->get<std::uint64_t>() > 1000) {
        site.fault("suppression", "a whole number from 1 to 1000");
        return std::nullopt;
    }
    return value->get<int>();
}

} // namespace

SiteAudit read_site_audit(JsonObject& site,
                          const std::filesystem::path& folder,
                          ConfigFaults& faults,
                          std::vector<std::string>& file_texts) {
    SiteAudit audit;
    audit.plan = read_plan(site, folder, faults, file_texts);
    audit.margin = read_margin(site, faults);
    audit.procedure_counts = read_counts(site);
    audit.owners = read_owners(site, faults);
    audit.suppression = read_suppression(site);
    return audit;
}

} // namespace embolink
