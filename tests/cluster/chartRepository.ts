/** A chart repository on loopback whose charts do nothing but write down the values they are given. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { STAND_IN } from "../../tools/engine/kubernetesPlugin";
import { ensureTools } from "../../tools/toolchain/toolchain";

const run = promisify(execFile);

export interface ChartRepository {
  url: string;
  /** Version of every chart. */
  version: string;
  close(): Promise<void>;
}

const VERSION = "v0.1.0";

/** ConfigMaps that a chart makes beside the one with its values: chart, name, data. */
export type ChartConfigMaps = Record<string, Record<string, Record<string, string>>>;
const TEMPLATE = [
  "apiVersion: v1",
  "kind: ConfigMap",
  "metadata: { name: {{ .Chart.Name }}-values }",
  "data: { values: {{ .Values | toJson | quote }} }",
].join("\n");

/** Packages one chart for each name with the real helm and serves them. */
export async function serveCharts(
  names: readonly string[],
  configMaps: ChartConfigMaps = {},
): Promise<ChartRepository> {
  const { helm } = await ensureTools(["helm"]);
  const folder = mkdtempSync(join(tmpdir(), "charts-"));
  const repository = join(folder, "repository");
  mkdirSync(repository);
  for (const name of names) {
    const chart = join(folder, name);
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), JSON.stringify({ apiVersion: "v2", name, version: VERSION }));
    writeFileSync(join(chart, "templates", "values.yaml"), TEMPLATE);
    for (const [map, data] of Object.entries(configMaps[name] ?? {})) {
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: map }, data };
      writeFileSync(join(chart, "templates", `${map}.yaml`), JSON.stringify(object));
    }
    await run(helm, ["package", chart, "--destination", repository]);
  }
  await run(helm, ["repo", "index", repository]);
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(repository, basename(request.url ?? ""))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    version: VERSION,
    close: async () => {
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true });
    },
  };
}

/** Environment of an engine that finds the real helm, with helm's own files in a folder of the test. */
export async function helmSettings(folder: string): Promise<Record<string, string>> {
  const { helm } = await ensureTools(["helm"]);
  // The engine's own tools before everything else, as its own environment has them.
  const tools = await ensureTools(["pulumi", "pulumi-language-nodejs"]);
  const paths = [...Object.values(tools).map((file) => dirname(file)), STAND_IN, dirname(helm), process.env.PATH];
  return {
    PATH: paths.join(delimiter),
    HELM_CACHE_HOME: join(folder, "helm"),
    HELM_CONFIG_HOME: join(folder, "helm"),
    NO_PROXY: "127.0.0.1",
  };
}
