// The store in one SQLite file. Its verbs stand by noun in sqlite_<noun>.cpp; the tables are
// explained in schema/. Internal to connector/store.
#pragma once

#include "connector/store/connection.hpp"
#include "connector/store/store.hpp"

#include <set>

namespace embolink {

class SqliteStore final : public Store {
public:
    SqliteStore(const std::filesystem::path& path, const ServerIdentity& source);

    bool acquire_lease(const std::string& holder,
                       const std::string& now,
                       const std::string& expires) override;
    bool renew_lease(const std::string& holder, const std::string& expires) override;
    void release_lease(const std::string& holder) override;
    std::string lease_holder() override;

    RunId begin_run(const RunStart& start) override;
    void end_run(RunId run,
                 const std::string& ended,
                 const std::string& outcome,
                 const std::string& summary) override;
    std::vector<RunRow> runs(int most) override;
    std::vector<RunRow> whole_runs(int most) override;
    void note_pulled(const std::string& chain, const std::string& started) override;
    void keep_report(RunId run,
                     const KeptReport& report,
                     const std::vector<Derivation>& derivations) override;

    void save_chain(RunId run,
                    const std::string& chain,
                    const std::vector<std::string>& members) override;
    std::vector<ChainState> chains() override;

    std::optional<Cursor> load_cursor(const std::string& chain, const std::string& search) override;
    PageCounts commit_page(RunId run, const Page& page) override;
    std::vector<std::string> load_page_issues(const std::string& chain) override;
    std::vector<std::string>
    missing(RunId run, const std::string& chain, const std::string& search) override;
    std::int64_t found_count(const std::string& chain, const std::string& search) override;
    void retract(RunId run,
                 const std::string& chain,
                 const std::vector<std::string>& references,
                 const std::string& reason) override;
    void erase(const std::string& chain) override;
    bool has_current(const std::string& reference) override;
    std::map<std::string, std::int64_t> current_counts() override;

    std::vector<ChainState> chains_to_derive(const std::string& rules_version,
                                             const std::string& as_of) override;
    std::vector<StoredResource> load_resources(const std::string& chain) override;
    void save_derivation(RunId run,
                         const Derivation& derivation,
                         const std::vector<OutboxEntry>& outbox) override;
    std::vector<Derivation> load_derivations() override;

    int use_target(const std::string& base_url) override;
    std::vector<OutboxEntry> load_outbox() override;
    std::vector<OutboxEntry> load_outbox(const std::string& chain) override;
    void mark_sending(const std::vector<std::string>& identifiers) override;
    void settle_outbox(const std::vector<OutboxEntry>& entries) override;

private:
    // own_output: without body, as was the copy before it, if any.
    enum class CopyChange { added, changed, unchanged, own_output };

    bool make_chain(const std::string& chain); // true: there was none
    void require_chain(const std::string& chain);
    std::set<std::string> members_of(const std::string& chain);
    std::set<std::string> chains_sharing(const std::string& chain,
                                         const std::set<std::string>& members);
    void take_members(const std::string& other,
                      const std::string& chain,
                      const std::set<std::string>& claimed);
    void set_free(const std::string& member, const std::string& chain);
    void move_member(const std::string& member, const std::string& from, const std::string& to);
    bool lose_strangers(RunId run, const std::string& chain);
    void absorb(const std::string& absorbed, const std::string& chain);
    void replace_members(const std::string& chain, const std::set<std::string>& members);
    void mark_changed(const std::set<std::string>& chains);
    std::vector<ChainState> chain_states(Query& rows);

    CopyChange keep_copy(RunId run, const StoredResource& copy);
    bool note_found(RunId run, const Page& page, const std::string& reference);
    void keep_issues(RunId run, const Page& page);
    void keep_cursor(const Page& page);
    std::set<std::string> chains_finding(const std::string& reference);
    std::set<std::string> lose(RunId run,
                               const std::string& chain,
                               const std::string& reference,
                               const std::string& reason);
    void end_copy(RunId run, const std::string& reference, const std::string& reason);

    std::string keep_account(const std::string& account);
    void keep_past(RunId run, const Derivation& derivation);
    void end_past(RunId run, const std::vector<Derivation>& derivations);
    void erase_past(const std::set<std::string>& members);

    void keep_wanted(const OutboxEntry& entry);
    std::vector<OutboxEntry> outbox_entries(Query& rows);

    // For what only a fault of ours can bring about.
    Error misuse(const std::string& what) const;

    Connection db_;
    std::int64_t source_ = 0;
};

} // namespace embolink
