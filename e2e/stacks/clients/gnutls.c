/* A client of GnuTLS. */
#include "batch.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static const char *version(void) {
  static char text[64];
  snprintf(text, sizeof text, "GnuTLS %s", gnutls_check_version(NULL));
  return text;
}

/* failed ends the attempt with what verification or the handshake says. */
static void failed(gnutls_session_t session, int code) {
  gnutls_datum_t text;
  unsigned status = gnutls_session_get_verify_cert_status(session);
  if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR &&
      gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) == 0) {
    refused("%s", text.data);
  }
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED) {
    refused("alert received: %s", gnutls_alert_get_name(gnutls_alert_get(session)));
  }
  refused("%s", gnutls_strerror(code));
}

static void attempt(const struct target *t) {
  gnutls_session_t session;
  gnutls_certificate_credentials_t credentials;
  gnutls_typed_vdata_st expected[] = {
      {GNUTLS_DT_DNS_HOSTNAME, (unsigned char *)t->name, 0},
      {GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)GNUTLS_KP_TLS_WWW_SERVER, 0},
  };
  char greeting[4];
  int code, length = 0;

  gnutls_certificate_allocate_credentials(&credentials);
  if (gnutls_certificate_set_x509_trust_file(credentials, t->ca, GNUTLS_X509_FMT_PEM) < 0) {
    refused("cannot read the trust file");
  }
  gnutls_init(&session, GNUTLS_CLIENT);
  gnutls_set_default_priority(session);
  gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
  if (!is_address(t->name)) {
    gnutls_server_name_set(session, GNUTLS_NAME_DNS, t->name, strlen(t->name));
  }
  if (t->verify) {
    gnutls_session_set_verify_cert2(session, expected, 2, 0);
  }
  gnutls_transport_set_int(session, t->fd);
  do {
    code = gnutls_handshake(session);
  } while (code < 0 && !gnutls_error_is_fatal(code));
  if (code < 0) {
    failed(session, code);
  }
  do {
    code = (int)gnutls_record_recv(session, greeting + length, sizeof greeting - length);
    length += code > 0 ? code : 0;
  } while (length < (int)sizeof greeting && code != 0 && (code > 0 || !gnutls_error_is_fatal(code)));
  if (code < 0) {
    failed(session, code);
  }
  accepted(greeting, length);
}
