// The schema's numbered steps (schema/NNN_*.sql) and the way forward through them. The number of
// the last step done is the file's `user_version`.
#pragma once

#include <string_view>
#include <vector>

namespace embolink {

class Connection;

// As they stood when the program was built: step n is element n - 1.
std::vector<std::string_view> schema_steps();

// Claims the file and does the steps that it has not seen, all in one transaction. Throws Error
// (store) for a file of a newer embolink or of another program, and leaves that as it is.
void bring_forward(Connection& connection, const std::vector<std::string_view>& steps);

} // namespace embolink
