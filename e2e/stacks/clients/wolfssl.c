/* A client of wolfSSL. */
#include "batch.h"

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

static const char *version(void) {
  static char text[64];
  snprintf(text, sizeof text, "wolfSSL %s", wolfSSL_lib_version());
  return text;
}

/* failed ends the attempt with the alert that came, or an error of the TLS library or, above -300, of the
 * cryptographic one. */
static void failed(WOLFSSL *ssl, int code) {
  WOLFSSL_ALERT_HISTORY alerts;
  if (code == FATAL_ERROR && wolfSSL_get_alert_history(ssl, &alerts) == WOLFSSL_SUCCESS) {
    refused("alert received: %d", alerts.last_rx.code);
  }
  refused("%d %s", code, code > -300 ? wc_GetErrorString(code) : wolfSSL_ERR_reason_error_string((unsigned long)code));
}

static WOLFSSL_CTX *context(const struct target *t) {
  WOLFSSL_CTX *made;
  int code;
  wolfSSL_Init();
  made = wolfSSL_CTX_new(wolfSSLv23_client_method());
  if (made == NULL) {
    refused("no context");
  }
  if (!t->verify) {
    wolfSSL_CTX_set_verify(made, WOLFSSL_VERIFY_NONE, NULL);
    return made;
  }
  wolfSSL_CTX_set_verify(made, WOLFSSL_VERIFY_PEER, NULL);
  code = wolfSSL_CTX_load_verify_locations(made, t->ca, NULL);
  if (code != WOLFSSL_SUCCESS) {
    refused("trust file: %s", wolfSSL_ERR_reason_error_string(wolfSSL_ERR_peek_last_error()));
  }
  return made;
}

static void attempt(const struct target *t) {
  WOLFSSL *ssl = wolfSSL_new(context(t));
  char greeting[4];
  int code, length = 0;

  if (ssl == NULL) {
    refused("no session");
  }
  if (!is_address(t->name)) {
    wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, t->name, (unsigned short)strlen(t->name));
  }
  if (t->verify) {
    wolfSSL_check_domain_name(ssl, t->name);
  }
  wolfSSL_set_fd(ssl, t->fd);
  if (wolfSSL_connect(ssl) != WOLFSSL_SUCCESS) {
    failed(ssl, wolfSSL_get_error(ssl, 0));
  }
  do {
    code = wolfSSL_read(ssl, greeting + length, sizeof greeting - length);
    length += code > 0 ? code : 0;
  } while (code > 0 && length < (int)sizeof greeting);
  if (code <= 0) {
    failed(ssl, wolfSSL_get_error(ssl, code));
  }
  accepted(greeting, length);
}
