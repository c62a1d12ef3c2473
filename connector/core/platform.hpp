// What the program runs on, for the protocol of `validate`: the same program on another machine or
// with another library need not give the same digits.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace embolink {

// Label and value, in the order of printing: build, compiler, libraries, machine.
std::vector<std::pair<std::string, std::string>> platform_facts();

// SHA-256 of the running program's file; empty where it cannot be read.
std::string program_sha256();

} // namespace embolink
