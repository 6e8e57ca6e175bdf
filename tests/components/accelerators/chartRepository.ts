/** A chart repository on loopback whose charts do nothing but write down the values they are given. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface ChartRepository {
  url: string;
  /** Version of every chart. */
  version: string;
  close(): Promise<void>;
}

const VERSION = "0.1.0";
const TEMPLATE = [
  "apiVersion: v1",
  "kind: ConfigMap",
  "metadata: { name: {{ .Chart.Name }}-values }",
  "data: { values: {{ .Values | toJson | quote }} }",
].join("\n");

/** Packages one chart for each name with the real helm and serves them. */
export async function serveCharts(helm: string, names: readonly string[]): Promise<ChartRepository> {
  const folder = mkdtempSync(join(tmpdir(), "charts-"));
  const repository = join(folder, "repository");
  mkdirSync(repository);
  for (const name of names) {
    const chart = join(folder, name);
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), JSON.stringify({ apiVersion: "v2", name, version: VERSION }));
    writeFileSync(join(chart, "templates", "values.yaml"), TEMPLATE);
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
