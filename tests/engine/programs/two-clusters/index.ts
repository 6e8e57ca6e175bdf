import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ModelSource, StackModel } from "pulumi-model-serving";
import { ServingStack } from "pulumi-model-serving";

const config = new pulumi.Config();
const source: ModelSource = { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" };

/** The same stack on each cluster, under the name of its place. */
function serve(place: string): ServingStack {
  const provider = new k8s.Provider(place, { kubeconfig: config.require(place) });
  const granite: StackModel = { source, hardwareProfile: "a100", labels: { place } };
  return new ServingStack(
    place,
    {
      platform: { kind: "kserve" },
      namespace: { name: `models-${place}` },
      hardwareProfiles: { a100: { accelerator: "NVIDIA-A100-SXM4-80GB", cpu: 8, memory: "64Gi" } },
      models: { granite },
    },
    { provider },
  );
}

export const models = { east: serve("east").models, west: serve("west").models };
