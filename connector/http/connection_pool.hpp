// Connections that wait for another request, by origin.
#pragma once

#include "connector/http/connection.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace embolink::http {

class ConnectionPool {
public:
    // Keeps so many of each origin, none of them for longer.
    ConnectionPool(std::size_t per_origin, std::chrono::milliseconds longest);

    // The one used last; null when there is none that still lives.
    std::unique_ptr<Connection> take(const std::string& origin);
    void keep(const std::string& origin, std::unique_ptr<Connection> connection);

    // Closes those that were kept for longest, and those that the server has closed.
    void drop_idle();

private:
    struct Kept {
        std::unique_ptr<Connection> connection;
        std::chrono::steady_clock::time_point since;
    };

    void drop_old();

    std::size_t per_origin_;
    std::chrono::milliseconds longest_;
    std::map<std::string, std::vector<Kept>> kept_;
};

} // namespace embolink::http
