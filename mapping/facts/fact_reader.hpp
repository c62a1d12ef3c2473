// Resource -> facts: the table of readers, one per resource type, and what is dropped before any
// reader looks (R9.1 own output, R9.5 test data).
#pragma once

#include "mapping/facts/facts.hpp"

#include <optional>

namespace embolink {

struct Definitions;
struct SiteConfig;

// What readers may use besides the resource.
struct ReadContext {
    const Definitions& definitions;
    const SiteConfig& site;
    const ZoneRule& zone;
    bool keep_report_text = false; // with the facts, for the list that goes to readers
};

enum class Dropped {
    no,
    own_output,       // R9.1: counted, never evidence
    test_data,        // R9.5: meta.security HTEST, with an issue
    restricted,       // R9.6: a restricted security label
    unsupported_type, // a resource type that no rule reads: counted, no issue
    deleted           // by the source: outranks the versions before it (R9.3)
};

struct ReadResult {
    Dropped dropped = Dropped::no;
    ResourceFacts facts; // source, version, patient, issues are filled in any case
};

// Never throws on patient data; every element that is dropped or altered leaves an issue.
ReadResult read_facts(const Resource& resource, const ReadContext& context);

} // namespace embolink
