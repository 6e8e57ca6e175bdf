import assert from "node:assert/strict";
import { objectsOfStack } from "../../../policies/pack/objects";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import type { TestResource } from "./packClient";
import { UNKNOWN_TEXT, route } from "./stacks";

describe("Kubernetes objects of a stack", () => {
  const cases: [name: string, type: string, properties: TestResource["properties"], object: unknown][] = [
    ["a custom resource", route.type, route.properties, route.properties],
    [
      "a native one, without what the server added",
      "kubernetes:core/v1:ConfigMap",
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", uid: "1", resourceVersion: "2", managedFields: [{}], annotations: { a: "b" } },
        status: { x: 1 },
        data: { k: "v" },
      },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", annotations: { a: "b" } }, data: { k: "v" } },
    ],
    [
      "one whose name the provider will make up",
      "kubernetes:core/v1:ConfigMap",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "a" } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "a", name: UNKNOWN } },
    ],
    [
      "one whose metadata is not known yet",
      "kubernetes:core/v1:ConfigMap",
      { apiVersion: "v1", kind: "ConfigMap", metadata: UNKNOWN_TEXT },
      { apiVersion: "v1", kind: "ConfigMap", metadata: UNKNOWN },
    ],
  ];
  for (const [name, type, properties, object] of cases) {
    it(`contain ${name}`, () => {
      assert.deepEqual(objectsOfStack([{ urn: "urn:x", type, properties }]).objects, [
        { object, source: { from: "stack", urn: "urn:x" } },
      ]);
    });
  }

  const others: [name: string, type: string, properties: TestResource["properties"]][] = [
    ["the stack itself", "pulumi:pulumi:Stack", {}],
    ["a provider", "pulumi:providers:kubernetes", { kubeconfig: "k" }],
    ["a component", "model-serving:index:ModelDeployment", { apiVersion: "v1", kind: "x" }],
    ["a Helm release", "kubernetes:helm.sh/v3:Release", { chart: "x" }],
    ["a patch of somebody else's object", "kubernetes:core/v1:NodePatch", { apiVersion: "v1", kind: "Node" }],
  ];
  for (const [name, type, properties] of others) {
    it(`do not contain ${name}`, () => {
      assert.deepEqual(objectsOfStack([{ urn: "urn:x", type, properties }]).objects, []);
    });
  }
});
