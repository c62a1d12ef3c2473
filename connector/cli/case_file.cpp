#include "connector/cli/case_file.hpp"

#include "connector/core/error.hpp"
#include "connector/pull/byte_source.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

std::string read_whole_file(const std::string& path) {
    ByteSource source(path);
    std::string text;
    while (source.append_to(text)) {
    }
    if (!source.fault().empty()) {
        throw Error(ErrorKind::input, source.fault(), path, "give the whole file");
    }
    return text;
}

nlohmann::json parse_case(const std::string& text, const std::string& path) {
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::exception& fault) {
        const auto* syntax = dynamic_cast<const nlohmann::json::parse_error*>(&fault);
        const std::string where =
            syntax == nullptr ? path : path + ", byte " + std::to_string(syntax->byte);
        throw Error(ErrorKind::input,
                    "this is no JSON",
                    where,
                    R"(give one object, {"kind": ..., "input": {...}}; undefined is null)");
    }
}

} // namespace embolink
