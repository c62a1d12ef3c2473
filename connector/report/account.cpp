#include "connector/report/account.hpp"

#include "analysis/report/export.hpp"
#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"

#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;

constexpr int account_form = 1;

std::map<std::string, std::string> shortened(const std::map<std::string, std::string>& hashes) {
    std::map<std::string, std::string> out;
    for (const auto& [name, hash] : hashes) {
        out[name] = hash.substr(0, 12);
    }
    return out;
}

// --- settings to JSON ----------------------------------------------------------------------------

json date_json(const std::optional<Date>& date) {
    return date ? json(to_iso(*date)) : json(nullptr);
}

json settings_json(const AuditSettings& settings) {
    json out = {{"as_of", date_json(settings.as_of)},
                {"analysis_dates", json::array()},
                {"site_name", settings.site_name},
                {"software_version", settings.software_version},
                {"rules_version", settings.rules_version},
                {"trial", settings.reference.trial},
                {"trial_version", settings.trial_version},
                {"inputs", json::array()},
                {"intake", json::array()},
                {"assumed_windows", json::array()},
                {"early_progression_days", settings.early_progression_days},
                {"procedure_counts", settings.procedure_counts},
                {"owners", settings.owners},
                {"intended_use_en", settings.intended_use_en},
                {"intended_use_fr", settings.intended_use_fr}};
    for (const Date date : settings.analysis_dates) {
        out["analysis_dates"].push_back(to_iso(date));
    }
    for (const InputHash& input : settings.inputs) {
        out["inputs"].push_back({{"name", input.name}, {"sha256", input.sha256}});
    }
    for (const IntakeLine& line : settings.intake) {
        out["intake"].push_back({{"what", line.what}, {"count", line.count}});
    }
    for (const AssumedWindow& window : settings.assumed_windows) {
        out["assumed_windows"].push_back(
            {{"name", window.name}, {"days", window.days}, {"rule", window.rule}});
    }
    if (settings.plan) {
        out["plan"] = {{"text", settings.plan->text},
                       {"sha256", settings.plan->sha256},
                       {"date", to_iso(settings.plan->date)}};
    }
    if (settings.margin) {
        out["margin"] = {{"value", settings.margin->value},
                         {"date", to_iso(settings.margin->date)}};
    }
    return out;
}

// --- and back ------------------------------------------------------------------------------------

Date date_of(const json& text) {
    return date_from_iso(text.get<std::string>()).value_or(Date{});
}

void read_lists(AuditSettings& settings, const json& in) {
    for (const json& date : in.at("analysis_dates")) {
        settings.analysis_dates.push_back(date_of(date));
    }
    for (const json& input : in.at("inputs")) {
        settings.inputs.push_back({input.at("name"), input.at("sha256")});
    }
    for (const json& line : in.at("intake")) {
        settings.intake.push_back({line.at("what"), line.at("count")});
    }
    for (const json& window : in.at("assumed_windows")) {
        settings.assumed_windows.push_back(
            {window.at("name"), window.at("days"), window.at("rule")});
    }
}

AuditSettings settings_of(const json& in) {
    AuditSettings settings;
    if (!in.at("as_of").is_null()) {
        settings.as_of = date_of(in.at("as_of"));
    }
    read_lists(settings, in);
    settings.site_name = in.at("site_name");
    settings.software_version = in.at("software_version");
    settings.rules_version = in.at("rules_version");
    settings.trial_version = in.at("trial_version");
    settings.early_progression_days = in.at("early_progression_days");
    settings.procedure_counts = in.at("procedure_counts").get<std::map<std::string, int>>();
    settings.owners = in.at("owners").get<std::map<std::string, std::string>>();
    settings.intended_use_en = in.at("intended_use_en");
    settings.intended_use_fr = in.at("intended_use_fr");
    if (in.contains("plan")) {
        const json& plan = in.at("plan");
        settings.plan = AnalysisPlan{plan.at("text"), plan.at("sha256"), date_of(plan.at("date"))};
    }
    if (in.contains("margin")) {
        const json& margin = in.at("margin");
        settings.margin = DeclaredMargin{margin.at("value"), date_of(margin.at("date"))};
    }
    settings.reference = published_reference(in.at("trial").get<std::string>());
    return settings;
}

} // namespace

ReportAccount make_account(const AuditSettings& settings,
                           const DerivationSetup& setup,
                           const std::string& language,
                           std::size_t chains,
                           const std::vector<ReportFile>& files) {
    ReportAccount account;
    account.settings = settings;
    account.language = language;
    account.threshold = setup.site.audit.suppression.value_or(default_suppression);
    account.chains = chains;
    account.definitions = shortened(setup.definition_hashes);
    account.site = shortened(setup.site.key_hashes);
    account.decisions = setup.decisions_hash;
    account.files = hashes_of(files);
    return account;
}

std::map<std::string, std::string> hashes_of(const std::vector<ReportFile>& files) {
    std::map<std::string, std::string> hashes;
    for (const ReportFile& file : files) {
        hashes[file.name] = sha256_hex(file.text);
    }
    return hashes;
}

std::string to_json(const ReportAccount& account) {
    const json out = {{"form", account_form},
                      {"settings", settings_json(account.settings)},
                      {"language", account.language},
                      {"threshold", account.threshold},
                      {"chains", account.chains},
                      {"definitions", account.definitions},
                      {"site", account.site},
                      {"decisions", account.decisions},
                      {"files", account.files}};
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

ReportAccount account_from_json(const std::string& text) {
    using Texts = std::map<std::string, std::string>;
    try {
        const json in = json::parse(text);
        ReportAccount account;
        account.settings = settings_of(in.at("settings"));
        account.language = in.at("language");
        account.threshold = in.at("threshold");
        account.chains = in.at("chains");
        account.definitions = in.at("definitions").get<Texts>();
        account.site = in.at("site").get<Texts>();
        account.decisions = in.at("decisions");
        account.files = in.at("files").get<Texts>();
        return account;
    } catch (const json::exception&) {
        throw Error(ErrorKind::store,
                    "what a past report was made with cannot be read",
                    "the account of a run",
                    "restore the database from a backup, or use the newer embolink that wrote it");
    }
}

} // namespace embolink
