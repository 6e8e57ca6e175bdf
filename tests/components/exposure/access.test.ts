import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ApiKey } from "../../../components/exposure/apiKey";
import { endpointsOf, targetOf, testCommand } from "../../../components/inference/endpoints";
import { InferenceService } from "../../../components/inference/inferenceService";
import { inferenceServiceManifest } from "../../../components/inference/inferenceServiceManifest";
import type { InferenceServiceArgs, InferenceServiceSpec } from "../../../sdk/spec/inference/inferenceService";
import { inferenceServiceRules, inferenceServiceSchema } from "../../../sdk/spec/inference/inferenceService";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { objectOf, registered, valueOf } from "../mocks";

const SERVICE = { namespace: "models", runtimeName: "granite", source: { oci: "oci://example.com/granite:1" } };
const KSERVE = { ...SERVICE, platform: { kind: "kserve" as const } };
const PREDICTIVE = { ...SERVICE, modelFormat: "onnx", runtimeName: "kserve-ovms" };
const HOST = "granite-predictor.models.svc.cluster.local";

function specOf(args: object): InferenceServiceSpec {
  return { ...parseSpec(inferenceServiceSchema, inferenceServiceRules("granite"), args, "service"), name: "granite" };
}

describe("access to a model", () => {
  /** @covers XA-6, XA-15, XA-17, OP-22, MO-16 */
  describe("tells the way in", () => {
    const cases: [string, object, string, string, string][] = [
      ["on OpenShift AI, without a token", SERVICE, `http://${HOST}:8080`, "/v1", "8080:8080"],
      [
        "on OpenShift AI, with a token",
        { ...SERVICE, exposure: { auth: "token" } },
        `https://${HOST}:8443`,
        "/v1",
        "8080:8443",
      ],
      ["on OpenShift AI, OpenVINO", PREDICTIVE, `http://${HOST}:8888`, "/v2", "8080:8888"],
      ["on plain KServe", KSERVE, `http://${HOST}`, "/v1", "8080:80"],
    ];
    for (const [what, args, url, path, ports] of cases) {
      it(what, () => {
        const { internalUrl, apiPath, portForwardCommand } = endpointsOf(specOf(args));
        assert.equal(internalUrl, url);
        assert.equal(apiPath, path);
        assert.equal(portForwardCommand, `kubectl port-forward --namespace models service/granite-predictor ${ports}`);
      });
    }
  });

  /** @covers XA-15 */
  it("is tried in the words of the server: no /v2 for vLLM, no chat for OpenVINO", () => {
    assert.equal(
      testCommand(targetOf(specOf(PREDICTIVE), "https://granite.example.com")),
      "curl -sS https://granite.example.com/v2/models/granite",
    );
    assert.match(testCommand(targetOf(specOf(KSERVE), "https://granite.example.com")), /\/v1\/chat\/completions /);
  });

  /** @covers XA-1, XA-2, XA-13, XA-14 */
  it("is inside the cluster only, and open there, unless somebody says otherwise", () => {
    const labelsOf = (args: object) => inferenceServiceManifest(specOf(args)).metadata.labels ?? {};
    const visibility = "networking.kserve.io/visibility";
    assert.equal(labelsOf(SERVICE)[visibility], undefined);
    assert.equal(labelsOf(KSERVE)[visibility], "cluster-local");
    assert.equal(labelsOf({ ...SERVICE, exposure: { auth: "token" } })[visibility], "exposed");
    assert.equal(labelsOf({ ...KSERVE, exposure: { auth: "none" } })[visibility], undefined);
    const ownRoute = { kind: "kserve", ingress: "route" };
    assert.equal(labelsOf({ ...KSERVE, platform: ownRoute, exposure: { auth: "none" } })[visibility], "cluster-local");
    const { annotations = {} } = inferenceServiceManifest(specOf(SERVICE)).metadata;
    assert.equal(annotations["security.opendatahub.io/enable-auth"], "false");
  });

  /** @covers MO-13 */
  it("is watched by annotation where that is wanted, and the annotation never changes by itself", () => {
    const key = "serving.kserve.io/enable-prometheus-scraping";
    const annotationsOf = (args: object) => inferenceServiceManifest(specOf(args)).metadata.annotations ?? {};
    assert.equal(annotationsOf(KSERVE)[key], undefined);
    assert.equal(annotationsOf({ ...KSERVE, monitored: true })[key], "true");
  });

  it("by a key of one's own Secret: vLLM reads it from there, and nobody makes another", async () => {
    const { resources, testCommand: command } = await deployed({ auth: "apiKey", apiKeySecretName: "team-key" });
    const { predictor } = objectOf(resources, "InferenceService").inputs.spec as { predictor: { model: object } };
    assert.deepEqual((predictor.model as { env: unknown }).env, [
      { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: { name: "team-key", key: "VLLM_API_KEY" } } },
    ]);
    assert.equal(resources.filter(({ type }) => type.endsWith(":Secret")).length, 0);
    assert.ok(
      command.includes(
        `-H "Authorization: Bearer $(kubectl get secret team-key --namespace models -o jsonpath='{.data.VLLM_API_KEY}' | base64 -d)"`,
      ),
      command,
    );
  });

  it("by a random key: made before the service, secret, and kept", async () => {
    const { resources, apiKeySecret } = await deployed({ auth: "apiKey" });
    assert.equal(apiKeySecret, "granite-api-key");
    const secret = objectOf(resources, "Secret");
    assert.equal(secret.inputs.metadata?.name, "granite-api-key");
    const service = objectOf(resources, "InferenceService");
    assert.ok(service.dependencies.includes(`${secret.type} ${secret.name}`), service.dependencies.join());
    const again = objectOf((await deployed({ auth: "apiKey" })).resources, "Secret");
    assert.notDeepEqual(again.inputs.data, secret.inputs.data);
  });

  it("by a key that is given: it stands in the Secret, as a Pulumi secret, and nowhere in the clear", async () => {
    let key: pulumi.Output<string> | undefined;
    const resources = await registered(() => {
      key = new ApiKey("k", { serviceName: "granite", namespace: "models", key: pulumi.secret("s3cret") }).key;
    });
    assert.equal(await valueOf(key!), "s3cret");
    assert.ok(await pulumi.isSecret(key!));
    const wrapped = objectOf(resources, "Secret").inputs.data as { value: unknown };
    assert.deepEqual(wrapped.value, { VLLM_API_KEY: "czNjcmV0" }, "serialised as a secret");
  });
});

async function deployed(exposure: InferenceServiceArgs["exposure"]) {
  let outputs: pulumi.Output<{ testCommand: string; apiKeySecret: string | undefined }> | undefined;
  const resources = await registered(
    () => {
      const { testCommand: command, apiKeySecret } = new InferenceService("granite", {
        ...KSERVE,
        exposure: exposure!,
      });
      outputs = pulumi.output({ testCommand: command, apiKeySecret });
    },
    {
      state: { "kubernetes:serving.kserve.io/v1beta1:InferenceService": { status: { url: "https://g.example.com" } } },
    },
  );
  return { resources, ...(await valueOf(outputs!)) };
}
