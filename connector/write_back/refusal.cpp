#include "connector/write_back/refusal.hpp"

#include <algorithm>
#include <array>

namespace embolink {
namespace {

struct Row {
    int status;
    Refusal refusal;
};

// RFC 9110 section 15.5 and FHIR R4 http.html 3.1.0. Whatever is not here is no judgement about an
// outcome: gateways answer 404, 405, 408, 421, 423 and 425 while a server starts, 401 and 403 while
// its rights are being set, 413 until its limit is, 429 and 5xx when it has too much to do.
constexpr std::array<Row, 7> table = {{
    {400, Refusal::of_content}, // cannot be parsed, or breaks a basic rule
    {406, Refusal::of_content}, // does not speak the format that we ask for
    {409, Refusal::conflict},   // another version than that of If-Match, on some servers
    {412, Refusal::conflict},   // another version than that of If-Match
    {415, Refusal::of_content}, // does not speak the format that we send
    {422, Refusal::of_content}, // breaks a profile or a business rule
    {410, Refusal::conflict},   // the resource was deleted since the look
}};

} // namespace

Refusal refusal_of(int status) {
    const auto row = std::ranges::find(table, status, &Row::status);
    return row == table.end() ? Refusal::later : row->refusal;
}

} // namespace embolink
