import assert from "node:assert/strict";
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { at } from "../../tools/kubernetes-plugin/objects";
import type { JsonObject } from "../../tools/kubernetes-plugin/wire";
import { inNamespace, until } from "../cluster/harness";
import { edit, exists, pluginAndApi } from "./kubernetesPluginCluster";
import { InitFailure, urn, type Plugin } from "./kubernetesPluginProcess";

describe("kubernetes plugin stand-in: waiting for built-in kinds", function () {
  this.timeout(120_000);
  let plugin: Plugin;
  let api: ApiServer;
  before(async () => {
    [plugin, api] = await pluginAndApi();
  });
  after(() => plugin.stop());

  function deployment(namespace: string, cpu: string): JsonObject {
    const container = { name: "c", image: "i", resources: { requests: { cpu } } };
    const template = { metadata: { labels: { app: "d" } }, spec: { containers: [container] } };
    const spec = { replicas: 1, selector: { matchLabels: { app: "d" } }, template };
    return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d", namespace }, spec };
  }

  it("waits for a Deployment's Pods, and for those of the next version", () =>
    inNamespace(async (namespace) => {
      const type = urn("apps/v1:Deployment");
      const made = await plugin.make(type, deployment(namespace, "10m"));
      assert.equal(at(made.properties, "status", "availableReplicas"), 1);
      const updated = await plugin.update(type, made, await plugin.check(type, deployment(namespace, "20m")));
      const [revision, available] = [
        at(updated.properties, "metadata", "annotations"),
        at(updated.properties, "status", "updatedReplicas"),
      ];
      assert.equal(at(revision, "deployment.kubernetes.io/revision"), "2");
      assert.equal(available, 1);
      await plugin.read(type, updated.id, updated.properties, made.properties);
    }));

  it("tells why a Deployment's Pods do not start, at creation and at refresh", () =>
    inNamespace(async (namespace) => {
      const type = urn("apps/v1:Deployment");
      const inputs = await plugin.check(type, deployment(namespace, "10k"));
      const refused = /Pod d-\S+: PodScheduled is False: Unschedulable: 0\/\d+ nodes are available.*Insufficient cpu/;
      await assert.rejects(plugin.create(type, inputs, { timeout: 3 }), (error) => {
        assert.ok(error instanceof InitFailure);
        assert.ok(
          error.reasons.some((reason) => refused.test(reason)),
          error.reasons.join("\n"),
        );
        assert.ok(
          error.reasons.some((reason) => reason.includes("Warning FailedScheduling on Pod d-")),
          error.reasons.join("\n"),
        );
        return true;
      });
      await assert.rejects(plugin.read(type, `${namespace}/d`, inputs, inputs), (error) => {
        assert.ok(error instanceof InitFailure);
        assert.match(error.message, /'d' was created but failed to initialize/);
        assert.ok(
          error.reasons.some((reason) => refused.test(reason)),
          error.reasons.join("\n"),
        );
        return true;
      });
    }));

  it("waits for a Service's endpoints to be ready", () =>
    inNamespace(async (namespace) => {
      const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
      const slice = (ready: boolean) => ({
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: { name: "s", namespace, labels: { "kubernetes.io/service-name": "s" } },
        addressType: "IPv4",
        endpoints: [{ addresses: ["192.0.2.1"], conditions: { ready } }],
      });
      await api.request("POST", slices, { body: slice(false) });
      const spec = { selector: { app: "none" }, ports: [{ port: 80 }] };
      const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace }, spec };
      const type = urn("v1:Service");
      await assert.rejects(plugin.make(type, service, { timeout: 2 }), (error) => {
        assert.ok(error instanceof InitFailure);
        assert.match(error.reasons[1]!, /does not target any ready Pods/);
        return true;
      });
      await edit(api, `${slices}/s`, slice(true));
      assert.equal((await plugin.read(type, `${namespace}/s`, service, service)).id, `${namespace}/s`);
    }));

  it("waits for a claim only where the volume does not wait for its first user", () =>
    inNamespace(async (namespace) => {
      const type = urn("v1:PersistentVolumeClaim");
      const storage = (name: string, volumeBindingMode: string) => ({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: `${namespace}-${name}` },
        provisioner: "nobody.test/none",
        volumeBindingMode,
      });
      const claim = (name: string) => ({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: `${namespace}-${name}`,
          resources: { requests: { storage: "1Gi" } },
        },
      });
      const classes = [storage("later", "WaitForFirstConsumer"), storage("now", "Immediate")];
      const made = await Promise.all(classes.map((item) => plugin.make(urn("storage.k8s.io/v1:StorageClass"), item)));
      assert.equal((await plugin.make(type, claim("later"))).id, `${namespace}/later`);
      await assert.rejects(plugin.make(type, claim("now"), { timeout: 1 }), (error) => {
        assert.ok(error instanceof InitFailure);
        assert.equal(error.reasons[1], "the claim is Pending, not Bound");
        return true;
      });
      await Promise.all(made.map((item) => plugin.delete(urn("storage.k8s.io/v1:StorageClass"), item)));
    }));

  it("waits for a Job to succeed and for a namespace to be gone", () =>
    inNamespace(async (namespace) => {
      const own = `${namespace}-own`;
      const place = { apiVersion: "v1", kind: "Namespace", metadata: { name: own } };
      const made = await plugin.make(urn("v1:Namespace"), place);
      await until(() => exists(api, `/api/v1/namespaces/${own}/serviceaccounts/default`), "no service account");
      const template = { spec: { containers: [{ name: "c", image: "i" }], restartPolicy: "Never" } };
      const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j", namespace: own }, spec: { template } };
      const done = await plugin.make(urn("batch/v1:Job"), job);
      assert.equal(at(done.properties, "status", "succeeded"), 1);
      await plugin.delete(urn("v1:Namespace"), made);
      assert.equal(await exists(api, `/api/v1/namespaces/${own}`), false);
    }));
});
