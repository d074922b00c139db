/* A client of Botan 2, with its default policy but for revocation: no CRL and no
 * OCSP response is demanded, as by the other libraries. */
#include "batch.h"

#include <botan/auto_rng.h>
#include <botan/pkix_types.h>
#include <botan/certstor_flatfile.h>
#include <botan/tls_client.h>
#include <botan/tls_exceptn.h>
#include <botan/tls_session_manager.h>
#include <botan/version.h>

static const char *version(void) {
  static std::string text = "Botan " + Botan::short_version_string();
  return text.c_str();
}

namespace {

class Policy : public Botan::TLS::Policy {
 public:
  bool require_cert_revocation_info() const override { return false; }
};


class Trust : public Botan::Credentials_Manager {
 public:
  explicit Trust(const std::string &path) : authorities_(path) {}
  std::vector<Botan::Certificate_Store *> trusted_certificate_authorities(const std::string &,
                                                                          const std::string &) override {
    return {&authorities_};
  }

 private:
  Botan::Flatfile_Certificate_Store authorities_;
};

class Session : public Botan::TLS::Callbacks {
 public:
  explicit Session(const target *t) : target_(t) {}

  void tls_emit_data(const uint8_t data[], size_t size) override {
    while (size > 0) {
      ssize_t n = write(target_->fd, data, size);
      if (n <= 0) {
        return;  // what the peer says of it is read next
      }
      data += n;
      size -= static_cast<size_t>(n);
    }
  }

  void tls_record_received(uint64_t, const uint8_t data[], size_t size) override {
    greeting_.append(reinterpret_cast<const char *>(data), size);
    if (greeting_.size() >= 4) {
      accepted(greeting_.data(), static_cast<int>(greeting_.size()));
    }
  }

  void tls_alert(Botan::TLS::Alert alert) override { alert_ = alert.type_string(); }

  bool tls_session_established(const Botan::TLS::Session &) override { return false; }

  void tls_verify_cert_chain(const std::vector<Botan::X509_Certificate> &chain,
                             const std::vector<std::shared_ptr<const Botan::OCSP::Response>> &ocsp,
                             const std::vector<Botan::Certificate_Store *> &trusted, Botan::Usage_Type usage,
                             const std::string &hostname, const Botan::TLS::Policy &policy) override {
    if (target_->verify) {
      Callbacks::tls_verify_cert_chain(chain, ocsp, trusted, usage, hostname, policy);
    }
  }

  const std::string &alert() const { return alert_; }

 private:
  const target *target_;
  std::string alert_;
  std::string greeting_;
};

void converse(const target *t) {
  Botan::AutoSeeded_RNG random;
  Botan::TLS::Session_Manager_Noop sessions;
  Policy policy;
  Trust trust(t->ca);
  Session session(t);
  Botan::TLS::Client client(session, sessions, trust, policy, random, Botan::TLS::Server_Information(t->name));
  uint8_t data[4096];
  ssize_t n;
  while ((n = read(t->fd, data, sizeof data)) > 0) {
    client.received_data(data, static_cast<size_t>(n));
    if (!session.alert().empty()) {
      refused("alert received: %s", session.alert().c_str());
    }
  }
  refused(n == 0 ? "end of file" : "%s", strerror(errno));
}

}  // namespace

static void attempt(const target *t) {
  try {
    converse(t);
  } catch (const std::exception &e) {
    refused("%s", e.what());
  }
}
