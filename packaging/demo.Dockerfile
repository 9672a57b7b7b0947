# What docker-compose.yaml runs, built from this repository: it needs nothing but Docker.

FROM golang:1.26.8 AS back
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY pkg pkg
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/ ./pkg/cmd/dataverse_emulator ./pkg/cmd/dataverse_exporter \
 && CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/gpx_dataverse_linux_$(go env GOARCH) ./pkg \
 && mkdir /out/data

FROM node:22.12.0 AS front
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY .config .config
COPY src src
COPY dashboards dashboards
COPY plugin.json tsconfig.json eslint.config.mjs .prettierrc.js README.md CHANGELOG.md LICENSE ./
RUN npm run build

FROM gcr.io/distroless/static-debian12:nonroot AS emulator
COPY --from=back /out/dataverse_emulator /usr/bin/dataverse_emulator
# A new volume takes the owner of the folder that it is mounted on.
COPY --from=back --chown=nonroot:nonroot /out/data /var/lib/dataverse-emulator
ENTRYPOINT ["/usr/bin/dataverse_emulator"]

FROM gcr.io/distroless/static-debian12:nonroot AS exporter
COPY --from=back /out/dataverse_exporter /usr/bin/dataverse_exporter
ENTRYPOINT ["/usr/bin/dataverse_exporter"]

FROM grafana/grafana:12.4.0 AS grafana
COPY --from=front /src/dist /var/lib/grafana/plugins/tally-dataverse-datasource
COPY --from=back /out/gpx_dataverse_* /var/lib/grafana/plugins/tally-dataverse-datasource/
