// Between Boost.Beast's messages and ours, for the server: what is taken, what is refused. Internal
// to connector/http.
#pragma once

#include "connector/http/http.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>

#include <string>

namespace embolink::http {

using RequestMessage = boost::beast::http::request<boost::beast::http::string_body>;
using ResponseMessage = boost::beast::http::response<boost::beast::http::string_body>;

// The status with which a fault of reading is answered; 0: nobody is there to hear it.
int refusal_of(const boost::system::error_code& fault);

// What is wrong with a request that was read: 400 without one Host (RFC 9112 3.2), 501 for a
// transfer coding that we do not know (6.1). 0: nothing.
int fault_of(const RequestMessage& message);

// RFC 9110 10.1.1: it sends its body when it is told to go on.
bool waits_for_leave(const RequestMessage& message);

// Without the body; of a head that did not come whole what came of it.
Request to_request(const RequestMessage& message);

// With Date (RFC 9110 6.6.1) and, unless it is chunked, Content-Length.
ResponseMessage to_message(Response response, bool keep_alive);

// The message as it is sent, in two parts: status line and headers, and what stands behind them.
std::string head_text(ResponseMessage& message);
std::string body_text(ResponseMessage message);

} // namespace embolink::http
