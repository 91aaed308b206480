#include <optional>
#include <string>
#include <string_view>

#include "c_api/handles.hpp"
#include "c_api/options.hpp"
#include "tijian/json.hpp"

using namespace tijian;
using namespace tijian::c_api;

namespace {

std::unique_ptr<tj_framework> made_of(Framework framework) {
  std::string marks = fingerprint(framework);
  return make_handle<tj_framework>(std::move(framework), std::move(marks));
}

}  // namespace

tj_status tj_framework_parse(const char* json, size_t size, const tj_parse_options* given,
                             tj_framework** framework, tj_error** error) noexcept {
  return guard(error, [&] {
    require(json, "json");
    require(framework, "framework");
    const tj_parse_options options = read_options(given, "tj_parse_options");
    if (options.document_count > 0) require(options.documents, "documents");
    for (std::size_t i = 0; i < options.document_count; ++i) {
      require(options.documents[i].id, "documents.id");
      require(options.documents[i].json, "documents.json");
    }
    const FrameworkSource source = [&](std::string_view id) -> std::optional<std::string> {
      for (std::size_t i = 0; i < options.document_count; ++i)
        if (options.documents[i].id == id)
          return std::string(options.documents[i].json, options.documents[i].size);
      return std::nullopt;
    };
    *framework = made_of(parse_framework(std::string_view(json, size), source)).release();
  });
}

tj_status tj_framework_shipped(const char* id, tj_framework** framework,
                               tj_error** error) noexcept {
  return guard(error, [&] {
    require(id, "id");
    require(framework, "framework");
    *framework = made_of(load_shipped(id)).release();
  });
}

size_t tj_framework_shipped_count(void) noexcept { return shipped_frameworks().size(); }

const char* tj_framework_shipped_id(size_t index) noexcept {
  return index < shipped_frameworks().size() ? shipped_frameworks()[index].data() : nullptr;
}

tj_status tj_framework_schema(tj_buffer** json, tj_error** error) noexcept {
  return guard(error, [&] {
    require(json, "json");
    *json = make_handle<tj_buffer>(framework_schema()).release();
  });
}

tj_status tj_framework_json(const tj_framework* framework, tj_buffer** json,
                            tj_error** error) noexcept {
  return guard(error, [&] {
    require(framework, "framework");
    require(json, "json");
    *json = make_handle<tj_buffer>(write_framework(framework->framework)).release();
  });
}

const char* tj_framework_id(const tj_framework* framework) noexcept {
  return framework == nullptr ? nullptr : framework->framework.id.c_str();
}

const char* tj_framework_version(const tj_framework* framework) noexcept {
  return framework == nullptr ? nullptr : framework->framework.version.c_str();
}

const char* tj_framework_fingerprint(const tj_framework* framework) noexcept {
  return framework == nullptr ? nullptr : framework->fingerprint.c_str();
}

int32_t tj_framework_year(const tj_framework* framework) noexcept {
  return framework == nullptr ? 0 : framework->framework.year;
}

void tj_framework_free(tj_framework* framework) noexcept { delete framework; }
