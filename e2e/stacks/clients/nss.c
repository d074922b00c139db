/* A client of NSS, which trusts what it is told to in a database of the attempt. */
#include "batch.h"

#include <nspr.h>
#include <cert.h>
#include <certdb.h>
#include <nss.h>
#include <pk11pub.h>
#include <private/pprio.h>
#include <secerr.h>
#include <ssl.h>
#include <sslproto.h>

static const char *version(void) {
  static char text[64];
  snprintf(text, sizeof text, "NSS %s", NSS_GetVersion());
  return text;
}

static void failed(void) {
  const char *name = PR_ErrorToName(PR_GetError());
  refused("%s", name != NULL ? name : "error without a name");
}

/* trust makes every certificate of a PEM file an authority for servers. */
static void trust(const char *path) {
  static char text[1 << 20];
  static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----";
  CERTCertTrust flags = {CERTDB_VALID_CA | CERTDB_TRUSTED_CA, 0, 0};
  FILE *file = fopen(path, "r");
  char *from, *to;
  if (file == NULL) {
    refused("cannot read the trust file");
  }
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  for (from = text; (from = strstr(from, begin)) != NULL && (to = strstr(from, end)) != NULL; from = to) {
    CERTCertificate *authority;
    to += sizeof end - 1;
    authority = CERT_DecodeCertFromPackage(from, (int)(to - from));
    if (authority == NULL || CERT_ChangeCertTrust(CERT_GetDefaultCertDB(), authority, &flags) != SECSuccess) {
      failed();
    }
  }
  fclose(file);
}

static SECStatus believe(void *arg, PRFileDesc *fd, PRBool check, PRBool server) {
  (void)arg, (void)fd, (void)check, (void)server;
  return SECSuccess;
}

static void attempt(const struct target *t) {
  PRFileDesc *socket;
  char greeting[4];
  int n, length = 0;

  if (NSS_NoDB_Init(NULL) != SECSuccess || NSS_SetDomesticPolicy() != SECSuccess) {
    failed();
  }
  trust(t->ca);
  socket = SSL_ImportFD(NULL, PR_ImportTCPSocket(t->fd));
  if (socket == NULL || SSL_SetURL(socket, t->name) != SECSuccess) {
    failed();
  }
  if (!t->verify) {
    SSL_AuthCertificateHook(socket, believe, NULL);
  }
  if (SSL_ResetHandshake(socket, PR_FALSE) != SECSuccess || SSL_ForceHandshake(socket) != SECSuccess) {
    failed();
  }
  do {
    n = PR_Read(socket, greeting + length, sizeof greeting - length);
    length += n > 0 ? n : 0;
  } while (n > 0 && length < (int)sizeof greeting);
  if (n < 0) {
    failed();
  }
  accepted(greeting, length);
}
