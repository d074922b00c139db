FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /image/fakemx . \
 && mkdir -p /image/tmp && chmod 1777 /image/tmp

# The labs' audit runs a command that makes the mail server run its queue, which
# takes a shell.
FROM debian:trixie-slim AS audit
COPY --from=build /image/fakemx /fakemx
USER 65532:65532
ENTRYPOINT ["/fakemx", "audit"]

# /tmp is where the keys and certificates of a run live.
FROM scratch
COPY --from=build /image/ /
USER 65532:65532
EXPOSE 2525
ENTRYPOINT ["/fakemx"]
CMD ["--scenario", "missing-intermediate", "--listen", ":2525"]
