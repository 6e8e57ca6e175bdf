/** The real helm renders the charts of the pinned KServe with our values: what no mock can tell. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadAll } from "js-yaml";
import { controllerValues } from "../../../components/platform/kserveValues";
import { readControllerConfig } from "../../../sdk/pod/controllerConfig";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { kserveRules, kserveSchema } from "../../../sdk/spec/platform/kserve";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { ensureTools, moduleDir } from "../../../tools/toolchain/toolchain";

const BUILDING_HELM_MS = 600_000;

type Rendered = KubernetesObject & { data?: Record<string, string> };

describe("KServe's charts with our values", function () {
  this.timeout(BUILDING_HELM_MS);
  let helm: string;
  let charts: string;
  let folder: string;

  before(async () => {
    ({ helm } = await ensureTools(["helm"]));
    charts = join(await moduleDir("kserve-manager"), "charts");
    folder = mkdtempSync(join(tmpdir(), "values-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function render(chart: string, values: object): Promise<Rendered[]> {
    const file = join(folder, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const args = ["template", "kserve", join(charts, chart), "--namespace", "kserve", "--values", file];
    const { stdout } = await promisify(execFile)(helm, args, { maxBuffer: 64 * 1024 * 1024 });
    return (loadAll(stdout) as (Rendered | null)[]).filter((object) => object !== null);
  }

  function values(args: object): object {
    return controllerValues(parseSpec(kserveSchema, kserveRules, args, "kserve"));
  }

  function configOf(objects: readonly Rendered[]): Record<string, string> {
    const config = objects.find(
      ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "inferenceservice-config",
    );
    return config?.data ?? assert.fail("no inferenceservice-config");
  }

  /** @covers ST-28 */
  it("the controller's: mode, gateway, images of models and the storage annotation arrive in its ConfigMap", async () => {
    const data = configOf(
      await render("kserve-resources", {
        ...values({
          ingress: { domain: "models.example.org", gateway: { className: "eg" } },
          modelcar: { uid: 2000, cpu: 0.05, memory: "32Mi" },
          defaultResources: { requests: { cpu: 0.5 } },
        }),
      }),
    );
    const config = readControllerConfig(data);
    assert.equal(config.defaultDeploymentMode, "Standard");
    assert.equal(config.resource.cpuRequest, "500m");
    assert.equal(config.credentials.storageSecretNameAnnotation, "serving.kserve.io/secretName");
    const ingress = JSON.parse(data.ingress ?? "") as Record<string, unknown>;
    assert.equal(ingress.enableGatewayApi, true);
    assert.equal(ingress.kserveIngressGateway, "kserve/kserve-ingress-gateway");
    assert.equal(ingress.ingressDomain, "models.example.org");
    assert.equal(ingress.disableIngressCreation, false);
    const storage = JSON.parse(data.storageInitializer ?? "") as Record<string, unknown>;
    assert.deepEqual([storage.uidModelcar, storage.cpuModelcar, storage.memoryModelcar], [2000, "50m", "32Mi"]);
  });

  it("the one of llm-d, whose schema refuses wrong values, and the runtimes'", async () => {
    const own = values({ parts: { llmInferenceServices: "create" } }) as { kserve: object };
    const llm = await render("kserve-llmisvc-resources", { kserve: { ...own.kserve, createSharedResources: false } });
    assert.ok(llm.some(({ kind, metadata }) => kind === "Deployment" && metadata.name.includes("llmisvc")));
    assert.ok(!llm.some(({ metadata }) => metadata.name === "inferenceservice-config"), "the other chart makes it");
    const runtimes = await render("kserve-runtime-configs", {
      kserve: { servingruntime: { enabled: true }, llmisvcConfigs: { enabled: true } },
    });
    const kinds = new Set(runtimes.map(({ kind }) => kind));
    assert.ok(kinds.has("ClusterServingRuntime"));
    assert.ok(kinds.has("LLMInferenceServiceConfig"));
  });
});
