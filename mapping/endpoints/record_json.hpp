// Endpoint records, timeline lines and issues as JSON lines (contracts sections 3 and 4), and back.
#pragma once

#include "mapping/issue.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <string>
#include <string_view>

namespace embolink {

// One line without the newline; keys in the order of contracts section 3; absent fields left out.
std::string to_json_line(const EndpointRecord& record);
std::string to_json_line(const TimelineEntry& entry);
std::string to_json_line(const Issue& issue);

// The inverse; throws std::invalid_argument naming the key and what was expected.
EndpointRecord record_from_json_line(std::string_view line);
TimelineEntry timeline_from_json_line(std::string_view line);
Issue issue_from_json_line(std::string_view line);

// The words of a status and of a value as they stand in JSON ("event", "CR", "true", "1.25").
std::string status_word(const RecordStatus& status);
std::string value_text(const Value& value);

} // namespace embolink
