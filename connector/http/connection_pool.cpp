#include "connector/http/connection_pool.hpp"

#include <utility>

namespace embolink::http {

using std::chrono::steady_clock;

ConnectionPool::ConnectionPool(std::size_t per_origin, std::chrono::milliseconds longest)
    : per_origin_(per_origin), longest_(longest) {}

std::unique_ptr<Connection> ConnectionPool::take(const std::string& origin) {
    drop_old();
    auto& waiting = kept_[origin];
    while (!waiting.empty()) {
        auto connection = std::move(waiting.back().connection);
        waiting.pop_back();
        if (!connection->has_ended()) {
            return connection;
        }
    }
    return nullptr;
}

void ConnectionPool::keep(const std::string& origin, std::unique_ptr<Connection> connection) {
    drop_old();
    auto& waiting = kept_[origin];
    if (waiting.size() < per_origin_) {
        connection->no_limit();
        Kept kept;
        kept.connection = std::move(connection);
        kept.since = steady_clock::now();
        waiting.push_back(std::move(kept));
    }
}

void ConnectionPool::drop_idle() {
    drop_old();
    for (auto& [origin, waiting] : kept_) {
        std::erase_if(waiting, [](const Kept& kept) { return kept.connection->has_ended(); });
    }
}

void ConnectionPool::drop_old() {
    const auto oldest = steady_clock::now() - longest_;
    for (auto& [origin, waiting] : kept_) {
        std::erase_if(waiting, [&](const Kept& kept) { return kept.since <= oldest; });
    }
}

} // namespace embolink::http
