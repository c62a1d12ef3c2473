#include "connector/service/operations.hpp"

#include "analysis/report/measure_report.hpp"
#include "connector/core/json_read.hpp"
#include "connector/pull/bundle.hpp"
#include "connector/service/answers.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string_view>

namespace embolink::service {
namespace {

using nlohmann::json;

constexpr const char* fhir_json = "application/fhir+json";

// The parameters of an operation: of the address and, as FHIR R4 "Operations" has it, of a
// Parameters resource that is posted.
class Given {
public:
    // `known`: the names that the operation has. Throws Refusal (400) for another one, since its
    // meaning would be passed over, and for two values of one name. `posted`: the body is looked
    // at.
    Given(const Call& call, std::initializer_list<std::string_view> known, bool posted)
        : known_(known) {
        for (const auto& [name, value] : call.query) {
            add(name, value);
        }
        const json body = posted ? json::parse(call.request.body, nullptr, false) : json();
        if (text_of(body, "resourceType") == "Parameters") {
            for (const json* one : elements_of(body, "parameter")) {
                add_posted(*one);
            }
        }
    }

    std::string text(const std::string& name) const {
        const auto found = texts_.find(name);
        return found == texts_.end() ? "" : found->second;
    }

private:
    void add(const std::string& name, const std::string& value) {
        if (name == "_format") {
            require_json(value);
            return;
        }
        if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
            throw Refusal(400, "not-supported", "a parameter is not one of the operation's");
        }
        if (!texts_.emplace(name, value).second) {
            throw Refusal(400, "invalid", "a parameter stands twice");
        }
    }

    // FHIR R4 3.1.0.1.11. A "+" that was not escaped is a space by now.
    static void require_json(const std::string& format) {
        constexpr std::string_view ours[] = {"json",
                                             "text/json",
                                             "application/json",
                                             "application/fhir+json",
                                             "application/fhir json"};
        if (std::find(std::begin(ours), std::end(ours), format) == std::end(ours)) {
            throw Refusal(406, "not-supported", "answers are JSON");
        }
    }

    void add_posted(const json& one) {
        const std::string name(text_of(one, "name"));
        std::string value;
        for (const char* key : {"valueDate", "valueDateTime", "valueCode", "valueString"}) {
            value = value.empty() ? std::string(text_of(one, key)) : value;
        }
        add(name, value);
    }

    std::vector<std::string_view> known_;
    std::map<std::string, std::string> texts_;
};

// Whatever else is posted would be passed over.
void require_parameters(const Call& call) {
    const std::string& body = call.request.body;
    if (body.find_first_not_of(" \t\r\n") != std::string::npos &&
        text_of(json::parse(body, nullptr, false), "resourceType") != "Parameters") {
        throw Refusal(400, "structure", "the body is no Parameters resource");
    }
}

Date required_day(const Given& given, const std::string& name) {
    const auto day = date_from_iso(given.text(name));
    if (!day) {
        throw Refusal(400, "required", "\"" + name + "\" is a day, YYYY-MM-DD");
    }
    return *day;
}

// FHIR R4 Measure/$evaluate-measure: 2014 as the start of a period is its first day, as the end its
// last one.
PartialDate required_date(const Given& given, const std::string& name) {
    const auto date = parse_partial_date(given.text(name), {});
    if (!date) {
        throw Refusal(400, "required", "\"" + name + "\" is a date, such as YYYY or YYYY-MM-DD");
    }
    return *date;
}

MeasureForm form_of(const Given& given) {
    const std::string word = given.text("reportType");
    if (word.empty() || word == "population" || word == "summary") {
        return MeasureForm::summary;
    }
    if (word == "subject-list") {
        return MeasureForm::subject_list;
    }
    throw Refusal(400, "not-supported", "\"reportType\" is population or subject-list");
}

// Records of the resources alone, as `embolink derive` makes them; a line each.
std::string derived_lines(const std::string& body, Date as_of, const DerivationSetup& setup) {
    ParsedJson parsed = parse_json(body);
    if (parsed.value && text_of(*parsed.value, "resourceType") == "Parameters") {
        const std::shared_ptr<const json> whole = parsed.value;
        for (const json* one : elements_of(*whole, "parameter")) {
            if (text_of(*one, "name") == "bundle") {
                parsed.value = std::shared_ptr<const json>(whole, &member_of(*one, "resource"));
            }
        }
    }
    if (!parsed.value || text_of(*parsed.value, "resourceType") != "Bundle") {
        throw Refusal(
            400, "structure", "the body is a Bundle, or Parameters with one as \"bundle\"");
    }
    Intake intake(setup.frame);
    ResourceSink sink;
    sink.resource = [&](const Resource& resource) { intake.add(resource); };
    sink.issue = [&](Issue issue) { intake.add_issue(std::move(issue)); };
    unpack_resources(parsed.value, "body", sink);
    std::string lines;
    for (const EndpointRecord& record : intake.derive(setup.trial, as_of).records) {
        lines += to_json_line(record) + "\n";
    }
    return lines;
}

RunId number_of(const Call& call) {
    const std::string& text = call.parts.at("job");
    if (text.empty() || text.size() > 15 ||
        text.find_first_not_of("0123456789") != std::string::npos) {
        throw Refusal(404, "not-found", "there is no such job");
    }
    return std::stoll(text);
}

http::Response fhir_response(std::string body, const char* type) {
    http::Response response(200);
    response.body = std::move(body);
    http::set_header(response.headers, "Content-Type", type);
    return response;
}

json text_parameter(const char* name, const std::string& value) {
    return {{"name", name}, {"valueString", value}};
}

http::Response finished(const RunRow& run) {
    json parameters = json::array();
    parameters.push_back({{"name", "run"}, {"valueInteger", run.id}});
    parameters.push_back(text_parameter("outcome", run.outcome));
    parameters.push_back(text_parameter("started", run.start.started));
    parameters.push_back(text_parameter("ended", run.ended));
    if (!run.summary.empty()) {
        parameters.push_back(text_parameter("summary", run.summary));
    }
    const json body = {{"resourceType", "Parameters"}, {"parameter", parameters}};
    return json_response(200, body, fhir_json);
}

std::vector<EndpointRecord> records_of(const std::vector<Derivation>& derivations) {
    std::vector<EndpointRecord> out;
    for (const Derivation& derivation : derivations) {
        for (const std::string& line : derivation.records) {
            out.push_back(record_from_json_line(line));
        }
    }
    return out;
}

std::vector<Derivation> load(WorkStore& store) {
    return store.load_derivations();
}

RunId want_run(WorkStore& store) {
    const std::vector<RunRow> newest = store.recent_runs(1);
    store.want_run();
    return newest.empty() ? 0 : newest.front().id;
}

} // namespace

// Answers that are made later: the operation in their addresses, and what its callers need.
struct Operations::JobKind {
    std::string operation;
    std::string scope;
};

namespace {

const Operations::JobKind measure_jobs = {"$evaluate-measure", "measure"};
const Operations::JobKind derive_jobs = {"$derive", "derive"};

} // namespace

Operations::Operations(OperationsFrame frame)
    : frame_(std::move(frame)), callers_(frame_.callers), jobs_(thread_) {}

Operations::~Operations() {
    thread_.join();
}

std::vector<Route> Operations::routes() {
    const auto evaluate_call = [this](Call call) { return evaluate(std::move(call)); };
    const auto measure_job = [this](Call call) { return job(std::move(call), measure_jobs); };
    const auto derive_job = [this](Call call) { return job(std::move(call), derive_jobs); };
    return {
        {"GET", "/fhir/Measure/{trial}/$evaluate-measure", evaluate_call},
        {"POST", "/fhir/Measure/{trial}/$evaluate-measure", evaluate_call},
        {"POST", "/fhir/$derive", [this](Call call) { return derive(std::move(call)); }},
        {"POST", "/fhir/$run", [this](Call call) { return run(std::move(call)); }},
        {"GET", "/fhir/$run/{job}", [this](Call call) { return run_status(std::move(call)); }},
        {"DELETE", "/fhir/$run/{job}", [this](Call call) { return leave_run(std::move(call)); }},
        {"GET", "/fhir/$evaluate-measure/{job}", measure_job},
        {"DELETE", "/fhir/$evaluate-measure/{job}", measure_job},
        {"GET", "/fhir/$derive/{job}", derive_job},
        {"DELETE", "/fhir/$derive/{job}", derive_job}};
}

asio::awaitable<http::Response> Operations::job(Call call, const JobKind& kind) {
    const std::string caller = callers_.require(call, kind.scope);
    const std::string& id = call.parts.at("job");
    if (call.request.method == "DELETE") {
        jobs_.remove(kind.operation, caller, id);
        co_return http::Response(202);
    }
    co_return jobs_.state(kind.operation, caller, id);
}

asio::awaitable<http::Response> Operations::now_or_later(const Call& call,
                                                         const JobKind& kind,
                                                         const std::string& caller,
                                                         AsyncJobs::Work work) {
    if (!wants_async(call.request.headers)) {
        co_return co_await run_on(thread_, std::move(work));
    }
    const std::string id = jobs_.begin(kind.operation, caller, std::move(work));
    http::Response response = accepted("at work");
    http::set_header(response.headers,
                     "Content-Location",
                     frame_.public_url + "/fhir/" + kind.operation + "/" + id);
    co_return response;
}

asio::awaitable<http::Response> Operations::evaluate(Call call) {
    const std::string caller = callers_.require(call, "measure");
    const auto snapshot = frame_.snapshot();
    MeasureQuestion question;
    question.trial = call.parts.at("trial");
    if (question.trial != snapshot->setup->trial.id) {
        throw Refusal(404, "not-found", "there is no such measure");
    }
    const Given given(call, {"periodStart", "periodEnd", "reportType"}, true);
    require_parameters(call);
    question.period_start = required_date(given, "periodStart").first;
    question.period_end = required_date(given, "periodEnd").last;
    if (question.period_end < question.period_start) {
        throw Refusal(400, "invalid", "\"periodEnd\" lies before \"periodStart\"");
    }
    question.form = form_of(given);
    question.date = instant_text(current_instant());
    question.reporter = snapshot->setup->site.config.name;
    const auto derivations =
        std::make_shared<const std::vector<Derivation>>(co_await frame_.reading.ask(load));
    AsyncJobs::Work count = [derivations, question] {
        return fhir_response(measure_report(records_of(*derivations), question), fhir_json);
    };
    co_return co_await now_or_later(call, measure_jobs, caller, std::move(count));
}

asio::awaitable<http::Response> Operations::derive(Call call) {
    const std::string caller = callers_.require(call, "derive");
    // With the cut in the address the body, which may be large, is read on the other thread alone.
    const Given given(call, {"as_of", "bundle"}, call.query.empty());
    const Date as_of = required_day(given, "as_of");
    const auto setup = frame_.snapshot()->setup;
    const auto body = std::make_shared<const std::string>(std::move(call.request.body));
    AsyncJobs::Work work = [body, as_of, setup] {
        return fhir_response(derived_lines(*body, as_of, *setup), "application/x-ndjson");
    };
    co_return co_await now_or_later(call, derive_jobs, caller, std::move(work));
}

asio::awaitable<http::Response> Operations::run(Call call) {
    callers_.require(call, "run");
    const RunId newest = co_await frame_.desk.ask(want_run);
    http::Response response = accepted("waiting");
    http::set_header(response.headers,
                     "Content-Location",
                     frame_.public_url + "/fhir/$run/" + std::to_string(newest));
    co_return response;
}

// The job's run; none yet: nullopt. Throws Refusal (404) for one that nobody can have asked for.
asio::awaitable<std::optional<RunRow>> Operations::run_of(const Call& call) {
    const RunId after = number_of(call);
    const auto look = [after](WorkStore& store) {
        const std::vector<RunRow> newest = store.recent_runs(1);
        if (after > (newest.empty() ? 0 : newest.front().id)) {
            throw Refusal(404, "not-found", "there is no such job");
        }
        return store.first_whole_run_after(after);
    };
    co_return co_await frame_.reading.ask(look);
}

asio::awaitable<http::Response> Operations::run_status(Call call) {
    callers_.require(call, "run");
    const std::optional<RunRow> run = co_await run_of(call);
    if (!run) {
        co_return accepted("waiting");
    }
    if (run->ended.empty() || run->outcome == "interrupted") {
        co_return accepted("at work"); // what was cut off is repeated
    }
    co_return finished(*run);
}

// Who asked does not wait any more. The pass is the hospital's and goes on.
asio::awaitable<http::Response> Operations::leave_run(Call call) {
    callers_.require(call, "run");
    co_await run_of(call);
    co_return http::Response(202);
}

} // namespace embolink::service
