#include "connector/cli/usage_error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>

namespace embolink {
namespace {

// By type: the name that CLI11 gives a fault is now and then that of the command.
template <class Kind>
bool is_a(const CLI::ParseError& fault) {
    return dynamic_cast<const Kind*>(&fault) != nullptr;
}

// The command that was being read: the one on the command line, else the program itself.
const CLI::App& command_of(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? app : *chosen.front();
}

std::string spoken(const CLI::App& app, const CLI::App& command) {
    return &command == &app ? app.get_name() : app.get_name() + " " + command.get_name();
}

std::string command_names(const CLI::App& app) {
    std::string names;
    for (const CLI::App* command : app.get_subcommands({})) {
        names += (names.empty() ? "" : ", ") + command->get_name();
    }
    return names;
}

// "--as" is no mention of "--as-of".
bool mentions(const std::string& text, const std::string& name) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if (end == text.size() || (std::isalnum(static_cast<unsigned char>(text[end])) == 0 &&
                                   text[end] != '-' && text[end] != '_')) {
            return true;
        }
    }
    return false;
}

// The option that the parser's message is about; null when it names none.
const CLI::Option*
option_in(const std::string& message, const CLI::App& command, const CLI::App& app) {
    for (const CLI::App* owner : {&command, &app}) {
        for (const CLI::Option* option : owner->get_options()) {
            if (mentions(message, option->get_name())) {
                return option;
            }
        }
    }
    return nullptr;
}

// What CLI11 says, without the option's name in front, which stands in the place of the fault.
std::string what_of(const CLI::ParseError& fault, const CLI::Option* option) {
    const std::string message = fault.what();
    if (option == nullptr) {
        return message;
    }
    const std::string& name = option->get_name();
    if (is_a<CLI::RequiredError>(fault)) {
        return name + " is missing";
    }
    const std::string unread = "Could not convert: " + name + " = ";
    if (message.rfind(unread, 0) == 0) {
        return "\"" + message.substr(unread.size()) + "\" is no whole number that " + name +
               " can take";
    }
    const std::string front = name + ": ";
    return message.rfind(front, 0) == 0 ? name + " cannot be that: " + message.substr(front.size())
                                        : message;
}

Error unknown_command(const CLI::App& app, const std::vector<std::string>& unread) {
    const auto is_word = [](const std::string& word) { return word.rfind('-', 0) != 0; };
    const auto word = std::find_if(unread.begin(), unread.end(), is_word);
    std::string what = "no command is given";
    if (word != unread.end()) {
        what = "there is no command \"" + *word + "\"";
    } else if (!unread.empty()) {
        what = "there is no option \"" + unread.front() + "\" before a command";
    }
    return {ErrorKind::usage,
            what,
            app.get_name(),
            "give one of the commands: " + command_names(app) + "; " + app.get_name() +
                " --help says what each does"};
}

} // namespace

Error usage_error(const CLI::App& app, const CLI::ParseError& fault) {
    const CLI::App& command = command_of(app);
    if (&command == &app && is_a<CLI::RequiredError>(fault)) {
        return unknown_command(app, app.remaining());
    }
    const std::string where = spoken(app, command);
    const std::string help = "; " + where + " --help has an example";
    if (is_a<CLI::ExtrasError>(fault)) {
        const std::vector<std::string> unread = app.remaining(true);
        return {ErrorKind::usage,
                "there is no place for \"" + (unread.empty() ? "" : unread.front()) + "\"",
                where,
                "leave it out, or write the option that it belongs to" + help};
    }
    const CLI::Option* option = option_in(fault.what(), command, app);
    if (option == nullptr) {
        return {ErrorKind::usage, fault.what(), where, "mend the command line" + help};
    }
    return {ErrorKind::usage,
            what_of(fault, option),
            where + " " + option->get_name(),
            "give " + option->get_name() + ": " + option->get_description() + help};
}

} // namespace embolink
