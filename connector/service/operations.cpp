#include "connector/service/operations.hpp"

#include "analysis/report/measure_report.hpp"
#include "connector/core/json_read.hpp"
#include "connector/pull/bundle.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/media_types.hpp"
#include "connector/service/operation_parameters.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace embolink::service {
namespace {

using nlohmann::json;

constexpr const char* fhir_json = "application/fhir+json";
constexpr const char* ndjson = "application/x-ndjson";

Date required_day(const OperationParameters& given, const std::string& name) {
    const auto day = date_from_iso(given.text(name));
    if (!day) {
        throw Refusal(400, "required", "\"" + name + "\" is a day, YYYY-MM-DD");
    }
    return *day;
}

// FHIR R4 Measure/$evaluate-measure: 2014 as the start of a period is its first day, as the end its
// last one.
PartialDate required_date(const OperationParameters& given, const std::string& name) {
    const auto date = parse_partial_date(given.text(name), {});
    if (!date) {
        throw Refusal(400, "required", "\"" + name + "\" is a date, such as YYYY or YYYY-MM-DD");
    }
    return *date;
}

MeasureForm form_of(const OperationParameters& given) {
    const std::string word = given.text("reportType");
    if (word.empty() || word == "population" || word == "summary") {
        return MeasureForm::summary;
    }
    if (word == "subject-list") {
        return MeasureForm::subject_list;
    }
    throw Refusal(400, "not-supported", "\"reportType\" is population or subject-list");
}

// What `$derive` is asked: a Bundle with the cut in the address, or Parameters that hold it.
struct Question {
    Date as_of{};
    std::shared_ptr<const json> bundle;
};

// `given`: of the address.
Question derive_question(OperationParameters given, const std::string& body) {
    Question question;
    question.bundle = parse_json(body).value;
    if (question.bundle && text_of(*question.bundle, "resourceType") == "Parameters") {
        given.add_posted(question.bundle);
        question.bundle = given.resource("bundle");
    }
    question.as_of = required_day(given, "as_of");
    if (!question.bundle || text_of(*question.bundle, "resourceType") != "Bundle") {
        throw Refusal(
            400, "structure", "the body is a Bundle, or Parameters with one as \"bundle\"");
    }
    return question;
}

// Records of the resources alone, as `embolink derive` makes them; a line each.
std::string derived_lines(const Question& question, const DerivationSetup& setup) {
    Intake intake(setup.frame);
    ResourceSink sink;
    sink.resource = [&](const Resource& resource) { intake.add(resource); };
    sink.issue = [&](Issue issue) { intake.add_issue(std::move(issue)); };
    unpack_resources(question.bundle, "body", sink);
    std::string lines;
    for (const EndpointRecord& record : intake.derive(setup.trial, question.as_of).records) {
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

// An operation: its name in the addresses of answers that are made later, what its callers need,
// what it answers and what it is asked by.
struct Operations::JobKind {
    std::string operation;
    std::string scope;
    std::string type; // of the answer
    ParameterNames parameters;
};

namespace {

const Operations::JobKind measure_jobs = {
    "$evaluate-measure", "measure", fhir_json, {{"periodStart", "periodEnd", "reportType"}, {}}};
const Operations::JobKind derive_jobs = {"$derive", "derive", ndjson, {{"as_of"}, {"bundle"}}};
const Operations::JobKind run_jobs = {"$run", "run", fhir_json, {}};

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

// The caller's name.
std::string Operations::let_in(const Call& call, const JobKind& kind) const {
    std::string caller = callers_.require(call, kind.scope);
    require_answer_wanted(call.request.headers, call.query, kind.type);
    return caller;
}

asio::awaitable<http::Response> Operations::job(Call call, const JobKind& kind) {
    const std::string caller = let_in(call, kind);
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
    const std::string caller = let_in(call, measure_jobs);
    const auto snapshot = frame_.snapshot();
    MeasureQuestion question;
    question.trial = call.parts.at("trial");
    if (question.trial != snapshot->setup->trial.id) {
        throw Refusal(404, "not-found", "there is no such measure");
    }
    OperationParameters given(measure_jobs.parameters, call.query);
    given.add_body(call.request.body);
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
    const std::string caller = let_in(call, derive_jobs);
    const OperationParameters given(derive_jobs.parameters, call.query);
    const auto setup = frame_.snapshot()->setup;
    const auto body = std::make_shared<const std::string>(std::move(call.request.body));
    // The body may be large: it is read on the other thread.
    AsyncJobs::Work work = [given, body, setup] {
        return fhir_response(derived_lines(derive_question(given, *body), *setup), ndjson);
    };
    co_return co_await now_or_later(call, derive_jobs, caller, std::move(work));
}

asio::awaitable<http::Response> Operations::run(Call call) {
    let_in(call, run_jobs);
    // A pass is of everybody: whoever names a patient must not believe that it is of him.
    OperationParameters given(run_jobs.parameters, call.query);
    given.add_body(call.request.body);
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
    let_in(call, run_jobs);
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
    let_in(call, run_jobs);
    co_await run_of(call);
    co_return http::Response(202);
}

} // namespace embolink::service
