// CSV in ADaM terms. The one place that writes CNSR (0 = event).
#include "analysis/report/csv.hpp"

#include "analysis/report/dataset.hpp"
#include "analysis/report/embedded_text.hpp"

#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace embolink {

namespace {

// What a spreadsheet takes for a formula is text of a resource ("=HYPERLINK(...)"), and gets an
// apostrophe before it; a number keeps its sign.
std::string harmless(const std::string& field) {
    if (field.empty() || std::string_view("=+-@\t\r").find(field.front()) == std::string::npos) {
        return field;
    }
    const bool number =
        field.size() > 1 && field.find_first_not_of("0123456789.", 1) == std::string::npos;
    return number && field.front() != '=' && field.front() != '@' ? field : "'" + field;
}

std::string quoted(const std::string& field) {
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
        return field;
    }
    std::string text = "\"";
    for (const char letter : field) {
        text += letter;
        if (letter == '"') {
            text += '"';
        }
    }
    return text + '"';
}

std::string line(const std::vector<std::string>& fields) {
    std::string text;
    for (const std::string& field : fields) {
        text += (text.empty() && &field == &fields.front() ? "" : ",") + quoted(harmless(field));
    }
    return text + "\n";
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ";") + word;
    }
    return text;
}

std::string iso(const std::optional<Date>& date) {
    return date ? to_iso(*date) : "";
}

std::string whole(const std::optional<int>& number) {
    return number ? std::to_string(*number) : "";
}

// Labels of contracts section 3.
std::string label(const std::string& param) {
    static const std::map<std::string, std::string> labels = {
        {"COHORT", "Cohort membership"},
        {"COURSE", "Number of rounds"},
        {"PFS", "Progression-free survival"},
        {"HPFS", "Hepatic progression-free survival"},
        {"OS", "Overall survival"},
        {"PFS-ITT", "Progression-free survival, all treated"},
        {"BOR", "Best overall response"},
        {"BOR-CONFIRMED", "Best overall response, confirmed"},
        {"OR", "Objective response"},
        {"DC", "Disease control"},
        {"TOX", "Worst toxicity, CTCAE v5"},
        {"TOX-ULN", "Worst toxicity by limits of normal"},
        {"TOX3", "Toxicity of grade 3 or more"},
        {"DEATH30", "Death within 30 days of a session"},
        {"BASE-5HIAA", "Baseline urinary 5-HIAA, multiple of ULN"},
        {"BASE-CGA", "Baseline chromogranin A, multiple of ULN"},
        {"RESP-5HIAA", "Biochemical response of urinary 5-HIAA"},
        {"RESP-CGA", "Biochemical response of chromogranin A"},
        {"AGE", "Age at the first session"},
        {"SEX", "Administrative gender"},
        {"SSA", "Somatostatin analogue before the first session"},
        {"PRIOR-RESECTION-PRIMARY", "Resection of the primary before the first session"},
        {"PRIOR-RESECTION-LIVER", "Liver resection before the first session"},
        {"LIVER-INVOLVEMENT", "Share of the liver that is tumour"},
        {"GRADE", "WHO grade"},
        {"URGENT", "Urgent first session"},
        {"AGENT", "Antineoplastic and dose of the first session"}};
    const auto found = labels.find(param);
    return found == labels.end() ? param : found->second;
}

bool time_to_event_param(const EndpointRecord& record) {
    return record.param == "PFS" || record.param == "OS" || record.param == "HPFS" ||
           record.param == "PFS-ITT";
}

// The resource that decided: the event's, the censoring's, else the first one.
struct Source {
    std::string domain;
    std::string sequence;
};

Source deciding_source(const EndpointRecord& record) {
    const RecordSource* chosen = nullptr;
    for (const RecordSource& source : record.sources) {
        const bool decides = source.role == "event" || source.role == "censor";
        if (chosen == nullptr || (decides && chosen->role != "event" && chosen->role != "censor")) {
            chosen = &source;
        }
    }
    if (chosen == nullptr) {
        return {};
    }
    const std::size_t slash = chosen->reference.find('/');
    if (slash == std::string::npos) {
        return {"", chosen->reference};
    }
    return {chosen->reference.substr(0, slash), chosen->reference.substr(slash + 1)};
}

std::string endpoint_line(const EndpointRecord& record) {
    std::string censored; // ADaM: 0 for an event
    std::string event_text;
    std::string censor_text;
    if (const auto* event = std::get_if<Event>(&record.status)) {
        censored = "0";
        event_text = event->reason;
    } else if (const auto* censoring = std::get_if<Censored>(&record.status)) {
        censored = "1";
        censor_text = censoring->reason;
    } else if (const auto* missing = std::get_if<NotEvaluable>(&record.status)) {
        censor_text = missing->reason;
    }
    const Source source = deciding_source(record);
    const std::optional<int> ady =
        record.days ? std::optional<int>(*record.days + 1) : std::nullopt;
    return line({record.trial,
                 record.patient,
                 record.arm,
                 record.param,
                 label(record.param),
                 iso(record.start),
                 iso(record.date),
                 whole(record.days),
                 record.days ? "DAYS" : "",
                 whole(ady),
                 censored,
                 event_text,
                 censor_text,
                 source.domain,
                 source.sequence});
}

struct Answer {
    std::string number;
    std::string text;
    std::string reason;
};

Answer answer(const EndpointRecord& record) {
    if (const auto* missing = std::get_if<NotEvaluable>(&record.status)) {
        return {"", "", missing->reason};
    }
    const auto* value = std::get_if<Value>(&record.status);
    if (value == nullptr) {
        return {};
    }
    if (const bool* yes = std::get_if<bool>(&value->value)) {
        return {*yes ? "1" : "0", *yes ? "true" : "false", value->reason};
    }
    if (const auto* number = std::get_if<std::int64_t>(&value->value)) {
        return {std::to_string(*number), std::to_string(*number), value->reason};
    }
    if (const auto* number = std::get_if<DecimalText>(&value->value)) {
        return {number->text, number->text, value->reason};
    }
    return {"", std::get<std::string>(value->value), value->reason};
}

// Covariates of R10, a column each, in the order of contracts section 3.
constexpr std::array<std::pair<const char*, const char*>, 9> covariates = {
    {{"AGE", "AGE"},
     {"SEX", "SEX"},
     {"SSA", "SSA"},
     {"PRIOR-RESECTION-PRIMARY", "PRRESPRI"},
     {"PRIOR-RESECTION-LIVER", "PRRESLIV"},
     {"LIVER-INVOLVEMENT", "LIVINV"},
     {"GRADE", "GRADE"},
     {"URGENT", "URGENT"},
     {"AGENT", "AGENT"}}};

// By patient and param; nothing where a covariate is not documented.
using CovariateTexts = std::map<std::pair<std::string, std::string>, std::string>;

CovariateTexts covariate_texts(const std::vector<EndpointRecord>& records) {
    CovariateTexts texts;
    for (const EndpointRecord& record : records) {
        for (const auto& [param, column] : covariates) {
            if (record.param == param) {
                texts[{record.patient, param}] = answer(record).text;
            }
        }
    }
    return texts;
}

std::string
patient_line(const PatientRow& row, const std::string& trial, const CovariateTexts& texts) {
    std::string tier;
    for (const char* name : {"tier-a", "tier-b", "tier-unknown"}) {
        if (row.has_cohort_flag(name)) {
            tier = name;
        }
    }
    std::vector<std::string> flags = row.cohort_flags;
    flags.insert(flags.end(), row.course_flags.begin(), row.course_flags.end());
    std::vector<std::string> fields{trial,
                                    row.patient,
                                    row.included ? "included" : "excluded",
                                    row.exclusion,
                                    row.arm,
                                    iso(row.start),
                                    in_set(row, AnalysisSet::verdict) ? "Y" : "N",
                                    tier,
                                    row.has_cohort_flag("prior-arterial-therapy") ? "Y" : "N",
                                    whole(row.rounds),
                                    row.hiaa.multiple,
                                    row.cga.multiple};
    for (const auto& [param, column] : covariates) {
        const auto text = texts.find({row.patient, param});
        fields.push_back(text == texts.end() ? "" : text->second);
    }
    fields.push_back(joined(flags));
    return line(fields);
}

} // namespace

std::string endpoints_csv(const std::vector<EndpointRecord>& records) {
    std::string text = "STUDYID,USUBJID,TRTA,PARAMCD,PARAM,STARTDT,ADT,AVAL,AVALU,ADY,CNSR,"
                       "EVNTDESC,CNSDTDSC,SRCDOM,SRCSEQ\n";
    for (const EndpointRecord& record : records) {
        if (time_to_event_param(record)) {
            text += endpoint_line(record);
        }
    }
    return text;
}

std::string responses_csv(const std::vector<EndpointRecord>& records) {
    std::string text = "STUDYID,USUBJID,TRTA,PARAMCD,PARAM,AVAL,AVALC,AVALU,REASON,FLAGS\n";
    for (const EndpointRecord& record : records) {
        if (time_to_event_param(record)) {
            continue;
        }
        const auto* value = std::get_if<Value>(&record.status);
        const Answer said = answer(record);
        text += line({record.trial,
                      record.patient,
                      record.arm,
                      record.param,
                      label(record.param),
                      said.number,
                      said.text,
                      value ? value->unit : "",
                      said.reason,
                      joined(record.flags)});
    }
    return text;
}

std::string patients_csv(const std::vector<EndpointRecord>& records) {
    std::string text = "STUDYID,USUBJID,COHORT,COHORTRS,TRTA,TRTSDT,ANL01FL,TIER,PRIORFL,ROUNDS,"
                       "HIAAULN,CGAULN,";
    for (const auto& [param, column] : covariates) {
        text += std::string(column) + ",";
    }
    text += "FLAGS\n";
    const CovariateTexts texts = covariate_texts(records);
    const std::string trial = records.empty() ? "" : records.front().trial;
    for (const PatientRow& row : make_dataset(records, nullptr).patients) {
        text += patient_line(row, trial, texts);
    }
    return text;
}

std::string check_r() {
    return std::string(embedded_check_r());
}

} // namespace embolink
