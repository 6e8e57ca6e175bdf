import assert from "node:assert/strict";
import * as kinds from "../../../policies/world/kinds";
import { llmGroups } from "../../../policies/world/llmGroups";
import { buildWorld } from "../../../policies/world/world";
import { UNKNOWN, UnknownValueError } from "../../../sdk/pod/unknown";
import { inCluster, inStack } from "../rules/granite";

const server = { containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": "4" } } }] };
const llama = (spec: object) => ({
  apiVersion: "serving.kserve.io/v1alpha2",
  kind: "LLMInferenceService",
  metadata: { name: "llama", namespace: "models" },
  spec: { model: { uri: "pvc://llama" }, ...spec },
});
const base = {
  apiVersion: "serving.kserve.io/v1alpha2",
  kind: "LLMInferenceServiceConfig",
  metadata: { name: "base", namespace: "kserve" },
  spec: { worker: { ...server, nodeSelector: { gpu: "h100" } } },
};

function groups(spec: object) {
  const world = buildWorld([...inStack(llama(spec)), ...inCluster(base)]);
  return world.subjects(kinds.llmInferenceService).flatMap((service) => llmGroups(service, world));
}

describe("groups of an LLMInferenceService", () => {
  it("hold leader and workers with what each asks of its node, Configs of the cluster included", () => {
    const parallelism = { data: 8, dataLocal: 2 };
    const [group, ...others] = groups({ replicas: 3, parallelism, template: server, baseRefs: [{ name: "base" }] });
    assert.deepEqual(others, []);
    assert.ok(group);
    assert.deepEqual(
      group.members.map(({ count, pod }) => [count, pod.requests["nvidia.com/gpu"], pod.nodeSelector]),
      [
        [1, 4, undefined],
        [3, 4, { gpu: "h100" }],
      ],
    );
    assert.deepEqual([group.workload.replicas, group.workload.size], [3, 4]);
  });

  it("cannot be told while a size is unknown", () => {
    assert.throws(() => groups({ parallelism: { data: UNKNOWN, dataLocal: 1 }, worker: server }), UnknownValueError);
  });

  it("are not made of an object of the wrong shape, which is named", () => {
    const { malformed } = buildWorld(inStack(llama({ prefill: { template: { containers: { main: {} } } } })));
    assert.deepEqual(
      malformed.map(({ problem }) => problem),
      ['LLMInferenceService models/llama: spec.prefill.template.containers is {"main":{}}, expected a list'],
    );
  });
});
