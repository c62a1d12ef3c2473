// `embolink unmapped` over a synthetic hospital whose codes were made its own: what it announces is
// what accepting does, and no name, birth date or number of a patient stands in what it writes.
#include "tests/support/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace {

using embolink::test::Outcome;
using embolink::test::read_text;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

const std::string inputs = " --input h/resources --site h/site.json ";

class Unmapped : public embolink::test::Program {
protected:
    // Chromogranin A and chemoembolization under codes of the house, one with a slip of the pen,
    // one unit as nobody else writes it.
    void SetUp() override {
        ASSERT_EQ(run("--quiet synth --patients 30 --seed 4 --dirty 1 --output h").code, 0);
        for (const auto& entry :
             std::filesystem::directory_iterator(folder.path() / "h/resources")) {
            std::string text = read_text(entry.path());
            replace_all(text,
                        R"("system":"http://loinc.org","code":"9811-1")",
                        R"("system":"https://house.example/lab","code":"CGA1",)"
                        R"("display":"Chromogranin A")");
            replace_all(text,
                        R"("system":"http://snomed.info/sct","code":"314617008")",
                        R"("system":"https://house.example/proc","code":"EMB9")");
            replace_all(text, "Chemoembolization of liver", "Chemoembolizaton of liver");
            replace_all(text, R"("unit":"10*9/L")", R"("unit":"Gigas/L")");
            replace_all(text, R"("code":"10*9/L")", R"("code":"Gigas/L")");
            std::ofstream(entry.path(), std::ios::binary) << text;
        }
    }

    std::vector<json> lines(const std::string& name) const {
        std::vector<json> out;
        std::istringstream text(read_text(folder.path() / name));
        for (std::string line; std::getline(text, line);) {
            out.push_back(json::parse(line));
        }
        return out;
    }

    // Every record without what changes with definitions and sources.
    std::map<std::string, json> records(const std::string& name) const {
        std::map<std::string, json> out;
        for (json record : lines(name)) {
            record.erase("sources");
            record.erase("rules_version");
            record.erase("as_of");
            const std::string key =
                record["patient"].get<std::string>() + " " + record["param"].get<std::string>();
            out[key] = record;
        }
        return out;
    }
};

json group_of(const std::vector<json>& groups, const std::string& code) {
    for (const json& group : groups) {
        if (group.value("code", "") == code) {
            return group;
        }
    }
    return {};
}

TEST_F(Unmapped, AnEditedSkeletonChangesExactlyWhatWasAnnounced) {
    const std::string cut = "--as-of 2022-01-05 ";
    ASSERT_EQ(
        run("--quiet unmapped" + inputs + cut + "--skeleton map.json --output list.ndjson").code,
        0);
    const json local = group_of(lines("list.ndjson"), "CGA1");
    ASSERT_EQ(local["proposals"][0]["target"], "CgA|mass");
    const int announced = local["would_change"]["records"];
    ASSERT_GT(announced, 0);

    // As it is, the skeleton maps nothing.
    const std::string accept = "--quiet --json unmapped" + inputs + cut + "--accept map.json ";
    EXPECT_EQ(json::parse(run(accept).out)["records"], 0);

    std::string map = read_text(folder.path() / "map.json");
    const auto place = map.find("unmatched", map.find("\"code\": \"CGA1\""));
    ASSERT_NE(place, std::string::npos);
    map.replace(place, std::string("unmatched").size(), "equivalent");
    folder.file("map.json", map);
    ASSERT_EQ(run(accept + "--output changes.ndjson").code, 0);
    std::set<std::string> changes;
    for (const json& change : lines("changes.ndjson")) {
        changes.insert(change["patient"].get<std::string>() + " " +
                       change["param"].get<std::string>());
    }
    EXPECT_EQ(changes.size(), static_cast<std::size_t>(announced));

    // The same rows in the site file itself.
    json site = json::parse(read_text(folder.path() / "h/site.json"));
    site["concept_maps"] = json::parse(map, nullptr, true, true)["concept_maps"];
    folder.file("h/mapped.json", site.dump());
    ASSERT_EQ(run("--quiet derive" + inputs + cut + "--output before.ndjson").code, 0);
    ASSERT_EQ(run("--quiet derive --input h/resources --site h/mapped.json " + cut +
                  "--output after.ndjson")
                  .code,
              0);
    const auto before = records("before.ndjson");
    std::set<std::string> changed;
    for (const auto& [key, record] : records("after.ndjson")) {
        const auto old = before.find(key);
        if (old == before.end() || old->second != record) {
            changed.insert(key);
        }
    }
    EXPECT_EQ(changed, changes);
}

TEST_F(Unmapped, ThatWhichChangesMostIsFirst) {
    const Outcome shown = run("--quiet unmapped" + inputs + "--output list.ndjson");
    ASSERT_EQ(shown.code, 0) << shown.err;
    const auto groups = lines("list.ndjson");
    int last = 1 << 30;
    for (const json& group : groups) {
        const int patients = group["would_change"]["patients"];
        EXPECT_LE(patients, last);
        last = patients;
    }
    EXPECT_EQ(group_of(groups, "EMB9")["proposals"][0]["target"], "chemoembolization");
    EXPECT_THAT(shown.out, HasSubstr("1. code "));
    // The likeliest unit, though another would change more.
    EXPECT_EQ(group_of(groups, "777-3")["proposals"][0]["target"], "10*9/L");
    EXPECT_THAT(shown.out, HasSubstr("unit Gigas/L for 777-3"));
    // The synthetic hospital's study product, which nobody knows, and many patients had.
    EXPECT_THAT(shown.out, HasSubstr("text \"study product k 117\""));
}

TEST_F(Unmapped, NothingThatIsAPatientsIsWritten) {
    std::set<std::string> secrets;
    for (const json& patient : lines("h/resources/Patient.ndjson")) {
        for (const json& name : patient.value("name", json::array())) {
            secrets.insert(name.value("family", ""));
        }
        for (const json& identifier : patient.value("identifier", json::array())) {
            secrets.insert(identifier["value"].get<std::string>());
        }
        secrets.insert(patient.value("birthDate", ""));
    }
    secrets.erase("");
    ASSERT_THAT(secrets, Not(IsEmpty()));
    // One whose name stands where a drug should.
    const std::string name = *secrets.rbegin();
    std::ofstream(folder.path() / "h/resources/more.ndjson")
        << json{{"resourceType", "MedicationStatement"},
                {"id", "m1"},
                {"status", "active"},
                {"subject",
                 {{"reference",
                   "Patient/" + lines("h/resources/Patient.ndjson")[0]["id"].get<std::string>()}}},
                {"medicationCodeableConcept", {{"text", "for " + name}}}}
               .dump()
        << "\n";
    const Outcome shown =
        run("--quiet unmapped --all --limit 0" + inputs + "--skeleton map.json --output l.ndjson");
    ASSERT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("text of few patients, not shown"));
    std::string all = shown.out + shown.err + read_text(folder.path() / "map.json") +
                      read_text(folder.path() / "l.ndjson");
    for (char& c : all) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    for (std::string secret : secrets) {
        for (char& c : secret) {
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
        EXPECT_THAT(all, Not(HasSubstr(secret)));
    }
    // With the option the text is there.
    EXPECT_THAT(run("--quiet unmapped --all --limit 0 --with-text" + inputs).out,
                HasSubstr("text \"for "));
}

TEST_F(Unmapped, WrongUsageIsTwo) {
    folder.file("empty.json", "{}");
    folder.file("more.json", R"({"complete_feeds": ["Procedure"]})");
    folder.file("nameless.json",
                R"({"concept_maps": [{"resourceType": "ConceptMap", "group": [{"target":
                "http://unitsofmeasure.org", "element": [{"code": "x", "target": [{"code":
                "furlong"}]}]}]}]})");
    EXPECT_EQ(run("unmapped" + inputs + "--skeleton a --accept empty.json").code, 2);
    EXPECT_EQ(run("unmapped" + inputs + "--accept more.json").code, 2);
    EXPECT_EQ(run("unmapped" + inputs + "--accept gone.json").code, 2);
    EXPECT_EQ(run("--json unmapped" + inputs + "--output -").code, 2);
    const Outcome nameless = run("unmapped" + inputs + "--accept nameless.json");
    EXPECT_EQ(nameless.code, 2);
    EXPECT_THAT(nameless.err, HasSubstr("unit x to \"furlong\""));
}

} // namespace
