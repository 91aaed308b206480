#include "tijian/assessment_bytes.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "saved/assessment_fields.hpp"
#include "tijian/compile.hpp"
#include "tijian/json.hpp"
#include "tijian/native_kernels.hpp"

namespace tijian {

namespace {

Plan plan_of(const std::string& document) {
  try {
    return compile(parse_framework(document), native_kernels());
  } catch (const FrameworkError& error) {
    Issues issues = damaged(saved_faults::framework, saved_header_size).issues();
    issues.insert(issues.end(), error.issues().begin(), error.issues().end());
    throw SavedError(std::move(issues));
  }
}

}  // namespace

std::string save_assessment(const Assessment& assessment) {
  const AssessmentData& data = assessment.data();
  const std::string document = write_framework(data.plan.framework());
  if (parse_framework(document) != data.plan.framework())
    throw SavedError({make_issue(saved_messages::no_document, "saved")});
  ByteWriter writer;
  writer.text(document);
  saved::write_results(writer, data);
  return seal(SavedKind::assessment, writer.bytes());
}

Assessment load_assessment(std::string_view bytes) {
  ByteReader reader(unseal(SavedKind::assessment, bytes), saved_header_size);
  std::string document;
  reader.text(document);
  return saved::read_results(reader, plan_of(document));
}

}  // namespace tijian
