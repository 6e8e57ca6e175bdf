import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { HardwareProfile, InferenceService, ModelDeployment, Route, ServingRuntime, ServingStack } from "../../index";
import type { ModelDeploymentArgs } from "../../index";
import { objectOf, registered, valueOf } from "./mocks";

const ISVC = "kubernetes:serving.kserve.io/v1beta1:InferenceService";
const RUNTIME = "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime";
const PROFILE = "kubernetes:infrastructure.opendatahub.io/v1:HardwareProfile";
const UNKNOWN = pulumi.unknown;

const MODEL: ModelDeploymentArgs = {
  namespace: "models",
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  resources: { requests: { cpu: 2, memory: "16Gi" } },
  accelerator: "nvidia.com/gpu",
};

describe("components", () => {
  describe("resources of a ModelDeployment", () => {
    const program = (): void => {
      const hardwareProfile = new HardwareProfile("a100", {
        accelerator: "NVIDIA-A100-SXM4-80GB",
        cpu: 8,
        memory: "64Gi",
      });
      const { source } = MODEL;
      new ModelDeployment("granite", { namespace: "models", source, hardwareProfile, exposure: { auth: "token" } });
    };

    it("are exactly these, below these, under names that never change", async () => {
      const resources = await registered(program);
      assert.deepEqual(
        resources.map(({ type, name, parent }) => [type, name, parent]).sort(),
        [
          ["model-serving:index:HardwareProfile", "a100", undefined],
          [PROFILE, "a100", "model-serving:index:HardwareProfile a100"],
          ["model-serving:index:ModelDeployment", "granite", undefined],
          ["model-serving:index:ServingRuntime", "granite", "model-serving:index:ModelDeployment granite"],
          [RUNTIME, "granite", "model-serving:index:ServingRuntime granite"],
          ["model-serving:index:InferenceService", "granite", "model-serving:index:ModelDeployment granite"],
          [ISVC, "granite", "model-serving:index:InferenceService granite"],
          ["kubernetes:core/v1:ServiceAccount", "granite", "model-serving:index:InferenceService granite"],
          ["kubernetes:rbac.authorization.k8s.io/v1:Role", "granite", "model-serving:index:InferenceService granite"],
          [
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
            "granite",
            "model-serving:index:InferenceService granite",
          ],
          ["kubernetes:core/v1:Secret", "granite-default", "model-serving:index:InferenceService granite"],
        ].sort(),
      );
    });

    /** @covers IS-28, HW-2, OP-15, BP-25 */
    it("come in order: profile and runtime before the service", async () => {
      const resources = await registered(program);
      assert.deepEqual(objectOf(resources, "InferenceService").dependencies, [PROFILE + " a100", RUNTIME + " granite"]);
    });

    it("wait for whatever the component is told to wait for", async () => {
      const resources = await registered(() => {
        const first = new ServingRuntime("first", { namespace: "models" });
        new ModelDeployment("granite", MODEL, { dependsOn: first });
        new Route("way-in", { namespace: "models", inferenceServiceName: "granite" }, { dependsOn: first });
      });
      for (const kind of ["InferenceService", "Route"]) {
        assert.ok(objectOf(resources, kind).dependencies.includes(`${RUNTIME} first`), kind);
      }
      const own = resources.find(({ type, name }) => type === RUNTIME && name === "granite");
      assert.deepEqual(own?.dependencies, [`${RUNTIME} first`]);
    });

    it("let Pulumi wait as long as the model may take, outside the annotations", async () => {
      const resources = await registered(program);
      assert.equal(objectOf(resources, "InferenceService").createTimeout, "960s");
      const slow = await registered(() => {
        new ModelDeployment("granite", { ...MODEL, readyTimeoutSeconds: 7200 });
      });
      assert.equal(objectOf(slow, "InferenceService").createTimeout, "7200s");
    });
  });

  describe("arguments known only after apply", () => {
    class Bucket extends pulumi.CustomResource {
      declare readonly path: pulumi.Output<string>;
      constructor(name: string) {
        super("aws:s3:Bucket", name, { path: undefined });
      }
    }

    it("leave everything else known at preview", async () => {
      const known = await registered(() => {
        new ModelDeployment("granite", { ...MODEL, source: { s3: "bucket/granite" } });
      });
      const resources = await registered(
        () => {
          const bucket = new Bucket("bucket");
          new ModelDeployment("granite", { ...MODEL, source: { s3: pulumi.interpolate`${bucket.path}/granite` } });
        },
        { preview: true },
      );
      const expected = structuredClone(objectOf(known, "InferenceService").inputs);
      Object.assign((expected.spec as { predictor: { model: object } }).predictor.model, { storageUri: UNKNOWN });
      assert.deepEqual(objectOf(resources, "InferenceService").inputs, expected);
      assert.deepEqual(objectOf(resources, "InferenceService").dependencies, [
        "aws:s3:Bucket bucket",
        `${RUNTIME} granite`,
      ]);
    });

    it("arrive in the manifest once known, joined with their surroundings", async () => {
      const namespace = pulumi.output(Promise.resolve("models"));
      const image = pulumi.output("registry.example.com/vllm:v1");
      const resources = await registered(() => {
        new ModelDeployment("granite", {
          ...MODEL,
          namespace,
          image,
          source: { oci: Promise.resolve("example.com/granite:1") },
        });
      });
      const { metadata, spec } = objectOf(resources, "InferenceService").inputs;
      assert.equal(metadata?.namespace, "models");
      assert.equal(
        (spec as { predictor: { model: { storageUri: string } } }).predictor.model.storageUri,
        "oci://example.com/granite:1",
      );
      const runtime = objectOf(resources, "ServingRuntime").inputs.spec as { containers: { image: string }[] };
      assert.equal(runtime.containers[0]?.image, "registry.example.com/vllm:v1");
    });
  });

  describe("outputs", () => {
    const outputsOf = async (
      args: Partial<ModelDeploymentArgs>,
      address?: string,
    ): Promise<Record<string, unknown>> => {
      let outputs: pulumi.Output<unknown> | undefined;
      await registered(
        () => {
          const model = new ModelDeployment("granite", { ...MODEL, ...args });
          const { url, internalUrl, serviceName, apiPath, modelName, namespace, runtime } = model;
          const { tokenSecrets, testCommand } = model;
          const facts = { internalUrl, serviceName, apiPath, modelName, namespace, runtime, tokenSecrets, testCommand };
          outputs = pulumi.output({ url, ...facts });
        },
        address === undefined ? {} : { state: { [ISVC]: { status: { url: address } } } },
      );
      return (await valueOf(outputs!)) as Record<string, unknown>;
    };

    /** @covers XA-7, XA-17 */
    it("tell how to reach and try a model with token authentication", async () => {
      const outputs = await outputsOf({ exposure: { auth: "token" } }, "https://granite.example.com");
      assert.deepEqual(outputs, {
        url: "https://granite.example.com",
        internalUrl: "https://granite-predictor.models.svc.cluster.local:8443",
        serviceName: "granite-predictor",
        apiPath: "/v1",
        modelName: "granite",
        namespace: "models",
        runtime: "granite",
        tokenSecrets: ["default-granite-sa"],
        testCommand:
          "curl -sS https://granite.example.com/v1/chat/completions -H 'Content-Type: application/json' " +
          `-H "Authorization: Bearer $(kubectl get secret default-granite-sa --namespace models -o jsonpath='{.data.token}' | base64 -d)" ` +
          `-d '{"model":"granite","messages":[{"role":"user","content":"What is machine learning?"}]}'`,
      });
    });

    it("give the container's port on OpenShift AI and port 80 on plain KServe", async () => {
      const openShiftAI = await outputsOf({});
      assert.equal(openShiftAI.internalUrl, "http://granite-predictor.models.svc.cluster.local:8080");
      const kserve = await outputsOf({ platform: { kind: "kserve" } });
      assert.equal(kserve.internalUrl, "http://granite-predictor.models.svc.cluster.local");
    });

    it("have no address from outside for a model that is not exposed, whatever the status says", async () => {
      const outputs = await outputsOf({}, "http://granite-models.example.com");
      assert.equal(outputs.url, undefined);
      assert.match(
        String(outputs.testCommand),
        /^kubectl run granite-test --namespace models .* http:\/\/granite-predictor/,
      );
    });

    it("survive an object without a status, as in rendered manifests", async () => {
      const outputs = await outputsOf({ exposure: { auth: "none" } });
      assert.equal(outputs.url, undefined);
    });
  });

  describe("wrong arguments", () => {
    it("end the program with one message for all problems, before anything is registered", async () => {
      let thrown: unknown;
      const resources = await registered(() => {
        try {
          new ModelDeployment("granite", { ...MODEL, accelerator: "NVIDIA-A100-80G", replicas: 0 });
        } catch (error) {
          thrown = error;
        }
      });
      assert.ok(pulumi.RunError.isInstance(thrown));
      assert.equal(
        thrown.message,
        'ModelDeployment "granite" has 2 problems:\n' +
          '  accelerator: "NVIDIA-A100-80G" is not in the catalogue of accelerators ' +
          "(a resource name such as nvidia.com/gpu stands for any device); did you mean NVIDIA-A100-80GB-PCIe?\n" +
          "  replicas: 0 is not a whole number from 1 to 99",
      );
      assert.deepEqual(resources, []);
    });

    const components: [string, () => unknown][] = [
      ["HardwareProfile", () => new HardwareProfile("x", { cpu: 0, memory: "1Gi" })],
      ["ServingRuntime", () => new ServingRuntime("x", { namespace: "Models" })],
      [
        "InferenceService",
        () => new InferenceService("x.1", { namespace: "m", runtimeName: "r", source: { uri: "hf://a/b" } }),
      ],
      ["Route", () => new Route("granite", { namespace: "m", inferenceServiceName: "granite" })],
      ["ServingStack", () => new ServingStack("x", { models: { "a.b": { source: { uri: "hf://a/b" } } } })],
    ];
    for (const [name, construct] of components) {
      it(`are refused by ${name}`, async () => {
        const resources = await registered(() => {
          assert.throws(
            construct,
            (error) =>
              pulumi.RunError.isInstance(error) && error.message.startsWith(`${name} "x`.slice(0, name.length)),
          );
        });
        assert.deepEqual(resources, []);
      });
    }
  });

  describe("exposure", () => {
    /** @covers BP-25 */
    it("makes a Route of another name only where no controller makes one", async () => {
      const platform = { kind: "kserve", ingress: "route" } as const;
      const resources = await registered(() => {
        new ModelDeployment("granite", { ...MODEL, platform, exposure: { auth: "none" } });
      });
      const route = objectOf(resources, "Route");
      assert.equal(route.inputs.metadata?.name, "granite-external");
      assert.ok(route.dependencies.includes(`${ISVC} granite`));
      for (const other of [{ kind: "kserve" }, { kind: "openshift-ai" }] as const) {
        const without = await registered(() => {
          new ModelDeployment("granite", { ...MODEL, platform: other, exposure: { auth: "none" } });
        });
        assert.equal(
          without.some(({ type }) => type.endsWith(":Route")),
          false,
        );
      }
    });

    it("makes no account, role or token without token authentication", async () => {
      const resources = await registered(() => {
        new ModelDeployment("granite", { ...MODEL, exposure: { auth: "none" } });
      });
      assert.deepEqual(
        resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ type }) => type),
        [RUNTIME, ISVC],
      );
    });
  });

  it("share a runtime that is passed whole, and make none of their own", async () => {
    const resources = await registered(() => {
      const runtime = new ServingRuntime("shared", { namespace: "models", accelerator: "nvidia.com/gpu" });
      new ModelDeployment("granite", { ...MODEL, runtime });
    });
    assert.equal(objectOf(resources, "ServingRuntime").name, "shared");
    const { predictor } = objectOf(resources, "InferenceService").inputs.spec as {
      predictor: { model: { runtime: string } };
    };
    assert.equal(predictor.model.runtime, "shared");
  });

  it("make no profile object on plain KServe, which knows no such kind", async () => {
    const platform = { kind: "kserve" } as const;
    const resources = await registered(() => {
      const hardwareProfile = new HardwareProfile("l4", { platform, accelerator: "NVIDIA-L4", cpu: 4, memory: "32Gi" });
      new ModelDeployment("granite", { namespace: "models", source: MODEL.source, platform, hardwareProfile });
    });
    assert.equal(
      resources.some(({ type }) => type === PROFILE),
      false,
    );
    const annotations = Object.keys(objectOf(resources, "InferenceService").inputs.metadata?.annotations ?? {});
    assert.equal(
      annotations.some((key) => key.startsWith("opendatahub.io/hardware-profile")),
      false,
    );
  });
});
