import assert from "node:assert/strict";
import { Engine } from "../../../sdk/monitoring/alerts";
import type { GrafanaPanel } from "../../../sdk/monitoring/grafana";
import { grafanaDashboard } from "../../../sdk/monitoring/grafana";
import { dashboardSchema } from "./grafanaSchema";

const titlesOf = (panels: GrafanaPanel[]) => panels.filter(({ type }) => type !== "row").map(({ title }) => title);

describe("Grafana dashboards", () => {
  for (const engine of Object.values(Engine)) {
    for (const release of [undefined, "0.8.5"]) {
      it(`${engine} ${release ?? "in its newest release"} is what Grafana reads`, () => {
        const dashboard: unknown = JSON.parse(JSON.stringify(grafanaDashboard({ engine, release, gpus: true })));
        const { error } = dashboardSchema.safeParse(dashboard);
        assert.equal(error, undefined);
      });
    }

    /** @covers MO-1, MO-12 */
    it(`${engine} begins with the four graphs of OpenShift AI`, () => {
      assert.deepEqual(titlesOf(grafanaDashboard({ engine }).panels).slice(0, 4), [
        "Requests",
        "Mean response time",
        "CPU in use, of the limit of each replica",
        "Memory in use, of the limit of each replica",
      ]);
    });
  }

  /** @covers MO-2, MO-3 */
  it("offers the ranges and intervals of OpenShift AI, and starts with the one that is asked for", () => {
    const { time, refresh, timepicker, links } = grafanaDashboard({ engine: "vllm", range: "7d", refresh: "15m" });
    assert.deepEqual(time, { from: "now-7d", to: "now" });
    assert.equal(refresh, "15m");
    assert.deepEqual(timepicker.refresh_intervals, ["15s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"]);
    assert.deepEqual(
      links.map(({ url }) => url),
      ["1h", "24h", "7d", "30d"].map((range) => `?from=now-${range}&to=now`),
    );
  });

  it("asks a metric by the name it has in the release", () => {
    const text = (release: string) => JSON.stringify(grafanaDashboard({ engine: "vllm", release }));
    assert.ok(text("0.8.5").includes("vllm:gpu_cache_usage_perc"));
    assert.ok(!text("0.21.0").includes("vllm:gpu_cache_usage_perc"));
  });

  /** @covers MO-15 */
  it("shows GPUs only where their exporter is", () => {
    const gpus = (wanted: boolean) => JSON.stringify(grafanaDashboard({ engine: "vllm", gpus: wanted })).match(/DCGM/g);
    assert.equal(gpus(false), null);
    assert.ok((gpus(true)?.length ?? 0) > 0);
  });

  it("a broken query, a variable nobody has, and graphs on top of each other do not pass", () => {
    const broken = (change: (panel: GrafanaPanel) => void): boolean => {
      const dashboard = grafanaDashboard({ engine: "vllm" });
      change(dashboard.panels[1]!);
      return !dashboardSchema.safeParse(dashboard).success;
    };
    assert.ok(broken(({ targets }) => (targets![0]!.expr = "sum(rate(x[5m])")));
    assert.ok(broken(({ targets }) => (targets![0]!.expr = 'up{a="${cluster}"}')));
    assert.ok(broken(({ gridPos }) => (gridPos.w = 24)));
    assert.ok(broken((panel) => (panel.id = 3)));
  });
});
