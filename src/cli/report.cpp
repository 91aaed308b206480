#include "cli/report.hpp"

#include <algorithm>

#include "tijian/csv_text.hpp"

namespace tijian {

std::string one_line(std::string_view text) {
  std::string result;
  append_without_controls(result, text);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; },
      ' ');
  return result;
}

void print_issues(std::ostream& out, const Issues& issues, std::optional<Language> language) {
  for (const Issue& issue : issues) {
    const bool chinese = language.value_or(Language::zh) == Language::zh;
    if (issue.warning) out << (!language ? "提示 warning: " : chinese ? "提示：" : "warning: ");
    out << (issue.place.empty() ? "/" : one_line(issue.place));
    if (issue.position != 0) out << '@' << issue.position;
    out << ": ";
    if (language)
      out << one_line(issue.message.in(*language));
    else
      out << one_line(issue.message.in(Language::zh)) << " / "
          << one_line(issue.message.in(Language::en));
    if (!issue.nearest.empty())
      out << (!language ? " (最接近 nearest: "
              : chinese ? "（最接近："
                        : " (nearest: ")
          << one_line(issue.nearest) << (language && chinese ? "）" : ")");
    out << " [" << issue.code << "]\n";
  }
  out.flush();
}

void Progress::stage(std::string_view zh, std::string_view en, Language language) {
  stage_ = language == Language::zh ? zh : en;
  percent_ = -1;
  show(0);
}

void Progress::show(double done) {
  if (!streams_.terminal) return;
  const int percent = static_cast<int>(std::clamp(done, 0.0, 1.0) * 100);
  if (percent == percent_) return;
  percent_ = percent;
  shown_ = true;
  streams_.err << "\r\x1B[K" << stage_ << ' ' << percent << '%' << std::flush;
}

Progress::~Progress() {
  if (shown_) streams_.err << "\r\x1B[K" << std::flush;
}

}  // namespace tijian
