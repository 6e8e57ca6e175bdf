/** The root program on the real engine and the real control plane: up, nothing to do, update, destroy, wrong config. */
import assert from "node:assert/strict";
import { expectSuccess, type StackConfig } from "../../tools/engine/stack";
import { objectApi, testCluster } from "../cluster/harness";
import { testStack } from "./harness";

const NAMESPACE = "lifecycle";

describe("the root program", function () {
  this.timeout(180_000);

  it("comes up, stays as it is, updates in place and goes away", async () => {
    const stack = await testStack({ config: configuration({ maxModelLen: 4096 }) });

    expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
    const first = await service();
    assert.equal(first.ready, "True");
    const outputs = expectSuccess(await stack.run(["stack", "output", "--json"]), "pulumi stack output");
    const { models } = JSON.parse(outputs.stdout) as { models: Record<string, { url: string }> };
    assert.equal(models.granite?.url, first.url);

    expectSuccess(await stack.run(["preview", "--expect-no-changes"]), "preview of a stack that is up");
    const refreshed = ["preview", "--refresh", "--expect-no-changes"];
    expectSuccess(await stack.run(refreshed), "preview after KServe has written to the objects");

    const updated = await testStack({ config: configuration({ maxModelLen: 8192 }), sameStackAs: stack });
    expectSuccess(await updated.run(["up", "--yes", "--skip-preview"]), "pulumi up with another argument");
    const second = await service();
    assert.equal(second.uid, first.uid, "the service was replaced instead of updated");
    assert.match(await argumentsOfDeployment(), /--max-model-len=8192/);

    expectSuccess(await updated.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    const { items } = await objectApi(await testCluster()).list("v1", "Namespace");
    assert.equal(
      items.find(({ metadata }) => metadata?.name === NAMESPACE),
      undefined,
    );
    assert.deepEqual((await updated.export()).deployment.resources ?? [], []);
  });

  it("says everything that is wrong with a configuration at once, and creates nothing", async () => {
    const stack = await testStack({
      config: {
        "model-serving:platform": { kind: "kserv" },
        "model-serving:namespace": "wrong-configuration",
        "model-serving:hardwareProfiles": {
          a100: { accelerator: "NVIDIA-A100-SXM4-80G", count: 1, cpu: 8, memory: "64GB" },
        },
        "model-serving:models": {
          granite: {
            source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
            hardwareProfle: "a100",
          },
          llama: { source: { pvc: "models/llama" }, hardwareProfile: "a10" },
        },
      },
    });
    const result = await stack.run(["up", "--yes"]);
    const text = result.stdout + result.stderr;
    assert.notEqual(result.code, 0);
    for (const [path, value, hint] of [
      ["model-serving:platform.kind", "kserv", "kserve"],
      ["hardwareProfiles.a100.accelerator", "NVIDIA-A100-SXM4-80G", "NVIDIA-A100-SXM4-80GB"],
      ["hardwareProfiles.a100.memory", "64GB", "64G"],
      ["models.granite", "hardwareProfle", "hardwareProfile"],
      ["models.llama.hardwareProfile", "a10", "a100"],
    ] as const) {
      const line = text.split("\n").find((candidate) => candidate.includes(path) && candidate.includes(value));
      assert.ok(line?.includes(hint), `no line says that ${path} is "${value}" and proposes ${hint}:\n${text}`);
    }
    assert.doesNotMatch(text, /^\s+at .*\.js:\d+/m, "a stack trace is no explanation");
    const own = ((await stack.export()).deployment.resources ?? []).filter(
      ({ type }) => type !== "pulumi:pulumi:Stack",
    );
    assert.deepEqual(own, []);
  });
});

function configuration(vllm: Record<string, unknown>): StackConfig {
  return {
    "model-serving:platform": { kind: "kserve" },
    "model-serving:namespace": NAMESPACE,
    "model-serving:hardwareProfiles": { l4: { accelerator: "NVIDIA-L4", count: 1, cpu: 2, memory: "16Gi" } },
    "model-serving:models": {
      granite: {
        source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
        hardwareProfile: "l4",
        exposure: { auth: "none" },
        vllm,
      },
    },
  };
}

async function service(): Promise<{ uid: string; url: string; ready: string }> {
  const api = objectApi(await testCluster());
  const metadata = { name: "granite", namespace: NAMESPACE };
  const found = await api.read({ apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", metadata });
  const { status } = found as { status?: { url?: string; conditions?: { type: string; status: string }[] } };
  return {
    uid: found.metadata?.uid ?? "",
    url: status?.url ?? "",
    ready: status?.conditions?.find(({ type }) => type === "Ready")?.status ?? "Unknown",
  };
}

async function argumentsOfDeployment(): Promise<string> {
  const api = objectApi(await testCluster());
  const metadata = { name: "granite-predictor", namespace: NAMESPACE };
  const found = await api.read({ apiVersion: "apps/v1", kind: "Deployment", metadata });
  const { spec } = found as { spec?: { template: { spec: { containers: { args?: string[] }[] } } } };
  return spec?.template.spec.containers.flatMap(({ args = [] }) => args).join(" ") ?? "";
}
