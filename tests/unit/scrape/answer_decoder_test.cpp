#include "agent/scrape/answer_decoder.hpp"

#include "agent/codec/gzip.hpp"
#include "agent/http/client.hpp"
#include "tests/unit/pprof/testdata_profiles.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using agent::Errc;
using agent::Error;
using agent::http::Headers;
using agent::model::ProfileType;
using agent::scrape::Answer;
using agent::scrape::explain_answer;
using agent::scrape::explain_error;
using agent::scrape::readable_message;

struct Case {
  std::string component;
  int status;
  bool from_pprof;  // with X-Go-Pprof: 1
  std::string body;
  std::string cause;
  std::string hint_has;
};

TEST(AnswerDecoder, TellsFailuresApartAndNamesWhatToDo) {
  const std::vector<Case> cases{
      {"kube-scheduler", 403, false, "forbidden: User \"kprofd\" cannot get path", "forbidden",
       "kube-scheduler answers 403: the ServiceAccount lacks get on nonResourceURLs /debug/pprof/*"},
      {"kube-scheduler", 403, false, "User \"system:anonymous\" cannot get path", "forbidden", "bearerTokenFile"},
      {"kubelet", 403, false, "Forbidden (user=kprofd, verb=get, resource=nodes, subresource=proxy)", "forbidden", "get on nodes/proxy"},
      {"etcd", 403, false, "", "forbidden", "clientCertFile"},
      {"kubelet", 401, false, "Unauthorized", "unauthorized", "bearerTokenFile"},
      {"etcd", 404, false, "404 page not found", "profiling_disabled", "--enable-pprof"},
      {"kube-apiserver", 404, false, "", "profiling_disabled", "--profiling=true"},
      {"kube-proxy", 404, false, "", "profiling_disabled", "enableProfiling"},
      {"containerd", 404, false, "", "profiling_disabled", "[debug]"},
      {"my-program", 404, false, "", "profiling_disabled", "net/http/pprof"},
      {"etcd", 404, true, "Unknown profile\n", "profile_unknown", "disable the type"},
      {"kubelet", 405, false, "Debug endpoints are disabled.", "profiling_disabled", "enableDebuggingHandlers"},
      {"kubelet", 405, false, "profiling endpoint is disabled.", "profiling_disabled", "enableProfilingHandler"},
      {"kubelet", 405, false, "Method Not Allowed", "method_not_allowed", "pprofPath"},
      {"etcd", 400, true, "profile duration exceeds server's WriteTimeout", "write_timeout", "lower the duration"},
      {"etcd", 400, true, "seconds and debug params are incompatible", "bad_request", "400"},
      {"etcd", 500, true, "Could not enable CPU profiling: cpu profiling already in use\n", "busy", "another profiler"},
      {"etcd", 500, true, "Could not enable tracing: tracing is already enabled\n", "busy", "another profiler"},
      {"kubelet", 500, false, "Authorization error (user=x, verb=get)", "authorization_failed", "kube-apiserver"},
      {"etcd", 500, false, "boom", "server_error", "its log"},
      {"etcd", 503, false, "", "overloaded", "503"},
      {"etcd", 429, false, "", "overloaded", "less often"},
      {"etcd", 302, false, "", "redirect", "url"},
      {"etcd", 304, false, "", "unexpected_status", "304"},
      {"etcd", 400, false, "Client sent an HTTP request to an HTTPS server.\n", "https_expected", "https://"},
      {"etcd", 204, false, "", "unexpected_status", "204"},
      {"etcd", 200, false, "", "empty_answer", "without a body"},
      {"etcd", 200, false, "<!doctype html><title>Login</title>", "html", "login page"},
      {"etcd", 200, false, "\n  <html>", "html", "web page"},
      {"etcd", 200, false, "{\"health\":\"true\"}", "json", "JSON"},
      {"etcd", 200, false, "go_goroutines 17\n", "not_a_profile", "another program"},
  };
  for (const auto& [component, status, from_pprof, body, cause, hint_has] : cases) {
    Headers headers;
    if (from_pprof) headers.add("X-Go-Pprof", "1");
    const auto failure = explain_answer(Answer{component, ProfileType::kCpu, status, headers, body});
    ASSERT_TRUE(failure) << component << " " << status << " " << body;
    EXPECT_EQ(failure->cause, cause) << component << " " << status << " " << body;
    EXPECT_NE(failure->hint.find(hint_has), std::string::npos) << failure->hint;
    EXPECT_TRUE(failure->hint.starts_with(component)) << failure->hint;
  }
}

TEST(AnswerDecoder, LetsWhatWasAskedForPass) {
  const Headers headers;
  const auto passes = [&](ProfileType type, std::string_view body) { return !explain_answer(Answer{"etcd", type, 200, headers, body}); };
  EXPECT_TRUE(passes(ProfileType::kHeap, "\x1f\x8b\x08 and so on"));
  EXPECT_TRUE(passes(ProfileType::kHeap, std::string_view("\x0a\x04\x08\x01\x10\x02", 6)));  // without gzip
  EXPECT_TRUE(passes(ProfileType::kTrace, std::string_view("go 1.19 trace\0\0\0", 16)));
  EXPECT_TRUE(passes(ProfileType::kGoroutineDebug2, "goroutine 1 [running]:\n"));
  EXPECT_FALSE(passes(ProfileType::kTrace, "\x1f\x8b\x08"));
  EXPECT_FALSE(passes(ProfileType::kGoroutineDebug2, "\x1f\x8b\x08"));
  EXPECT_FALSE(passes(ProfileType::kHeap, "goroutine 1 [running]:\n"));
}

TEST(AnswerDecoder, LetsProfilesWithoutGzipPassWhateverTheirFirstLetter) {
  const Headers headers;
  std::size_t seen = 0;
  for (const auto& path : tests::testdata_profiles()) {
    const auto plain = agent::codec::gunzip(tests::file_content(path), 64UL << 20U);
    ASSERT_TRUE(plain) << path;
    const auto failure = explain_answer(Answer{"etcd", ProfileType::kHeap, 200, headers, *plain});
    EXPECT_FALSE(failure) << path << ": " << failure->cause;
    EXPECT_TRUE(explain_answer(Answer{"etcd", ProfileType::kTrace, 200, headers, *plain})) << path;
    if (plain->front() == 'Z') ++seen;  // period_type, as Go writes the heap
  }
  EXPECT_GT(seen, 0U);
  for (const std::string_view text : {"Zebra crossing\n", "heap profile: 1: 2 [3: 4] @ heap/1\n", "\nhello\n", "\n\r", "", "Z"}) {
    EXPECT_TRUE(explain_answer(Answer{"etcd", ProfileType::kHeap, 200, headers, text})) << text;
  }
}

TEST(AnswerDecoder, ShowsWhereARedirectLeads) {
  Headers headers;
  headers.add("Location", "https://login.example/\r\n");
  const auto failure = explain_answer(Answer{"etcd", ProfileType::kHeap, 302, headers, ""});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "Location: https://login.example/");
}

TEST(AnswerDecoder, TellsAnExpiredCertificateFromAnUnknownAuthority) {
  const auto expired = explain_error("etcd", Error(Errc::kUnauthenticated, "certificate has expired", "tls_expired"));
  EXPECT_NE(expired.hint.find("renew"), std::string::npos) << expired.hint;
  EXPECT_EQ(expired.hint.find("caFile"), std::string::npos) << expired.hint;
  EXPECT_NE(explain_error("etcd", Error(Errc::kCorrupt, "x", "response_truncated")).hint.find("https"), std::string::npos);
}

TEST(AnswerDecoder, ShowsNoCredentialsThatARedirectCarries) {
  for (const auto* location : {"https://u:pw@login.example/in?token=t0p#x", "https://u:pw@login.example/in#t0p"}) {
    Headers headers;
    headers.add("Location", location);
    EXPECT_EQ(explain_answer(Answer{"etcd", ProfileType::kHeap, 302, headers, ""})->message, "Location: https://login.example/in");
  }
  Headers headers;
  headers.add("Location", "/a@b?next=/x");
  EXPECT_EQ(explain_answer(Answer{"etcd", ProfileType::kHeap, 302, headers, ""})->message, "Location: /a@b");
}

TEST(AnswerDecoder, MasksCredentialsThatAnAnswerQuotes) {
  EXPECT_EQ(readable_message("GET / HTTP/1.1\r\nAUTHORIZATION: Bearer t0p.s3c-ret\r\nX: y"), "GET / HTTP/1.1 AUTHORIZATION: *** X: y");
  EXPECT_EQ(readable_message("authorization:\r\n Basic dTpw"), "authorization:  ***");
  EXPECT_EQ(readable_message(R"(map[Authorization:[Bearer t0p] Host:[x]])"), "map[Authorization:[***] Host:[x]]");
  EXPECT_EQ(readable_message(R"({"authorization": "Bearer t0\/p", "x": 1})"), R"({"authorization": "***", "x": 1})");
  EXPECT_EQ(readable_message(R"({\"Authorization\":\"Bearer t0p\"})"), R"({\"Authorization\":\"***\"})");
  EXPECT_EQ(readable_message("invalid bearer t0p, go away"), "invalid bearer ***, go away");
  EXPECT_EQ(readable_message("?auth=BEARER%20t0p&x=1"), "?auth=BEARER%20***&x=1");
  EXPECT_EQ(readable_message("invalid bearer token"), "invalid bearer token");
  EXPECT_EQ(readable_message("Authorization error (user=x, verb=get)"), "Authorization error (user=x, verb=get)");
  const auto at_the_cut = readable_message(std::string(280, 'x') + " Bearer " + std::string(500, 't'));
  EXPECT_EQ(at_the_cut.find('t'), std::string::npos) << at_the_cut;
  EXPECT_EQ(explain_error("etcd", Error(Errc::kUnavailable, "told Bearer t0p")).message, "told Bearer ***");
}

TEST(AnswerDecoder, KeepsTheCausesOfTheClientAndOfTheDecoderAndAddsAHint) {
  for (const std::string cause : agent::http::kFailureCauses) {
    const auto failure = explain_error("etcd", Error(Errc::kUnavailable, "why", cause));
    EXPECT_EQ(failure.cause, cause);
    EXPECT_EQ(failure.message, "why");
    EXPECT_EQ(failure.hint.find("log of kprofd"), std::string::npos) << cause;
  }
  for (const std::string cause :
       {"gzip_truncated", "gzip_corrupt", "gzip_bomb", "profile_too_large", "empty_profile", "not_a_profile", "malformed_profile",
        "concatenated_profiles", "store_failed", "process_restarted", "too_many_goroutines"}) {
    const auto failure = explain_error("etcd", Error(Errc::kCorrupt, "why", cause));
    EXPECT_EQ(failure.cause, cause);
    EXPECT_EQ(failure.hint.find("log of kprofd"), std::string::npos) << cause;
  }
  EXPECT_EQ(explain_error("etcd", Error(Errc::kInternal, "x")).cause, "internal_error");
}

TEST(AnswerDecoder, MakesMessagesOfTargetsReadableAndShort) {
  EXPECT_EQ(readable_message("  a\n\tb\x1b[31m\xff  "), "a b\\x1b[31m\\xff");
  EXPECT_EQ(readable_message(R"({"kind":"Status","status":"Failure","message":"forbidden: User \"x\"","code":403})"),
            R"(forbidden: User \"x\")");
  const auto cut = readable_message(std::string(1000, 'x'));
  EXPECT_EQ(cut.size(), agent::scrape::kMaxMessageBytes - 1);
  EXPECT_TRUE(cut.ends_with("..."));
  EXPECT_LE(readable_message(std::string(1000, '\xff')).size(), agent::scrape::kMaxMessageBytes);
}

}  // namespace
