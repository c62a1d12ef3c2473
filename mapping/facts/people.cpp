#include "mapping/facts/people.hpp"

namespace embolink {

namespace {

void keep(std::vector<std::string>& list, std::string value) {
    if (!value.empty()) {
        list.push_back(std::move(value));
    }
}

} // namespace

People read_people(const Field& resource) {
    People people;
    for (const Field& performer : resource.all("performer")) {
        keep(people.performers_and_places, performer.at("actor").reference());
        keep(people.performers_and_places, performer.at("onBehalfOf").reference());
        for (const Coding& coding : read_coded_text(performer.at("function")).codings) {
            keep(people.roles, coding.system + "|" + coding.code);
        }
    }
    keep(people.performers_and_places, resource.at("location").reference());
    return people;
}

} // namespace embolink
