// Saved forms: bytes that are the same on every machine, in an envelope that says what they are and
// shows whether they are whole. docs/saved-format.md has the layout.
//
// What a struct is made of is listed once, by a function `fields(archive, value)`, which a
// ByteWriter and a ByteReader both take: the writer reads the value, the reader fills it. Both hold
// each field to its range, so what can be saved can be loaded, and no bytes, however they came
// about, give a value that the rest of the library does not expect.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tijian/fingerprint.hpp"
#include "tijian/issue.hpp"
#include "tijian/messages.hpp"

namespace tijian {

/// Saved bytes are refused: they are damaged, of something else, of another plan, or of a newer
/// version; the issue's code says which.
class SavedError : public DataError {
 public:
  using DataError::DataError;
};

namespace saved_messages {

inline constexpr Message foreign{"saved.foreign", "不是 tijian 保存的{what}",
                                 "these bytes are not {what_en} saved by tijian"};
inline constexpr Message newer{
    "saved.newer", "由更新版本的 tijian 保存：格式版本 {found}，此处可读到 {known}",
    "saved by a newer tijian: format version {found}, here up to {known} can be read"};
inline constexpr Message corrupt{"saved.corrupt", "保存的数据在第 {byte} 字节处损坏：{what}",
                                 "the saved bytes are damaged at byte {byte}: {what_en}"};
inline constexpr Message other_plan{"saved.other_plan", "保存的统计状态属于另一个体系",
                                    "the saved tally belongs to another plan"};
inline constexpr Message no_document{
    "saved.no_document", "评估结果的体系不能存为文档：读回后与原体系不同",
    "the framework of the assessment cannot be saved as a document: read back, it is another one"};

inline constexpr std::array all{foreign, newer, corrupt, other_plan, no_document};

}  // namespace saved_messages

/// What is wrong with damaged bytes.
struct SavedFault {
  std::string_view zh, en;
};

namespace saved_faults {

inline constexpr SavedFault too_short{"数据不完整", "they end too early"};
inline constexpr SavedFault length{"长度不符", "their length is not the one they tell"};
inline constexpr SavedFault checksum{"校验和不符", "their checksum is another one"};
inline constexpr SavedFault header{"文件头有误", "their head is not one of this version"};
inline constexpr SavedFault range{"数值超出范围", "a value is out of its range"};
inline constexpr SavedFault order{"顺序有误或重复", "entries are repeated or out of order"};
inline constexpr SavedFault layout{"表的结构不符", "the tables are laid out in another way"};
inline constexpr SavedFault form{"不是规范形式", "a value is not in its canonical form"};
inline constexpr SavedFault trailing{"末尾有多余数据", "something follows their end"};
inline constexpr SavedFault framework{"其中的体系文档被拒绝", "the framework in them is refused"};

}  // namespace saved_faults

[[nodiscard]] inline SavedError damaged(const SavedFault& fault, std::size_t byte) {
  Issue issue =
      make_issue(saved_messages::corrupt, "saved",
                 {{"byte", std::to_string(byte)}, {"what", fault.zh}, {"what_en", fault.en}});
  return SavedError({std::move(issue)});
}

/// T as an archive takes it: to be filled by one that reads, and only looked at by one that writes.
template <class Archive, class T>
using Archived = std::conditional_t<Archive::reads, T, const T>;

/// 2^53: the most rows that are counted. All counts up to it are doubles.
inline constexpr std::int64_t largest_count = std::int64_t{1} << 53;

class ByteWriter {
 public:
  static constexpr bool reads = false;

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

  void require(bool holds, const SavedFault& fault) const {
    if (!holds) throw damaged(fault, bytes_.size());
  }

  /// In two's complement, as wide as its type.
  template <class Integer>
  void integer(Integer value, std::int64_t low, std::int64_t high) {
    require(std::in_range<std::int64_t>(value) && static_cast<std::int64_t>(value) >= low &&
                static_cast<std::int64_t>(value) <= high,
            saved_faults::range);
    put(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)), sizeof(Integer));
  }
  /// Any 64 bits.
  void word(std::uint64_t value) { put(value, 8); }
  void flag(bool value) { put(value ? 1 : 0, 1); }
  /// An enumeration from 0 to `last`, as one byte.
  template <class Enumeration>
  void choice(Enumeration value, Enumeration last) {
    require(value <= last, saved_faults::range);
    put(static_cast<std::uint64_t>(value), 1);
  }
  /// A finite number.
  void number(double value) {
    require(std::isfinite(value), saved_faults::range);
    put(std::bit_cast<std::uint64_t>(value), 8);
  }
  /// Up to 16 numbers of which some are null (NaN): two bytes of which bit i is set where number i
  /// is there, and those that are.
  template <class... Doubles>
  void numbers(const Doubles&... values) {
    static_assert(sizeof...(values) <= 16);
    std::uint64_t present = 0;
    std::size_t i = 0;
    ((present |= std::uint64_t{std::isnan(values) ? 0U : 1U} << i++), ...);
    put(present, 2);
    ((std::isnan(values) ? void() : number(values)), ...);
  }
  void text(std::string_view value) {
    put(value.size(), 8);
    bytes_ += value;
  }
  /// What the reader knows already and only compares.
  void same_text(std::string_view value) { text(value); }
  template <class Integer>
  void same(Integer value) {
    put(static_cast<std::uint64_t>(value), sizeof(Integer));
  }
  void raw(std::string_view value) { bytes_ += value; }

  /// How many elements follow.
  std::size_t count(std::size_t size, std::size_t /*smallest*/) {
    put(size, 8);
    return size;
  }
  void need(std::size_t /*elements*/, std::size_t /*smallest*/) const {}

 private:
  void put(std::uint64_t value, std::size_t width) {
    char little[8];
    for (std::size_t i = 0; i < 8; ++i) little[i] = static_cast<char>(value >> (8 * i) & 0xFF);
    bytes_.append(little, width);
  }

  std::string bytes_;
};

/// Reads what a ByteWriter with the same calls has written; throws SavedError (saved.corrupt) for
/// everything else. Borrows its bytes.
class ByteReader {
 public:
  static constexpr bool reads = true;

  /// `offset`: where `bytes` begin in what a message names.
  explicit ByteReader(std::string_view bytes, std::size_t offset = 0)
      : bytes_(bytes), offset_(offset) {}

  void require(bool holds, const SavedFault& fault) const {
    if (!holds) throw damaged(fault, offset_ + at_);
  }
  [[nodiscard]] std::size_t remaining() const { return bytes_.size() - at_; }
  void finish() const { require(remaining() == 0, saved_faults::trailing); }

  template <class Integer>
  void integer(Integer& value, std::int64_t low, std::int64_t high) {
    const std::uint64_t bits = get(sizeof(Integer));
    std::int64_t wide = static_cast<std::int64_t>(bits);
    if constexpr (std::is_signed_v<Integer> && sizeof(Integer) < 8) {
      constexpr int unused = 64 - 8 * static_cast<int>(sizeof(Integer));
      wide = static_cast<std::int64_t>(bits << unused) >> unused;
    }
    require(wide >= low && wide <= high && std::in_range<Integer>(wide), saved_faults::range);
    value = static_cast<Integer>(wide);
  }
  void word(std::uint64_t& value) { value = get(8); }
  void flag(bool& value) {
    const std::uint64_t bits = get(1);
    require(bits <= 1, saved_faults::range);
    value = bits != 0;
  }
  template <class Enumeration>
  void choice(Enumeration& value, Enumeration last) {
    const std::uint64_t bits = get(1);
    require(bits <= static_cast<std::uint64_t>(last), saved_faults::range);
    value = static_cast<Enumeration>(bits);
  }
  void number(double& value) {
    const double read = std::bit_cast<double>(get(8));
    require(std::isfinite(read), saved_faults::range);
    value = read;
  }
  template <class... Doubles>
  void numbers(Doubles&... values) {
    static_assert(sizeof...(values) <= 16);
    const std::uint64_t present = get(2);
    require(present >> sizeof...(values) == 0, saved_faults::range);
    std::size_t i = 0;
    const auto read = [&](double& value) {
      if ((present >> i++ & 1) != 0)
        number(value);
      else
        value = std::numeric_limits<double>::quiet_NaN();
    };
    (read(values), ...);
  }
  void text(std::string& value) { value = view(); }
  void same_text(std::string_view value) { require(view() == value, saved_faults::layout); }
  template <class Integer>
  void same(Integer value) {
    require(get(sizeof(Integer)) == static_cast<std::uint64_t>(value), saved_faults::layout);
  }
  [[nodiscard]] std::string_view raw(std::size_t size) {
    require(size <= remaining(), saved_faults::too_short);
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

  /// How many elements follow, of which each takes `smallest` bytes or more: never more than there
  /// are bytes for, so memory may be taken for them.
  std::size_t count(std::size_t /*size*/, std::size_t smallest) {
    const std::uint64_t size = get(8);
    require(size <= remaining() / smallest, saved_faults::too_short);
    return static_cast<std::size_t>(size);
  }
  void need(std::size_t elements, std::size_t smallest) const {
    require(elements <= remaining() / smallest, saved_faults::too_short);
  }

 private:
  std::string_view view() { return raw(count(0, 1)); }

  std::uint64_t get(std::size_t width) {
    require(width <= remaining(), saved_faults::too_short);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(bytes_[at_ + i])} << (8 * i);
    at_ += width;
    return value;
  }

  std::string_view bytes_;
  std::size_t offset_;
  std::size_t at_ = 0;
};

/// An index below `size`.
template <class Archive>
void index_field(Archive& archive, Archived<Archive, std::uint32_t>& index, std::size_t size) {
  archive.integer(index, 0, static_cast<std::int64_t>(size) - 1);
}

/// The same, or 2^32 - 1 (`no_index`).
template <class Archive>
void index_or_none_field(Archive& archive, Archived<Archive, std::uint32_t>& index,
                         std::size_t size) {
  archive.integer(index, 0, 0xFFFFFFFF);
  archive.require(index == 0xFFFFFFFF || index < size, saved_faults::range);
}

/// A flag, and what `fields(value)` lists where there is a value.
template <class Archive, class Optional, class Fields>
void optional_field(Archive& archive, Optional& optional, Fields&& fields) {
  bool there = optional.has_value();
  archive.flag(there);
  if constexpr (Archive::reads) {
    if (there)
      optional.emplace();
    else
      optional.reset();
  }
  if (there) fields(*optional);
}

/// How many elements, and what `fields(element)` lists of each: `smallest` bytes or more.
template <class Archive, class List, class Fields>
void list_field(Archive& archive, List& list, std::size_t smallest, Fields&& fields) {
  const std::size_t size = archive.count(list.size(), smallest);
  if constexpr (Archive::reads) list.resize(size);
  for (auto& element : list) fields(element);
}

// ------------------------------------------------------------------------------------ the envelope

enum class SavedKind { tally, assessment };

/// The first eight bytes. The first of them is no text and no UTF-8.
[[nodiscard]] constexpr std::string_view saved_magic(SavedKind kind) {
  return kind == SavedKind::tally ? "\x89TJTALLY" : "\x89TJASSES";
}

/// The version that is written, and the newest that is read.
[[nodiscard]] constexpr std::uint32_t saved_version(SavedKind /*kind*/) { return 1; }

inline constexpr std::size_t saved_header_size = 24;    // magic, version, zero, length of the body
inline constexpr std::size_t saved_checksum_size = 32;  // SHA-256 of all before it

[[nodiscard]] inline std::string seal(SavedKind kind, std::string_view body) {
  ByteWriter writer;
  writer.raw(saved_magic(kind));
  writer.same(saved_version(kind));
  writer.same(std::uint32_t{0});
  writer.word(body.size());
  std::string bytes;
  bytes.reserve(saved_header_size + body.size() + saved_checksum_size);
  bytes += writer.bytes();
  bytes += body;
  bytes += sha256(bytes);
  return bytes;
}

/// The body, whose first byte is number `saved_header_size`. Throws SavedError where the bytes are
/// of something else, of a newer version or damaged.
[[nodiscard]] inline std::string_view unseal(SavedKind kind, std::string_view bytes) {
  const std::string_view magic = saved_magic(kind);
  if (bytes.substr(0, magic.size()) != magic.substr(0, bytes.size())) {
    const bool tally = kind == SavedKind::tally;
    throw SavedError({make_issue(saved_messages::foreign, "saved",
                                 {{"what", tally ? "统计状态" : "评估结果"},
                                  {"what_en", tally ? "a tally" : "an assessment"}})});
  }
  if (bytes.size() < magic.size() + 4) throw damaged(saved_faults::too_short, bytes.size());
  ByteReader reader(bytes);
  (void)reader.raw(magic.size());
  std::uint32_t version = 0;
  reader.integer(version, 0, 0xFFFFFFFF);
  if (version > saved_version(kind)) {
    Issue issue = make_issue(
        saved_messages::newer, "saved",
        {{"found", std::to_string(version)}, {"known", std::to_string(saved_version(kind))}});
    issue.found = std::to_string(version);
    issue.expected = std::to_string(saved_version(kind));
    throw SavedError({std::move(issue)});
  }
  if (bytes.size() < saved_header_size + saved_checksum_size)
    throw damaged(saved_faults::too_short, bytes.size());
  std::uint32_t zero = 0;
  reader.integer(zero, 0, 0xFFFFFFFF);
  reader.require(version == saved_version(kind) && zero == 0, saved_faults::header);
  std::uint64_t length = 0;
  reader.word(length);
  reader.require(length == bytes.size() - saved_header_size - saved_checksum_size,
                 saved_faults::length);
  const std::size_t end = bytes.size() - saved_checksum_size;
  if (sha256(bytes.substr(0, end)) != bytes.substr(end)) throw damaged(saved_faults::checksum, end);
  return bytes.substr(saved_header_size, end - saved_header_size);
}

}  // namespace tijian
