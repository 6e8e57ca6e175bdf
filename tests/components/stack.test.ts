import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "../../components/stack/configuration";
import type { ServingStackArgs } from "../../index";
import { ServingStack } from "../../index";
import { type Registered, registered } from "./mocks";

const granite = { source: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" }, hardwareProfile: "l4" };
const WHOLE: ServingStackArgs = {
  install: { openShiftAI: {} },
  accelerators: { operators: [{ vendor: "nvidia" }] },
  queues: {
    flavors: { l4: { accelerator: "NVIDIA-L4" } },
    clusterQueues: { gpus: { quotas: { l4: { accelerators: 8 } } } },
    localQueues: [{ name: "gpus", namespace: "models", clusterQueue: "gpus" }],
  },
  hardwareProfiles: { l4: { accelerator: "NVIDIA-L4", cpu: 4, memory: "32Gi" } },
  connections: { hub: { huggingFace: { token: "hf_token" } } },
  buckets: { weights: { region: "eu-central-1" } },
  volumes: { files: { size: "100Gi" } },
  models: {
    granite: { ...granite, connection: "hub" },
    phi: { source: { path: "phi" }, volume: "files", hardwareProfile: "l4" },
  },
  monitoring: { alerts: {} },
};

const resourcesOf = (args: ServingStackArgs): Promise<Registered[]> =>
  registered(() => {
    new ServingStack("serving", args);
  });

/** Everything that a resource waits for, directly or by way of others. */
function waitsFor(resources: readonly Registered[], start: Registered): Set<string> {
  const seen = new Set<string>();
  const visit = ({ dependencies }: Registered): void => {
    for (const dependency of dependencies) {
      if (seen.has(dependency)) continue;
      seen.add(dependency);
      const found = resources.find(({ type, name }) => `${type} ${name}` === dependency);
      if (found !== undefined) visit(found);
    }
  };
  visit(start);
  return seen;
}

function find(resources: readonly Registered[], kind: string, name: string): Registered {
  const found = resources.find(
    ({ type, name: own }) => new RegExp(`^kubernetes:.*:${kind}$`).test(type) && own === name,
  );
  assert.ok(found, `no ${kind} ${name} among ${resources.map((one) => `${one.type} ${one.name}`).join("\n")}`);
  return found;
}

describe("layers of a stack", () => {
  /** @covers PK-1, AC-15, IS-28, BP-25 */
  it("come one after the other: platform, operators, operands, queues, profiles and storage, models", async () => {
    const resources = await resourcesOf(WHOLE);
    const service = find(resources, "InferenceService", "serving-granite");
    const before = [...waitsFor(resources, service)];
    const waited = (pattern: RegExp): boolean => before.some((dependency) => pattern.test(dependency));
    for (const pattern of [
      /:Namespace serving$/,
      /:OperatorGroup serving-accelerators-nvidia/,
      /:Subscription serving-accelerators-nvidia/,
      /:ClusterPolicy serving-accelerators/,
      /:DataScienceCluster serving-platform-dsc$/,
      /:LocalQueue serving-queues-models-gpus$/,
      /:HardwareProfile serving-l4$/,
      /:Secret serving-hub$/,
      /s3\/bucket:Bucket serving-weights$/,
      /:ServingRuntime serving-granite$/,
    ]) {
      assert.ok(waited(pattern), `the model does not wait for ${String(pattern)}`);
    }
    const operand = resources.find(({ type }) => type.endsWith(":ClusterPolicy"))!;
    const needed = [...waitsFor(resources, operand)];
    assert.ok(needed.some((dependency) => dependency.includes(":NodeFeatureDiscovery ")));
    assert.ok(needed.some((dependency) => dependency.includes(":DataScienceCluster ")));
  });

  /** @covers PK-1 */
  it("leave out what is not asked for: one of them alone makes nothing but itself and the namespace", async () => {
    const alone: [ServingStackArgs, RegExp][] = [
      [{ accelerators: { operators: [{ vendor: "nvidia" }] } }, /accelerators|Namespace$/],
      [{ volumes: { files: { size: "1Gi" } } }, /PersistentVolumeClaim$|ModelVolume$|Namespace$/],
      [{ monitoring: { viewers: { users: ["ada"] } } }, /RoleBinding$|MetricsViewers$|Namespace$/],
      [{}, /Namespace$/],
    ];
    for (const [args, expected] of alone) {
      const strays = (await resourcesOf(args))
        .filter(({ type }) => !type.endsWith(":ServingStack"))
        .filter(({ type, name }) => !expected.test(type) && !expected.test(name));
      assert.deepEqual(
        strays.map(({ type, name }) => `${type} ${name}`),
        [],
      );
    }
  });

  /** @covers PK-1 */
  it("are not touched when a model changes", async () => {
    const changed = { ...WHOLE.models!.phi!, replicas: 2, args: ["--enforce-eager"] };
    const [before, after] = [
      await resourcesOf(WHOLE),
      await resourcesOf({ ...WHOLE, models: { ...WHOLE.models!, phi: changed } }),
    ];
    const key = ({ type, name }: Registered): string => `${type} ${name}`;
    const inputs = new Map(before.map((resource) => [key(resource), JSON.stringify(resource.inputs)]));
    assert.deepEqual(before.map(key).sort(), after.map(key).sort());
    const touched = after.filter((resource) => inputs.get(key(resource)) !== JSON.stringify(resource.inputs)).map(key);
    const ofModel = touched.filter((one) => !one.startsWith("model-serving:"));
    assert.deepEqual(ofModel, ["kubernetes:serving.kserve.io/v1beta1:InferenceService serving-phi"]);
  });

  /** @covers PK-2 */
  it("serve the same models on every platform, each with what that platform needs", async () => {
    const models = { granite };
    const { hardwareProfiles } = WHOLE as Required<ServingStackArgs>;
    const onKubernetes = (distribution: "eks" | "gke" | "aks" | "kubernetes"): ServingStackArgs => ({
      platform: { kind: "kserve" },
      install: { kserve: {} },
      accelerators: { distribution, operators: [{ vendor: "nvidia" }] },
    });
    const platforms: Record<string, ServingStackArgs> = {
      "OpenShift AI": { install: { openShiftAI: {} }, accelerators: { operators: [{ vendor: "nvidia" }] } },
      "Open Data Hub": { install: { openShiftAI: { distribution: "open-data-hub" } } },
      EKS: onKubernetes("eks"),
      GKE: onKubernetes("gke"),
      AKS: onKubernetes("aks"),
      "bare metal": onKubernetes("kubernetes"),
    };
    const charts = ["cert-manager", "kserve-crd", "kserve-resources"];
    const expected: Record<string, { releases: string[]; profile: string | undefined; operator: string | undefined }> =
      {
        "OpenShift AI": { releases: [], profile: "redhat-ods-applications", operator: "rhods-operator" },
        "Open Data Hub": { releases: [], profile: "opendatahub", operator: "opendatahub-operator" },
      };
    for (const [platform, args] of Object.entries(platforms)) {
      const resources = await resourcesOf({ ...args, hardwareProfiles, models });
      const releases = resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
      const operators = resources.filter(({ type }) => type.endsWith(":Subscription")).map(({ inputs }) => inputs.spec);
      const profile = resources.find(({ type }) => /^kubernetes:.*:HardwareProfile$/.test(type));
      find(resources, "InferenceService", "serving-granite");
      const { operator, ...rest } = expected[platform] ?? {
        releases: charts,
        profile: undefined,
        operator: undefined,
      };
      const own = releases.map(({ name }) => name.replace(/^serving-kserve-/, ""));
      assert.deepEqual(
        {
          releases: own.filter((name) => !name.startsWith("serving-")).sort(),
          profile: profile?.inputs.metadata?.namespace,
        },
        rest,
        platform,
      );
      assert.equal(
        operator === undefined || operators.some((spec) => (spec as { name: string }).name === operator),
        true,
        platform,
      );
    }
  });

  it("know the platform that they install: KServe from Helm reads another annotation", async () => {
    const resources = await resourcesOf({
      platform: { kind: "kserve" },
      install: { kserve: {} },
      connections: {
        store: { s3: { endpoint: "https://s3.example.com", bucket: "models", accessKeyId: "A", secretAccessKey: "S" } },
      },
      models: {
        granite: {
          source: { path: "granite" },
          connection: "store",
          accelerator: "NVIDIA-L4",
          resources: { requests: { cpu: 4, memory: "32Gi" } },
        },
      },
    });
    const { annotations } = find(resources, "InferenceService", "serving-granite").inputs.metadata ?? {};
    assert.equal(annotations?.["serving.kserve.io/secretName"], "store");
  });
});

describe("secrets of a stack", () => {
  const PREFIX = "model-serving:";
  const values = {
    [`${PREFIX}connections`]: JSON.stringify({ hub: { huggingFace: { token: "hf_hidden" } } }),
    [`${PREFIX}kubeAiModels`]: JSON.stringify({
      gemma: { url: "hf://a/b", engine: "VLLM", resourceProfile: "l4:1", secrets: { HF_TOKEN: "hf_hidden" } },
    }),
    [`${PREFIX}install`]: JSON.stringify({ kubeAI: { secrets: { huggingFaceToken: "hf_hidden" } } }),
  };

  /** @covers PK-1 */
  for (const written of ["encrypted", "in the clear"]) {
    it(`never lie in the state in the clear, when they are configured ${written}`, async () => {
      const resources = await registered(() => {
        new ServingStack(
          "serving",
          readConfiguration(values, () => written === "encrypted"),
        );
      });
      const leaks = resources.filter(({ inputs }) => JSON.stringify(withoutSecrets(inputs)).includes("hf_hidden"));
      assert.deepEqual(
        leaks.map(({ type, name }) => `${type} ${name}`),
        [],
      );
      const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("hf_hidden"));
      assert.ok(holders.some(({ type }) => type === "kubernetes:core/v1:Secret"));
    });
  }

  it("become Pulumi secrets again where they end in a Secret, and nowhere else", async () => {
    const { connections } = readConfiguration(values, (key) => key === `${PREFIX}connections`);
    const { token } = connections!.hub!.huggingFace!;
    assert.equal(await pulumi.isSecret(token as pulumi.Output<string>), true);
  });

  it("are refused in keys whose values everybody reads", () => {
    const models = JSON.stringify({ phi: { source: "hf://microsoft/phi-4", resources: {}, accelerator: "NVIDIA-L4" } });
    assert.throws(
      () => readConfiguration({ [`${PREFIX}models`]: models }, () => true),
      /model-serving:models: holds a secret, which would be readable in the cluster and in Pulumi's state/,
    );
  });
});

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_MARK in value) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
