// Everything that read_facts found, as text: two readings are equal when their texts are.
#pragma once

#include "mapping/facts/fact_reader.hpp"

#include <string>

namespace embolink::test {

std::string text_of(const ReadResult& result);

} // namespace embolink::test
