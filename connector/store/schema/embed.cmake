# Writes a C++ source that holds the schema steps as raw strings, in the order of their numbers.
# cmake -DFOLDER=... -DFILES="001_a.sql;002_b.sql" -DOUTPUT=... -P embed.cmake
set(entries "")
set(number 0)
foreach(file IN LISTS FILES)
  math(EXPR number "${number} + 1")
  # A step that is out of its place would bring a hospital's database to a wrong version.
  if(NOT file MATCHES "^0*${number}_")
    message(FATAL_ERROR "${file} stands at place ${number} of the schema steps")
  endif()
  file(READ "${FOLDER}/${file}" text)
  string(APPEND entries "        R\"embolink(${text})embolink\",\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"connector/store/schema.hpp\"

namespace embolink {

std::vector<std::string_view> schema_steps() {
    return {
${entries}    };
}

} // namespace embolink
")
