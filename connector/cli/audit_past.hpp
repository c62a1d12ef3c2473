// `audit --replay` and `audit --compare`: reports of past runs, from the database.
#pragma once

#include "connector/cli/audit_input.hpp"

namespace embolink {

// Both throw Error.
void replay_audit(const AuditOptions& options, const CommonOptions& common);
void compare_audits(const AuditOptions& options, const CommonOptions& common);

} // namespace embolink
