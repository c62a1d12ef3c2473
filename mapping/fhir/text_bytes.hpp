// Text as other programs store it: base64 in attachments, and character sets of old spreadsheets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace embolink {

// RFC 4648, white space passed over (FHIR R4 base64Binary), padding optional. nullopt: not base64.
std::optional<std::string> decode_base64(std::string_view text);

bool is_utf8(std::string_view bytes);

// Valid UTF-8 as it is (without its byte order mark); anything else is taken as Windows-1252, which
// is what programs without UTF-8 write in Western Europe. Never fails.
std::string to_utf8(std::string_view bytes);

} // namespace embolink
