#include "connector/core/error.hpp"

namespace embolink {

int exit_code(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::check:
        return 1;
    case ErrorKind::usage:
    case ErrorKind::config:
    case ErrorKind::definition:
        return 2;
    case ErrorKind::input:
        return 3;
    case ErrorKind::output:
    case ErrorKind::transport:
    case ErrorKind::http:
    case ErrorKind::protocol:
    case ErrorKind::store:
        return 4;
    case ErrorKind::interrupted:
        return 130;
    }
    return 2;
}

namespace {

// "  where: first\n         second\n"
std::string labelled(const std::string& label, const std::string& text) {
    if (text.empty()) {
        return "";
    }
    std::string out = "  " + label + ": ";
    for (const char c : text) {
        out += c;
        if (c == '\n') {
            out.append(label.size() + 4, ' ');
        }
    }
    return out + "\n";
}

} // namespace

std::string describe(const Error& error) {
    return std::string("embolink: ") + error.what() + "\n" + labelled("where", error.where()) +
           labelled("do", error.remedy());
}

} // namespace embolink
