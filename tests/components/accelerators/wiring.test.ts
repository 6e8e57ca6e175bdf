import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Accelerators } from "../../../components/accelerators/accelerators";
import type { AcceleratorsArgs } from "../../../sdk/spec/accelerators/accelerators";
import { objectOf, registered, valueOf, type Registered } from "../mocks";
import { EVERYTHING } from "./plans";

const COMPONENT = "model-serving:index:Accelerators";

function run(args: AcceleratorsArgs, name = "gpus", preview = false): Promise<Registered[]> {
  return registered(
    () => {
      new Accelerators(name, args);
    },
    { preview },
  );
}

class Plain extends pulumi.CustomResource {
  constructor(name: string, opts: pulumi.CustomResourceOptions) {
    super("test:index:Plain", name, {}, opts);
  }
}

/** Everything a resource waits for, directly or not, by name. */
function waitsFor(resources: readonly Registered[], name: string): Set<string> {
  const names = new Set<string>();
  const visit = (current: string): void => {
    const found = resources.find((resource) => resource.name === current);
    for (const dependency of found?.dependencies ?? []) {
      const next = dependency.split(" ")[1] ?? "";
      if (names.has(next)) continue;
      names.add(next);
      visit(next);
    }
  };
  visit(name);
  return names;
}

describe("accelerators component", () => {
  /** @covers AC-2, AC-15 */
  it("namespace, group and subscription, then the operand; Node Feature Discovery before the GPU operator", async () => {
    const resources = await run({ operators: [{ vendor: "nvidia" }] });
    assert.deepEqual(
      resources.map(({ name }) => name),
      [
        "gpus",
        "gpus-nfd-namespace",
        "gpus-nfd-operator-group",
        "gpus-nfd-subscription",
        "gpus-nfd-instance",
        "gpus-nvidia-namespace",
        "gpus-nvidia-operator-group",
        "gpus-nvidia-subscription",
        "gpus-nvidia-cluster-policy",
      ],
    );
    const policy = waitsFor(resources, "gpus-nvidia-cluster-policy");
    for (const name of ["gpus-nvidia-subscription", "gpus-nvidia-operator-group", "gpus-nfd-instance"])
      assert.ok(policy.has(name), name);
    assert.ok(waitsFor(resources, "gpus-nvidia-namespace").has("gpus-nfd-instance"));
    assert.equal(objectOf(resources, "ClusterPolicy").createTimeout, "1800s");
  });

  it("everything belongs to the component", async () => {
    const resources = await run(EVERYTHING);
    const parents = resources.slice(1).map(({ parent }) => parent);
    assert.deepEqual([...new Set(parents)], [`${COMPONENT} gpus`]);
    assert.equal(new Set(resources.map(({ name }) => name)).size, resources.length);
  });

  /** @covers AC-2 */
  it("Node Feature Discovery is installed once for all makers", async () => {
    const resources = await run(EVERYTHING);
    assert.equal(resources.filter(({ name }) => name === "gpus-nfd-subscription").length, 1);
    for (const name of ["gpus-amd-device-config", "gpus-ibm-cluster-policy", "gpus-nvidia-cluster-policy"])
      assert.ok(waitsFor(resources, name).has("gpus-nfd-instance"), name);
    assert.ok(waitsFor(resources, "gpus-amd-subscription").has("gpus-kmm-subscription"));
    assert.ok(!waitsFor(resources, "gpus-nvidia-subscription").has("gpus-amd-subscription"));
  });

  /** @covers AC-3, AC-9 */
  it("elsewhere the same with charts: the GPU operator after Node Feature Discovery, AMD's after cert-manager", async () => {
    const resources = await run({ distribution: "kubernetes", operators: [{ vendor: "nvidia" }, { vendor: "amd" }] });
    const releases = resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
    assert.deepEqual(Object.fromEntries(releases.map(({ name, inputs }) => [name, inputs.version])), {
      "gpus-nfd": "0.19.0",
      "gpus-cert-manager": "v1.17.0",
      "gpus-nvidia": "v26.7.0",
      "gpus-amd": "v1.5.1",
    });
    assert.deepEqual([...waitsFor(resources, "gpus-nvidia")].sort(), ["gpus-nfd", "gpus-nvidia-namespace"]);
    const config = waitsFor(resources, "gpus-amd-device-config");
    assert.deepEqual([...config].sort(), ["gpus-amd", "gpus-cert-manager", "gpus-nfd"]);
  });

  it("GKE's quota is there before the pods it allows", async () => {
    const resources = await run({ distribution: "gke", operators: [{ vendor: "nvidia" }] });
    const release = waitsFor(resources, "gpus-nvidia");
    assert.ok(release.has("gpus-nvidia-quota") && release.has("gpus-nvidia-namespace"));
    assert.ok(waitsFor(resources, "gpus-nvidia-quota").has("gpus-nvidia-namespace"));
  });

  it("beside an operator that somebody else installed only the operand is made", async () => {
    const resources = await run({
      operators: [{ vendor: "nvidia", provision: "existing" }],
      nodeFeatureDiscovery: { provision: "existing" },
    });
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["gpus", "gpus-nvidia-cluster-policy"],
    );
  });

  /** @covers AC-14 */
  it("nothing is made for CPUs", async () => {
    assert.equal((await run({ operators: [] })).length, 1);
  });

  it("what is to come after it waits for the operands", async () => {
    const resources = await registered(() => {
      const accelerators = new Accelerators("gpus", { operators: [{ vendor: "nvidia" }] });
      new Plain("later", { dependsOn: [accelerators] });
    });
    assert.ok(waitsFor(resources, "later").has("gpus-nvidia-cluster-policy"));
  });

  it("tells the names of the resources", async () => {
    let names: string[] = [];
    await registered(async () => {
      const { resources } = new Accelerators("gpus", { operators: [{ vendor: "nvidia" }, { vendor: "intel" }] });
      names = await valueOf(resources);
    });
    assert.deepEqual(names, ["nvidia.com/gpu", "habana.ai/gaudi"]);
  });

  it("waits for what the component waits for", async () => {
    const resources = await registered(() => {
      const cluster = new Plain("cluster", {});
      new Accelerators("gpus", { operators: [{ vendor: "ibm" }] }, { dependsOn: [cluster] });
    });
    assert.ok(waitsFor(resources, "gpus-nfd-namespace").has("cluster"));
    assert.ok(waitsFor(resources, "gpus-ibm-cluster-policy").has("cluster"));
  });

  it("values known only after apply take their place", async () => {
    const version = pulumi.output("570.1");
    const args = {
      operators: [{ vendor: "nvidia", nvidia: { driverVersion: version } }],
    } as unknown as AcceleratorsArgs;
    const policy = objectOf(await run(args), "ClusterPolicy");
    assert.deepEqual((policy.inputs.spec as { driver: object }).driver, { enabled: true, version: "570.1" });
    const chart = { distribution: "eks", operators: [{ vendor: "nvidia", chart: { values: { a: version } } }] };
    const releases = await run(chart as unknown as AcceleratorsArgs);
    const release = releases.find(({ name }) => name === "gpus-nvidia");
    assert.equal((release?.inputs.values as { a: string }).a, "570.1");
  });

  it("a name near the longest and one in another script give sound objects", async () => {
    for (const name of ["a".repeat(63), "größe-加速"]) {
      const resources = await run({ operators: [{ vendor: "nvidia" }] }, name);
      assert.equal(objectOf(resources, "ClusterPolicy").inputs.metadata?.name, "gpu-cluster-policy");
    }
  });

  /** @covers AC-2 */
  it("refuses a chart that brings a second Node Feature Discovery along", async () => {
    const chart = { values: { nfd: { enabled: true } } };
    const args: AcceleratorsArgs = { distribution: "eks", operators: [{ vendor: "nvidia", chart }] };
    await assert.rejects(run(args), /installs a second Node Feature Discovery/);
  });

  it("says everything that is wrong at once", async () => {
    const args = { operators: [{ vendor: "nvida" }, { vendor: "aws" }], tolerations: [{ effect: "No" }] };
    await assert.rejects(run(args as unknown as AcceleratorsArgs), (error: Error) => {
      assert.equal(
        error.message,
        [
          'Accelerators "gpus" has 3 problems:',
          '  operators[0].vendor: "nvida" is not "nvidia" or "amd" or "intel" or "ibm" or "aws"; did you mean nvidia?',
          "  operators[1].vendor: the AWS Neuron device plugin is not available on openshift; it is on eks, kubernetes",
          '  tolerations[0].effect: "No" is not "NoSchedule" or "PreferNoSchedule" or "NoExecute"',
        ].join("\n"),
      );
      return true;
    });
  });
});
