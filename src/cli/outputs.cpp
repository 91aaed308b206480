#include "cli/outputs.hpp"

#include <filesystem>
#include <memory>
#include <system_error>

#include "cli/cli_messages.hpp"
#include "io/atomic_file.hpp"
#include "tijian/csv_writer.hpp"
#include "tijian/issue.hpp"
#include "tijian/json_writer.hpp"
#include "tijian/table_json_writer.hpp"

namespace tijian {

namespace {

std::string source_json(const std::vector<NamedResult>& results,
                        const std::vector<std::string>& files) {
  std::string text;
  JsonWriter json(text, 2);
  const ResultSource source = results.empty() ? ResultSource{} : results.front().table->source();
  json.begin_object();
  json.key("tijian");
  json.integer(1);
  json.key("framework");
  json.begin_object();
  json.key("id");
  json.string(source.framework_id);
  json.key("version");
  json.string(source.framework_version);
  json.key("fingerprint");
  json.string(source.fingerprint);
  json.end_object();
  json.key("library");
  json.string(source.library_version);
  json.key("year");
  json.integer(source.year);
  json.key("tables");
  json.begin_array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    json.begin_object();
    json.key("table");
    json.string(results[i].table->name());
    json.key("file");
    json.string(files[i]);
    json.key("rows");
    json.integer(static_cast<std::int64_t>(results[i].table->rows()));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return text + "\n";
}

}  // namespace

std::string file_name_of(std::string_view table) {
  std::string name;
  for (const char c : table) {
    const auto byte = static_cast<unsigned char>(c);
    name += c == ':' || c == '/' || c == '\\' || byte < 0x20 || byte == 0x7F ? '-' : c;
  }
  if (name.starts_with('.')) name.insert(name.begin(), '-');
  return name;
}

std::vector<std::string> write_results(const std::vector<NamedResult>& results,
                                       const Arguments& arguments) {
  std::error_code error;
  std::filesystem::create_directories(arguments.output, error);
  if (error) {
    const std::string reason = error.message();
    throw DataError({make_issue(cli_messages::output_folder, arguments.output,
                                {{"file", arguments.output}, {"reason", reason}})});
  }
  const std::string_view ending = arguments.format == OutputFormat::csv ? ".csv" : ".json";
  const auto path_of = [&](const std::string& name) {
    return (std::filesystem::path(arguments.output) / name).string();
  };
  std::vector<std::string> names;
  std::vector<std::unique_ptr<AtomicFile>> files;
  for (const NamedResult& result : results) {
    names.push_back(result.file + std::string(ending));
    files.push_back(std::make_unique<AtomicFile>(path_of(names.back()), arguments.force));
  }
  files.push_back(std::make_unique<AtomicFile>(path_of("source.json"), arguments.force));
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Sink sink = [&](std::string_view piece) { files[i]->write(piece); };
    if (arguments.format == OutputFormat::csv)
      write_csv(*results[i].table, sink, {.source_columns = arguments.source_columns});
    else
      write_json(*results[i].table, sink);
  }
  files.back()->write(source_json(results, names));
  for (const auto& file : files) file->commit();
  names.emplace_back("source.json");
  return names;
}

}  // namespace tijian
