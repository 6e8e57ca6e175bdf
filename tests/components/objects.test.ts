import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { createObject } from "../../components/objects";
import { registered } from "./mocks";

describe("the resource of a manifest", () => {
  const cases: [apiVersion: string, kind: string, type: string][] = [
    ["v1", "Secret", "kubernetes:core/v1:Secret"],
    ["v1", "ConfigMap", "kubernetes:core/v1:ConfigMap"],
    ["v1", "ResourceQuota", "kubernetes:core/v1:ResourceQuota"],
    ["networking.k8s.io/v1", "NetworkPolicy", "kubernetes:networking.k8s.io/v1:NetworkPolicy"],
    ["rbac.authorization.k8s.io/v1", "Role", "kubernetes:rbac.authorization.k8s.io/v1:Role"],
    ["nvidia.com/v1", "ClusterPolicy", "kubernetes:nvidia.com/v1:ClusterPolicy"],
  ];
  for (const [apiVersion, kind, type] of cases) {
    it(`of kind ${kind} is a ${type}, with the fields as they are`, async () => {
      const metadata = { name: "one", labels: { a: "b" } };
      const [only] = await registered(() => {
        createObject("logical", { apiVersion, kind, metadata: pulumi.output(metadata), data: { key: "value" } }, {});
      });
      assert.deepEqual({ type: only?.type, name: only?.name }, { type, name: "logical" });
      assert.deepEqual(only?.inputs.metadata, metadata);
      assert.equal(only.inputs.kind, kind);
    });
  }

  it("refuses a kind of Kubernetes itself that it cannot make, instead of registering what no plugin knows", async () => {
    await registered(() => {
      const manifest = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "one" } };
      assert.throws(() => createObject("logical", manifest, {}), /apps\/v1 StatefulSet has no constructor/);
    });
  });
});
