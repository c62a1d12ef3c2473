// The edge between HTTP and the service: requests are read here, faults strike here, answers become
// bytes here.

#include "connector/sandbox/sandbox.hpp"

#include "connector/http/cors.hpp"
#include "connector/sandbox/fault_player.hpp"
#include "connector/sandbox/service.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

std::string header(const http::Request& request, const char* name) {
    return http::find_header(request.headers, name).value_or("");
}

bool holds(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

std::string port_of(const std::string& base) {
    return base.substr(base.rfind(':') + 1, base.find('/', 7) - base.rfind(':') - 1);
}

// All names of this machine that the server may be called by.
std::vector<std::string> own_bases(const std::string& base) {
    const std::string port = port_of(base);
    return {base,
            "http://127.0.0.1:" + port + "/fhir",
            "http://localhost:" + port + "/fhir",
            "http://[::1]:" + port + "/fhir"};
}

http::CorsRules cors_rules(std::vector<std::string> origins) {
    return {std::move(origins),
            "GET, POST, PUT, DELETE",
            "Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Exist",
            "ETag, Location, Content-Location, Last-Modified"};
}

// Links lead to where the client came from: it may hold another name of this machine for a foreign
// origin. A page in a browser that reaches the server by a name of its own (DNS rebinding) gets
// nothing.
std::string base_for(const http::Request& request, const std::vector<std::string>& bases) {
    const std::string host = header(request, "Host");
    if (host.empty()) {
        return bases.front();
    }
    for (const std::string& base : bases) {
        if (base == "http://" + host + "/fhir") {
            return base;
        }
    }
    throw Refusal(421, "security", "this server is for its own machine: ask 127.0.0.1");
}

void read_preferences(const http::Request& request, Call& call) {
    // Any Prefer line may hold any preference (RFC 7240).
    for (const http::Header& one : request.headers) {
        if (!http::find_header({{one.name, ""}}, "Prefer")) {
            continue;
        }
        if (holds(one.value, "handling=lenient")) {
            call.handling = Handling::lenient;
        }
        if (holds(one.value, "return=minimal")) {
            call.returned = Returned::minimal;
        } else if (holds(one.value, "return=OperationOutcome")) {
            call.returned = Returned::outcome;
        } else if (holds(one.value, "return=representation")) {
            call.returned = Returned::representation;
        }
    }
}

void read_body(const http::Request& request, Call& call) {
    if (request.method != "POST" && request.method != "PUT") {
        return;
    }
    if (!header(request, "Content-Encoding").empty()) {
        throw Refusal(415, "not-supported", "bodies are taken uncompressed");
    }
    const std::string type = header(request, "Content-Type");
    if (call.path.size() == 2 && call.path[1] == "_search") {
        if (!request.body.empty() && !holds(type, "application/x-www-form-urlencoded")) {
            throw Refusal(415, "not-supported", "a search is posted as a form");
        }
        for (auto& field : http::decode_query(request.body)) {
            call.query.push_back(std::move(field));
        }
        return;
    }
    if (!holds(type, "json")) {
        throw Refusal(415, "not-supported", "the Content-Type is application/fhir+json");
    }
    const ParsedJson parsed = parse_json(request.body);
    if (!parsed.value) {
        throw Refusal(400, "structure", parsed.error);
    }
    call.body = parsed.value;
}

Call read_call(const http::Request& request) {
    const std::string root = "/fhir";
    const std::string& target = request.url;
    const bool ours =
        target.rfind(root, 0) == 0 &&
        (target.size() == root.size() || target[root.size()] == '/' || target[root.size()] == '?');
    if (!ours) {
        throw Refusal(404, "not-found", "the base of this server is /fhir");
    }
    http::Address address = http::parse_address(target.substr(root.size()));
    Call call;
    // The socket leaves the body of an answer to HEAD away.
    call.method = request.method == "HEAD" ? "GET" : request.method;
    call.path = std::move(address.path);
    call.query = std::move(address.query);
    call.if_match = header(request, "If-Match");
    call.if_none_match = header(request, "If-None-Match");
    call.if_none_exist = header(request, "If-None-Exist");
    read_preferences(request, call);
    return call;
}

Answer plain_json(const json& value) {
    Answer answer;
    answer.text = value.dump(2) + "\n";
    http::set_header(answer.headers, "Content-Type", "application/json");
    return answer;
}

} // namespace

struct Sandbox::State {
    explicit State(SandboxOptions given)
        : options(std::move(given)), bases(own_bases(options.base_url)),
          cors(cors_rules(options.origins)), service(id_style()), faults(options.plan.rules) {}

    IdStyle id_style() const {
        return options.plan.habits.long_ids ? IdStyle::lengthy : IdStyle::counted;
    }

    SandboxReply answer(const http::Request& request);
    SandboxReply play(const http::Request& request, Call call, const Surroundings& around);
    SandboxReply reply(Answer answer, const http::Request& request);
    Answer serve(const http::Request& request, Call call, const Surroundings& around);
    Target target_of(const Call& call, const Surroundings& around) const;
    json counts_json() const;

    SandboxOptions options;
    std::vector<std::string> bases;
    http::CorsRules cors;
    Service service;
    FaultPlayer faults;
    std::map<std::string, std::size_t> counts; // requests that were served, by method
};

Target Sandbox::State::target_of(const Call& call, const Surroundings& around) const {
    Target target{call.method, call.path, false};
    if (!call.path.empty() || call.method != "GET") {
        return target;
    }
    for (const auto& [name, value] : call.query) {
        if (name == "_page") {
            target.next_page = true;
            target.path = {service.type_of_page(value, around), "_page"};
        }
    }
    return target;
}

json Sandbox::State::counts_json() const {
    const auto of = [this](const char* what) {
        const auto found = counts.find(what);
        return found == counts.end() ? std::size_t{0} : found->second;
    };
    json out = service.deeds();
    for (const char* method : {"GET", "POST", "PUT", "DELETE", "_search"}) {
        out[method] = of(method);
    }
    out["writes"] = of("POST") + of("PUT") + of("DELETE");
    return out;
}

Answer Sandbox::State::serve(const http::Request& request, Call call, const Surroundings& around) {
    const bool search = call.path.size() == 2 && call.path[1] == "_search";
    ++counts[search ? "_search" : call.method];
    try {
        read_body(request, call);
    } catch (const Refusal& refusal) {
        return refused(refusal);
    }
    return service.serve(call, around);
}

SandboxReply Sandbox::State::reply(Answer answer, const http::Request& request) {
    if (options.plan.habits.no_last_updated) {
        strip_meta(answer);
    }
    return {http::Reply(render(answer, request)), std::chrono::milliseconds{0}};
}

SandboxReply
Sandbox::State::play(const http::Request& request, Call call, const Surroundings& around) {
    const Target target = target_of(call, around);
    if (const FaultRule* rule = faults.before(target)) {
        if (rule->kind == FaultKind::reset_before) {
            return {damaged(http::Response(), *rule), std::chrono::milliseconds{0}};
        }
        if (rule->acted) {
            serve(request, std::move(call), around);
        }
        return reply(fault_answer(*rule, around.now), request);
    }
    Answer answer = serve(request, std::move(call), around);
    const FaultRule* rule = faults.after(target, answer);
    if (rule == nullptr) {
        return reply(std::move(answer), request);
    }
    spoil(answer, *rule, service.pages(), around.base);
    SandboxReply sent = reply(std::move(answer), request);
    return {damaged(std::move(sent.response), *rule), rule->delay};
}

SandboxReply Sandbox::State::answer(const http::Request& request) {
    try {
        Surroundings around;
        around.base = base_for(request, bases);
        around.bases = bases;
        around.habits = options.plan.habits;
        around.now = to_instant(options.now());
        // Asked by the browser and not by the page: no fault strikes, nothing is counted.
        if (request.method == "OPTIONS" && http::may_read(cors, http::origin_of(request))) {
            return {http::Reply(http::preflight(cors)), std::chrono::milliseconds{0}};
        }
        Call call = read_call(request);
        if (request.method == "GET" && call.path == std::vector<std::string>{"$sandbox-faults"}) {
            return reply(plain_json(faults.report()), request);
        }
        if (request.method == "GET" && call.path == std::vector<std::string>{"$sandbox-counts"}) {
            return reply(plain_json(counts_json()), request);
        }
        return play(request, std::move(call), around);
    } catch (const Refusal& refusal) {
        return reply(refused(refusal), request);
    } catch (const std::exception&) {
        return reply(refused(Refusal(500, "exception", "the sandbox failed")), request);
    }
}

Sandbox::Sandbox(SandboxOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Sandbox::~Sandbox() = default;

LoadSummary Sandbox::load(Loading loading) {
    return loading.finish(state_->service.repository(),
                          state_->id_style(),
                          to_instant(state_->options.now()),
                          state_->bases);
}

SandboxReply Sandbox::handle(const http::Request& request) {
    SandboxReply sent = state_->answer(request);
    http::allow_reading(state_->cors, http::origin_of(request), sent.response);
    return sent;
}

http::Response Sandbox::refuse(int status, const http::Request& request) const {
    http::Response response = http::refuse_plainly(status, request);
    http::allow_reading(state_->cors, http::origin_of(request), response);
    return response;
}

} // namespace embolink::sandbox
