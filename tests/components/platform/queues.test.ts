import assert from "node:assert/strict";
import {
  clusterQueueManifest,
  localQueueManifest,
  resourceFlavorManifest,
} from "../../../components/platform/queueManifests";
import { Queues } from "../../../components/platform/queues";
import { queuesRules, queuesSchema } from "../../../sdk/spec/platform/queues";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { registered } from "../mocks";
import { table } from "../../sdk/spec/messageTable";

const ARGS = {
  flavors: { a100: { accelerator: "NVIDIA-A100-SXM4-80GB" }, mi300x: { accelerator: "MI300X" }, cpu: {} },
  clusterQueues: {
    team: {
      cohort: "models",
      quotas: {
        a100: { cpu: 64, memory: "1024Gi", accelerators: 8, borrowing: { accelerators: 4 } },
        mi300x: { accelerators: 0, lending: { accelerators: 0 } },
        cpu: { cpu: 0.5, resources: { "ephemeral-storage": "1024Gi" } },
      },
    },
  },
  localQueues: [{ name: "default", namespace: "models", clusterQueue: "team" }],
};

const metadata = (name: string): object => ({ name, labels: { "app.kubernetes.io/managed-by": "pulumi" } });
const waiting = { annotations: { "pulumi.com/waitFor": "condition=Active" } };

describe("Queues", () => {
  const spec = parseSpec(queuesSchema, queuesRules, ARGS, "queues");

  it("make a flavor of an accelerator: its nodes and what its pods tolerate", () => {
    assert.deepEqual(resourceFlavorManifest("a100", spec.flavors.a100 ?? {}, "v1beta1"), {
      apiVersion: "kueue.x-k8s.io/v1beta1",
      kind: "ResourceFlavor",
      metadata: metadata("a100"),
      spec: {
        nodeLabels: { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" },
        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
      },
    });
    assert.deepEqual(resourceFlavorManifest("cpu", {}, "v1beta1").spec, {});
  });

  it("name every resource in every flavor, since Kueue admits no group with gaps", () => {
    const { team = assert.fail() } = spec.clusterQueues;
    assert.deepEqual(clusterQueueManifest("team", team, spec), {
      apiVersion: "kueue.x-k8s.io/v1beta1",
      kind: "ClusterQueue",
      metadata: { ...metadata("team"), ...waiting },
      spec: {
        cohort: "models",
        queueingStrategy: "BestEffortFIFO",
        namespaceSelector: {},
        preemption: { reclaimWithinCohort: "Never", withinClusterQueue: "Never" },
        resourceGroups: [
          {
            coveredResources: ["cpu", "memory", "nvidia.com/gpu", "amd.com/gpu", "ephemeral-storage"],
            flavors: [
              {
                name: "a100",
                resources: [
                  { name: "cpu", nominalQuota: "64" },
                  { name: "memory", nominalQuota: "1Ti" },
                  { name: "nvidia.com/gpu", nominalQuota: "8", borrowingLimit: "4" },
                  { name: "amd.com/gpu", nominalQuota: "0" },
                  { name: "ephemeral-storage", nominalQuota: "0" },
                ],
              },
              {
                name: "mi300x",
                resources: [
                  { name: "cpu", nominalQuota: "0" },
                  { name: "memory", nominalQuota: "0" },
                  { name: "nvidia.com/gpu", nominalQuota: "0" },
                  { name: "amd.com/gpu", nominalQuota: "0", lendingLimit: "0" },
                  { name: "ephemeral-storage", nominalQuota: "0" },
                ],
              },
              {
                name: "cpu",
                resources: [
                  { name: "cpu", nominalQuota: "500m" },
                  { name: "memory", nominalQuota: "0" },
                  { name: "nvidia.com/gpu", nominalQuota: "0" },
                  { name: "amd.com/gpu", nominalQuota: "0" },
                  { name: "ephemeral-storage", nominalQuota: "1Ti" },
                ],
              },
            ],
          },
        ],
      },
    });
    const newer = clusterQueueManifest(
      "team",
      { ...team, namespaceLabels: { team: "a" } },
      { ...spec, api: "v1beta2" },
    );
    assert.deepEqual([newer.apiVersion, newer.spec.cohortName], ["kueue.x-k8s.io/v1beta2", "models"]);
    assert.ok(!("cohort" in newer.spec));
    assert.deepEqual(newer.spec.namespaceSelector, { matchLabels: { team: "a" } });
  });

  it("lead a namespace to a quota", () => {
    const [local = assert.fail()] = spec.localQueues;
    assert.deepEqual(localQueueManifest(local, "v1beta1"), {
      apiVersion: "kueue.x-k8s.io/v1beta1",
      kind: "LocalQueue",
      metadata: { ...metadata("default"), namespace: "models", ...waiting },
      spec: { clusterQueue: "team" },
    });
  });

  it("stand up in order: Kueue, flavors, quotas, local queues", async () => {
    for (const [installer, first] of [
      ["helm", "q-kueue"],
      ["olm", "q-kueue-operand"],
    ] as const) {
      const resources = await registered(() => {
        new Queues("q", { ...ARGS, kueue: "create", installer });
      });
      const needs = (name: string): (string | undefined)[] =>
        (resources.find((one) => one.name === name)?.dependencies ?? []).map((one) => one.split(" ").at(-1));
      assert.deepEqual(needs("q-a100-flavor"), [first]);
      assert.deepEqual(needs("q-team").sort(), ["q-a100-flavor", "q-cpu-flavor", first, "q-mi300x-flavor"].sort());
      assert.deepEqual(needs("q-models-default").sort(), [first, "q-team"].sort());
    }
  });

  it("rely on a Kueue that is there", async () => {
    const resources = await registered(() => {
      new Queues("q", ARGS);
    });
    assert.deepEqual(
      resources.slice(1).map(({ type }) => type.split(":").at(-1)),
      ["ResourceFlavor", "ResourceFlavor", "ResourceFlavor", "ClusterQueue", "LocalQueue"],
    );
  });
});

table("arguments of Queues", queuesSchema, queuesRules, ARGS, [
  [
    "what is not in the catalogue",
    { flavors: { ...ARGS.flavors, h100: { accelerator: "NVIDIA-A100-SXM4-80G" } } },
    'flavors.h100.accelerator: "NVIDIA-A100-SXM4-80G" is not in the catalogue of accelerators (a resource name such as nvidia.com/gpu stands for any device); did you mean NVIDIA-A100-SXM4-80GB?',
  ],
  [
    "names that lead nowhere, and one that is given twice",
    {
      clusterQueues: { team: { quotas: { a10: { cpu: 1 } } } },
      localQueues: [
        { name: "a", namespace: "n", clusterQueue: "teem" },
        { name: "a", namespace: "n", clusterQueue: "team" },
      ],
    },
    'clusterQueues.team.quotas.a10: "a10": no such flavor (existing: a100, mi300x, cpu); did you mean a100?',
    'localQueues[0].clusterQueue: "teem": no such cluster queue (existing: team); did you mean team?',
    "localQueues[1]: n/a is localQueues[0] already",
  ],
  [
    "quotas without sense",
    {
      clusterQueues: {
        team: { quotas: {} },
        solo: { quotas: { a100: { borrowing: { cpu: 1 } }, cpu: { accelerators: 1, lending: {} } } },
      },
    },
    "clusterQueues.team.quotas: is empty; expected a quota of at least one flavor",
    "clusterQueues.solo.quotas.a100: is empty; expected cpu, memory, accelerators or resources",
    "clusterQueues.solo.quotas.a100.borrowing: there is nobody to borrow from without a cohort",
    "clusterQueues.solo.quotas.cpu.lending: there is nobody to lend to without a cohort",
    "clusterQueues.solo.quotas.cpu.accelerators: of which kind? Name the accelerator in flavors.cpu, or write the resource into resources",
  ],
  [
    "names in upper case and preemption in the wrong place",
    {
      flavors: { ...ARGS.flavors, H100: {} },
      clusterQueues: {
        team: {
          quotas: { cpu: { cpu: 1 } },
          preemptionWithinQueue: "Any",
          preemptionWithinCohort: "LowerOrNewerEqualPriority",
        },
      },
    },
    'flavors.H100: "H100" is not the name of an object (lower case letters, digits, dashes; at most 63); did you mean h100?',
    'clusterQueues.team.preemptionWithinQueue: "Any" is for preemptionWithinCohort; did you mean LowerOrNewerEqualPriority?',
    'clusterQueues.team.preemptionWithinCohort: "LowerOrNewerEqualPriority" is for preemptionWithinQueue; did you mean LowerPriority?',
  ],
]);
