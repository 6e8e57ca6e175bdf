/** The OCI examples of the product documentation, on a copy of the platform's OpenVINO template. */
import assert from "node:assert/strict";
import { mlserverFrameworks } from "../../../sdk/catalog/mlserver";
import type { ServingRuntime } from "../../../sdk/kubernetes/kserve";
import { resolveRuntime } from "../../../sdk/pod/runtime";
import { mlserverVariables } from "../../../sdk/spec/runtimes/mlserver";
import { serviceObject } from "../manifests";
import { createdRuntime } from "./runtimes";

const SERVICE = {
  namespace: "oci-model-example",
  runtimeName: "kserve-ovms",
  modelFormat: "onnx",
  source: { oci: "quay.io/user/repository:tag" },
  resources: { requests: { cpu: 0.1, memory: "500Mi" }, limits: { cpu: 0.5, memory: "4Gi" } },
};

describe("predictive services", () => {
  const runtime = createdRuntime(
    { namespace: SERVICE.namespace, runtime: "kserve-ovms" },
    "kserve-ovms",
  ) as ServingRuntime;

  /** @covers RT-33, RT-34, AS-10, EX-19 */
  it("of a public OCI image name their runtime, format, place and resources", () => {
    const service = serviceObject("sample-isvc-using-oci", SERVICE);
    assert.deepEqual(service.spec.predictor.model, {
      modelFormat: { name: "onnx" },
      runtime: "kserve-ovms",
      storageUri: "oci://quay.io/user/repository:tag",
      resources: { requests: { cpu: "100m", memory: "500Mi" }, limits: { cpu: "500m", memory: "4Gi" } },
    });
    assert.equal(service.spec.predictor.imagePullSecrets, undefined);
    const found = resolveRuntime(service, [runtime]);
    assert.equal(found.outcome === "resolved" && found.runtime.metadata.name, "kserve-ovms");
  });

  /** @covers EX-20 */
  it("of a private OCI image say where its Secret is", () => {
    const service = serviceObject("sample-isvc-using-private-oci", { ...SERVICE, imagePullSecrets: ["pull-secret"] });
    assert.deepEqual(service.spec.predictor.imagePullSecrets, [{ name: "pull-secret" }]);
    assert.deepEqual(service.spec.predictor.model, serviceObject("other", SERVICE).spec.predictor.model);
  });

  /** @covers RT-33, RT-34 */
  it("would not be given OpenVINO for ONNX, nor MLServer for anything, if they named no runtime", () => {
    const mlserver = createdRuntime({ namespace: SERVICE.namespace, runtime: "mlserver-runtime" }) as ServingRuntime;
    for (const { name } of mlserverFrameworks) {
      const named = serviceObject("model", { ...SERVICE, runtimeName: "runtime", modelFormat: name });
      assert.equal(named.spec.predictor.model?.runtime, "runtime");
      assert.equal(resolveRuntime(named, [runtime, mlserver]).outcome, "resolved");
      const unnamed = structuredClone(named);
      delete unnamed.spec.predictor.model!.runtime;
      assert.equal(resolveRuntime(unnamed, [runtime, mlserver]).outcome, "failed", name);
    }
  });

  /** @covers RT-30 */
  it("on MLServer are told where a file of another name is", () => {
    const env = mlserverVariables({ framework: "sklearn", modelFile: "trained/iris.pkl" }).map(
      ({ name, value = "" }) => ({
        name,
        value,
      }),
    );
    const service = serviceObject("iris", { ...SERVICE, runtimeName: "mlserver", modelFormat: "sklearn", env });
    assert.deepEqual(service.spec.predictor.model?.env, [
      { name: "MLSERVER_MODEL_URI", value: "/mnt/models/trained/iris.pkl" },
    ]);
  });
});
