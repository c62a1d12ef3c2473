// What every test of the store contract starts from: an open store of one backend in a folder of
// its own, and values that fill one field and leave the others plain.
#pragma once

#include "connector/store/store.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace embolink::test {

struct StoreBackend {
    std::string name;
    // The same folder is the same database.
    std::function<std::unique_ptr<Store>(const std::filesystem::path& folder,
                                         const ServerIdentity& source)>
        open;
};

// Another backend becomes one more row.
const std::vector<StoreBackend>& store_backends();

class StoreContract : public testing::TestWithParam<StoreBackend> {
protected:
    std::unique_ptr<Store> open(const std::string& name = "clinic",
                                const std::string& base_url = "https://fhir.example.org/r4") {
        return GetParam().open(folder.path(), {name, base_url});
    }

    RunId begin_run() { return store->begin_run({"2026-11-25T08:00:00.000Z", "", "", ""}); }

    // The chain of one patient, with what its searches found in the run.
    void pull(RunId run,
              const std::string& chain,
              const std::string& search,
              std::vector<StoredResource> resources) {
        Page page;
        page.chain = chain;
        page.search = search;
        page.resources = std::move(resources);
        store->commit_page(run, page);
    }

    std::int64_t mark_of(const std::string& chain);
    std::vector<std::string> chain_names();
    std::vector<std::string> references_of(const std::string& chain);

    TempFolder folder;
    std::unique_ptr<Store> store = open();
};

// Version "1"; the content is what the hash and the body say.
StoredResource copy_of(const std::string& reference, const std::string& content = "a");

Derivation derivation_of(const std::string& chain, std::int64_t mark);
OutboxEntry entry_of(const std::string& identifier, const std::string& chain);

} // namespace embolink::test

// All tests of the fixture on all backends.
#define EMBOLINK_STORE_CONTRACT(fixture)                                                           \
    INSTANTIATE_TEST_SUITE_P(Backends,                                                             \
                             fixture,                                                              \
                             testing::ValuesIn(embolink::test::store_backends()),                  \
                             [](const auto& backend) { return backend.param.name; })
