import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { NimPlatform } from "pulumi-model-serving";

const apiKey = new Config().requireSecret("ngcApiKey");
const [wizard, operated] = ["nim-wizard", "nim-operated"].map((name) => {
  return new k8s.core.v1.Namespace(name, { metadata: { name } });
});

/** @requirement EX-28 */
const account = new NimPlatform(
  "nim",
  { namespace: "nim-wizard", apiKey, modelCache: { size: "100Gi" } },
  { dependsOn: wizard ?? [] },
);

const llama = {
  image: "nvcr.io/nim/meta/llama-3.2-1b-instruct",
  tag: "1.12.0",
  storage: { size: "50Gi" },
  accelerator: "NVIDIA-A100-SXM4-80GB",
};
const served = new NimPlatform(
  "nim-operated",
  { namespace: "nim-operated", operator: "nvidia", apiKey, services: { llama } },
  { dependsOn: operated ?? [] },
);

export const { apiKeySecret, pullSecret } = account;
export const { urls } = served;
