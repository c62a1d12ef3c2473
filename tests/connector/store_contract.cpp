#include "tests/connector/store_contract.hpp"

namespace embolink::test {

const std::vector<StoreBackend>& store_backends() {
    static const std::vector<StoreBackend> backends = {
        {"SQLite", [](const std::filesystem::path& folder, const ServerIdentity& source) {
             return open_sqlite_store(folder / "embolink.db", source);
         }}};
    return backends;
}

std::int64_t StoreContract::mark_of(const std::string& chain) {
    for (const ChainState& state : store->chains()) {
        if (state.chain == chain) {
            return state.mark;
        }
    }
    throw std::invalid_argument("no chain " + chain);
}

std::vector<std::string> StoreContract::chain_names() {
    std::vector<std::string> names;
    for (const ChainState& state : store->chains()) {
        names.push_back(state.chain);
    }
    return names;
}

std::vector<std::string> StoreContract::references_of(const std::string& chain) {
    std::vector<std::string> references;
    for (const StoredResource& resource : store->load_resources(chain)) {
        references.push_back(resource.reference);
    }
    return references;
}

StoredResource copy_of(const std::string& reference, const std::string& content) {
    return {reference, "1", "hash of " + content, "", R"({"content":")" + content + R"("})"};
}

Derivation derivation_of(const std::string& chain, std::int64_t mark) {
    Derivation derivation;
    derivation.chain = chain;
    derivation.rules_version = "rules-1";
    derivation.as_of = "2026-11-25";
    derivation.stable = true;
    derivation.mark = mark;
    return derivation;
}

OutboxEntry entry_of(const std::string& identifier, const std::string& chain) {
    OutboxEntry entry;
    entry.identifier = identifier;
    entry.chain = chain;
    entry.patient = chain;
    entry.param = "PFS";
    return entry;
}

} // namespace embolink::test
