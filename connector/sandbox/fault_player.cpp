#include "connector/sandbox/fault_player.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

bool strikes_before(FaultKind kind) {
    switch (kind) {
    case FaultKind::too_many_requests:
    case FaultKind::unavailable:
    case FaultKind::server_error:
    case FaultKind::bad_gateway:
    case FaultKind::unauthorized:
    case FaultKind::html:
    case FaultKind::reset_before:
    case FaultKind::expired_cursor:
        return true;
    default:
        return false;
    }
}

bool path_matches(const std::string& wanted, const std::vector<std::string>& path) {
    if (wanted == "*") {
        return true;
    }
    const std::vector<std::string> segments = http::parse_address(wanted).path;
    if (segments.empty()) { // "/"
        return path.empty();
    }
    return segments.size() <= path.size() &&
           std::equal(segments.begin(), segments.end(), path.begin());
}

bool matches(const FaultRule& rule, const Target& target) {
    return (rule.method == "*" || rule.method == target.method) &&
           path_matches(rule.path, target.path);
}

bool has_entries(const Answer& answer) {
    return answer.page && answer.body->contains("entry");
}

bool has_next(const Answer& answer) {
    return answer.page && answer.body->at("link").size() > 1;
}

bool has_version(const json& resource) {
    const auto meta = resource.find("meta");
    return meta != resource.end() && meta->is_object() &&
           (meta->contains("versionId") || meta->contains("lastUpdated"));
}

bool fits_answer(FaultKind kind, const Answer& answer) {
    switch (kind) {
    case FaultKind::truncate:
    case FaultKind::wrong_length:
    case FaultKind::bad_gzip:
        return answer.body != nullptr;
    case FaultKind::missing_meta:
        return answer.body != nullptr && (has_version(*answer.body) || has_entries(answer));
    case FaultKind::duplicate_entries:
        return has_entries(answer);
    case FaultKind::loop:
    case FaultKind::no_next:
        return has_next(answer);
    case FaultKind::outcome_entry:
        return answer.page.has_value();
    case FaultKind::empty_last_page:
        return has_entries(answer) && !has_next(answer);
    default:
        return true;
    }
}

std::string retry_after_text(const FaultRule& rule, Instant now) {
    switch (rule.retry_after) {
    case RetryAfter::seconds:
        return std::to_string(rule.seconds);
    case RetryAfter::date:
        return http_date_text(now + Instant{1'000} * rule.seconds);
    case RetryAfter::garbage:
        return "in a while";
    case RetryAfter::none:
        break;
    }
    return "";
}

Answer html_answer(int status, const std::string& words) {
    Answer answer;
    answer.status = status;
    answer.text = "<!DOCTYPE html><html><head><title>" + words + "</title></head><body><h1>" +
                  words + "</h1><p>scripted fault</p></body></html>\n";
    http::set_header(answer.headers, "Content-Type", "text/html; charset=utf-8");
    return answer;
}

void strip_resource(json& resource) {
    const auto meta = resource.find("meta");
    if (meta != resource.end() && meta->is_object()) {
        meta->erase("versionId");
        meta->erase("lastUpdated");
        if (meta->empty()) {
            resource.erase("meta");
        }
    }
}

void set_next(json& bundle, const std::string& url) {
    json& links = bundle.at("link");
    const json next = {{"relation", "next"}, {"url", url}};
    if (links.size() > 1) {
        links[1] = next;
    } else {
        links.push_back(next);
    }
}

void duplicate_entries(Answer& answer, Pages& pages, const std::string& base) {
    json twice = json::array();
    for (const json& entry : answer.body->at("entry")) {
        twice.push_back(entry);
        twice.push_back(entry);
    }
    answer.body->at("entry") = std::move(twice);
    // The next page begins one earlier; with pages of one it would be this one for ever.
    const PagePlace& page = *answer.page;
    if (has_next(answer) && page.end - page.first > 1) {
        set_next(*answer.body, pages.link(page.set, page.end - 1, base));
    }
}

} // namespace

FaultPlayer::FaultPlayer(std::vector<FaultRule> rules) {
    for (FaultRule& rule : rules) {
        played_.push_back({std::move(rule), 0, 0});
    }
}

const FaultRule* FaultPlayer::choose(const Target& target,
                                     const std::function<bool(const FaultRule&)>& fits) {
    const FaultRule* chosen = nullptr;
    for (Played& played : played_) {
        if (played.fired == played.rule.times || !matches(played.rule, target) ||
            !fits(played.rule)) {
            continue;
        }
        if (played.seen < played.rule.skip) {
            ++played.seen;
        } else if (chosen == nullptr) {
            ++played.fired;
            chosen = &played.rule;
        }
    }
    return chosen;
}

const FaultRule* FaultPlayer::before(const Target& target) {
    return choose(target, [&](const FaultRule& rule) {
        return strikes_before(rule.kind) &&
               (rule.kind != FaultKind::expired_cursor || target.next_page);
    });
}

const FaultRule* FaultPlayer::after(const Target& target, const Answer& answer) {
    return choose(target, [&](const FaultRule& rule) {
        return !strikes_before(rule.kind) && fits_answer(rule.kind, answer);
    });
}

json FaultPlayer::report() const {
    std::size_t fired = 0;
    json rules = json::array();
    for (const Played& played : played_) {
        fired += played.fired;
        rules.push_back({{"fault", played.rule.name},
                         {"method", played.rule.method},
                         {"path", played.rule.path},
                         {"skip", played.rule.skip},
                         {"times", played.rule.times},
                         {"fired", played.fired}});
    }
    return {{"fired", fired}, {"rules", std::move(rules)}};
}

Answer fault_answer(const FaultRule& rule, Instant now) {
    Answer answer;
    switch (rule.kind) {
    case FaultKind::too_many_requests:
        answer = json_answer(429, outcome("error", "throttled", "scripted fault"));
        break;
    case FaultKind::unavailable:
        answer = json_answer(503, outcome("error", "transient", "scripted fault"));
        break;
    case FaultKind::server_error:
        answer = json_answer(500, outcome("fatal", "exception", "scripted fault"));
        break;
    case FaultKind::unauthorized:
        answer = json_answer(401, outcome("error", "login", "scripted fault"));
        http::set_header(answer.headers, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
        break;
    case FaultKind::expired_cursor:
        answer = json_answer(410, outcome("error", "expired", "scripted fault"));
        break;
    case FaultKind::bad_gateway:
        answer = html_answer(502, "502 Bad Gateway");
        break;
    default:
        answer = html_answer(200, "Sign in");
        break;
    }
    const std::string retry = retry_after_text(rule, now);
    if (!retry.empty()) {
        http::set_header(answer.headers, "Retry-After", retry);
    }
    return answer;
}

void spoil(Answer& answer, const FaultRule& rule, Pages& pages, const std::string& base) {
    switch (rule.kind) {
    case FaultKind::missing_meta:
        strip_meta(answer);
        break;
    case FaultKind::duplicate_entries:
        duplicate_entries(answer, pages, base);
        break;
    case FaultKind::loop:
        set_next(*answer.body, answer.page->own_url);
        break;
    case FaultKind::no_next:
        answer.body->at("link").erase(1);
        (*answer.body)["total"] = answer.page->set->hits.size();
        break;
    case FaultKind::outcome_entry: {
        json entry = {{"resource", outcome("warning", "incomplete", "scripted fault")},
                      {"search", {{"mode", "outcome"}}}};
        (*answer.body)["entry"].push_back(std::move(entry));
        break;
    }
    case FaultKind::empty_last_page:
        set_next(*answer.body, pages.link(answer.page->set, answer.page->end, base));
        break;
    default:
        break;
    }
}

void strip_meta(Answer& answer) {
    if (answer.body) {
        strip_resource(*answer.body);
        if (const auto entries = answer.body->find("entry"); entries != answer.body->end()) {
            for (json& entry : *entries) {
                if (entry.contains("resource")) {
                    strip_resource(entry["resource"]);
                }
                if (entry.contains("response")) {
                    entry["response"].erase("etag");
                    entry["response"].erase("lastModified");
                }
            }
        }
    }
    http::erase_header(answer.headers, "ETag");
    http::erase_header(answer.headers, "Last-Modified");
}

http::Reply damaged(http::Response response, const FaultRule& rule) {
    switch (rule.kind) {
    case FaultKind::reset_before:
        return http::Reply(std::move(response), http::Damage::reset_before);
    case FaultKind::reset_after:
        return http::Reply(std::move(response), http::Damage::reset_after);
    case FaultKind::truncate:
        return http::Reply(std::move(response), http::Damage::truncate);
    case FaultKind::wrong_length:
        return http::Reply(std::move(response), http::Damage::wrong_length);
    case FaultKind::bad_gzip: {
        if (!http::find_header(response.headers, "Content-Encoding")) {
            response.body = gzip_text(response.body);
            http::set_header(response.headers, "Content-Encoding", "gzip");
        }
        // Past the ten bytes of the head, so that it still looks like gzip.
        for (std::size_t i = 10; i < response.body.size(); ++i) {
            response.body[i] = static_cast<char>(~response.body[i]);
        }
        break;
    }
    default:
        break;
    }
    return http::Reply(std::move(response));
}

} // namespace embolink::sandbox
