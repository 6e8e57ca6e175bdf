import assert from "node:assert/strict";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { nodeAutoscaler, platformOf, toleratesDevicesByItself } from "../../../policies/world/platform";
import { buildWorld, type SourcedObject, type Workload } from "../../../policies/world/world";
import { gpuNode, podOf } from "../rules/cluster";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../rules/granite";

const profile = {
  apiVersion: "infrastructure.opendatahub.io/v1",
  kind: "HardwareProfile",
  metadata: { name: "a100", namespace: "models" },
  spec: {
    identifiers: [{ displayName: "GPU", identifier: "nvidia.com/gpu", minCount: 1, defaultCount: 2 }],
    scheduling: { type: "Node", node: { nodeSelector: { gpu: "a100" } } },
  },
};
const annotated = (annotations: Record<string, string>) =>
  changed(granite(), ({ metadata }) => (metadata.annotations = annotations));
const profiled = annotated({ "opendatahub.io/hardware-profile-name": "a100" });

function workload(...objects: SourcedObject[]): Workload {
  const [first, ...others] = buildWorld(objects).workloads;
  assert.ok(first);
  assert.deepEqual(others, []);
  return first;
}

describe("workload", () => {
  it("is made of service and runtime", () => {
    const { pod, arguments: args, accelerators, resolution } = workload(...inStack(granite(), graniteRuntime()));
    assert.equal(resolution.outcome, "resolved");
    assert.deepEqual(pod?.main.args, [
      "--port=8080",
      "--model=/mnt/models",
      "--served-model-name=granite",
      "--max-model-len=4096",
    ]);
    assert.equal(args.get("max-model-len")?.value, "4096");
    assert.deepEqual(
      accelerators.map(({ resource, count }) => [resource, count]),
      [["nvidia.com/gpu", 1]],
    );
  });

  it("is judged once for each service of the stack, not of the inventory", () => {
    const other = changed(granite(), ({ metadata }) => (metadata.name = "other"));
    const world = buildWorld([...inStack(granite(), graniteRuntime()), ...inCluster(other)]);
    assert.deepEqual(
      world.workloads.map(({ ref }) => ref.name),
      ["granite"],
    );
  });

  it("computes its pod once", () => {
    const one = workload(...inStack(granite(), graniteRuntime()));
    assert.equal(one.pod, one.pod);
    const world = buildWorld(inStack(granite()));
    assert.equal(world.workloads, world.workloads);
    assert.equal(world.nodes, world.nodes);
  });

  it("is none for a service of the wrong shape, which is named instead", () => {
    const world = buildWorld(inStack({ ...granite(), spec: 5 }));
    assert.deepEqual(world.workloads, []);
    assert.deepEqual(
      world.malformed.map(({ problem }) => problem),
      ["InferenceService models/granite: spec is 5, expected a mapping"],
    );
  });

  it("says where a person wrote a value", () => {
    const one = workload(...inStack(granite(), graniteRuntime()));
    const place = (path: string) => {
      const found = one.placeOf(path);
      return found && `${found.resource.kind} ${found.path}`;
    };
    assert.equal(place("main.args[0]"), "ServingRuntime spec.containers[kserve-container].args[0]");
    assert.equal(place("main.args[3]"), "InferenceService spec.predictor.model.args[0]");
    assert.equal(place("spec.tolerations[0].key"), "InferenceService spec.predictor.tolerations[0].key");
    assert.equal(place("spec.dnsPolicy"), undefined);
  });

  it("prefers the service as the object to edit", () => {
    const one = workload(...inStack(granite(), graniteRuntime()));
    const [runtime, service] = [one.placeOf("main.args[0]"), one.placeOf("main.args[3]")];
    assert.equal(one.editable([runtime, undefined, service]), service);
    assert.equal(one.editable([runtime]), runtime);
    assert.deepEqual(one.editable([undefined]), { resource: one.ref, path: "spec.predictor" });
  });

  const profiles: [string, SourcedObject[], Workload["profile"]["state"], string | undefined][] = [
    ["none named", inStack(granite(), graniteRuntime()), "none", undefined],
    ["in the stack", inStack(profiled, graniteRuntime(), profile), "found", "a100"],
    ["in the inventory", [...inStack(profiled, graniteRuntime()), ...inCluster(profile)], "found", "a100"],
    ["nowhere", inStack(profiled, graniteRuntime()), "missing", undefined],
    [
      "in the namespace that is named",
      inStack(
        annotated({
          "opendatahub.io/hardware-profile-name": "a100",
          "opendatahub.io/hardware-profile-namespace": "shared",
        }),
        graniteRuntime(),
        changed(profile, ({ metadata }) => (metadata.namespace = "shared")),
      ),
      "found",
      "a100",
    ],
    [
      "in another namespace",
      inStack(
        profiled,
        graniteRuntime(),
        changed(profile, ({ metadata }) => (metadata.namespace = "shared")),
      ),
      "missing",
      undefined,
    ],
  ];
  for (const [name, objects, state, selected] of profiles) {
    it(`takes its hardware profile: ${name}`, () => {
      const one = workload(...objects);
      assert.equal(one.profile.state, state);
      assert.equal(one.pod?.spec.nodeSelector?.gpu, selected);
    });
  }

  const settings = (mode: string) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "inferenceservice-config", namespace: "kserve" },
    data: { deploy: JSON.stringify({ defaultDeploymentMode: mode }) },
  });
  const modes: [string, SourcedObject[], string][] = [
    ["Standard where nothing is said", inStack(annotated({})), "Standard"],
    ["in today's spelling", inStack(annotated({ "serving.kserve.io/deploymentMode": "Serverless" })), "Knative"],
    ["in its old spelling", inStack(annotated({ "serving.kserve.io/deploymentMode": "RawDeployment" })), "Standard"],
    ["by the cluster's settings", [...inStack(annotated({})), ...inCluster(settings("Serverless"))], "Knative"],
    [
      "by itself before the cluster's settings",
      [...inStack(annotated({ "serving.kserve.io/deploymentMode": "Standard" })), ...inCluster(settings("Knative"))],
      "Standard",
    ],
  ];
  for (const [name, objects, mode] of modes) {
    it(`has a deployment mode ${name}`, () => {
      assert.equal(workload(...objects).mode, mode);
    });
  }

  it("goes by KServe as shipped where the cluster's settings cannot be read", () => {
    const broken = changed(settings(""), ({ data }) => (data.deploy = "{"));
    assert.equal(workload(...inStack(annotated({}), graniteRuntime()), ...inCluster(broken)).mode, "Standard");
  });

  it("knows its pod before this deployment", () => {
    const old = changed(granite(), ({ spec }) => (spec.predictor.model!.args = ["--max-model-len=1"]));
    const one = workload(...inStack(granite(), graniteRuntime()), ...inCluster(old, graniteRuntime()));
    assert.equal(one.earlier?.pod?.main.args?.at(-1), "--max-model-len=1");
    assert.equal(workload(...inStack(granite(), graniteRuntime())).earlier, undefined);
  });

  it("finds its runtime also where neither names the namespace", () => {
    const bare = <T extends { metadata: object }>(object: T) =>
      changed(object, ({ metadata }) => Reflect.deleteProperty(metadata, "namespace"));
    const inDefault = changed(graniteRuntime(), ({ metadata }) => (metadata.namespace = "default"));
    assert.equal(workload(...inStack(bare(granite()), bare(graniteRuntime()))).resolution.outcome, "resolved");
    assert.equal(workload(...inStack(bare(granite()), inDefault)).resolution.outcome, "resolved");
  });

  it("arrives at the scheduler with what GKE adds", () => {
    const node = changed(
      gpuNode("a", 8),
      ({ metadata }) => (metadata.labels = { "cloud.google.com/gke-nodepool": "gpu" }),
    );
    const bare = changed(granite(), ({ spec }) => Reflect.deleteProperty(spec.predictor, "tolerations"));
    const { shape } = workload(...inStack(bare, graniteRuntime()), ...inCluster(node));
    assert.deepEqual(shape?.tolerations, [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
  });
});

describe("nodes of a world", () => {
  it("are the inventory's, less what is bound to them", () => {
    const { nodes } = buildWorld(inCluster(gpuNode("a", 8), podOf("granite", "a", 3)));
    assert.deepEqual(
      nodes.map(({ name, free }) => [name, free["nvidia.com/gpu"]]),
      [["a", 5]],
    );
  });

  it("are not disturbed by an object of the stack that is not known yet", () => {
    const daemonSet = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "d", namespace: "x" },
      spec: UNKNOWN,
    };
    assert.equal(buildWorld([...inCluster(gpuNode("a", 8)), ...inStack(daemonSet)]).nodes.length, 1);
  });
});

describe("platform of a world", () => {
  const object = (kind: string, name: string, apiVersion = "v1") => ({
    apiVersion,
    kind,
    metadata: { name, namespace: "n" },
  });
  const platforms: [string, unknown[], string | undefined][] = [
    ["nothing shows it", [granite()], undefined],
    [
      "a DataScienceCluster",
      [object("DataScienceCluster", "default-dsc", "datasciencecluster.opendatahub.io/v2")],
      "openshift-ai",
    ],
    [
      "the model controller",
      [
        object("Deployment", "odh-model-controller", "apps/v1"),
        object("Deployment", "kserve-controller-manager", "apps/v1"),
      ],
      "openshift-ai",
    ],
    ["KServe's controller alone", [object("Deployment", "kserve-controller-manager", "apps/v1")], "kserve"],
  ];
  for (const [name, objects, platform] of platforms) {
    it(`is ${platform ?? "not known"}: ${name}`, () => {
      assert.equal(platformOf(buildWorld(inCluster(...objects))), platform);
    });
  }

  const autoscalers: [string, unknown, boolean][] = [
    ["a NodePool of Karpenter", object("NodePool", "gpu", "karpenter.sh/v1"), true],
    ["a MachineAutoscaler", object("MachineAutoscaler", "gpu", "autoscaling.openshift.io/v1beta1"), true],
    ["the status of the cluster autoscaler", object("ConfigMap", "cluster-autoscaler-status"), true],
    ["another ConfigMap", object("ConfigMap", "settings"), false],
  ];
  for (const [name, shown, expected] of autoscalers) {
    it(`${expected ? "adds nodes" : "adds no nodes"}: ${name}`, () => {
      assert.equal(nodeAutoscaler(buildWorld(inCluster(shown))) !== undefined, expected);
    });
  }

  it("adds tolerations for devices on GKE only", () => {
    assert.equal(toleratesDevicesByItself(buildWorld(inCluster(gpuNode("a", 8)))), false);
  });
});
