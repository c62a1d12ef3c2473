// One connection of a Server: reads requests, has them answered and sends the answers. Internal to
// connector/http.
#pragma once

#include "connector/http/server.hpp"
#include "connector/http/server_message.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <memory>
#include <set>
#include <string>

namespace embolink::http {

class ServerSession;
class TimeLimit;

// What the sessions of one server share; lives as long as the server or any of them does.
struct ServerShared {
    ServerShared(boost::asio::any_io_executor executor,
                 ServerOptions given,
                 Handler function,
                 Refuser refusing)
        : options(std::move(given)), handler(std::move(function)), refuser(std::move(refusing)),
          acceptor(std::move(executor)) {}

    ServerOptions options;
    Handler handler;
    Refuser refuser;
    boost::asio::ip::tcp::acceptor acceptor;
    std::set<ServerSession*> sessions;
    std::size_t held = 0; // of them, within the limit
    std::size_t answering = 0;
    std::size_t accepted = 0;
    bool stopping = false;
};

class ServerSession {
public:
    ServerSession(std::shared_ptr<ServerShared> shared, boost::asio::ip::tcp::socket socket);
    ~ServerSession();

    ServerSession(const ServerSession&) = delete;
    ServerSession& operator=(const ServerSession&) = delete;

    // Until either side has enough. A connection beyond the limit is heard once and shortly, since
    // it may bring one of the requests that are always answered. Whatever is thrown on the way ends
    // the connection alone.
    boost::asio::awaitable<void> run();

    void close_if_waiting();

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using error_code = boost::system::error_code;

    boost::asio::awaitable<void> answer_all();
    boost::asio::awaitable<bool> answer_one();
    boost::asio::awaitable<error_code> begin();
    boost::asio::awaitable<error_code> read_rest(Parser& parser, const TimeLimit& limit);
    boost::asio::awaitable<error_code> read_more(Parser& parser);
    void parse_what_is_here(Parser& parser, error_code& fault);
    boost::asio::awaitable<Reply> handle(Request request);
    boost::asio::awaitable<bool> deliver(Reply reply, bool head, bool keep_alive);
    boost::asio::awaitable<bool> send(Response response, Damage damage, bool head, bool keep_alive);
    boost::asio::awaitable<bool> write(std::string text, std::string rest);
    std::size_t write_at_once(const std::string& text, error_code& fault);
    boost::asio::awaitable<void> refuse(Response answer);
    void reset();

    std::shared_ptr<ServerShared> shared_;
    boost::beast::tcp_stream stream_;
    boost::beast::flat_buffer buffer_;
    bool waiting_ = false; // for a request
    bool beyond_ = false;  // the limit of connections
    bool far_beyond_ = false;
};

} // namespace embolink::http
