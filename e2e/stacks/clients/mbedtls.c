/* A client of Mbed TLS 2.28. */
#include "batch.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

static const char *version(void) {
  static char text[64];
  mbedtls_version_get_string_full(text);
  return text;
}

/* failed ends the attempt with the flags of the verification, if it failed, or an error. */
static void failed(const mbedtls_ssl_context *ssl, int code) {
  char text[512] = "";
  unsigned flags = mbedtls_ssl_get_verify_result(ssl);
  if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED && flags != 0xFFFFFFFF) {
    mbedtls_x509_crt_verify_info(text, sizeof text, "", flags);
    refused("%s", text);
  }
  mbedtls_strerror(code, text, sizeof text);
  refused("-0x%04X %s", (unsigned)-code, text);
}

static void configure(mbedtls_ssl_config *config, const struct target *t) {
  static mbedtls_entropy_context entropy;
  static mbedtls_ctr_drbg_context random;
  static mbedtls_x509_crt authorities;
  int code;

  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&random);
  mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0);
  mbedtls_ssl_config_init(config);
  mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &random);
  mbedtls_ssl_conf_authmode(config, t->verify ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
  if (!t->verify) {
    return;
  }
  mbedtls_x509_crt_init(&authorities);
  code = mbedtls_x509_crt_parse_file(&authorities, t->ca);
  if (code < 0) {
    char text[256];
    mbedtls_strerror(code, text, sizeof text);
    refused("trust file: -0x%04X %s", (unsigned)-code, text);
  }
  mbedtls_ssl_conf_ca_chain(config, &authorities, NULL);
}

static void attempt(const struct target *t) {
  mbedtls_ssl_context ssl;
  mbedtls_ssl_config config;
  mbedtls_net_context net = {t->fd};
  unsigned char greeting[4];
  int code, length = 0;

  configure(&config, t);
  mbedtls_ssl_init(&ssl);
  mbedtls_ssl_setup(&ssl, &config);
  mbedtls_ssl_set_hostname(&ssl, t->name);
  mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
  code = mbedtls_ssl_handshake(&ssl);
  if (code != 0) {
    failed(&ssl, code);
  }
  do {
    code = mbedtls_ssl_read(&ssl, greeting + length, sizeof greeting - length);
    length += code > 0 ? code : 0;
  } while (code > 0 && length < (int)sizeof greeting);
  if (code < 0) {
    failed(&ssl, code);
  }
  accepted((const char *)greeting, length);
}
