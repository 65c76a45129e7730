# Both programs, without a shell and not as root.
#
#     docker build --tag invite-conformance .
#     docker run --rm invite-conformance run
#     docker run --rm --publish 8090:8090 --entrypoint invite-reference invite-conformance \
#         --listen 0.0.0.0:8090 --app key:secret:protected
FROM rust:1.95-alpine3.23 AS build
# What ring is built with. Whatever this Alpine has is right: nothing of it is in the image.
# hadolint ignore=DL3018
RUN apk add --no-cache gcc musl-dev
WORKDIR /src
COPY . .
# Programs for musl are static: they need nothing of the system that they run on.
RUN cargo build --profile dist --locked --package invite-conformance --package invite-reference --bins

# Holds certificates of authorities, which `run` needs for servers with TLS, and the user 65532.
FROM gcr.io/distroless/static-debian13:nonroot
COPY --from=build /src/target/dist/invite-conformance /src/target/dist/invite-reference /usr/local/bin/
COPY --from=build /src/LICENSE-APACHE /src/LICENSE-MIT /src/THIRD-PARTY.md /usr/share/doc/invite-conformance/
# Reports are written where this is mounted: --volume "$PWD:/work"
WORKDIR /work
ENTRYPOINT ["invite-conformance"]
CMD ["--help"]
