// One statistical method on one set of data, by name and as JSON (contracts section 6): what
// `embolink analyze` prints, what `embolink validate` and the tests compare with R. The keys of a
// result are those of the `expected` part of the reference cases.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace embolink {

// The object cannot be run as it stands: a kind that does not exist, a column that is missing or no
// list of numbers. The caller's fault, unlike a refusal, which is an answer about the data.
class CaseError : public std::runtime_error {
public:
    CaseError(const std::string& what, std::string where, std::string remedy)
        : std::runtime_error(what), where_(std::move(where)), remedy_(std::move(remedy)) {}

    const std::string& where() const { return where_; } // JSON pointer

    const std::string& remedy() const { return remedy_; }

private:
    std::string where_;
    std::string remedy_;
};

// `object` holds `kind` and `input`; other members are not read, save `expected` of a reference
// case for what its `input` leaves out (case.cpp). Returns {"kind", "result"}, or {"kind",
// "refused": {"code", "text"}} where the method has no answer for these data. In the result null is
// undefined, "Inf" and "-Inf" are infinities. Throws CaseError.
nlohmann::json analyze_case(const nlohmann::json& object);

// The kinds that there are, in the order of their names.
std::vector<std::string> case_kinds();

} // namespace embolink
