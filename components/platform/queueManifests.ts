import { findAccelerator } from "../../sdk/catalog/accelerators";
import type { Toleration } from "../../sdk/kubernetes/core";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { ClusterQueue, KueueApi, LocalQueue, QuotaOfResource, ResourceFlavor } from "../../sdk/kubernetes/kueue";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import { canonicalQuantity } from "../../sdk/pod/quantity";
import type { QueuesSpec } from "../../sdk/spec/platform/queues";
import { deviceOf } from "../../sdk/spec/platform/queues";
import { formatCores } from "../../sdk/spec/schema/fields";

const ACTIVE = { "pulumi.com/waitFor": "condition=Active" };

type Flavor = QueuesSpec["flavors"][string];
type Queue = QueuesSpec["clusterQueues"][string];
type Amounts = NonNullable<Queue["quotas"][string]["borrowing"]>;

/** A kind of node, told by the labels of the accelerator's product unless others are given. */
export function resourceFlavorManifest(name: string, flavor: Flavor, api: KueueApi): ResourceFlavor {
  const device = flavor.accelerator === undefined ? undefined : findAccelerator(flavor.accelerator);
  const label = device?.product?.productLabel;
  const nodeLabels = flavor.nodeLabels ?? (label === undefined ? {} : { [label.key]: label.value });
  const tolerations = (flavor.tolerations as Toleration[] | undefined) ?? device?.tolerations ?? [];
  return {
    apiVersion: `kueue.x-k8s.io/${api}`,
    kind: "ResourceFlavor",
    metadata: { name, labels: { ...MANAGED } },
    spec: present({ nodeLabels: nonEmpty(nodeLabels), tolerations: nonEmpty(tolerations) }),
  };
}

/** Quotas of one group: Kueue wants every flavor of a group to name every resource of it. */
export function clusterQueueManifest(name: string, queue: Queue, { flavors, api }: QueuesSpec): ClusterQueue {
  const quotas = Object.entries(queue.quotas).map(([flavor, quota]) => {
    const device = deviceOf(flavors[flavor] ?? {});
    return {
      name: flavor,
      nominal: amountsByResource(quota, device),
      borrowing: amountsByResource(quota.borrowing ?? {}, device),
      lending: amountsByResource(quota.lending ?? {}, device),
    };
  });
  const coveredResources = [...new Set(quotas.flatMap(({ nominal }) => Object.keys(nominal)))];
  const { cohort, preemptionWithinQueue, preemptionWithinCohort } = queue;
  return {
    apiVersion: `kueue.x-k8s.io/${api}`,
    kind: "ClusterQueue",
    metadata: { name, labels: { ...MANAGED }, annotations: ACTIVE },
    spec: present({
      [api === "v1beta1" ? "cohort" : "cohortName"]: cohort,
      queueingStrategy: queue.queueingStrategy,
      namespaceSelector: present({ matchLabels: nonEmpty(queue.namespaceLabels) }),
      preemption: { reclaimWithinCohort: preemptionWithinCohort, withinClusterQueue: preemptionWithinQueue },
      resourceGroups: [
        {
          coveredResources,
          flavors: quotas.map(({ name: flavor, nominal, borrowing, lending }) => ({
            name: flavor,
            resources: coveredResources.map((resource): QuotaOfResource =>
              present({
                name: resource,
                nominalQuota: nominal[resource] ?? "0",
                borrowingLimit: borrowing[resource],
                lendingLimit: lending[resource],
              }),
            ),
          })),
        },
      ],
    }),
  };
}

/** A namespace's way to a quota. */
export function localQueueManifest(queue: QueuesSpec["localQueues"][number], api: KueueApi): LocalQueue {
  return {
    apiVersion: `kueue.x-k8s.io/${api}`,
    kind: "LocalQueue",
    metadata: { name: queue.name, namespace: queue.namespace, labels: { ...MANAGED }, annotations: ACTIVE },
    spec: { clusterQueue: queue.clusterQueue },
  };
}

function amountsByResource(amounts: Amounts, device: string | undefined): Record<string, string> {
  const { cpu, memory, accelerators, resources = {} } = amounts;
  return present({
    cpu: cpu === undefined ? undefined : formatCores(cpu),
    memory,
    ...(device !== undefined && accelerators !== undefined ? { [device]: String(accelerators) } : {}),
    ...Object.fromEntries(Object.entries(resources).map(([name, amount]) => [name, canonicalQuantity(amount)])),
  });
}
