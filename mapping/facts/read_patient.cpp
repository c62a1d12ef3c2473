#include "mapping/facts/reading.hpp"

namespace embolink {

namespace {

std::optional<LinkType> link_type(std::string_view code) {
    if (code == "replaced-by") {
        return LinkType::replaced_by;
    }
    if (code == "replaces") {
        return LinkType::replaces;
    }
    if (code == "refer") {
        return LinkType::refer;
    }
    if (code == "seealso") {
        return LinkType::seealso;
    }
    return std::nullopt;
}

void read_links(const Reading& reading, Person& person) {
    for (const Field& link : reading.root.all("link")) {
        const auto type = link_type(link.at("type").text());
        if (!type) {
            link.at("type").report(
                Severity::error, IssueCode::code_invalid, "R9.5: not a type of link");
            continue;
        }
        // An empty target is kept: a merge that leads nowhere must not pass unseen (R9.5).
        person.links.push_back({*type, link.at("other").patient_reference()});
    }
}

} // namespace

void read_patient(const Reading& reading) {
    const Field& root = reading.root;
    Person person;
    person.origin = reading.origin;
    person.birth = root.at("birthDate").date();
    person.sex = root.at("gender").text();
    person.deceased = root.at("deceasedBoolean").boolean().value_or(false);
    if (const Field death = root.at("deceasedDateTime")) {
        person.deceased = true; // known to be dead even when the date cannot be read
        person.death = death.date();
    }
    read_links(reading, person);
    for (const Field& identifier : root.all("identifier")) {
        if (std::string name = logical_reference(identifier); !name.empty()) {
            person.identifiers.push_back(std::move(name));
        }
    }
    reading.add(std::move(person));
}

} // namespace embolink
