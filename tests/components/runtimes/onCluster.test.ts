/** Runtimes before the real API server with KServe's real webhooks, and under its real controller. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import type { InferenceService, ModelFormat, ServingRuntime } from "../../../sdk/kubernetes/kserve";
import { expectSuccess } from "../../../tools/engine/stack";
import { inNamespace, objectApi, testCluster, until } from "../../cluster/harness";
import { testStack } from "../../engine/harness";
import { mlserverDefaults } from "../../../sdk/spec/runtimes/mlserver";
import { catalogueArguments, catalogueNames, createdRuntime, type RuntimeArguments } from "./runtimes";

type Placed = [what: string, args: RuntimeArguments];

/** A runtime of the catalogue in every scope that it has. */
function scopesOf(name: string, namespace: string): Placed[] {
  const { namespace: ignored, ...args } = catalogueArguments(name);
  assert.equal(ignored, "models");
  const kserve = { kind: "kserve", version: "2.25" };
  return [
    ["namespace", { ...args, namespace }],
    ["namespace of plain KServe", { ...args, namespace, platform: kserve }],
    ["cluster", { ...args, name: `dry-run-${name}`, scope: "cluster", platform: kserve, autoSelect: false }],
    ["project template", { ...args, namespace, scope: "project-template" }],
  ];
}

interface Deployment {
  spec: {
    template: { spec: { containers: { name: string; args?: string[]; env?: { name: string; value?: string }[] }[] } };
  };
}

describe("runtimes on a cluster", function () {
  this.timeout(300_000);

  /** @covers RT-1, RT-13, RT-17 */
  it("every one of the catalogue is accepted in every scope", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const refused: string[] = [];
      for (const name of catalogueNames) {
        for (const [scope, args] of scopesOf(name, namespace)) {
          const object = createdRuntime(args, name) as KubernetesObject;
          await api.create(object, undefined, "All").catch((error: unknown) => {
            refused.push(`${name}, ${scope}: ${String((error as { body?: unknown }).body ?? error)}`);
          });
        }
      }
      assert.deepEqual(refused, []);
      // That they were judged at all: KServe's webhook keeps the sizes of several nodes to itself.
      const wrong = structuredClone(createdRuntime({ namespace, runtime: "vllm-multinode-runtime" })) as ServingRuntime;
      wrong.spec.containers[0]!.env = [{ name: "TENSOR_PARALLEL_SIZE", value: "2" }];
      await assert.rejects(api.create(wrong, undefined, "All"), /TENSOR_PARALLEL_SIZE/);
    });
  });

  /** @covers RT-7, RT-28, VL-3 */
  it("placeholders become the service's name, and MLServer is told what its settings are", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const own = { namespace, platform: { kind: "kserve" } };
      const runtimes = [
        createdRuntime({ ...own, runtime: "vllm-cuda-runtime", autoSelect: false }, "vllm"),
        createdRuntime({ ...own, runtime: "mlserver-runtime" }, "mlserver"),
      ];
      for (const runtime of runtimes) await api.create(runtime);
      await api.create(service("llm", namespace, "vllm", { name: "vLLM" }));
      await api.create(service("iris", namespace, "mlserver", { name: "sklearn", version: "1" }));
      const containerOf = async (name: string) => {
        const deployment = await api.read<KubernetesObject & Deployment>({
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: `${name}-predictor`, namespace },
        });
        return deployment.spec.template.spec.containers.find((container) => container.name === "kserve-container");
      };
      await until(async () => (await containerOf("llm")) !== undefined, "no deployment of llm");
      await until(async () => (await containerOf("iris")) !== undefined, "no deployment of iris");
      assert.ok((await containerOf("llm"))?.args?.includes("--served-model-name=llm"));
      const variables = ((await containerOf("iris"))?.env ?? []).map(({ name, value }) => ({ name, value }));
      const { env, modelClass } = mlserverDefaults("iris", { framework: "sklearn" });
      for (const expected of [...env, { name: "MLSERVER_MODEL_IMPLEMENTATION", value: modelClass }]) {
        assert.deepEqual(
          variables.filter(({ name }) => name === expected.name),
          [expected],
        );
      }
    });
  });

  for (const example of ["mlserver", "predictive"]) {
    /** @covers RT-25, RT-37 */
    it(`a second preview of the example ${example} is empty after the controllers have seen it`, async () => {
      const stack = await testStack({ project: `examples/${example}`, config: {} });
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
      expectSuccess(await stack.run(["preview", "--refresh", "--expect-no-changes"]), "second preview");
      expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    });
  }
});

function service(name: string, namespace: string, runtime: string, modelFormat: ModelFormat): InferenceService {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name, namespace, annotations: { "serving.kserve.io/deploymentMode": "Standard" } },
    spec: { predictor: { minReplicas: 1, model: { modelFormat, runtime, storageUri: "oci://example.com/model:1" } } },
  };
}
