import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { hardwareProfileOf } from "pulumi-model-serving";

const namespace = new Config().require("namespace");

const names = { "migrated-gpu": "NVIDIA GPU", "nvidia-a100": "NVIDIA A100" };

/** @requirement EX-18 */
const profiles = Object.entries(names).map(([name, displayName]) => {
  const profile = hardwareProfileOf({
    apiVersion: "dashboard.opendatahub.io/v1",
    kind: "AcceleratorProfile",
    metadata: { name, namespace },
    spec: {
      displayName,
      enabled: true,
      identifier: "nvidia.com/gpu",
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    },
  });
  return new k8s.apiextensions.CustomResource(name, { ...profile });
});

export const hardwareProfiles = profiles.map(({ metadata }) => metadata.name);
