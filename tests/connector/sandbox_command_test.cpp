// `embolink sandbox` as its users call it: the program, a port, and signals.
#include "connector/core/async.hpp"
#include "connector/http/client.hpp"
#include "connector/http/transport_failure.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace embolink;
using nlohmann::json;
using test::read_text;
using test::TempFolder;
using testing::HasSubstr;

// Started with `arguments`; what it prints on standard error is in the folder's file "stderr".
class Program {
public:
    Program(const TempFolder& folder, std::vector<std::string> arguments) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe(ends.data()), 0);
        child_ = ::fork();
        if (child_ == 0) {
            run(folder.file("stderr", ""), std::move(arguments), ends[1]);
        }
        ::close(ends[1]);
        out_ = ends[0];
    }

    ~Program() {
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
        }
        ::close(out_);
    }

    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // The address of its line "READY URL"; "" when it ended without one.
    std::string wait_until_ready() const {
        std::string line;
        for (char c = 0; ::read(out_, &c, 1) == 1 && c != '\n';) {
            line += c;
        }
        return line.rfind("READY ", 0) == 0 ? line.substr(6) : "";
    }

    // Its exit code.
    int stop(int signal) {
        ::kill(child_, signal);
        return wait();
    }

    int wait() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        child_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    [[noreturn]] static void
    run(const std::string& errors, std::vector<std::string> arguments, int out) {
        arguments.insert(arguments.begin(), {EMBOLINK_PROGRAM, "sandbox"});
        std::vector<char*> words;
        for (std::string& argument : arguments) {
            words.push_back(argument.data());
        }
        words.push_back(nullptr);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(::open(errors.c_str(), O_WRONLY), STDERR_FILENO);
        ::execv(EMBOLINK_PROGRAM, words.data());
        ::_exit(127);
    }

    pid_t child_ = -1;
    int out_ = -1;
};

// nullopt: no whole answer came.
std::optional<http::Response> ask(http::Request request) {
    asio::io_context context(1);
    const auto client = http::make_client(context.get_executor(), http::ClientOptions{});
    std::optional<http::Response> answer;
    asio::co_spawn(context,
                   client->send(std::move(request)),
                   [&](std::exception_ptr, http::Response got) { answer = std::move(got); });
    context.run();
    return answer->status == 0 ? std::nullopt : answer;
}

std::optional<http::Response> get(const std::string& url) {
    return ask(http::get(url));
}

TEST(SandboxCommand, ServesAFolderUntilItIsToldToStop) {
    const TempFolder folder;
    // With a folder resources/ the files beside it are no resources.
    folder.file("data/resources/Patient.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n");
    folder.file("data/truth.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"p2\"}\n");
    for (const int signal : {SIGTERM, SIGINT}) {
        Program program(folder, {"--data", (folder.path() / "data").string()});
        const std::string base = program.wait_until_ready();
        ASSERT_THAT(base, testing::MatchesRegex("http://127.0.0.1:[0-9]+/fhir"));
        EXPECT_EQ(get(base + "/Patient/p1").value().status, 200);
        EXPECT_EQ(get(base + "/Patient/p2").value().status, 404);
        const auto before = std::chrono::steady_clock::now();
        EXPECT_EQ(program.stop(signal), 0);
        EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
        EXPECT_FALSE(get(base + "/Patient/p1"));
        EXPECT_THAT(read_text(folder.path() / "stderr"), HasSubstr("NOT FOR PRODUCTION"));
    }
}

TEST(SandboxCommand, StopsThoughAnAnswerIsSlow) {
    const TempFolder folder;
    const std::string faults = folder.file(
        "faults.json", R"({"faults": [{"path": "Patient", "fault": "slow", "delay_ms": 60000}]})");
    Program program(folder, {"--quiet", "--faults", faults});
    const std::string base = program.wait_until_ready();
    asio::io_context context(1);
    const auto client = http::make_client(context.get_executor(), http::ClientOptions{});
    bool failed = false;
    asio::co_spawn(context,
                   client->send(http::get(base + "/Patient")),
                   [&](std::exception_ptr fault, http::Response) { failed = fault != nullptr; });
    context.run_for(std::chrono::milliseconds(300));
    const json counts = json::parse(get(base + "/$sandbox-counts").value().body);
    EXPECT_EQ(counts["GET"], 1);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(program.stop(SIGTERM), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
    context.run();
    EXPECT_TRUE(failed);
    EXPECT_THAT(read_text(folder.path() / "stderr"), HasSubstr("NOT FOR PRODUCTION"));
}

TEST(SandboxCommand, DamagesWhatItSends) {
    const TempFolder folder;
    const std::string faults = folder.file("faults.json", R"({"faults": [
        {"path": "Patient", "fault": "reset-before"}, {"path": "Patient", "fault": "reset-after"},
        {"path": "Patient", "fault": "truncate"}, {"path": "Patient", "fault": "wrong-length"},
        {"path": "Patient", "fault": "bad-gzip"}]})");
    Program program(folder, {"--faults", faults});
    const std::string base = program.wait_until_ready();
    const auto post = [&] {
        return ask(http::with_body(
            "POST", base + "/Patient", R"({"resourceType":"Patient"})", "application/fhir+json"));
    };
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(post()) << i;
    }
    EXPECT_EQ(post().value().status, 201);
    const json counts = json::parse(get(base + "/$sandbox-counts").value().body);
    EXPECT_EQ(counts["created"], 5); // all but the one that was reset before
    const json fired = json::parse(get(base + "/$sandbox-faults").value().body);
    EXPECT_EQ(fired["fired"], 5);
}

TEST(SandboxCommand, RefusesWhatItCannotUse) {
    const TempFolder folder;
    const std::string faults = folder.file("faults.json", R"({"faults": [{"fault": "tea"}]})");
    EXPECT_EQ(Program(folder, {"--faults", faults}).wait(), 2);
    EXPECT_THAT(read_text(folder.path() / "stderr"), HasSubstr("/faults/0/fault"));
    EXPECT_EQ(Program(folder, {"--scenario", "none"}).wait(), 2);
    EXPECT_EQ(Program(folder, {"--data", (folder.path() / "none").string()}).wait(), 3);
    EXPECT_EQ(Program(folder, {"--data", "x", "--scenario", "audit_12"}).wait(), 2);
}

TEST(SandboxCommand, LetsPagesOfListedOriginsRead) {
    const TempFolder folder;
    Program program(
        folder, {"--origin", "http://localhost:4600", "--origin", "https://sandbox.cds-hooks.org"});
    const std::string base = program.wait_until_ready();
    const auto allowed = [&](const char* origin, const char* header) {
        http::Request request = http::get(base + "/Patient");
        request.headers = {{"Origin", origin}, {header, "gzip"}};
        const http::Response answer = ask(std::move(request)).value();
        return std::to_string(answer.status) + " " +
               http::find_header(answer.headers, "Access-Control-Allow-Origin").value_or("none");
    };
    EXPECT_EQ(allowed("http://localhost:4600", "X-Any"), "200 http://localhost:4600");
    EXPECT_EQ(allowed("https://sandbox.cds-hooks.org", "X-Any"),
              "200 https://sandbox.cds-hooks.org");
    EXPECT_EQ(allowed("http://localhost:4601", "X-Any"), "200 none");
    // Refused by the listener: no handler sees the request.
    EXPECT_EQ(allowed("http://localhost:4600", "Transfer-Encoding"), "501 http://localhost:4600");
    EXPECT_EQ(allowed("http://localhost:4601", "Transfer-Encoding"), "501 none");
}

TEST(SandboxCommand, RefusesOriginsThatNoBrowserSends) {
    const TempFolder folder;
    for (const char* origin : {"*", "http://localhost:4600/", "http://localhost:4600/page"}) {
        EXPECT_EQ(Program(folder, {"--origin", origin}).wait(), 2) << origin;
        EXPECT_THAT(read_text(folder.path() / "stderr"), HasSubstr(origin));
    }
}

TEST(SandboxCommand, RefusesAPortThatIsTaken) {
    const TempFolder folder;
    Program program(folder, {});
    const std::string base = program.wait_until_ready();
    const std::string port = base.substr(17, base.rfind('/') - 17);
    EXPECT_EQ(Program(folder, {"--port", port}).wait(), 4);
}

TEST(SandboxCommand, ServesASyntheticHospital) {
    const TempFolder folder;
    Program program(folder, {"--scenario", "audit_12"});
    const std::string base = program.wait_until_ready();
    const json bundle = json::parse(get(base + "/Patient?_summary=count").value().body);
    EXPECT_GE(bundle["total"], 12);
}

} // namespace
