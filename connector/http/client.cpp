// One request is one write and a read loop over Beast's parser: Beast reads HTTP, and what is done
// here is what a caller must be able to tell apart: how far a request came before it failed.
#include "connector/http/client.hpp"

#include "connector/http/connection.hpp"
#include "connector/http/connection_pool.hpp"
#include "connector/http/inflate.hpp"
#include "connector/http/tls.hpp"
#include "connector/http/transport_failure.hpp"
#include "connector/http/url.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace embolink::http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;
using boost::system::error_code;
using std::chrono::milliseconds;

using Parser = wire::response_parser<wire::string_body>;

constexpr std::size_t read_bytes = std::size_t{64} * 1024;

// A request ready to go, as often as it takes.
struct Errand {
    Url url;
    std::string where; // for messages: never the query, never a header
    std::string bytes;
    bool head = false;
    bool idempotent = false; // RFC 9110 9.2.2
};

// A kept connection that the server had already closed: the request is not to blame.
class StaleConnection : public TransportFailure {
public:
    using TransportFailure::TransportFailure;

    explicit StaleConnection(const TransportFailure& failure) : TransportFailure(failure) {}
};

// ---- the request

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789!#$%&'*+-.^_`|~";
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

// What would end a header early, such as the line break at the end of a token read from a file,
// would let a value write headers of its own.
void check(const Request& request) {
    const std::string remedy = "remove line breaks and control characters from it";
    if (!is_token(request.method)) {
        throw Error(ErrorKind::config, "the method of a request is not valid", "", remedy);
    }
    constexpr std::string_view forbidden("\r\n\0", 3);
    for (const Header& header : request.headers) {
        if (!is_token(header.name)) {
            throw Error(ErrorKind::config, "the name of a request header is not valid", "", remedy);
        }
        if (header.value.find_first_of(forbidden) != std::string::npos) {
            throw Error(ErrorKind::config,
                        "the value of a request header is not valid",
                        header.name,
                        remedy);
        }
    }
}

// The port only where it is not the scheme's own (RFC 9110 7.2): some gateways compare text.
std::string host_header(const Url& url) {
    std::string text = authority_of(url);
    if (url.port == (url.scheme == "http" ? "80" : "443")) {
        text.resize(text.size() - url.port.size() - 1);
    }
    return text;
}

std::string to_bytes(Request request, const Url& url, const ClientOptions& options) {
    wire::request<wire::string_body> message;
    message.method_string(request.method);
    message.target(url.target);
    message.set(wire::field::host, host_header(url));
    erase_header(request.headers, "Host");
    for (const Header& header : request.headers) {
        message.insert(header.name, header.value);
    }
    if (message.count(wire::field::user_agent) == 0) {
        message.set(wire::field::user_agent, options.user_agent);
    }
    if (message.count(wire::field::accept_encoding) == 0) {
        message.set(wire::field::accept_encoding, "gzip");
    }
    message.body() = std::move(request.body);
    message.prepare_payload();
    std::ostringstream out;
    out << message;
    return std::move(out).str();
}

Errand prepare(Request request, const ClientOptions& options) {
    Errand errand;
    errand.where = without_query(request.url);
    auto url = parse_url(request.url);
    if (!url) {
        throw Error(ErrorKind::config,
                    "the URL cannot be used",
                    errand.where,
                    "give an absolute http or https URL without user name and password");
    }
    check(request);
    constexpr std::array<std::string_view, 6> idempotent = {
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
    errand.url = std::move(*url);
    errand.head = request.method == "HEAD";
    errand.idempotent =
        std::find(idempotent.begin(), idempotent.end(), request.method) != idempotent.end();
    try {
        errand.bytes = to_bytes(std::move(request), errand.url, options);
    } catch (const std::length_error&) { // of Beast, for a field of 64 KiB
        throw Error(ErrorKind::config,
                    "a header of a request is too long",
                    errand.where,
                    "use a token or another header of less than 64 KiB");
    }
    return errand;
}

// ---- the answer

Response to_response(wire::response<wire::string_body> message) {
    Response response(static_cast<int>(message.result_int()));
    for (const auto& field : message) {
        Header header;
        header.name = field.name_string();
        header.value = field.value();
        response.headers.push_back(std::move(header));
    }
    response.body = std::move(message.body());
    return response;
}

struct Answer {
    Response response;     // its body as sent
    bool reusable = false; // the connection may carry another request
};

// Reads one answer from a connection that has been sent a request.
class Receiver {
public:
    Receiver(Connection& connection, const Errand& errand, const ClientOptions& options)
        : connection_(connection), errand_(errand), options_(options) {}

    asio::awaitable<Answer> receive();

    // Whether any byte of an answer came.
    bool begun() const { return begun_; }

private:
    asio::awaitable<void> read_message(Parser& parser);
    bool parse_buffered(Parser& parser);
    void parse(Parser& parser, error_code& fault);
    asio::awaitable<void> read_more(Parser& parser);
    TransportFailure unreadable(const error_code& fault) const;

    Phase phase() const { return begun_ ? Phase::body : Phase::first_byte; }

    // Of the next read.
    milliseconds limit() const;

    Connection& connection_;
    const Errand& errand_;
    const ClientOptions& options_;
    const std::chrono::steady_clock::time_point begun_at_ = std::chrono::steady_clock::now();
    boost::beast::flat_buffer buffer_;
    bool begun_ = false;
};

asio::awaitable<Answer> Receiver::receive() {
    for (;;) {
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(options_.header_limit));
        parser.body_limit(options_.body_limit);
        parser.eager(true);
        parser.skip(errand_.head);
        co_await read_message(parser);
        // 100 and 103 announce the answer and are none (RFC 9110 15.2).
        if (parser.get().result_int() / 100 != 1) {
            Answer answer;
            answer.reusable = parser.keep_alive() && buffer_.size() == 0;
            answer.response = to_response(parser.release());
            co_return answer;
        }
    }
}

asio::awaitable<void> Receiver::read_message(Parser& parser) {
    while (!parser.is_done()) {
        if (!parse_buffered(parser)) {
            co_await read_more(parser);
        }
    }
}

// False when it takes more bytes to go on.
bool Receiver::parse_buffered(Parser& parser) {
    if (buffer_.size() == 0) {
        return false;
    }
    error_code fault;
    parse(parser, fault);
    if (fault == wire::error::need_more) {
        return false;
    }
    if (fault) {
        throw unreadable(fault);
    }
    return true;
}

// Beast's limit of the head knows nothing of trailers and chunk extensions (RFC 9112 7.1), of which
// it takes none before all are there; for a field of 64 KiB it throws.
void Receiver::parse(Parser& parser, error_code& fault) {
    try {
        buffer_.consume(parser.put(buffer_.data(), fault));
    } catch (const std::length_error& thrown) {
        throw broken(Phase::body, Reached::maybe, thrown.what(), errand_.where, Outlook::lasting);
    }
    if (fault == wire::error::need_more && buffer_.size() > options_.header_limit) {
        fault = wire::error::header_limit;
    }
}

milliseconds Receiver::limit() const {
    const milliseconds of_phase = begun_ ? options_.idle : options_.first_byte;
    if (options_.whole.count() == 0) {
        return of_phase;
    }
    const auto gone =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun_at_);
    return std::clamp(options_.whole - gone, milliseconds(0), of_phase);
}

asio::awaitable<void> Receiver::read_more(Parser& parser) {
    const milliseconds limit = this->limit();
    connection_.limit(limit);
    const Transfer transfer = co_await connection_.read_some(buffer_.prepare(read_bytes));
    buffer_.commit(transfer.bytes);
    begun_ = begun_ || transfer.bytes > 0;
    if (!transfer.fault) {
        co_return;
    }
    if (transfer.timed_out()) {
        throw too_slow(phase(), Reached::maybe, limit, errand_.where);
    }
    error_code fault = transfer.fault;
    if (fault == asio::error::eof && parser.got_some()) {
        parser.put_eof(fault); // no fault where the end of the connection is the end of the body
        if (!fault) {
            co_return;
        }
    }
    throw broken(phase(), Reached::maybe, fault.message(), errand_.where);
}

TransportFailure Receiver::unreadable(const error_code& fault) const {
    const bool head = fault == wire::error::header_limit;
    if (head || fault == wire::error::body_limit) {
        const std::size_t limit = head ? options_.header_limit : options_.body_limit;
        return broken(Phase::body,
                      Reached::maybe,
                      std::string(head ? "its head" : "it") + " is larger than the limit of " +
                          std::to_string(limit) + " bytes",
                      errand_.where,
                      Outlook::lasting);
    }
    return broken(Phase::body, Reached::maybe, "it is no HTTP, " + fault.message(), errand_.where);
}

std::string inflation_words(Inflation inflation, std::size_t limit) {
    switch (inflation) {
    case Inflation::whole:
        break;
    case Inflation::damaged:
        return "its compressed body is damaged";
    case Inflation::cut:
        return "its compressed body is cut";
    case Inflation::too_large:
        return "inflated it is larger than the limit of " + std::to_string(limit) + " bytes";
    }
    return "";
}

// Afterwards the headers describe the body as it is handed over.
void decode(Response& response, const std::string& where, std::size_t limit) {
    const std::string coding = find_header(response.headers, "Content-Encoding").value_or("");
    namespace beast = boost::beast;
    if (coding.empty() || beast::iequals(coding, "identity") || response.body.empty()) {
        return; // an answer to HEAD names the coding of a body that is not there
    }
    if (!beast::iequals(coding, "gzip") && !beast::iequals(coding, "x-gzip") &&
        !beast::iequals(coding, "deflate")) {
        throw broken(Phase::body,
                     Reached::maybe,
                     "it is encoded in a way that was not asked for",
                     where,
                     Outlook::lasting);
    }
    Inflated inflated = inflate(response.body, limit);
    if (inflated.inflation != Inflation::whole) {
        const bool lasting = inflated.inflation == Inflation::too_large;
        throw broken(Phase::body,
                     Reached::maybe,
                     inflation_words(inflated.inflation, limit),
                     where,
                     lasting ? Outlook::lasting : Outlook::passing);
    }
    response.body = std::move(inflated.text);
    erase_header(response.headers, "Content-Encoding");
    erase_header(response.headers, "Content-Length");
}

class BeastClient : public Client {
public:
    BeastClient(asio::any_io_executor executor, ClientOptions options)
        : executor_(std::move(executor)), options_(std::move(options)),
          pool_(options_.connections_per_origin, options_.kept) {}

    asio::awaitable<Response> send(Request request) override {
        const Errand errand = prepare(std::move(request), options_);
        auto kept = pool_.take(origin_of(errand.url));
        if (kept) {
            try {
                co_return co_await exchange(std::move(kept), Connected::before, errand);
            } catch (const StaleConnection&) {
                if (!errand.idempotent) {
                    throw;
                }
            }
        }
        auto fresh = co_await Connection::open(
            executor_, errand.url, options_, tls_for(errand.url), errand.where);
        co_return co_await exchange(std::move(fresh), Connected::freshly, errand);
    }

    void drop_idle() override { pool_.drop_idle(); }

private:
    // Read when first needed: a client of plain HTTP needs no certificates.
    asio::ssl::context* tls_for(const Url& url) {
        if (url.scheme != "https") {
            return nullptr;
        }
        if (!tls_) {
            tls_ = std::make_unique<asio::ssl::context>(make_tls_context(options_));
        }
        return tls_.get();
    }

    asio::awaitable<Response>
    exchange(std::unique_ptr<Connection> connection, Connected connected, const Errand& errand) {
        co_await write(*connection, connected, errand);
        Receiver receiver(*connection, errand, options_);
        Answer answer;
        try {
            answer = co_await receiver.receive();
        } catch (const TransportFailure& failure) {
            if (connected == Connected::before && !receiver.begun() && !failure.timed_out()) {
                throw StaleConnection(failure);
            }
            throw;
        }
        if (answer.reusable) {
            pool_.keep(origin_of(errand.url), std::move(connection));
        }
        decode(answer.response, errand.where, options_.body_limit);
        co_return std::move(answer.response);
    }

    asio::awaitable<void> write(Connection& connection, Connected connected, const Errand& errand) {
        connection.limit(options_.write);
        std::size_t written = 0;
        while (written < errand.bytes.size()) {
            const Transfer transfer =
                co_await connection.write_some(asio::buffer(errand.bytes) + written);
            written += transfer.bytes;
            if (transfer.fault) {
                throw_unwritten(transfer, written, connected, errand);
            }
        }
    }

    [[noreturn]] void throw_unwritten(const Transfer& transfer,
                                      std::size_t written,
                                      Connected connected,
                                      const Errand& errand) const {
        // TLS reports no byte of a record that failed, whatever of it left.
        const Reached reached =
            errand.url.scheme == "https" ? Reached::maybe : after_failed_write(connected, written);
        if (transfer.timed_out()) {
            throw too_slow(Phase::write, reached, options_.write, errand.where);
        }
        const TransportFailure failure =
            broken(Phase::write, reached, transfer.fault.message(), errand.where);
        if (connected == Connected::before) {
            throw StaleConnection(failure);
        }
        throw failure;
    }

    asio::any_io_executor executor_;
    ClientOptions options_;
    std::unique_ptr<asio::ssl::context> tls_; // before the pool: connections refer to it
    ConnectionPool pool_;
};

} // namespace

std::unique_ptr<Client> make_client(boost::asio::any_io_executor executor, ClientOptions options) {
    return std::make_unique<BeastClient>(std::move(executor), std::move(options));
}

} // namespace embolink::http
