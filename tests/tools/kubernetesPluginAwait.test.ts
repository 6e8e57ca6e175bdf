import assert from "node:assert/strict";
import type { ApiServer, WatchEvent } from "../../tools/kubernetes-plugin/apiServer";
import { at } from "../../tools/kubernetes-plugin/objects";
import type { JsonObject } from "../../tools/kubernetes-plugin/wire";
import { inNamespace, until } from "../cluster/harness";
import { edit, exists, ensureWidgets, pluginAndApi, widget, widgetPath } from "./kubernetesPluginCluster";
import { InitFailure, urn, type Plugin } from "./kubernetesPluginProcess";

const WIDGET_URN = urn("plugin.test/v1:Widget");

describe("kubernetes plugin stand-in: waiting", function () {
  this.timeout(120_000);
  let plugin: Plugin;
  let api: ApiServer;
  before(async () => {
    [plugin, api] = await pluginAndApi();
    await ensureWidgets(api);
  });
  after(() => plugin.stop());

  function waiting(namespace: string, waitFor: string, more: JsonObject = {}): JsonObject {
    return widget(namespace, "w", { metadata: { annotations: { "pulumi.com/waitFor": waitFor, ...more } } });
  }

  function setStatus(namespace: string, status: JsonObject): Promise<JsonObject> {
    return edit(api, `${widgetPath(namespace, "w")}/status`, { status });
  }

  const met: [waitFor: string, before: JsonObject, status: JsonObject][] = [
    [
      "condition=Ready",
      { conditions: [{ type: "Ready", status: "False" }] },
      { conditions: [{ type: "Ready", status: "True" }] },
    ],
    ["condition=Failed=False", {}, { conditions: [{ type: "Failed", status: "False" }] }],
    ["jsonpath={.status.phase}=done", { phase: "busy" }, { phase: "done" }],
    [
      '["jsonpath={.status.url}", "condition=Ready"]',
      { url: "http://x" },
      { url: "http://x", conditions: [{ type: "Ready", status: "True" }] },
    ],
  ];
  for (const [waitFor, first, last] of met) {
    it(`waits until ${waitFor}`, () =>
      inNamespace(async (namespace) => {
        let done = false;
        const creation = plugin.make(WIDGET_URN, waiting(namespace, waitFor)).finally(() => (done = true));
        await until(() => exists(api, widgetPath(namespace, "w")), "the object was not created");
        await setStatus(namespace, first);
        assert.equal(done, false);
        await setStatus(namespace, last);
        assert.deepEqual((await creation).properties.status, last);
      }));
  }

  it("does not take the status of an older generation for an answer", () =>
    inNamespace(async (namespace) => {
      const condition = { type: "Ready", status: "True" };
      const first = waiting(namespace, "condition=Ready");
      const creation = plugin.make(WIDGET_URN, first);
      await until(() => exists(api, widgetPath(namespace, "w")), "the object was not created");
      await setStatus(namespace, { conditions: [condition], observedGeneration: 1 });
      const made = await creation;
      const next = await plugin.check(WIDGET_URN, { ...first, spec: { size: 2 } });
      let done = false;
      const update = plugin.update(WIDGET_URN, made, next).finally(() => (done = true));
      const changed = async () =>
        at(await api.request("GET", widgetPath(namespace, "w")), "metadata", "generation") === 2;
      await until(changed, "the object was not updated");
      await edit(api, widgetPath(namespace, "w"), { metadata: { labels: { touched: "1" } } });
      assert.equal(done, false);
      await setStatus(namespace, { conditions: [condition], observedGeneration: 2 });
      assert.equal(at((await update).properties, "status", "observedGeneration"), 2);
    }));

  it("fails to initialise on time-out, with the condition and the warnings, and is in the state", () =>
    inNamespace(async (namespace) => {
      const creation = plugin.make(
        WIDGET_URN,
        waiting(namespace, "condition=Ready", { "pulumi.com/timeoutSeconds": "2" }),
      );
      creation.catch(() => undefined);
      await until(() => exists(api, widgetPath(namespace, "w")), "the object was not created");
      const reason = { reason: "NoNodes", message: "nothing fits" };
      const live = await setStatus(namespace, { conditions: [{ type: "Ready", status: "False", ...reason }] });
      const uid = at(live, "metadata", "uid")!;
      await api.request("POST", `/api/v1/namespaces/${namespace}/events`, {
        body: {
          metadata: { name: "e", namespace },
          involvedObject: { kind: "Widget", name: "w", namespace, uid },
          type: "Warning",
          reason: "FailedReconcile",
          message: "no accelerator",
          lastTimestamp: "2026-01-01T00:00:00Z",
          count: 3,
        },
      });
      await assert.rejects(creation, (error) => {
        assert.ok(error instanceof InitFailure);
        assert.equal(error.id, `${namespace}/w`);
        assert.equal(at(error.properties, "metadata", "uid"), uid);
        assert.match(error.message, /was successfully created, but .*: timed out waiting for the condition$/);
        assert.deepEqual(error.reasons.slice(1), [
          "condition=Ready: Ready is False: NoNodes: nothing fits",
          "Warning FailedReconcile on Widget w (3 times): no accelerator",
        ]);
        return true;
      });
    }));

  it("lets the resource option win over the annotation for the time-out", () =>
    inNamespace(async (namespace) => {
      const patient = waiting(namespace, "condition=Ready", { "pulumi.com/timeoutSeconds": "600" });
      const start = performance.now();
      await assert.rejects(plugin.make(WIDGET_URN, patient, { timeout: 1 }), InitFailure);
      assert.ok(performance.now() - start < 10_000);
    }));

  it("does not wait when told to skip it", () =>
    inNamespace(async (namespace) => {
      const made = await plugin.make(
        WIDGET_URN,
        waiting(namespace, "condition=Ready", { "pulumi.com/skipAwait": "true" }),
      );
      assert.equal(made.id, `${namespace}/w`);
    }));

  it("creates nothing when it cannot understand what to wait for", () =>
    inNamespace(async (namespace) => {
      await assert.rejects(
        plugin.make(WIDGET_URN, waiting(namespace, "Ready")),
        /expected a "jsonpath=" or "condition=" prefix/,
      );
      assert.equal(await exists(api, widgetPath(namespace, "w")), false);
    }));

  it("says that what it waits for was deleted", () =>
    inNamespace(async (namespace) => {
      const creation = plugin.make(WIDGET_URN, waiting(namespace, "condition=Ready"));
      creation.catch(() => undefined);
      await until(() => exists(api, widgetPath(namespace, "w")), "the object was not created");
      await api.request("DELETE", widgetPath(namespace, "w"));
      await assert.rejects(creation, /w was deleted meanwhile/);
    }));

  it("waits for finalizers to be done with an object", () =>
    inNamespace(async (namespace) => {
      const made = await plugin.make(
        WIDGET_URN,
        widget(namespace, "w", { metadata: { finalizers: ["plugin.test/hold"] } }),
      );
      let done = false;
      const deletion = plugin.delete(WIDGET_URN, made).finally(() => (done = true));
      const leaving = async () => {
        const live = await api.request("GET", widgetPath(namespace, "w"));
        return at(live, "metadata", "deletionTimestamp") !== undefined;
      };
      await until(leaving, "the object is not being deleted");
      assert.equal(done, false);
      await edit(api, widgetPath(namespace, "w"), { metadata: { finalizers: [] } });
      await deletion;
      assert.equal(await exists(api, widgetPath(namespace, "w")), false);
    }));

  it("names the finalizers that outlast the time-out of a deletion", () =>
    inNamespace(async (namespace) => {
      const made = await plugin.make(
        WIDGET_URN,
        widget(namespace, "w", { metadata: { finalizers: ["plugin.test/hold"] } }),
      );
      await assert.rejects(plugin.delete(WIDGET_URN, made, { timeout: 1 }), (error) => {
        assert.ok(error instanceof InitFailure);
        assert.match(error.message, /timed out .*: finalizers might be preventing deletion \(plugin\.test\/hold\)/);
        return true;
      });
      await edit(api, widgetPath(namespace, "w"), { metadata: { finalizers: [] } });
    }));

  it("has nothing left to do when the object to delete is gone", () =>
    inNamespace(async (namespace) => {
      const made = await plugin.make(WIDGET_URN, widget(namespace, "w"));
      await api.request("DELETE", widgetPath(namespace, "w"));
      await plugin.delete(WIDGET_URN, made);
    }));

  const hold = "plugin.test/hold";
  const propagations: [annotation: string | undefined, finalizers: string[]][] = [
    [undefined, [hold, "foregroundDeletion"]],
    ["foreground", [hold, "foregroundDeletion"]],
    ["background", [hold]],
    ["orphan", [hold, "orphan"]],
  ];
  for (const [policy, finalizers] of propagations) {
    it(`deletes with the propagation of the annotation: ${policy ?? "none"}`, () =>
      inNamespace(async (namespace) => {
        const annotations = policy === undefined ? {} : { "pulumi.com/deletionPropagationPolicy": policy };
        const made = await plugin.make(
          WIDGET_URN,
          widget(namespace, "w", { metadata: { annotations, finalizers: [hold] } }),
        );
        const resourceVersion = at(made.properties, "metadata", "resourceVersion") as string;
        const watching = new AbortController();
        const events = api.watch(widgetPath(namespace, "").slice(0, -1), { resourceVersion }, watching.signal);
        const deletion = plugin.delete(WIDGET_URN, made);
        const leaving = (await events.next()) as IteratorYieldResult<WatchEvent>;
        watching.abort();
        assert.deepEqual(at(leaving.value.object, "metadata", "finalizers"), finalizers);
        await edit(api, widgetPath(namespace, "w"), { metadata: { finalizers: [] } });
        await deletion;
      }));
  }

  it("stops waiting at once when the engine cancels", () =>
    inNamespace(async (namespace) => {
      const [other] = await pluginAndApi();
      try {
        const inputs = await other.check(WIDGET_URN, waiting(namespace, "condition=Ready"));
        const creation = other.create(WIDGET_URN, inputs);
        creation.catch(() => undefined);
        await until(() => exists(api, widgetPath(namespace, "w")), "the object was not created");
        const start = performance.now();
        await other.cancel();
        await assert.rejects(creation, (error) => {
          assert.ok(error instanceof InitFailure);
          assert.match(error.message, /Resource operation was cancelled for "w"/);
          return true;
        });
        assert.ok(performance.now() - start < 1000);
      } finally {
        await other.stop();
      }
    }));

  it("goes on with other objects while many are waited for", () =>
    inNamespace(async (namespace) => {
      const [other] = await pluginAndApi();
      try {
        const waits = Array.from({ length: 40 }, async (_, index) => {
          const inputs = await other.check(WIDGET_URN, waiting(namespace, "condition=Ready"));
          const metadata = { ...(inputs.metadata as JsonObject), name: `w${index}` };
          return other.create(WIDGET_URN, { ...inputs, metadata });
        });
        for (const wait of waits) wait.catch(() => undefined);
        await until(() => exists(api, widgetPath(namespace, "w39")), "the last object was not created");
        assert.equal((await other.read(WIDGET_URN, `${namespace}/w0`)).id, `${namespace}/w0`);
        await other.cancel();
        await Promise.allSettled(waits);
      } finally {
        await other.stop();
      }
    }));
});
