import assert from "node:assert/strict";
import type { ClusterServingRuntime, ServingRuntime } from "../../../sdk/kubernetes/kserve";
import type { Template } from "../../../sdk/kubernetes/template";
import { ServingRuntime as ServingRuntimeComponent } from "../../../index";
import { registered, valueOf } from "../mocks";
import { catalogueArguments, catalogueNames, createdRuntime } from "./runtimes";

/** Arguments without their namespace. */
function placed(name: string, more: object): Record<string, unknown> {
  const { namespace, ...args } = catalogueArguments(name);
  assert.equal(namespace, "models");
  return { ...args, ...more };
}

describe("scopes of a runtime", () => {
  for (const name of catalogueNames) {
    /** @covers RT-17 */
    it(`${name} is the same in a namespace and in the cluster`, () => {
      const platform = { kind: "kserve", version: "2.25" };
      const own = createdRuntime({ ...placed(name, { namespace: "models", platform }) }, name) as ServingRuntime;
      const shared = createdRuntime(placed(name, { scope: "cluster", platform }), name) as ClusterServingRuntime;
      assert.equal(shared.kind, "ClusterServingRuntime");
      assert.ok(!("namespace" in shared.metadata));
      assert.deepEqual(shared.spec, own.spec);
    });

    /** @covers RT-17, RT-25 */
    it(`${name} is offered as a template, globally or in a project`, () => {
      const own = createdRuntime(catalogueArguments(name), name) as ServingRuntime;
      const ofProject = createdRuntime(
        placed(name, { namespace: "team", scope: "project-template" }),
        name,
      ) as Template;
      const global = createdRuntime(placed(name, { scope: "global-template" }), name) as Template;
      assert.deepEqual([ofProject.metadata.namespace, global.metadata.namespace], ["team", "redhat-ods-applications"]);
      assert.deepEqual(global.objects, ofProject.objects);
      const [inside] = global.objects as [ServingRuntime];
      assert.deepEqual(inside.spec, own.spec);
      assert.equal(inside.metadata.namespace, undefined);
      assert.ok(!Object.keys(inside.metadata.annotations ?? {}).includes("opendatahub.io/template-name"));
      assert.equal(global.metadata.name, `${name}-template`);
      assert.equal(typeof global.metadata.annotations?.["opendatahub.io/model-type"], "string");
    });
  }

  /** @covers PL-8, RT-37 */
  it("one's own is the same in every scope", () => {
    const { image, custom } = {
      image: "nvcr.io/nvidia/tritonserver:23.05-py3",
      custom: { ports: [{ port: 8080 }], formats: [{ name: "triton", version: "2" }], modelTypes: ["predictive"] },
    };
    const made = (more: object) => createdRuntime({ image, custom, ...more }, "triton");
    const own = made({ namespace: "models" }) as ServingRuntime;
    const ofProject = made({ namespace: "team", scope: "project-template" }) as Template;
    const global = made({ scope: "global-template" }) as Template;
    for (const { objects } of [ofProject, global]) assert.deepEqual((objects[0] as ServingRuntime).spec, own.spec);
    const platform = { kind: "kserve" };
    const shared = made({ scope: "cluster", platform }) as ClusterServingRuntime;
    assert.deepEqual(shared.spec, (made({ namespace: "models", platform }) as ServingRuntime).spec);
    assert.equal(shared.kind, "ClusterServingRuntime");
  });

  it("a template tells the dashboard what it is for", () => {
    const { metadata } = createdRuntime(
      placed("kserve-ovms", { scope: "global-template", endpoint: "grpc" }),
    ) as Template;
    assert.deepEqual(metadata.annotations, {
      "opendatahub.io/modelServingSupport": '["single"]',
      "opendatahub.io/apiProtocol": "gRPC",
      "opendatahub.io/model-type": '["predictive"]',
      "openshift.io/display-name": "OpenVINO Model Server",
    });
    assert.equal(metadata.labels?.["opendatahub.io/dashboard"], "true");
  });

  /** @covers RT-42 */
  it("a disabled runtime says so, and an enabled one only when asked", () => {
    const spec = (more: object) => (createdRuntime({ namespace: "models", ...more }) as ServingRuntime).spec;
    assert.equal(spec({ disabled: true }).disabled, true);
    assert.equal(spec({ disabled: false, runtime: "kserve-ovms" }).disabled, false);
    assert.ok(!("disabled" in spec({})));
  });

  /** @covers PL-8 */
  it("each is one object under the component, of the type of its kind", async () => {
    let namespaces: (string | undefined)[] = [];
    const resources = await registered(async () => {
      const own = new ServingRuntimeComponent("own", { namespace: "models", runtime: "kserve-ovms" });
      const shared = new ServingRuntimeComponent("shared", {
        runtime: "kserve-sklearnserver",
        scope: "cluster",
        platform: { kind: "kserve" },
      });
      const offered = new ServingRuntimeComponent("offered", { runtime: "kserve-ovms", scope: "global-template" });
      namespaces = await Promise.all([own, shared, offered].map(({ namespace }) => valueOf(namespace)));
    });
    assert.deepEqual(namespaces, ["models", "", "redhat-ods-applications"]);
    assert.deepEqual(
      resources
        .filter(({ parent }) => parent !== undefined)
        .map(({ type, name, parent }) => [type, name, parent])
        .sort(),
      [
        [
          "kubernetes:serving.kserve.io/v1alpha1:ClusterServingRuntime",
          "shared",
          "model-serving:index:ServingRuntime shared",
        ],
        ["kubernetes:serving.kserve.io/v1alpha1:ServingRuntime", "own", "model-serving:index:ServingRuntime own"],
        ["kubernetes:template.openshift.io/v1:Template", "offered", "model-serving:index:ServingRuntime offered"],
      ],
    );
  });
});
