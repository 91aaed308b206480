// Files are whole or not there: what a failed write leaves behind is nothing.
#include "io/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "tijian/issue.hpp"

namespace tijian {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("atomic_file_test-" + std::to_string(std::random_device{}()));
    fs::create_directory(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) { return (folder_ / name).string(); }
  static std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    return names;
  }
  template <class Action>
  static std::string fault_of(Action&& action) {
    try {
      action();
    } catch (const DataError& error) {
      return error.issues().at(0).code;
    }
    return "";
  }
  fs::path folder_;
};

TEST_F(AtomicFileTest, ThereIsNoFileUntilItIsWhole) {
  AtomicFile file(path("a.csv"), false);
  file.write("one,");
  file.write("two");
  EXPECT_FALSE(fs::exists(path("a.csv")));
  file.commit();
  EXPECT_EQ(text_of(path("a.csv")), "one,two");
  EXPECT_EQ(names(), std::vector<std::string>{"a.csv"});
}

TEST_F(AtomicFileTest, WhatIsNotCommittedLeavesNothingAndTheOldFileIntact) {
  std::ofstream(path("a.csv")) << "old";
  {
    AtomicFile file(path("a.csv"), true);
    file.write("half of the new");
  }
  EXPECT_EQ(text_of(path("a.csv")), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"a.csv"});
}

TEST_F(AtomicFileTest, AnExistingFileIsReplacedOnlyWhereAsked) {
  std::ofstream(path("a.csv")) << "old";
  EXPECT_EQ(fault_of([&] { AtomicFile(path("a.csv"), false); }), "file.exists");
  EXPECT_EQ(text_of(path("a.csv")), "old");
  AtomicFile file(path("a.csv"), true);
  file.write("new");
  file.commit();
  EXPECT_EQ(text_of(path("a.csv")), "new");
}

TEST_F(AtomicFileTest, AFileThatAppearsMeanwhileIsNotOverwritten) {
  AtomicFile file(path("a.csv"), false);
  file.write("ours");
  std::ofstream(path("a.csv")) << "theirs";
  EXPECT_EQ(fault_of([&] { file.commit(); }), "file.exists");
  EXPECT_EQ(text_of(path("a.csv")), "theirs");
  EXPECT_EQ(names(), std::vector<std::string>{"a.csv"});
}

TEST_F(AtomicFileTest, ALinkIsReplacedAndItsTargetIsNotTouched) {
  std::ofstream(path("secret")) << "secret";
  fs::create_symlink(path("secret"), path("a.csv"));
  fs::create_symlink(path("nowhere"), path("b.csv"));
  EXPECT_EQ(fault_of([&] { AtomicFile(path("a.csv"), false); }), "file.exists");
  EXPECT_EQ(fault_of([&] { AtomicFile(path("b.csv"), false); }), "file.exists");
  AtomicFile file(path("a.csv"), true);
  file.write("new");
  file.commit();
  EXPECT_EQ(text_of(path("secret")), "secret");
  EXPECT_EQ(text_of(path("a.csv")), "new");
  EXPECT_FALSE(fs::is_symlink(path("a.csv")));
}

TEST_F(AtomicFileTest, FoldersAndMissingFoldersAreRefused) {
  fs::create_directory(path("a.csv"));
  EXPECT_EQ(fault_of([&] { AtomicFile(path("a.csv"), false); }), "file.exists");
  EXPECT_EQ(fault_of([&] { AtomicFile(path("a.csv"), true); }), "file.write");
  EXPECT_EQ(fault_of([&] { AtomicFile(path("none/a.csv"), true); }), "file.write");
  EXPECT_EQ(fault_of([&] { AtomicFile("", true); }), "file.write");
}

TEST_F(AtomicFileTest, AFullDiskLeavesTheOldFile) {
  std::ofstream(path("a.csv")) << "old";
  // A limit on file sizes stands for the full disk.
  const auto old_action = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  rlimit small = old_limit;
  small.rlim_cur = 100'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string fault = fault_of([&] {
    AtomicFile file(path("a.csv"), true);
    for (int i = 0; i < 100; ++i) file.write(std::string(10'000, 'x'));
    file.commit();
  });
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_action);
  EXPECT_EQ(fault, "file.write");
  EXPECT_EQ(text_of(path("a.csv")), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"a.csv"});
}

TEST_F(AtomicFileTest, ARefusedFileStaysRefused) {
  AtomicFile file(path("a.csv"), false);
  file.commit();
  EXPECT_EQ(fault_of([&] { file.write("more"); }), "file.write");
  EXPECT_EQ(fault_of([&] { file.commit(); }), "file.write");
  EXPECT_EQ(text_of(path("a.csv")), "");
}

TEST_F(AtomicFileTest, FollowsTheUmaskAndNotTheTemporaryName) {
  const mode_t old_mask = umask(027);
  AtomicFile file(path("a.csv"), false);
  file.commit();
  umask(old_mask);
  struct stat status {};
  ASSERT_EQ(stat(path("a.csv").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0640u);
}

}  // namespace
}  // namespace tijian
