// The way of FHIR files into the program: files, folders and standard input, NDJSON, Bundles,
// single resources and arrays of them, plain or gzip. NDJSON is read line by line in flat memory;
// a broken line costs that line only.
//
// Errors: a path that is missing or may not be read stops the run (Error, input). What is wrong
// inside a file is an Issue whose reference is "FILE:line" or "FILE#/entry/3"; no content of the
// file ever stands in it.
#pragma once

#include "connector/pull/bundle.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace embolink {

// One path of the command line, "-" for standard input, and the files it stands for.
struct Input {
    std::string path;
    std::vector<std::string> files; // sorted; the path itself when it is no folder
    std::uint64_t bytes = 0;        // of all files; 0: not known
};

// Folders are searched to any depth for names that end in .ndjson, .json or .gz. Throws Error
// (input) when a path is missing or a folder holds none of these.
std::vector<Input> find_inputs(const std::vector<std::string>& paths);

struct StreamProgress {
    std::uint64_t bytes = 0; // read so far, as stored
    std::uint64_t resources = 0;
};

struct StreamOptions {
    // A line or document above this is left out: 256 MiB hold a Bundle of 100,000 resources.
    std::size_t limit_bytes = std::size_t{256} * 1024 * 1024;
    std::function<void(const StreamProgress&)> progress; // may be empty
};

// What was read, for the audit report's list of inputs.
struct InputDigest {
    std::string name;   // last part of the path; "standard input"
    std::string sha256; // of the file; of the lines "SHA256  relative path" of a folder
};

struct StreamSummary {
    std::uint64_t files = 0;
    std::uint64_t resources = 0;
    std::uint64_t faults = 0; // values that gave no resource for being unreadable (fatal issues)
    std::vector<InputDigest> digests; // one per input
};

StreamSummary read_resources(const std::vector<Input>& inputs,
                             const ResourceSink& sink,
                             const StreamOptions& options = {});

} // namespace embolink
