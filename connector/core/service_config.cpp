#include "connector/core/service_config.hpp"

#include "connector/core/config_values.hpp"
#include "connector/http/url.hpp"

#include <algorithm>
#include <optional>

namespace embolink {
namespace {

// "02:30"
std::optional<int> minute_of_day(const std::string& text) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
        return std::nullopt;
    }
    const int hour = std::stoi(text.substr(0, 2));
    const int minute = std::stoi(text.substr(3, 2));
    return hour < 24 && minute < 60 ? std::optional(hour * 60 + minute) : std::nullopt;
}

// "20:00-06:00"
std::optional<DayWindow> day_window(const std::string& text) {
    if (text.size() != 11 || text[5] != '-') {
        return std::nullopt;
    }
    const auto from = minute_of_day(text.substr(0, 5));
    const auto to = minute_of_day(text.substr(6));
    if (!from || !to || *from == *to) {
        return std::nullopt;
    }
    return DayWindow{*from, *to};
}

ScheduleConfig read_schedule(JsonObject part) {
    ScheduleConfig out;
    for (const std::string& text : part.texts("at")) {
        const auto minute = minute_of_day(text);
        if (!minute) {
            part.fault("at", "times of the day such as \"02:30\"");
        }
        out.at.push_back(minute.value_or(0));
    }
    std::sort(out.at.begin(), out.at.end());
    const std::chrono::seconds otherwise = out.at.empty() ? out.every : std::chrono::seconds(0);
    out.every = duration_of(part, "every", otherwise);
    if (part.value("every") != nullptr && out.every < std::chrono::minutes(1)) {
        part.fault("every", "at least one minute");
    }
    for (const std::string& text : part.texts("windows")) {
        const auto window = day_window(text);
        if (!window) {
            part.fault("windows", "parts of the day such as \"20:00-06:00\"");
        }
        out.windows.push_back(window.value_or(DayWindow{}));
    }
    out.jitter = duration_of(part, "jitter", out.jitter);
    out.retry = std::max(duration_of(part, "retry", out.retry), std::chrono::seconds(1));
    part.refuse_other_keys();
    return out;
}

// "127.0.0.1:8480", "[::1]:8480"; port 0 is any free one.
ListenAddress
read_address(JsonObject& part, const std::string& key, const ListenAddress& otherwise) {
    const std::string text = part.text(key);
    if (text.empty()) {
        return otherwise;
    }
    const auto colon = text.rfind(':');
    const std::string digits = colon == std::string::npos ? "" : text.substr(colon + 1);
    const bool number = !digits.empty() && digits.size() <= 5 &&
                        digits.find_first_not_of("0123456789") == std::string::npos &&
                        std::stoi(digits) <= 65'535;
    std::string address = text.substr(0, colon);
    if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
        address = address.substr(1, address.size() - 2);
    }
    if (!number || address.empty()) {
        part.fault(key, "an address of this machine and a port, such as \"127.0.0.1:8480\"");
        return otherwise;
    }
    return {address, static_cast<std::uint16_t>(std::stoi(digits))};
}

void read_limits(JsonObject part, ListenConfig& out) {
    const auto size = [&](const char* key, std::size_t otherwise, int least) {
        const int in_kib = static_cast<int>(otherwise / 1024);
        return static_cast<std::size_t>(whole_number(part, key, in_kib, least, 1'000'000)) * 1024;
    };
    const auto count = [&](const char* key, std::size_t otherwise) {
        const int number = whole_number(part, key, static_cast<int>(otherwise), 1, 100'000);
        return static_cast<std::size_t>(number);
    };
    out.body_limit = size("body_kib", out.body_limit, 1);
    out.header_limit = size("header_kib", out.header_limit, 1);
    out.request_time = duration_of(part, "request_time", out.request_time);
    out.most_requests = count("requests", out.most_requests);
    out.most_connections = count("connections", out.most_connections);
    part.refuse_other_keys();
}

ListenConfig read_listen(JsonObject part) {
    ListenConfig out;
    out.main = read_address(part, "listen", out.main);
    out.operators = read_address(part, "operator_listen", out.operators);
    if (part.value("limits") != nullptr) {
        read_limits(part.part("limits"), out);
    }
    part.refuse_other_keys();
    return out;
}

bool is_https_or_local(const std::string& text) {
    const auto url = http::parse_url(text);
    return url && (url->scheme == "https" || url->host == "127.0.0.1" || url->host == "localhost");
}

// Where others reach the service; without slashes at its end.
std::string read_public_url(JsonObject& part) {
    std::string text = part.required_text("public_url");
    while (text.ends_with('/')) {
        text.pop_back();
    }
    if (!text.empty() && !http::parse_url(text)) {
        part.fault("public_url", "an http or https URL");
    }
    return text;
}

std::vector<std::string> read_origins(JsonObject& part) {
    std::vector<std::string> out = part.texts("origins");
    if (!std::all_of(out.begin(), out.end(), http::is_origin)) {
        part.fault("origins", "origins of pages, such as \"https://ehr.example\", each by itself");
    }
    return out;
}

KeySource read_keys(JsonObject part, const std::filesystem::path& folder) {
    KeySource out;
    const std::string file = part.text("file");
    out.file = file.empty() ? std::filesystem::path() : folder / file;
    out.url = part.text("url");
    out.jku = part.text("jku");
    if (file.empty() == out.url.empty()) {
        part.fault("file", "either \"file\" or \"url\" of a JSON Web Key Set");
    } else if (!out.url.empty() && !is_https_or_local(out.url)) {
        part.fault("url", "an https URL");
    } else if (!file.empty() && !std::filesystem::exists(out.file)) {
        part.fault("file", "a file that is there");
    } else if (!out.url.empty() && !out.jku.empty()) {
        part.fault("jku", "beside \"file\" only: of \"url\" it is the URL itself");
    }
    part.refuse_other_keys();
    return out;
}

std::vector<CdsClient>
read_clients(JsonObject& cds, const std::filesystem::path& folder, ConfigFaults& faults) {
    std::vector<CdsClient> out;
    cds.each("clients", [&](const nlohmann::json& value, const std::string& pointer) {
        JsonObject part(value, pointer, faults);
        CdsClient client;
        client.issuer = part.required_text("issuer");
        if (part.value("jwks") == nullptr) {
            part.fault("jwks", R"({"file": PATH}, {"file": PATH, "jku": URL} or {"url": URL})");
        } else {
            client.keys = read_keys(part.part("jwks"), folder);
        }
        part.refuse_other_keys();
        const bool twice = std::any_of(out.begin(), out.end(), [&](const CdsClient& one) {
            return one.issuer == client.issuer;
        });
        if (twice) {
            part.fault("issuer", "each issuer once; its key set may hold several keys");
        }
        out.push_back(std::move(client));
    });
    return out;
}

bool switched_on(JsonObject& part, const char* key) {
    const nlohmann::json* value = part.value(key);
    if (value != nullptr && !value->is_boolean()) {
        part.fault(key, "true or false");
    }
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

CdsConfig read_cds(JsonObject part, const std::filesystem::path& folder, ConfigFaults& faults) {
    CdsConfig out;
    out.on = true;
    out.public_url = read_public_url(part);
    out.clients = read_clients(part, folder, faults);
    if (out.clients.empty()) {
        part.fault("clients", "at least one issuer with its keys: nobody else may call");
    }
    out.origins = read_origins(part);
    if (part.value("launch") != nullptr) {
        JsonObject launch = part.part("launch");
        out.launch_url = launch.required_text("url");
        if (!out.launch_url.empty() && !http::parse_url(out.launch_url)) {
            launch.fault("url", "an http or https URL");
        }
        out.launch_by_smart = launch.choice("type", {"absolute", "smart"}, true) == "smart";
        launch.refuse_other_keys();
    }
    out.suggest_orders = switched_on(part, "suggest_orders");
    out.show_trial_context = switched_on(part, "show_trial_context");
    out.deadline = duration_of(part, "deadline", out.deadline);
    if (out.deadline.count() == 0) {
        part.fault("deadline", "longer than no time");
    }
    part.refuse_other_keys();
    return out;
}

CallerConfig read_caller(JsonObject part, const std::filesystem::path& folder) {
    CallerConfig out;
    out.name = part.required_text("name");
    out.token = secret_ref(part, "token", folder);
    if (!out.token.given()) {
        part.fault("token", R"({"file": PATH} or {"env": NAME})");
    }
    for (const std::string& scope : part.texts("scopes")) {
        if (scope != "measure" && scope != "derive" && scope != "run") {
            part.fault("scopes", "a list of measure, derive, run");
        }
        out.scopes.insert(scope);
    }
    part.refuse_other_keys();
    return out;
}

OperationsConfig
read_operations(JsonObject part, const std::filesystem::path& folder, ConfigFaults& faults) {
    OperationsConfig out;
    out.public_url = read_public_url(part);
    part.each("callers", [&](const nlohmann::json& value, const std::string& pointer) {
        out.callers.push_back(read_caller(JsonObject(value, pointer, faults), folder));
    });
    if (out.callers.empty()) {
        part.fault("callers", "at least one caller with its token: nobody else may call");
    }
    part.refuse_other_keys();
    return out;
}

RegisterConfig read_register(JsonObject part) {
    RegisterConfig out;
    out.on = true;
    if (part.choice("mode", {"dry-run", "apply"}, false) == "apply") {
        out.mode = WriteMode::apply;
    }
    out.public_url = read_public_url(part);
    out.criteria = part.texts("criteria");
    for (const std::string& one : out.criteria) {
        if (one.find('?') == std::string::npos) {
            part.fault("criteria", "searches such as \"Observation?category=laboratory\"");
        }
    }
    out.topics = part.texts("topics");
    const std::string payload = part.choice("payload", {"resource", "id-only", "empty"}, false);
    out.payload = payload == "id-only" ? NotificationPayload::id_only
                  : payload == "empty" ? NotificationPayload::empty
                                       : NotificationPayload::resource;
    out.lifetime = duration_of(part, "lifetime", out.lifetime);
    out.check = std::max(duration_of(part, "check", out.check), std::chrono::seconds(1));
    if (out.lifetime < 4 * out.check) {
        part.fault("lifetime", "at least four times \"check\", so that none ends unnoticed");
    }
    part.refuse_other_keys();
    return out;
}

SubscriptionsConfig read_subscriptions(JsonObject part, const std::filesystem::path& folder) {
    SubscriptionsConfig out;
    out.on = true;
    out.secret = secret_ref(part, "secret", folder);
    if (part.value("hmac") != nullptr) {
        JsonObject hmac = part.part("hmac");
        out.hmac = secret_ref(hmac, "secret", folder);
        const std::string header = hmac.text("header");
        out.hmac_header = header.empty() ? out.hmac_header : header;
        if (!out.hmac.given()) {
            hmac.fault("secret", R"({"file": PATH} or {"env": NAME})");
        }
        hmac.refuse_other_keys();
    } else if (!out.secret.given()) {
        part.fault("secret", R"({"file": PATH} or {"env": NAME})");
    }
    out.debounce = duration_of(part, "debounce", out.debounce);
    if (part.value("register") != nullptr) {
        out.own = read_register(part.part("register"));
        if (!out.secret.given()) {
            part.fault("register", "a \"secret\" beside it: what the server is told to send along");
        }
    }
    part.refuse_other_keys();
    return out;
}

} // namespace

ServiceConfig read_service_config(JsonObject& root, const std::filesystem::path& folder) {
    ServiceConfig out;
    if (root.value("schedule") != nullptr) {
        out.schedule = read_schedule(root.part("schedule"));
    }
    if (root.value("service") != nullptr) {
        out.listen = read_listen(root.part("service"));
    }
    if (root.value("cds") != nullptr) {
        out.cds = read_cds(root.part("cds"), folder, root.faults());
    }
    if (root.value("operations") != nullptr) {
        out.operations = read_operations(root.part("operations"), folder, root.faults());
    }
    if (root.value("subscriptions") != nullptr) {
        out.subscriptions = read_subscriptions(root.part("subscriptions"), folder);
    }
    if (root.value("log") != nullptr) {
        JsonObject log = root.part("log");
        if (log.choice("format", {"text", "json"}, true) == "text") {
            out.log_format = LogFormat::text;
        }
        log.refuse_other_keys();
    }
    return out;
}

} // namespace embolink
