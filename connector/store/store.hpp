// What a hospital's embolink remembers between runs. Each verb is one transaction; no statement,
// row or driver type crosses this header; times are ISO texts in UTC ("2026-11-25T19:04:05.123Z").
//
// Resources are the truth: the trimmed JSON of what the readers use, append-only, with the first
// run that saw a copy and the run that saw it gone. What was derived from them is a cache. A
// *chain* is what is pulled together: one seed patient and every identity linked to him; its name
// is the reference of the surviving patient. A *search* names one query of a chain: by one of its
// identities ("Observation|laboratory Patient/1", member_search), or of all of them ("references").
//
// All verbs belong to one source (ServerIdentity), so that two servers on which the same ids are
// different people never mix. Every verb throws Error (store). One thread calls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

using RunId = std::int64_t;

// --- what was pulled -----------------------------------------------------------------------------

struct StoredResource {
    std::string reference;    // "Observation/123"
    std::string version;      // meta.versionId, empty: none
    std::string content_hash; // SHA-256 over the canonical JSON as it came, before trimming
    std::string last_updated; // meta.lastUpdated as written, empty: none
    // Trimmed canonical JSON. Empty: known to be there and never evidence (our own output, R9.1).
    std::string body;

    friend bool operator==(const StoredResource&, const StoredResource&) = default;
};

// The name of a search by one identity. What it found goes with the identity: `save_chain` keeps
// nothing in a chain that a search by another than its members has found.
inline std::string member_search(const std::string& name, const std::string& member) {
    return name + " " + member;
}

// How far one search of one chain is complete.
struct Cursor {
    std::string since;     // what the next incremental search asks `_lastUpdated` from; empty: full
    std::string full_pull; // when the last search without `_lastUpdated` was complete
    std::string query;     // fingerprint of the query: another query means a full pull

    friend bool operator==(const Cursor&, const Cursor&) = default;
};

struct Page {
    std::string chain;
    std::string search;
    std::vector<StoredResource> resources;
    std::vector<std::string> issues; // JSON lines of what was unreadable in it
    // The last page of a search moves the cursor, in the same transaction.
    std::optional<Cursor> cursor;
    // With `cursor`: this search listed everything there is, so that what it found before and not
    // now can be asked for (`missing`); issues that earlier runs left are dropped.
    bool complete = false;
};

struct PageCounts {
    int added = 0;
    int changed = 0; // another version or content than the current copy
    int unchanged = 0;
    int own_output = 0; // what this software wrote: counted, never evidence (R9.1)

    friend bool operator==(const PageCounts&, const PageCounts&) = default;
};

// --- what was derived ----------------------------------------------------------------------------

// JSON lines as mapping/endpoints/record_json.hpp writes them: none holds a newline. Of all of them
// only records name the cut.
struct Derivation {
    std::string chain;
    std::string rules_version;
    std::string as_of;     // YYYY-MM-DD
    bool stable = false;   // no later day changes it by itself (R0.3)
    std::int64_t mark = 0; // `ChainState::mark` that was read before the resources were loaded
    std::vector<std::string> records;
    std::vector<std::string> timeline;
    std::vector<std::string> issues;
    std::map<std::string, std::int64_t> counts; // of the intake, by name
    // Records by other longest gaps between rounds (R2.3), in days; only where they differ.
    std::map<int, std::vector<std::string>> otherwise;

    friend bool operator==(const Derivation&, const Derivation&) = default;
};

struct ChainState {
    std::string chain;
    std::vector<std::string> members; // "Patient/..." of every identity, sorted
    std::int64_t mark = 0;            // grows with every change of any resource of the chain
    std::string pulled;               // start of the newest run that pulled all of it; "" not known

    friend bool operator==(const ChainState&, const ChainState&) = default;
};

// --- what is to be written and was written -------------------------------------------------------

enum class OutboxState {
    pending,          // to be sent
    sending,          // a request is or was under way; its result is unknown until looked up
    settled,          // the target has it, or nothing is to be there
    awaiting_release, // the target's copy is signed off; a change waits for a person
    edited,           // somebody else changed our resource: kept and shown
    quarantined,      // several resources carry our identifier
    no_target_patient,
    subject_changed, // the patient changed since the derivation: waits for the next one
    refused          // the server said no for a reason that sending again does not mend
};

std::string to_string(OutboxState state); // "pending", "awaiting-release", ...
// The inverse; nullopt for any other word.
std::optional<OutboxState> outbox_state(std::string_view word);

// One outcome of one patient on one target; the identifier is its key.
struct OutboxEntry {
    std::string identifier; // UUID version 5 (contracts section 5)
    std::string chain;
    std::string patient; // "Patient/<id>" on the source
    std::string param;
    int course = 1;
    // What should be there: an endpoint record as JSON line; empty: nothing may be derived any
    // more, so that what is there becomes entered-in-error.
    std::string wanted;
    std::string wanted_fingerprint; // contracts section 5: what makes a record worth sending again
    OutboxState state = OutboxState::pending;
    // What the target was last known to hold.
    std::string server_id; // empty: never written
    std::string server_version;
    std::string server_status; // "preliminary", "final", "amended", "entered-in-error"
    std::string sent;          // the record that was sent, as JSON line
    std::string sent_fingerprint;
    std::string sent_hash; // SHA-256 of the resource's own elements as sent: finds foreign edits
    std::string sent_on;   // YYYY-MM-DD
    int attempts = 0;
    std::string note; // why it waits; names codes, never values
    // The patient opted out (R9.6): taken back even when signed off or edited.
    bool forget = false;
    std::string refused_on; // YYYY-MM-DD of the last refusal
    std::string refused_by; // the software version that was refused

    friend bool operator==(const OutboxEntry&, const OutboxEntry&) = default;
};

// --- runs ----------------------------------------------------------------------------------------

struct RunStart {
    std::string started; // instant
    std::string as_of;
    std::string rules_version;
    std::string software_version;
    bool partial = false; // of some patients only

    friend bool operator==(const RunStart&, const RunStart&) = default;
};

struct RunRow {
    RunId id = 0;
    RunStart start;
    std::string ended;   // empty: still running, or stopped half-way
    std::string outcome; // "complete", "incomplete" (without some patients), "failed"
    std::string summary; // JSON: counts
    bool report = false; // what its report was made from is kept

    friend bool operator==(const RunRow&, const RunRow&) = default;
};

// What a report was made with, beside derivations.
struct KeptReport {
    std::string account; // JSON; the same text is kept once. Nothing of a patient stands in it.
    std::map<std::string, std::string> left_alone; // chains that kept an earlier cut, YYYY-MM-DD

    friend bool operator==(const KeptReport&, const KeptReport&) = default;
};

// The server that is read, as the configuration names it.
struct ServerIdentity {
    std::string name;     // source.name
    std::string base_url; // another URL under the same name is refused: ids would mix
};

class Store {
public:
    virtual ~Store() = default;

    // One run of a source at a time across processes. False: another holder's lease has not expired
    // at `now`; it has when `expires` <= `now`. Both are written to the same precision.
    virtual bool acquire_lease(const std::string& holder,
                               const std::string& now,
                               const std::string& expires) = 0;
    // False: the lease is no longer this holder's.
    virtual bool renew_lease(const std::string& holder, const std::string& expires) = 0;
    virtual void release_lease(const std::string& holder) = 0;
    // Who holds it, expired or not; "" nobody.
    virtual std::string lease_holder() = 0;

    virtual RunId begin_run(const RunStart& start) = 0;
    virtual void end_run(RunId run,
                         const std::string& ended,
                         const std::string& outcome,
                         const std::string& summary) = 0;
    virtual std::vector<RunRow> runs(int most = -1) = 0;  // newest first; -1: all
    virtual std::vector<RunRow> whole_runs(int most) = 0; // of everybody, newest first
    // Keeps what the run's report is made from, so that report_archive.hpp gives it again: the
    // derivations that it read (each kept once until it changes), and the rest. Once for a run.
    virtual void keep_report(RunId run,
                             const KeptReport& report,
                             const std::vector<Derivation>& derivations) = 0;

    // The chain's identities, among them its name, in place of those it had. Whoever is taken from
    // another chain brings what his searches found, their issues and his outbox entries; that chain
    // keeps the others, unless its name is taken: then it is no more, and its outbox entries come
    // along. One that is no longer named belongs to no chain, unless there are outbox entries of
    // his: then he has a chain of his own, to be pulled. When the members change, the cursors of
    // the chain go: a new member needs full history, and only a full pull tells what has moved.
    virtual void
    save_chain(RunId run, const std::string& chain, const std::vector<std::string>& members) = 0;
    virtual std::vector<ChainState> chains() = 0; // by name
    // A patient who is no longer in the cohort's seed keeps his chain; one that a server has
    // forgotten keeps it without resources.

    // All of the chain was pulled by a run that began at `started`. One that is no longer there:
    // nothing.
    virtual void note_pulled(const std::string& chain, const std::string& started) = 0;

    virtual std::optional<Cursor> load_cursor(const std::string& chain,
                                              const std::string& search) = 0;
    // The copies of the page become the current ones, whatever their meta says (R9.3); of several
    // copies of one reference the last. Page and cursor in one transaction. The chain must have
    // been saved. A copy without body changes the mark only when it takes the place of evidence.
    virtual PageCounts commit_page(RunId run, const Page& page) = 0;
    // What the pages of the chain's searches left unreadable: each line once, by search.
    virtual std::vector<std::string> load_page_issues(const std::string& chain) = 0;
    // After a complete search: what earlier runs found with it and this run did not.
    virtual std::vector<std::string>
    missing(RunId run, const std::string& chain, const std::string& search) = 0;
    // How many current resources the search has found: compared with the server's own count.
    virtual std::int64_t found_count(const std::string& chain, const std::string& search) = 0;
    // The chain no longer finds the resources. Once no chain does, or when the reason is "deleted",
    // the resource is gone from the source: kept, with the run and the reason ("deleted",
    // "moved"), and no longer evidence for any chain. One that comes again is added anew.
    virtual void retract(RunId run,
                         const std::string& chain,
                         const std::vector<std::string>& references,
                         const std::string& reason) = 0;
    // An opted-out patient (R9.6): every copy of what only this chain found, and of what names one
    // of its members as its patient, is deleted, with cursors, issues and what was derived. What
    // was written of him stays in the outbox without its text, to be taken back
    // (OutboxEntry::forget). Repeating it changes nothing.
    virtual void erase(const std::string& chain) = 0;
    virtual bool has_current(const std::string& reference) = 0;
    // How many resources of each type the source has, as far as anybody knows.
    virtual std::map<std::string, std::int64_t> current_counts() = 0;

    // Chains with newer resources than their derivation, another rules version, or an unstable
    // derivation of another day.
    virtual std::vector<ChainState> chains_to_derive(const std::string& rules_version,
                                                     const std::string& as_of) = 0;
    // Current copies of everything that the chain found and that can be evidence, by reference.
    virtual std::vector<StoredResource> load_resources(const std::string& chain) = 0;
    // Records and outbox entries in one transaction. Entries are inserted or, by identifier,
    // updated in `wanted`, `wanted_fingerprint`, `state`, `note` and `forget` only (and `chain`,
    // when an unlinked patient has one of his own again): what the server holds stays as it was
    // settled.
    virtual void save_derivation(RunId run,
                                 const Derivation& derivation,
                                 const std::vector<OutboxEntry>& outbox) = 0;
    virtual std::vector<Derivation> load_derivations() = 0; // by chain

    // The server that the outbox is brought to. Another one than before: what is known of the
    // server is dropped and every entry is pending, to be looked up there. Returns how many
    // outcomes are left behind on the one before.
    virtual int use_target(const std::string& base_url) = 0;
    virtual std::vector<OutboxEntry> load_outbox() = 0; // by patient, param
    virtual std::vector<OutboxEntry> load_outbox(const std::string& chain) = 0;
    // Marks entries as under way, with one more attempt, before the request leaves; the mark
    // survives a power loss. Copies loaded before hold one attempt less.
    virtual void mark_sending(const std::vector<std::string>& identifiers) = 0;
    // What became of the entries, in one transaction: all fields but `wanted`,
    // `wanted_fingerprint`, `forget` and what an entry is (chain, patient, param, course).
    virtual void settle_outbox(const std::vector<OutboxEntry>& entries) = 0;
};

// Opens or makes the database file (mode 0600, WAL), brings an older schema forward and refuses a
// newer one. Throws Error (store), or Error (config) when the name belongs to another base URL.
std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& path,
                                         const ServerIdentity& source);

} // namespace embolink
