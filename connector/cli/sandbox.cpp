#include "connector/cli/sandbox.hpp"

#include "connector/core/async.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/site_file.hpp"
#include "connector/http/server.hpp"
#include "connector/http/url.hpp"
#include "connector/pull/resource_stream.hpp"
#include "connector/sandbox/capability.hpp"
#include "connector/sandbox/sandbox.hpp"
#include "connector/synth/synth.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace embolink {
namespace {

namespace fs = std::filesystem;

struct SandboxCommand {
    std::uint16_t port = 0;
    std::string data;
    std::string scenario;
    std::string faults;
    std::vector<std::string> origins;
};

// A folder below the system's temporary one that is gone with this.
class PassingFolder {
public:
    PassingFolder() {
        std::string path = (fs::temp_directory_path() / "embolink-sandbox-XXXXXX").string();
        if (::mkdtemp(path.data()) == nullptr) {
            throw Error(ErrorKind::output,
                        "cannot make a folder for the synthetic hospital",
                        fs::temp_directory_path().string(),
                        "make room there, or set TMPDIR to another folder");
        }
        path_ = path;
    }

    ~PassingFolder() {
        std::error_code ignored; // what is left of a temporary folder harms nobody
        fs::remove_all(path_, ignored);
    }

    PassingFolder(const PassingFolder&) = delete;
    PassingFolder& operator=(const PassingFolder&) = delete;

    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

sandbox::Loading read_folder(const fs::path& folder, const Log& log) {
    const bool is_hospital = fs::is_directory(folder / "resources");
    sandbox::Loading loading;
    ResourceSink sink;
    sink.resource = [&loading](const Resource& resource) { loading.add(resource.body); };
    sink.issue = [&log](const Issue& issue) { log.warning(issue.reference + ": " + issue.text); };
    read_resources(find_inputs({(is_hospital ? folder / "resources" : folder).string()}), sink);
    return loading;
}

sandbox::Loading read_scenario(const std::string& name, const Log& log) {
    const PassingFolder folder;
    synth::SynthOptions options;
    options.scenario = name;
    try {
        synth::generate_hospital(options, folder.path());
    } catch (const std::runtime_error& error) {
        throw Error(ErrorKind::output,
                    error.what(),
                    folder.path().string(),
                    "make room there, or set TMPDIR to another folder");
    }
    return read_folder(folder.path(), log);
}

void fill(sandbox::Sandbox& server, const SandboxCommand& command, const Log& log) {
    sandbox::LoadSummary summary;
    if (!command.data.empty()) {
        summary = server.load(read_folder(command.data, log));
    } else if (!command.scenario.empty()) {
        summary = server.load(read_scenario(command.scenario, log));
    }
    for (const auto& [type, count] : summary.left_out) {
        log.warning(std::to_string(count) + " resources of type " + type +
                    " left out: the sandbox does not serve that type");
    }
    log.info("holds " + std::to_string(summary.resources) + " resources, " +
             std::to_string(summary.older_versions) + " older versions of them, and left out " +
             std::to_string(summary.repeated) + " copies that were the same");
}

asio::awaitable<http::Reply>
answer(sandbox::Sandbox& server, const Log& log, http::Request request) {
    sandbox::SandboxReply reply = server.handle(request);
    if (log.shows(LogLevel::debug)) {
        log.debug(request.method + " " + http::without_query(request.url) + " " +
                  std::to_string(reply.response.status));
    }
    if (reply.delay.count() > 0) {
        co_await sleep_for(reply.delay);
    }
    co_return http::Reply(std::move(reply.response), reply.damage);
}

// Answers until a signal comes; then those being answered have half a second.
void serve(asio::io_context& context, http::Server& listener) {
    asio::signal_set signals(context, SIGINT, SIGTERM);
    asio::steady_timer grace(context);
    signals.async_wait([&](const boost::system::error_code& fault, int) {
        if (fault) {
            return;
        }
        listener.stop();
        grace.expires_after(std::chrono::milliseconds(500));
        grace.async_wait([&](const boost::system::error_code&) { context.stop(); });
    });
    throw_if_interrupted(); // a signal that came before this took them over
    context.run();
}

// "" when it is one. Not "*": this server lets whoever reaches it write, so that any page that its
// user opens could.
std::string fault_of_origin(const std::string& text) {
    if (text == "*") {
        return "\"*\" would let every page on the web read and write here";
    }
    if (http::is_origin(text)) {
        return "";
    }
    return "\"" + text + "\" is no origin as browsers send it: no path, no slash at its end, no " +
           "capitals, no port that is the scheme's";
}

void run_sandbox(const SandboxCommand& command, const CommonOptions& common) {
    const Log log = common.log();
    std::fprintf(
        stderr, "embolink sandbox: %s\n", std::string(sandbox::not_for_production).c_str());
    sandbox::SandboxOptions options;
    options.origins = command.origins;
    if (!command.faults.empty()) {
        options.plan = sandbox::parse_faults(read_config_file(command.faults), command.faults);
    }
    asio::io_context context(1);
    std::unique_ptr<sandbox::Sandbox> server; // its links need the port, so the listener is first
    http::ServerOptions listening;
    listening.port = command.port;
    const std::unique_ptr<http::Server> listener = http::make_server(
        context.get_executor(),
        listening,
        [&](http::Request request) { return answer(*server, log, std::move(request)); },
        [&](int status, const http::Request& request) { return server->refuse(status, request); });
    options.base_url = "http://127.0.0.1:" + std::to_string(listener->port()) + "/fhir";
    server = std::make_unique<sandbox::Sandbox>(options);
    fill(*server, command, log);
    std::cout << "READY " << options.base_url << std::endl; // flushed: programs wait for it
    serve(context, *listener);
}

} // namespace

void add_sandbox_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "sandbox",
        "a demo FHIR server on this machine only, with scripted faults; never for production");
    auto state = std::make_shared<SandboxCommand>();
    command->add_option("--port", state->port, "port on 127.0.0.1; 0: any free one")
        ->type_name("P")
        ->capture_default_str();
    CLI::Option* data =
        command
            ->add_option("--data",
                         state->data,
                         "folder of FHIR resources (its folder resources/ if it has one)")
            ->type_name("DIR");
    command->add_option("--scenario", state->scenario, "a synthetic hospital")
        ->type_name("NAME")
        ->check(CLI::IsMember(synth::scenario_names()))
        ->excludes(data);
    command->add_option("--faults", state->faults, "what goes wrong and when, see below")
        ->type_name("FILE");
    command
        ->add_option("--origin",
                     state->origins,
                     "a page in a browser that may read and write here, such as "
                     "http://localhost:4600; may be repeated")
        ->type_name("URL")
        ->check(fault_of_origin);
    command->footer(
        "Prints \"READY URL\" on standard output and serves until Ctrl-C or SIGTERM.\n" +
        std::string(sandbox::not_for_production) +
        "\n"
        "Example:\n"
        "  embolink sandbox --port 8090 --scenario audit_60\n"
        "  curl 'http://127.0.0.1:8090/fhir/Procedure?_summary=count'\n"
        "For a page that a browser shows, such as the CDS Hooks sandbox (CORS):\n"
        "  embolink sandbox --port 8090 --scenario audit_60 --origin http://localhost:4600\n\n" +
        sandbox::faults_help());
    command->callback([state, &common] { run_sandbox(*state, common); });
}

} // namespace embolink
