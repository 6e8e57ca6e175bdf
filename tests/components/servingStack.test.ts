import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "../../components/stack/configuration";
import type { ServingStackArgs, StackModelOutputs } from "../../index";
import { ServingStack } from "../../index";
import { objectOf, registered, valueOf } from "./mocks";

const ISVC = "kubernetes:serving.kserve.io/v1beta1:InferenceService";
const STACK: ServingStackArgs = {
  hardwareProfiles: { l4: { accelerator: "NVIDIA-L4", cpu: 4, memory: "32Gi" } },
  models: {
    granite: {
      source: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" },
      hardwareProfile: "l4",
      exposure: { auth: "token" },
    },
    phi: { source: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" }, hardwareProfile: "l4" },
  },
};

describe("serving stack", () => {
  it("serves each model under its own name, all in one namespace, in the order of dependencies", async () => {
    const resources = await registered(() => {
      new ServingStack("serving", STACK);
    });
    const services = resources.filter(({ type }) => type === ISVC).sort((a, b) => a.name.localeCompare(b.name));
    assert.deepEqual(
      services.map(({ name, inputs }) => [name, inputs.metadata?.name, inputs.metadata?.namespace]),
      [
        ["serving-granite", "granite", "models"],
        ["serving-phi", "phi", "models"],
      ],
    );
    for (const { name, dependencies } of services) {
      assert.deepEqual(dependencies, [
        "kubernetes:core/v1:Namespace serving",
        "kubernetes:infrastructure.opendatahub.io/v1:HardwareProfile serving-l4",
        `kubernetes:serving.kserve.io/v1alpha1:ServingRuntime ${name}`,
      ]);
    }
    assert.deepEqual(objectOf(resources, "Namespace").inputs.metadata, {
      name: "models",
      labels: { "app.kubernetes.io/managed-by": "pulumi", "opendatahub.io/dashboard": "true" },
    });
  });

  /** @covers IS-29 */
  it("leaves a namespace alone that exists already", async () => {
    const resources = await registered(() => {
      new ServingStack("serving", { ...STACK, namespace: { name: "project", create: false } });
    });
    assert.equal(
      resources.some(({ type }) => type.endsWith(":Namespace")),
      false,
    );
    const namespaces = resources.filter(({ type }) => type === ISVC).map(({ inputs }) => inputs.metadata?.namespace);
    assert.deepEqual(namespaces, ["project", "project"]);
  });

  it("knows the hardware, the images and the models of its own catalogue", async () => {
    const resources = await registered(() => {
      new ServingStack("serving", {
        catalog: {
          accelerators: [
            { name: "Own-X1", vendor: "amd", productLabel: { key: "amd.com/gpu.product-name", value: "Own-X1" } },
          ],
          servingImages: [
            { image: "registry.example.com/vllm:1", server: "vllm", vendor: "amd", platformVersion: "9.9" },
          ],
        },
        platform: { version: "9.9" },
        hardwareProfiles: { x1: { accelerator: "Own-X1", cpu: 4, memory: "32Gi" } },
        models: {
          phi: { source: { huggingFace: "microsoft/phi-4" }, hardwareProfile: "x1" },
          plain: {
            source: { huggingFace: "microsoft/phi-4" },
            accelerator: "Own-X1",
            resources: { requests: { cpu: 4, memory: "32Gi" } },
          },
        },
      });
    });
    const label = { "amd.com/gpu.product-name": "Own-X1" };
    const profile = objectOf(resources, "HardwareProfile").inputs as { spec: { scheduling: { node: object } } };
    assert.deepEqual((profile.spec.scheduling.node as { nodeSelector: object }).nodeSelector, label);
    const text = JSON.stringify(resources.filter(({ type }) => /^kubernetes:.*:ServingRuntime$/.test(type)));
    assert.equal(text.split("registry.example.com/vllm:1").length - 1, 2);
    const plain = resources.find(({ type, name }) => type === ISVC && name === "serving-plain");
    assert.deepEqual((plain?.inputs.spec as { predictor: { nodeSelector: object } }).predictor.nodeSelector, label);
  });

  it("writes every object for the platform of the stack", async () => {
    const resources = await registered(() => {
      const models = { phi: { source: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" }, hardwareProfile: "l4" } };
      new ServingStack("serving", { ...STACK, models, platform: { kind: "kserve" } });
    });
    assert.doesNotMatch(JSON.stringify(resources.filter(({ type }) => type.startsWith("kubernetes:"))), /opendatahub/);
  });

  /** @covers PK-8 */
  it("tells of each model where it answers and what serves it", async () => {
    let models: pulumi.Output<Record<string, StackModelOutputs>> | undefined;
    await registered(
      () => {
        ({ models } = new ServingStack("serving", STACK));
      },
      { state: { [ISVC]: { status: { url: "https://models.example.com" } } } },
    );
    const { granite, phi } = await valueOf(models!);
    const { testCommand, metricsQueries, ...facts } = granite!;
    assert.equal(
      metricsQueries.requestsWaiting,
      'sum(vllm:num_requests_waiting{namespace="models",model_name="granite"})',
    );
    assert.deepEqual(facts, {
      url: "https://models.example.com",
      internalUrl: "https://granite-predictor.models.svc.cluster.local:8443",
      apiPath: "/v1",
      modelName: "granite",
      namespace: "models",
      serviceName: "granite-predictor",
      runtime: "granite",
      hardwareProfile: "l4",
    });
    assert.match(testCommand, /^curl -sS https:\/\/models\.example\.com\/v1\/chat\/completions /);
    assert.equal(phi?.url, undefined);
    assert.equal(phi?.internalUrl, "http://phi-predictor.models.svc.cluster.local:8080");
  });

  it("is read from configuration, or refused with the message and no stack trace", () => {
    const models = JSON.stringify({
      phi: { source: "hf://microsoft/phi-4", resources: { requests: { cpu: 8, memory: "64Gi" } } },
    });
    assert.deepEqual(Object.keys(readConfiguration({ "model-serving:models": models })), ["models"]);
    assert.throws(
      () => readConfiguration({ "model-serving:models": "{}", "model-serving:platfrom": "{}" }),
      (error: unknown) =>
        error instanceof Error &&
        error.stack === undefined &&
        error.message ===
          "The configuration of this stack has one problem; nothing was created:\n  model-serving:platfrom: unknown key; did you mean platform?",
    );
  });
});
