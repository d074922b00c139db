/*
 * batch.h is what the clients in C and C++ have in common: the protocol of
 * client_test.go. A client defines version and attempt, and includes this file.
 *
 * Every attempt runs in a process of its own: no state of a library passes from
 * one peer to the next, and a crash or a peer that stalls ends no more than the
 * attempt.
 */
#ifndef BATCH_H
#define BATCH_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* An attempt to reach one peer. */
struct target {
  const char *name; /* the name or the address that its certificate is to be for */
  const char *ca;   /* the PEM file of the certificates to trust */
  int verify;       /* whether to verify the chain and the name */
  int fd;           /* a TCP connection to it */
};

/* version returns the name and the version of the library. */
static const char *version(void);

/* attempt begins TLS, reads the greeting, and ends by calling accepted or refused. */
static void attempt(const struct target *t);

/* is_address: the name is an IPv4 address, which no server_name may be. */
static inline int is_address(const char *name) {
  struct in_addr address;
  return inet_pton(AF_INET, name, &address) == 1;
}

/* say writes the one line of an attempt and ends it. */
static inline void say(const char *line) {
  size_t n = strcspn(line, "\r\n");
  if (write(STDOUT_FILENO, line, n) < 0 || write(STDOUT_FILENO, "\n", 1) < 0) {
    _exit(2);
  }
  _exit(0);
}

/* refused says why the client ended the attempt, in the library's words. */
static inline void refused(const char *format, ...) {
  char line[1024] = "refused ";
  va_list args;
  va_start(args, format);
  vsnprintf(line + 8, sizeof line - 8, format, args);
  va_end(args);
  say(line);
}

/* accepted ends an attempt in which these octets were read inside TLS. */
static inline void accepted(const char *greeting, int length) {
  if (length < 4 || memcmp(greeting, "220 ", 4) != 0) {
    refused("no greeting");
  }
  say("ok");
}

static inline int dial(const char *address, const char *port) {
  struct sockaddr_in peer;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  memset(&peer, 0, sizeof peer);
  peer.sin_family = AF_INET;
  peer.sin_port = htons((unsigned short)atoi(port));
  if (fd < 0 || inet_pton(AF_INET, address, &peer.sin_addr) != 1 ||
      connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0) {
    refused("no connection");
  }
  return fd;
}

/* serve makes one attempt in a child and reports how a child ended that said nothing. */
static inline void serve(char *address, char *port, struct target *t, unsigned seconds) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    alarm(seconds);
    t->fd = dial(address, port);
    attempt(t);
    refused("no result");
  }
  if (child < 0 || waitpid(child, &status, 0) < 0) {
    exit(2);
  }
  if (WIFSIGNALED(status)) {
    printf(WTERMSIG(status) == SIGALRM ? "refused timeout\n" : "refused crash, signal %d\n", WTERMSIG(status));
  }
  fflush(stdout);
}

int main(int argc, char **argv) {
  char address[64], port[16], name[256], ca[1024], mode[16], line[2048];
  unsigned seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 10;
  signal(SIGPIPE, SIG_IGN);
  puts(version());
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct target t;
    if (sscanf(line, "%63s %15s %255s %1023s %15s", address, port, name, ca, mode) != 5) {
      return 2;
    }
    t.name = name;
    t.ca = ca;
    t.verify = strcmp(mode, "verify") == 0;
    serve(address, port, &t, seconds);
  }
  return 0;
}

#endif
