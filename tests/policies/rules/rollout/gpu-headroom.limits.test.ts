/** What keeps pods out beside the nodes there are: quotas and limits of the namespace, and how far pools may grow. */
import { gpuHeadroom } from "../../../../policies/rules/rollout/gpu-headroom";
import { gpus, node, predictor, quota, type Service } from "../../rollout/plans";
import { autoscaler, machineSet } from "../../rollout/pools";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../granite";
import { table, type Case } from "../table";

const GPUS = "requests.nvidia.com/gpu";
const path = "spec.predictor.deploymentStrategy";
/** A pod that runs, and room for others. */
const running = [node("a", 8), predictor("a", 1)];
const rolling =
  (maxSurge: number, maxUnavailable: number) =>
  ({ spec }: Service) =>
    (spec.predictor.deploymentStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } });
const recreate = ({ spec }: Service) => (spec.predictor.deploymentStrategy = { type: "Recreate" });
const withTransformer = ({ spec }: Service) => {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };
  spec.transformer = {
    deploymentStrategy: { type: "Recreate" },
    containers: [{ name: "kserve-container", image: "transformer", resources }],
  };
};

const limitRange = {
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "range", namespace: "models" },
  spec: { limits: [{ type: "Container", max: { memory: "20Gi" } }] },
};

function objects(cluster: readonly object[], change: (service: Service) => void = () => undefined): Case["objects"] {
  return [...inStack(changed(granite(), change), graniteRuntime()), ...inCluster(...cluster)];
}

table(gpuHeadroom, [
  {
    name: "a quota as large as what runs",
    objects: objects([...running, quota({ [GPUS]: 1 }, { [GPUS]: 1 })]),
    finding: {
      level: "mandatory",
      path,
      says: [
        "This update never finishes. At 1 replica an update may add 1 and miss 0, so a new pod must start first, and " +
          "ResourceQuota gpus does not let it in. The API server will say: exceeded quota: gpus, requested: " +
          `${GPUS}=1, used: ${GPUS}=1, limited: ${GPUS}=1`,
      ],
      fix: /^Set spec\.predictor\.deploymentStrategy\.type to Recreate.* Or raise the quota\.$/,
    },
  },
  {
    name: "a quota with one more",
    objects: objects([...running, quota({ [GPUS]: 2 }, { [GPUS]: 1 })]),
  },
  {
    name: "a quota as large as what is to run",
    objects: objects([node("a", 8), quota({ [GPUS]: 1 }, { [GPUS]: 0 })]),
    finding: { level: "mandatory", says: ["Once this service runs, an update of it never finishes. At 1 replica"] },
  },
  {
    name: "a quota as large as what runs, of pods that this deployment does not touch",
    objects: objects([...running, granite(), graniteRuntime(), quota({ [GPUS]: 1 }, { [GPUS]: 1 })]),
    finding: { level: "advisory", says: ["This deployment does not touch the pods, but an update of them never"] },
  },
  {
    name: "a quota of another namespace",
    objects: objects([...running, { ...quota({ [GPUS]: 1 }), metadata: { name: "gpus", namespace: "other" } }]),
  },
  {
    name: "a quota that is full, and Recreate",
    objects: objects([...running, quota({ [GPUS]: 1 }, { [GPUS]: 1 })], recreate),
  },
  {
    name: "a quota that is full, and an old pod that may end first",
    objects: objects([...running, quota({ [GPUS]: 1 }, { [GPUS]: 1 })], rolling(1, 1)),
    finding: {
      level: "advisory",
      says: [
        "An update of this service will finish, but replace fewer pods at a time. ResourceQuota gpus lets in 0 of the 1",
      ],
    },
  },
  {
    name: "a quota that wants limits which the pod does not have",
    objects: objects([...running, quota({ "limits.memory": "90Gi" }, { "limits.memory": "0" })], ({ spec }) =>
      Object.assign(spec.predictor.model ?? {}, { resources: { limits: { "nvidia.com/gpu": "1" } } }),
    ),
    finding: {
      level: "mandatory",
      says: ["ResourceQuota gpus lets no pod in", "failed quota: gpus: must specify limits.memory"],
    },
  },
  {
    name: "a quota of which another part may take what one part leaves",
    objects: objects([node("a", 8), quota({ pods: 2 }, { pods: 0 })], withTransformer),
    finding: {
      level: "advisory",
      path,
      says: ["Once this service runs, an update of it may never finish. At 1 replica ResourceQuota gpus may not let"],
    },
  },
  {
    name: "a LimitRange that forbids the pod",
    objects: objects([...running, limitRange]),
    finding: {
      level: "mandatory",
      says: ["A LimitRange lets no pod in", "maximum memory usage per Container is 20Gi, but limit is 24Gi"],
    },
  },
  {
    name: "a full quota beside full nodes, of which the nodes are named",
    objects: objects([node("a", 1), predictor("a", 1), quota({ [GPUS]: 1 }, { [GPUS]: 1 })]),
    finding: { level: "mandatory", says: ["a has 0 of 1 nvidia.com/gpu free"] },
  },
  {
    name: "a full quota beside nodes that may get free, of which the quota is certain",
    objects: objects([
      node("a", 1),
      predictor("a", 1),
      changed(node("b", 1), (one) => Object.assign(one, { spec: { unschedulable: true } })),
      quota({ [GPUS]: 1 }, { [GPUS]: 1 }),
    ]),
    finding: { level: "mandatory", says: ["ResourceQuota gpus does not let it in"] },
  },
]);

const full = [node("a", 1), predictor("a", 1)];
const asks = (count: number) => (service: Service) =>
  Object.assign(service.spec.predictor.model ?? {}, { resources: { requests: gpus(count), limits: gpus(count) } });

table(gpuHeadroom, [
  {
    name: "full nodes of a pool that may grow",
    objects: objects([...full, machineSet("g6.4xlarge"), autoscaler(2)]),
    finding: {
      level: "advisory",
      path,
      says: [
        "This update may never finish. At 1 replica a rolling update may add 1",
        "A pool would have to grow first: MachineSet gpu-a by 1 node of g6.4xlarge, which takes minutes.",
      ],
    },
  },
  {
    name: "full nodes of a pool at its maximum",
    objects: objects([...full, machineSet("g6.4xlarge"), autoscaler(1)]),
    finding: {
      level: "mandatory",
      says: ["This update never finishes", "No pool can grow for it: MachineSet gpu-a is at its maximum."],
    },
  },
  {
    name: "full nodes of a pool whose machines are too small",
    objects: objects([...full, machineSet("g6.4xlarge"), autoscaler(2)], asks(2)),
    finding: {
      level: "mandatory",
      path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]',
      says: ["1 of 1 pod of this service will find no place", "no machine of MachineSet gpu-a takes such a pod"],
    },
  },
  {
    name: "full nodes of a pool of machines that nobody knows",
    objects: objects([...full, machineSet("x9.huge"), autoscaler(2)]),
    finding: {
      level: "advisory",
      says: ["It is not known whether a pool can grow for it. Not known: of MachineSet gpu-a the machine type x9.huge"],
    },
  },
  {
    name: "a first pod that waits for a node of a pool",
    objects: objects([node("a", 0), machineSet("g6.4xlarge"), autoscaler(2)]),
    finding: {
      level: "advisory",
      says: ["1 of 1 pod of this service will find no place", "MachineSet gpu-a by 1 node"],
    },
  },
  {
    name: "a pool that may grow beside nodes with room",
    objects: objects([...running, machineSet("g6.4xlarge"), autoscaler(2)]),
  },
  {
    name: "a Knative revision of two pods, for which a pool must grow by two",
    objects: objects([node("a", 2), predictor("a", 1), machineSet("g6.4xlarge"), autoscaler(3)], (service) => {
      service.metadata.annotations = { "serving.kserve.io/deploymentMode": "Knative" };
      Reflect.deleteProperty(service.spec.predictor, "deploymentStrategy");
      Object.assign(service.spec.predictor, { minReplicas: 2, maxReplicas: 2 });
    }),
    finding: { level: "advisory", says: ["MachineSet gpu-a by 2 nodes"] },
  },
]);
