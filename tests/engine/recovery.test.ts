/** `pulumi up` killed at ten moments: what `make up` does next must converge, with nothing lost and nothing twice. */
import assert from "node:assert/strict";
import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { recover } from "../../tools/engine/recovery";
import { expectSuccess, type Stack } from "../../tools/engine/stack";
import { testCluster } from "../cluster/harness";
import { testStack } from "./harness";

/** Lines of `pulumi up` at which it is killed: after the nth match of a pattern, so no test waits for a time to pass. */
const moments: { when: string; pattern: RegExp; nth: number }[] = [
  { when: "the update begins", pattern: /^Updating/m, nth: 1 },
  { when: "the first object is being created", pattern: /kubernetes:\S+ \S+ creating/g, nth: 1 },
  { when: "the first object is created", pattern: /kubernetes:\S+ \S+ created/g, nth: 1 },
  { when: "the second object is being created", pattern: /kubernetes:\S+ \S+ creating/g, nth: 2 },
  { when: "the second object is created", pattern: /kubernetes:\S+ \S+ created/g, nth: 2 },
  { when: "the third object is being created", pattern: /kubernetes:\S+ \S+ creating/g, nth: 3 },
  { when: "the third object is created", pattern: /kubernetes:\S+ \S+ created/g, nth: 3 },
  { when: "the runtime is created", pattern: /ServingRuntime \S+ created/g, nth: 1 },
  { when: "the service is being created", pattern: /InferenceService \S+ creating/g, nth: 1 },
  { when: "the service is created", pattern: /InferenceService \S+ created/g, nth: 1 },
];

describe("recovery after pulumi up was killed", () => {
  for (const [index, moment] of moments.entries()) {
    it(`converges when killed as ${moment.when}`, async () => {
      const namespace = `killed-${index}`;
      const stack = await testStack({ config: configuration(namespace) });
      const { kubeconfig } = await testCluster();
      await killedUpdate(stack, moment.pattern, moment.nth);
      const before = await objectsOf(kubeconfig, namespace);

      const recovery = await recover(stack, kubeconfig);
      assert.equal(recovery.interrupted, true, "the killed run leaves a lock or a pending operation");
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
      expectSuccess(await stack.run(["preview", "--expect-no-changes"]), "pulumi preview");

      const after = await objectsOf(kubeconfig, namespace);
      for (const [name, uid] of before) assert.equal(after.get(name), uid, `${name} was made twice`);
      const { resources = [], pending_operations: pending = [] } = (await stack.export()).deployment;
      assert.deepEqual(pending, []);
      const stored = resources.filter(
        ({ type, id }) => type.startsWith("kubernetes:") && id?.startsWith(`${namespace}/`),
      );
      assert.deepEqual(stored.map(({ id, type }) => `${kindOf(type)} ${id ?? ""}`).sort(), [...after.keys()].sort());

      expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
      assert.deepEqual([...(await objectsOf(kubeconfig, namespace)).keys()], []);
    }).timeout(120_000);
  }

  it("refuses to touch a stack that another process is updating", async () => {
    const stack = await testStack({ config: configuration("locked") });
    const { kubeconfig } = await testCluster();
    let finished: Promise<unknown> = Promise.resolve();
    await new Promise<void>((updating) => {
      finished = stack.run(["up", "--yes", "--skip-preview"], {
        onOutput: (text) => {
          if (/^Updating/m.test(text)) updating();
        },
      });
    });
    await assert.rejects(recover(stack, kubeconfig), /is being updated by process \d+/);
    await finished;
    assert.equal((await recover(stack, kubeconfig)).interrupted, false);
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  }).timeout(120_000);
});

function configuration(namespace: string): Record<string, unknown> {
  return {
    "model-serving:platform": { kind: "kserve" },
    "model-serving:namespace": namespace,
    "model-serving:hardwareProfiles": {
      l4: { accelerator: "NVIDIA-L4", count: 1, cpu: 2, memory: "16Gi" },
    },
    "model-serving:models": {
      granite: {
        source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
        hardwareProfile: "l4",
      },
    },
  };
}

/** Runs `pulumi up` and kills it with SIGKILL at the nth match in its output. */
async function killedUpdate(stack: Stack, pattern: RegExp, nth: number): Promise<void> {
  const killer = new AbortController();
  const result = await stack.run(["up", "--yes", "--skip-preview"], {
    signal: killer.signal,
    onOutput: (text) => {
      if ((text.match(pattern)?.length ?? 0) >= nth) killer.abort();
    },
  });
  assert.equal(result.signal, "SIGKILL", `pulumi up ended before the moment came:\n${result.stdout}`);
}

/** What the stack made in its namespace (not what controllers made of it): `Kind namespace/name` to uid. */
async function objectsOf(kubeconfig: string, namespace: string): Promise<Map<string, string>> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const found = new Map<string, string>();
  const kinds = [
    ["serving.kserve.io/v1alpha1", "ServingRuntime"],
    ["serving.kserve.io/v1beta1", "InferenceService"],
    ["infrastructure.opendatahub.io/v1", "HardwareProfile"],
  ] as const;
  for (const [apiVersion, kind] of kinds) {
    const { items } = await api.list(apiVersion, kind, namespace);
    for (const { metadata } of items) found.set(`${kind} ${namespace}/${metadata?.name ?? ""}`, metadata?.uid ?? "");
  }
  return found;
}

function kindOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}
