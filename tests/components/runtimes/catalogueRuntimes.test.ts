/**
 * Every runtime of the catalogue as it is created. Write the expected objects anew with
 * `RUNTIME_GOLDEN=write npx mocha dist/tests/components/runtimes/catalogueRuntimes.test.js`.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dump, loadAll } from "js-yaml";
import { findServingRuntime, servingRuntimes } from "../../../sdk/catalog/servingRuntimes";
import type { Container } from "../../../sdk/kubernetes/core";
import type { ServingRuntime } from "../../../sdk/kubernetes/kserve";
import { repositoryPath } from "../../../tools/repository";
import { catalogueArguments, createdRuntime, type RuntimeArguments } from "./runtimes";

const GOLDEN = repositoryPath("tests", "components", "runtimes", "fixtures", "catalogueRuntimes.yaml");

function created(args: RuntimeArguments, name?: string): ServingRuntime {
  return createdRuntime(args, name) as ServingRuntime;
}

function mainContainer(args: RuntimeArguments): Container {
  return created({ namespace: "models", image: "example.com/server:1", ...args }).spec.containers[0]!;
}

describe("runtimes of the catalogue", () => {
  const objects = servingRuntimes.map(({ name }) => createdRuntime(catalogueArguments(name), name));

  /** @covers RT-1, RT-18, RT-19, RT-20, RT-21, RT-22, RT-23, RT-24, RT-25, RT-26, RT-35 */
  it("are the expected objects", () => {
    if (process.env.RUNTIME_GOLDEN === "write") {
      writeFileSync(GOLDEN, objects.map((object) => dump(object, { noRefs: true, lineWidth: 120 })).join("---\n"));
    }
    const expected = loadAll(readFileSync(GOLDEN, "utf8"));
    assert.equal(objects.length, expected.length);
    for (const [index, object] of objects.entries()) assert.deepEqual(object, expected[index], object.metadata.name);
  });

  for (const { name, endpoints, spec } of servingRuntimes) {
    if (endpoints === undefined) continue;
    const { containers, annotations } = created(catalogueArguments(name), name).spec;
    const [container] = containers;

    /** @covers RT-4, RT-10, RT-47, VL-1, BP-19 */
    it(`${name} declares the port it serves on, and is probed there`, () => {
      assert.equal(container?.name, "kserve-container");
      assert.deepEqual(container.ports, [{ name: "http", containerPort: endpoints.port, protocol: "TCP" }]);
      const { readinessProbe, livenessProbe } = container;
      for (const probe of [readinessProbe, livenessProbe]) {
        assert.ok(probe?.exec !== undefined || probe?.httpGet?.port === endpoints.port);
      }
    });

    /** @covers RT-11 */
    it(`${name} tells where its metrics are on its pods`, () => {
      const shipped = Object.keys(spec.annotations ?? {}).filter((key) => key.includes("prometheus"));
      assert.ok(shipped.length >= 2 && shipped.every((key) => annotations?.[key] !== undefined));
    });
  }

  /** @covers RT-22, AC-11 */
  it("Spyre's serve on 8000, have their metrics there, and go through the scheduler of Spyre", () => {
    for (const architecture of ["x86", "s390x", "ppc64le"]) {
      const { spec } = created(catalogueArguments(`vllm-spyre-${architecture}-runtime`));
      assert.equal(spec.containers[0]?.ports?.[0]?.containerPort, 8000);
      assert.equal(spec.annotations?.["prometheus.io/port"], "8000");
      assert.equal(spec.schedulerName, "spyre-scheduler");
    }
    assert.equal(findServingRuntime("vllm-spyre-x86-runtime")?.spec.annotations?.["prometheus.io/port"], "8080");
  });

  /** @covers RT-38, OP-12 */
  it("keep everything but what is changed: another image leaves arguments, mounts and resources alone", () => {
    for (const { name } of servingRuntimes) {
      const args = { ...catalogueArguments(name), image: "example.com/server:1" };
      const [before, after] = [created(args, name), created({ ...args, image: "example.com/server:2" }, name)];
      const withImage = JSON.stringify(before).replaceAll("example.com/server:1", "example.com/server:2");
      assert.deepEqual(after, JSON.parse(withImage), name);
    }
    const clone = created({ namespace: "models", runtime: "vllm-cuda-runtime", args: ["--seed=1"] }, "own-vllm");
    assert.equal(clone.metadata.name, "own-vllm");
    assert.equal(clone.spec.containers[0]?.args?.at(-1), "--seed=1");
    assert.deepEqual(clone.spec.annotations, {
      "opendatahub.io/kserve-runtime": "vllm",
      "prometheus.io/port": "8080",
      "prometheus.io/path": "/metrics",
    });
  });

  /** @covers RT-2, RT-3, RT-48 */
  it("bear what the dashboard writes into a copy of a template", () => {
    const { metadata } = created(
      { namespace: "models", runtime: "vllm-cuda-runtime", displayName: "My vLLM" },
      "granite",
    );
    assert.deepEqual(metadata.annotations, {
      "openshift.io/display-name": "My vLLM",
      "opendatahub.io/recommended-accelerators": '["nvidia.com/gpu"]',
      "opendatahub.io/runtime-version": "v0.21.0",
      "opendatahub.io/apiProtocol": "REST",
      "opendatahub.io/template-name": "vllm-cuda-runtime-template",
      "opendatahub.io/template-display-name": "vLLM NVIDIA GPU ServingRuntime for KServe",
      "opendatahub.io/serving-runtime-scope": "global",
    });
    assert.equal(metadata.labels?.["opendatahub.io/dashboard"], "true");
    const hidden = created({ namespace: "models", runtime: "vllm-multinode-runtime" });
    assert.equal(hidden.metadata.labels?.["opendatahub.io/dashboard"], "false");
  });

  it("bear nothing of OpenShift AI on plain KServe", () => {
    for (const { name } of servingRuntimes) {
      const object = created({ ...catalogueArguments(name), platform: { kind: "kserve", version: "2.25" } });
      const keys = [object.metadata.labels, object.metadata.annotations, object.spec.annotations].flatMap((all) =>
        Object.keys(all ?? {}),
      );
      assert.deepEqual(
        keys.filter((key) => key.includes("opendatahub") && key !== "runtimes.opendatahub.io/nvidia-nim"),
        [],
        name,
      );
    }
  });

  /** @covers RT-41, RT-44 */
  it("hold the server in the version that is asked for, or that the platform brings", () => {
    const imageFor = (args: object) => mainContainer({ runtime: "vllm-cuda-runtime", image: undefined, ...args }).image;
    assert.deepEqual(
      [
        { serverVersion: "0.18.0" },
        { platform: { version: "3.3" } },
        { platform: { version: "3.2" } },
        { platform: { version: "3.4" } },
        { platform: { version: "2.20" } },
        {},
      ].map(imageFor),
      [
        "docker.io/vllm/vllm-openai:v0.18.0",
        "docker.io/vllm/vllm-openai:v0.11.2",
        "docker.io/vllm/vllm-openai:v0.11.2",
        "docker.io/vllm/vllm-openai:v0.18.0",
        "quay.io/modh/vllm:rhoai-2.20-cuda",
        "docker.io/vllm/vllm-openai:v0.21.0",
      ],
    );
    const byHardware = created({ namespace: "models", accelerator: "nvidia.com/gpu", platform: { version: "3.4" } });
    assert.equal(byHardware.spec.containers[0]?.image, "docker.io/vllm/vllm-openai:v0.18.0");
    assert.equal(
      mainContainer({ runtime: "mlserver-runtime", image: undefined, platform: { version: "3.3" } }).image,
      "quay.io/opendatahub/mlserver:odh-v3.3",
    );
  });

  /** @covers AC-7 */
  it("warm up on Gaudi unless told not to", () => {
    const variables = (args: object) =>
      mainContainer({ runtime: "vllm-gaudi-runtime", ...args }).env?.filter(({ name }) => name === "VLLM_SKIP_WARMUP");
    assert.deepEqual(variables({}), []);
    assert.deepEqual(variables({ skipWarmup: false }), []);
    assert.deepEqual(variables({ skipWarmup: true }), [{ name: "VLLM_SKIP_WARMUP", value: "true" }]);
  });

  /** @covers AC-6 */
  it("are never picked by KServe on Gaudi", () => {
    assert.deepEqual(
      created(catalogueArguments("vllm-gaudi-runtime")).spec.supportedModelFormats?.[0]?.autoSelect,
      false,
    );
  });

  it("take variables, mounts, volumes and devices beside their own, or in place of them", () => {
    const { spec } = created({
      namespace: "models",
      runtime: "nvidia-nim-runtime",
      image: "nvcr.io/nim/meta/llama:1",
      formats: [{ name: "llama" }],
      env: [
        { name: "NIM_CACHE_PATH", value: "/cache" },
        { name: "NIM_LOG_LEVEL", value: "INFO" },
      ],
      volumes: [{ name: "nim-pvc", persistentVolumeClaim: { claimName: "own" } }],
      acceleratorCount: 4,
      imagePullSecrets: ["more"],
    });
    const [container] = spec.containers;
    assert.deepEqual(
      container?.env?.map(({ name, value }) => [name, value]),
      [
        ["NGC_API_KEY", undefined],
        ["NIM_CACHE_PATH", "/cache"],
        ["NIM_LOG_LEVEL", "INFO"],
      ],
    );
    assert.deepEqual(
      spec.volumes?.filter(({ name }) => name === "nim-pvc"),
      [{ name: "nim-pvc", persistentVolumeClaim: { claimName: "own" } }],
    );
    assert.equal(container.resources?.limits?.["nvidia.com/gpu"], "4");
    assert.deepEqual(spec.imagePullSecrets, [{ name: "ngc-secret" }, { name: "more" }]);
  });

  /** @covers RT-24 */
  it("serve gRPC under a name by which KServe tells it", () => {
    const container = mainContainer({ runtime: "kserve-ovms", endpoint: "grpc" });
    assert.deepEqual(container.ports, [{ name: "h2c", containerPort: 8001, protocol: "TCP" }]);
    assert.equal(container.readinessProbe?.httpGet?.port, 8888);
  });

  it("leave the sizes of several nodes to KServe, and give each node its accelerators", () => {
    const { spec } = created({
      namespace: "models",
      runtime: "vllm-multinode-runtime",
      acceleratorCount: 4,
      vllm: { tensorParallelSize: 4, pipelineParallelSize: 3, maxModelLen: 4096 },
      env: [{ name: "NCCL_DEBUG", value: "INFO" }],
    });
    const { workerSpec, containers } = spec;
    assert.deepEqual([workerSpec?.tensorParallelSize, workerSpec?.pipelineParallelSize], [4, 3]);
    for (const container of [containers[0], workerSpec?.containers[0]]) {
      assert.equal(container?.resources?.limits?.["nvidia.com/gpu"], "4");
      assert.ok(container.env?.some(({ name }) => name === "NCCL_DEBUG"));
      assert.ok(!container.env?.some(({ name }) => name.endsWith("_PARALLEL_SIZE")));
      assert.ok(container.command !== undefined && container.livenessProbe !== undefined);
    }
    const { args = [] } = containers[0]!;
    const sizes = args.filter((argument) => argument.startsWith("--tensor"));
    assert.deepEqual(sizes, ["--tensor-parallel-size=$(TENSOR_PARALLEL_SIZE)"]);
    assert.ok(args.includes("--max-model-len=4096"));
  });
});
