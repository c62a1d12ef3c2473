#include "connector/cli/serve.hpp"

#include "connector/core/config.hpp"
#include "connector/core/output_file.hpp"
#include "connector/service/service.hpp"
#include "connector/store/work_store.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink {
namespace {

using nlohmann::json;

struct StatusOptions {
    std::string config;
    bool pause = false;
    bool resume = false;
    bool run_now = false;
    int runs = 10;
};

json run_json(const RunRow& row) {
    // Stored by a pass of ours; of one that was killed it is empty.
    const json summary = json::parse(row.summary, nullptr, false);
    return {{"run", row.id},
            {"started", row.start.started},
            {"ended", row.ended},
            {"partial", row.start.partial},
            {"outcome", row.outcome.empty() ? "running or cut off" : row.outcome},
            {"as_of", row.start.as_of},
            {"report", row.report},
            {"summary", summary.is_object() ? summary : json::object()}};
}

json status_json(WorkStore& store, int runs) {
    json history = json::array();
    for (const RunRow& row : store.recent_runs(runs)) {
        history.push_back(run_json(row));
    }
    json feedback = json::array();
    for (const FeedbackCount& count : store.feedback_counts()) {
        feedback.push_back({{"service", count.service},
                            {"outcome", count.outcome},
                            {"reason", count.reason},
                            {"cards", count.cards}});
    }
    return {{"paused", store.is_paused()}, {"runs", history}, {"feedback", feedback}};
}

int number(const json& object, const char* part, const char* key) {
    return object.contains(part) ? object.at(part).value(key, 0) : 0;
}

std::string run_line(const json& run) {
    const json& summary = run.at("summary");
    const auto text = [&](const char* key) { return run.at(key).get<std::string>(); };
    const auto of = [&](const char* part, const char* key) {
        return std::to_string(number(summary, part, key));
    };
    std::string line = "run " + std::to_string(run.at("run").get<RunId>()) + "  " +
                       text("started") + "  " + text("outcome") +
                       (run.at("partial").get<bool>() ? ", of some" : "");
    if (!summary.empty()) {
        line += ": " + std::to_string(summary.value("patients", 0)) + " patients, resources " +
                of("pulled", "added") + " new " + of("pulled", "changed") + " changed " +
                of("pulled", "retracted") + " gone, " +
                std::to_string(summary.value("derived", 0)) + " derived, outcomes " +
                of("written", "created") + " new " + of("written", "updated") + " changed " +
                of("written", "retracted") + " taken back";
    }
    if (run.at("report").get<bool>()) {
        line += "; report kept"; // audit --replay, --compare
    }
    return line;
}

void print_status(const json& status) {
    OutputFile output("-");
    output.line(status.at("paused").get<bool>() ? "the schedule is paused"
                                                : "the schedule is not paused");
    for (const json& run : status.at("runs")) {
        output.line(run_line(run));
    }
    for (const json& count : status.at("feedback")) {
        const auto text = [&](const char* key) { return count.at(key).get<std::string>(); };
        output.line("feedback on " + text("service") + ": " +
                    std::to_string(count.at("cards").get<std::int64_t>()) + " cards " +
                    text("outcome") + (text("reason").empty() ? "" : ", " + text("reason")));
    }
    output.commit();
}

void status(const StatusOptions& options, const CommonOptions& common) {
    const Config config = load_config(options.config);
    const auto store =
        open_sqlite_work_store(config.store, {config.source.name, config.source.server.base_url});
    if (options.pause || options.resume) {
        store->set_paused(options.pause);
    }
    if (options.run_now) {
        store->want_run();
    }
    const json found = status_json(*store, options.runs);
    if (common.json) {
        OutputFile output("-");
        output.line(found.dump(2));
        output.commit();
    } else {
        print_status(found);
    }
}

} // namespace

void add_serve_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command =
        app.add_subcommand("serve",
                           "the service: passes by a schedule; CDS Hooks, operations, "
                           "notifications, health and metrics over HTTP");
    auto options = std::make_shared<service::ServiceOptions>();
    command->add_option("--config", options->config, "configuration (deploy/config.example.json)")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--definitions",
                     options->pass.definitions,
                     "folder of definition files that replaces the built-in ones")
        ->type_name("DIR");
    command->footer("Prints \"READY URL\" on standard output and runs until Ctrl-C or SIGTERM, "
                    "which it obeys\nwithin ten seconds. A pass is the one of \"embolink run\"; "
                    "what it did shows \"embolink status\".\n"
                    "Examples:\n"
                    "  embolink serve --config config.json\n"
                    "  curl http://127.0.0.1:8480/health/ready");
    command->callback([options, &common] { service::serve(*options, common); });
}

void add_status_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand("status",
                                           "what passes did and users said of cards; pauses the "
                                           "schedule of the service, or has it run now");
    auto options = std::make_shared<StatusOptions>();
    command->add_option("--config", options->config, "configuration (deploy/config.example.json)")
        ->type_name("FILE")
        ->required();
    command->add_option("--runs", options->runs, "how many runs are shown, the newest first")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    CLI::Option* pause = command->add_flag("--pause", options->pause, "no pass by the schedule");
    command->add_flag("--resume", options->resume, "passes by the schedule again")->excludes(pause);
    command->add_flag(
        "--run-now", options->run_now, "the service begins a pass at once, paused or not");
    command->footer("Example:\n"
                    "  embolink status --config config.json --run-now");
    command->callback([options, &common] { status(*options, common); });
}

} // namespace embolink
