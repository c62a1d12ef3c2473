// The program as its users call it, in a folder of the test's own. The test's target defines
// EMBOLINK_PROGRAM.
#pragma once

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <sys/wait.h>

namespace embolink::test {

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

class Program : public testing::Test {
protected:
    // `arguments` go through a shell; paths of the test's own folder hold nothing to quote.
    Outcome run(const std::string& arguments) const {
        const auto out = folder.path() / "stdout";
        const auto err = folder.path() / "stderr";
        const std::string command = std::string("cd '") + folder.path().string() + "' && '" +
                                    EMBOLINK_PROGRAM + "' " + arguments + " >" + out.string() +
                                    " 2>" + err.string();
        const int status = std::system(command.c_str()); // NOLINT: the shell is wanted
        return {WEXITSTATUS(status), read_text(out), read_text(err)};
    }

    TempFolder folder;
};

} // namespace embolink::test
