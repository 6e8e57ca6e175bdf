import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { accountManifest, nimCacheManifest, nimServiceManifest } from "../../../components/platform/nimManifests";
import { NimPlatform } from "../../../components/platform/nimPlatform";
import { nimRules, nimSchema } from "../../../sdk/spec/platform/nim";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { table } from "../../sdk/spec/messageTable";
import type { Registered } from "../mocks";
import { objectOf, registered, valueOf } from "../mocks";

const LLAMA = {
  image: "nvcr.io/nim/meta/llama-3.2-1b-instruct",
  tag: "1.12.0",
  storage: { size: "50Gi" },
  accelerator: "NVIDIA-A100-SXM4-80GB",
};
const SERVED = { namespace: "nim", operator: "nvidia", apiKeySecret: "ngc", services: { llama: LLAMA } };

describe("NimPlatform", () => {
  /** @covers PL-4 */
  it("on OpenShift AI: the key, the pull Secret, one Account of the namespace, and a volume for models", async () => {
    const resources = await registered(() => {
      const args = { namespace: "nim", apiKey: pulumi.secret("nvapi-1"), modelCache: { size: "100Gi" } };
      new NimPlatform("nim", args, { dependsOn: [] });
    });
    const [key, pull, account, cache] = ["key", "pull", "account", "cache"].map(
      (name) => resources.find((one) => one.name === `nim-${name}`) ?? assert.fail(name),
    ) as [Registered, Registered, Registered, Registered];
    assert.equal(resources.length, 5);
    assert.equal(key.inputs.metadata?.name, "nvidia-nim-secrets");
    assert.equal(pull.inputs.metadata?.name, "ngc-secret");
    assert.equal(pull.inputs.type, "kubernetes.io/dockerconfigjson");
    assert.match(JSON.stringify(key.inputs.stringData), /"NGC_API_KEY":"nvapi-1"/);
    assert.match(JSON.stringify(key.inputs.stringData), /"api_key":"nvapi-1"/);
    assert.match(JSON.stringify(pull.inputs.stringData), /oauthtoken/);
    assert.deepEqual(account.dependencies, ["kubernetes:core/v1:Secret nim-key", "kubernetes:core/v1:Secret nim-pull"]);
    assert.deepEqual(account.inputs.spec, { apiKeySecret: { name: "nvidia-nim-secrets", namespace: "nim" } });
    assert.deepEqual((cache.inputs.spec as { resources: object }).resources, { requests: { storage: "100Gi" } });
    for (const { inputs } of [account, cache]) assert.doesNotMatch(JSON.stringify(inputs), /nvapi-1/);
  });

  /** @covers PL-4 */
  it("waits for the platform, whose KServe the Account needs", async () => {
    const resources = await registered(() => {
      const platform = new pulumi.ComponentResource("test:index:Platform", "platform");
      const child = new NimPlatform("child", { namespace: "a", apiKeySecret: "k" }, { parent: platform });
      new NimPlatform("nim", { namespace: "b", apiKeySecret: "k" }, { dependsOn: child });
    });
    const account = resources.find(({ name }) => name === "nim-account");
    assert.ok(account?.dependencies.includes("kubernetes:nim.opendatahub.io/v1:Account child-account"));
  });

  /** @covers PL-4 */
  it("refuses a second Account of a namespace, but not of another", async () => {
    const program = registered(() => {
      for (const namespace of ["a", "b", "a"]) {
        new NimPlatform(`nim-${namespace}`, { namespace, apiKeySecret: "ngc" });
      }
    });
    await assert.rejects(program, {
      message:
        'NimPlatform "nim-a" has one problem:\n  the NIM Account of namespace a: NimPlatform "nim-a" makes it already; there can be one',
    });
  });

  it("keeps an account to what was said", () => {
    const spec = parseSpec(
      nimSchema,
      nimRules,
      {
        namespace: "nim",
        apiKeySecret: "ngc",
        airGapped: true,
        modelListConfig: "models",
        validationRefreshRate: "12h",
      },
      "nim",
    );
    assert.deepEqual(accountManifest(spec), {
      apiVersion: "nim.opendatahub.io/v1",
      kind: "Account",
      metadata: {
        name: "odh-nim-account",
        namespace: "nim",
        labels: { "app.kubernetes.io/managed-by": "pulumi" },
        annotations: { "pulumi.com/waitFor": "condition=AccountStatus" },
      },
      spec: {
        apiKeySecret: { name: "ngc", namespace: "nim" },
        modelListConfig: { name: "models", namespace: "nim" },
        validationRefreshRate: "12h",
      },
    });
  });

  it("by NVIDIA's operator: the model is loaded before the service starts", async () => {
    let urls: unknown;
    const resources = await registered(async () => {
      urls = await valueOf(new NimPlatform("nim", { ...SERVED, operator: "nvidia" }).urls);
    });
    assert.deepEqual(urls, { llama: "http://llama.nim.svc:8000/v1" });
    assert.deepEqual(objectOf(resources, "NIMService").dependencies, [
      "kubernetes:apps.nvidia.com/v1alpha1:NIMCache nim-llama-cache",
    ]);
  });

  it("by NVIDIA's operator: image, key, GPUs and their nodes", () => {
    const spec = parseSpec(nimSchema, nimRules, SERVED, "nim");
    const { llama = assert.fail() } = spec.services;
    const tolerations = [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }];
    assert.deepEqual(nimCacheManifest("llama", llama, spec).spec, {
      source: {
        ngc: {
          modelPuller: "nvcr.io/nim/meta/llama-3.2-1b-instruct:1.12.0",
          pullSecret: "ngc-secret",
          authSecret: "ngc",
        },
      },
      storage: { pvc: { create: true, size: "50Gi", volumeAccessMode: "ReadWriteOnce" } },
      tolerations,
    });
    assert.deepEqual(nimServiceManifest("llama", { ...llama, gpus: 2 }, spec).spec, {
      image: {
        repository: "nvcr.io/nim/meta/llama-3.2-1b-instruct",
        tag: "1.12.0",
        pullPolicy: "IfNotPresent",
        pullSecrets: ["ngc-secret"],
      },
      authSecret: "ngc",
      storage: { nimCache: { name: "llama" } },
      replicas: 1,
      resources: { requests: { "nvidia.com/gpu": "2" }, limits: { "nvidia.com/gpu": "2" } },
      tolerations,
      nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" },
      expose: { service: { type: "ClusterIP", port: 8000 } },
    });
  });
});

table("arguments of NimPlatform", nimSchema, nimRules, { namespace: "nim", apiKeySecret: "ngc" }, [
  ["no key", { apiKeySecret: undefined }, "apiKey: expected either apiKey or apiKeySecret, found neither"],
  [
    "two keys and a pull Secret",
    { apiKey: "k", pullSecret: "p" },
    "apiKey: expected either apiKey or apiKeySecret, found both",
    "pullSecret: is made from apiKey; leave it out, or give apiKeySecret",
  ],
  [
    "services on OpenShift AI, and no list of models without NVIDIA",
    { services: { llama: LLAMA }, airGapped: true },
    'services: OpenShift AI has no NIMService; deploy NIM models there by ModelDeployment, or set operator to "nvidia"',
    "modelListConfig: is missing; without a way to NVIDIA nobody else tells which models there are",
  ],
  [
    "what NVIDIA's operator does not have, and a tag that moves",
    { operator: "nvidia", modelCache: { size: "1Gi" }, services: { Llama: { ...LLAMA, tag: "latest" } } },
    'services.Llama.tag: "latest" is not one exact tag',
    "modelCache: is for OpenShift AI; NVIDIA's operator keeps models per service",
    'services.Llama: "Llama" is not the name of a service (lower case letters, digits, dashes; at most 63); did you mean llama?',
  ],
]);
