// What the text of an imaging report seems to say of the tumour (R4.4). Never a record: it only
// tells which records to flag and what to propose to a reader, and where it is in doubt it errs on
// the side of a flag.
#pragma once

#include "mapping/facts/report_finding.hpp"
#include "mapping/text/report_words.hpp"

#include <string_view>

namespace embolink {

//   1. The text is cut into segments; what stands under "Indication" or "History" is left out.
//   2. In each segment the words of response are found, the longest phrase first.
//   3. One that somebody denies ("no evidence of") says that there is none; one of the past
//      ("previously") or about something else ("progression of pleural effusion") says nothing.
//   4. Progression that is doubted ("vs pseudoprogression", "cannot be excluded") may be one.
//   5. Growth may be told in words of change beside a tumour ("increase of the metastases") or in
//      numbers ("45 mm, previously 30 mm").
// `of_other_exam`: the exam shows neither liver nor abdomen (a mammography). Then, unless the text
// itself names the liver, "unchanged" without a tumour says nothing; progression still does.
// Pure; any bytes may be given.
ReportFinding
read_report_text(std::string_view text, const ReportWords& words, bool of_other_exam = false);

// Whether the title of an exam names one that does not show the liver.
bool names_other_exam(std::string_view title, const ReportWords& words);

} // namespace embolink
