// A fault that stops the run (architecture 5.1). Faults in a patient's data are Issues and never
// stop one. Caught in one place, main, which turns the kind into the exit code of the command.
#pragma once

#include <stdexcept>
#include <string>

namespace embolink {

enum class ErrorKind {
    usage,      // the command line; exit code 2
    config,     // the site file; 2
    definition, // a definition file of --definitions; 2
    input,      // an input file that is missing or cannot be read; 3
    output,     // a result that cannot be written; 4
    transport,  // no connection, a broken one, or a phase that took too long; 4
    http,       // an answer of the server that stops the work; 4
    protocol,   // an answer that is not what FHIR says; 4
    store,      // the database; 4
    check,      // a check or comparison that failed; 1
    interrupted // SIGINT or SIGTERM; nothing half-written is left, safe to run again; 130
};

// Says what was wrong, where, and what to do next. Texts never hold patient data.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& what, std::string where, std::string remedy)
        : std::runtime_error(what), kind_(kind), where_(std::move(where)),
          remedy_(std::move(remedy)) {}

    ErrorKind kind() const { return kind_; }

    // File, JSON pointer or option; may hold several lines when there are several faults.
    const std::string& where() const { return where_; }

    const std::string& remedy() const { return remedy_; }

private:
    ErrorKind kind_;
    std::string where_;
    std::string remedy_;
};

// Contracts section 1.
int exit_code(ErrorKind kind);

// What main prints on standard error: "embolink: WHAT", then where and remedy on lines of their
// own.
std::string describe(const Error& error);

} // namespace embolink
