import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { KubeAI } from "../../../components/platform/kubeAI";
import { kubeAIValues } from "../../../components/platform/kubeAIValues";
import { kubeAIRules, kubeAISchema } from "../../../sdk/spec/platform/kubeAI";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { table } from "../../sdk/spec/messageTable";
import { objectOf, registered } from "../mocks";

describe("KubeAI", () => {
  it("gives the chart profiles in canonical amounts, caches, and names of Secrets", () => {
    const args = {
      resourceProfiles: {
        h200: { imageName: "nvidia-gpu", cpu: 0.5, memory: "1024Mi", resources: { "nvidia.com/gpu": "1000m" } },
        cpu: { cpu: 2 },
      },
      cacheProfiles: { efs: { storageClassName: "efs-sc" } },
      secrets: { huggingFaceSecret: "hf", gcpKeyFile: "{}" },
    };
    assert.deepEqual(kubeAIValues(parseSpec(kubeAISchema, kubeAIRules, args, "kubeai")), {
      secrets: {
        huggingface: { create: false, name: "hf" },
        aws: { create: true },
        gcp: { create: false, name: "kubeai-access-gcp" },
      },
      resourceProfiles: {
        h200: {
          imageName: "nvidia-gpu",
          requests: { cpu: "500m", memory: "1Gi", "nvidia.com/gpu": "1" },
          limits: { "nvidia.com/gpu": "1" },
        },
        cpu: { requests: { cpu: "2" } },
      },
      cacheProfiles: { efs: { sharedFilesystem: { storageClassName: "efs-sc" } } },
      "open-webui": { enabled: false },
    });
  });

  /** @covers DH-3 */
  it("makes Secrets before the chart, and keeps their values out of Helm", async () => {
    const resources = await registered(() => {
      new KubeAI("kubeai", { secrets: { huggingFaceToken: pulumi.secret("hf_1") } });
    });
    const release = objectOf(resources, "Release");
    assert.deepEqual(release.dependencies, [
      "kubernetes:core/v1:Namespace kubeai-namespace",
      "kubernetes:core/v1:Secret kubeai-huggingface",
    ]);
    assert.doesNotMatch(JSON.stringify(release.inputs), /hf_1/);
    assert.match(JSON.stringify(objectOf(resources, "Secret").inputs.stringData), /hf_1/);
  });

  it("makes nothing of one that exists", async () => {
    const resources = await registered(() => {
      new KubeAI("kubeai", { kubeAI: "existing", secrets: { huggingFaceToken: "hf_1" } });
    });
    assert.equal(resources.length, 1);
  });
});

table("arguments of KubeAI", kubeAISchema, kubeAIRules, {}, [
  [
    "caches that are nowhere or in two places",
    { cacheProfiles: { a: {}, b: { storageClassName: "x", persistentVolumeName: "y" } } },
    "cacheProfiles.a: expected either storageClassName or persistentVolumeName, found neither",
    "cacheProfiles.b: expected either storageClassName or persistentVolumeName, found both",
  ],
  [
    "half a key, and a value beside its Secret",
    { secrets: { awsAccessKeyId: "a", gcpKeyFile: "{}", gcpSecret: "g" } },
    "secrets.awsSecretAccessKey: is missing beside awsAccessKeyId",
    "secrets.gcpSecret: excludes gcpKeyFile",
  ],
]);
