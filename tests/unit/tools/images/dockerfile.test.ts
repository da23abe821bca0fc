import { renderDockerfile } from "../../../../tools/images/dockerfile";
import { IMAGE_FACTS } from "../../../../tools/images/facts";
import { OFFICIAL_IMAGES } from "../../../../tools/images/official";
import { type OfflineImageName, RECIPES } from "../../../../tools/images/recipes";

function render(name: OfflineImageName): string {
  return renderDockerfile({
    official: OFFICIAL_IMAGES[name],
    facts: IMAGE_FACTS[name],
    recipe: RECIPES[name],
    donor: "donor:1",
  });
}

test("prometheus: busybox, its two programs, its volume", () => {
  expect(render("prometheus")).toBe(`FROM scratch
COPY --from=donor:1 /roots/static/ /
COPY --from=donor:1 /roots/busybox/ /
ADD folders.tar /
COPY bin-prometheus /bin/prometheus
COPY bin-promtool /bin/promtool
LABEL sightline.offline="true"
LABEL sightline.stands-in-for="prom/prometheus:v3.15.0"
LABEL sightline.built="from Go modules and Debian"
EXPOSE 9090
VOLUME ["/prometheus"]
WORKDIR /prometheus
USER 65534:65534
ENTRYPOINT ["/bin/prometheus"]
CMD ["--config.file=/etc/prometheus/prometheus.yml","--storage.tsdb.path=/prometheus"]
`);
});

test("socket-proxy: nothing but its program under two names", () => {
  expect(render("socket-proxy")).toBe(`FROM scratch
COPY socket-proxy /socket-proxy
COPY healthcheck /healthcheck
LABEL sightline.offline="true"
LABEL sightline.stands-in-for="wollomatic/socket-proxy:1.13.1"
LABEL sightline.built="from Go modules"
EXPOSE 2375
VOLUME ["/var/run/docker.sock"]
WORKDIR /
USER 65534:65534
ENTRYPOINT ["/socket-proxy"]
`);
});

test("no Dockerfile runs a program or needs a network", () => {
  const names = Object.keys(RECIPES) as OfflineImageName[];
  const lines = names.flatMap((name) => render(name).split("\n"));
  expect(lines.filter((line) => /^RUN |^(ADD|COPY) http/.test(line))).toEqual([]);
});

test("images with the same base begin with the same layers", () => {
  const start = (name: OfflineImageName) => render(name).split("\n").slice(0, 3);
  expect(start("alertmanager")).toEqual(start("prometheus"));
  expect(start("keeper")).toEqual(start("prometheus"));
});
