/** Pools that an autoscaler may make larger. */
export const machineSet = (instanceType: string, replicas = 1) => ({
  apiVersion: "machine.openshift.io/v1beta1",
  kind: "MachineSet",
  metadata: { name: "gpu-a", namespace: "openshift-machine-api" },
  spec: { replicas, template: { spec: { providerSpec: { value: { instanceType } } } } },
});

export const autoscaler = (maxReplicas: number) => ({
  apiVersion: "autoscaling.openshift.io/v1beta1",
  kind: "MachineAutoscaler",
  metadata: { name: "gpu-a", namespace: "openshift-machine-api" },
  spec: {
    minReplicas: 0,
    maxReplicas,
    scaleTargetRef: { apiVersion: "machine.openshift.io/v1beta1", kind: "MachineSet", name: "gpu-a" },
  },
});

/** @param group of the node class, which tells the cloud */
export const karpenter = (types: string[], limits?: object, group = "karpenter.k8s.aws") => ({
  apiVersion: "karpenter.sh/v1",
  kind: "NodePool",
  metadata: { name: "gpu" },
  spec: {
    template: {
      spec: {
        nodeClassRef: { group, kind: "NodeClass", name: "default" },
        requirements: [{ key: "node.kubernetes.io/instance-type", operator: "In", values: types }],
      },
    },
    ...(limits !== undefined && { limits }),
  },
});
