import assert from "node:assert/strict";
import { UNKNOWN, UnknownValueError } from "../../../sdk/pod/unknown";
import * as kinds from "../../../policies/world/kinds";
import { NOT_YET_KNOWN, buildWorld, groupOf, nameOf, type SourcedObject } from "../../../policies/world/world";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../rules/granite";

const clusterRuntime = { ...graniteRuntime(), kind: "ClusterServingRuntime", metadata: { name: "shared" } };

describe("world", () => {
  it("finds objects by group and kind, whatever the version", () => {
    const world = buildWorld(inStack({ ...granite(), apiVersion: "serving.kserve.io/v1beta2" }, graniteRuntime()));
    assert.deepEqual(
      world.list(kinds.inferenceService).map(({ ref }) => ref.apiVersion),
      ["serving.kserve.io/v1beta2"],
    );
    assert.equal(world.find(kinds.servingRuntime, "granite", "models")?.ref.name, "granite");
    assert.equal(world.find(kinds.servingRuntime, "granite", "web"), undefined);
    assert.equal(world.find(kinds.servingRuntime, "other", "models"), undefined);
  });

  it("keeps kinds of other groups apart", () => {
    const world = buildWorld(inStack({ ...granite(), apiVersion: "example.com/v1" }));
    assert.deepEqual(world.list(kinds.inferenceService), []);
  });

  it("puts an object without a namespace into default", () => {
    const world = buildWorld(
      inStack(changed(graniteRuntime(), ({ metadata }) => Reflect.deleteProperty(metadata, "namespace"))),
    );
    assert.equal(world.find(kinds.servingRuntime, "granite")?.ref.namespace, "default");
    assert.equal(world.find(kinds.servingRuntime, "granite", "default")?.ref.namespace, "default");
  });

  it("gives cluster-scoped objects no namespace and finds them from any", () => {
    const world = buildWorld(inStack(clusterRuntime));
    assert.deepEqual(world.judged[0]?.ref, {
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: "ClusterServingRuntime",
      name: "shared",
    });
    assert.notEqual(world.find(kinds.clusterServingRuntime, "shared", "anywhere"), undefined);
  });

  it("lets the stack win over the inventory and shows what was there before", () => {
    const old = changed(granite(), ({ spec }) => (spec.predictor.minReplicas = 3));
    const world = buildWorld([...inCluster(old, clusterRuntime), ...inStack(granite())]);
    const [service, ...others] = world.list(kinds.inferenceService);
    assert.ok(service);
    assert.deepEqual(others, []);
    assert.equal(service.object.spec.predictor.minReplicas, 1);
    assert.equal(world.previous(service)?.object.spec.predictor.minReplicas, 3);
    assert.equal(world.find(kinds.inferenceService, "granite", "models"), service);
    assert.deepEqual(
      world.inventory.map(({ ref }) => ref.name),
      ["shared"],
    );
    assert.deepEqual(world.subjects(kinds.clusterServingRuntime), []);
    assert.equal(world.list(kinds.clusterServingRuntime).length, 1);
  });

  it("has no earlier state of what is new", () => {
    const world = buildWorld(inStack(granite()));
    assert.equal(world.previous(world.list(kinds.inferenceService)[0]!), undefined);
  });

  it("knows what the inventory holds, replaced or not", () => {
    const world = buildWorld([...inCluster(granite()), ...inStack(granite(), clusterRuntime)]);
    assert.equal(world.inventoryHas(kinds.inferenceService), true);
    assert.equal(world.inventoryHas(kinds.clusterServingRuntime), false);
  });

  it("keeps two stack objects of one identity, and finds the first", () => {
    const twin = changed(granite(), ({ spec }) => (spec.predictor.minReplicas = 2));
    const world = buildWorld(inStack(granite(), twin, graniteRuntime()));
    assert.equal(world.list(kinds.inferenceService).length, 2);
    assert.deepEqual(
      world.duplicates.map((group) => group.map(({ ref }) => ref.kind)),
      [["InferenceService", "InferenceService"]],
    );
    assert.equal(world.find(kinds.inferenceService, "granite", "models")?.object.spec.predictor.minReplicas, 1);
  });

  it("opens lists, also lists in lists", () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [granite(), { apiVersion: "v1", kind: "ServingRuntimeList", items: [graniteRuntime()] }],
    };
    assert.deepEqual(
      buildWorld(inStack(list)).judged.map(({ ref }) => ref.kind),
      ["InferenceService", "ServingRuntime"],
    );
    assert.deepEqual(buildWorld(inStack({ apiVersion: "v1", kind: "List", items: [] })).malformed, []);
    const bare = { apiVersion: "v1", kind: "NodeList", items: [{ metadata: { name: "a" } }] };
    assert.deepEqual(
      buildWorld(inCluster(bare)).nodes.map(({ name }) => name),
      ["a"],
    );
    const mixed = { ...bare, kind: "List", items: [{ kind: "Node", metadata: { name: "a" } }] };
    assert.equal(buildWorld(inCluster(mixed)).malformed.length, 1);
  });

  it("remembers sources", () => {
    const source = { from: "file", file: "granite.yaml", document: 2 } as const;
    assert.deepEqual(buildWorld([{ object: granite(), source }]).judged[0]?.source, source);
  });

  const malformed: [string, unknown, string][] = [
    ["a text", "hello", "not an object"],
    ["nothing", null, "not an object"],
    ["a sequence", [granite()], "not an object"],
    ["no apiVersion", { kind: "Pod", metadata: { name: "a" } }, "apiVersion is missing"],
    ["no kind", { apiVersion: "v1", metadata: { name: "a" } }, "kind is missing"],
    [
      "a kind that is no text",
      { apiVersion: "v1", kind: 1, metadata: { name: "a" } },
      "kind is a number, 1; to mean text, quote it",
    ],
    ["no metadata", { apiVersion: "v1", kind: "Pod" }, "metadata is missing"],
    [
      "a name that YAML reads as a boolean",
      { apiVersion: "v1", kind: "Pod", metadata: { name: true } },
      "metadata.name is a boolean, true; to mean text, quote it",
    ],
    ["no name", { apiVersion: "v1", kind: "Pod", metadata: {} }, "metadata.name is missing"],
  ];
  for (const [name, object, problem] of malformed) {
    it(`keeps apart what is no object: ${name}`, () => {
      const input: SourcedObject[] = [{ object, source: { from: "file", file: "a.yaml", document: 1 } }];
      const world = buildWorld(input);
      assert.deepEqual(world.malformed, [{ source: input[0]?.source, problem }]);
      assert.deepEqual(world.judged, []);
    });
  }

  it("never takes an object whose name is not known yet for another one", () => {
    const unnamed = () => changed(granite(), ({ metadata }) => Object.assign(metadata, { name: UNKNOWN }));
    const world = buildWorld([...inStack(unnamed(), unnamed()), ...inCluster(granite())]);
    assert.equal(world.list(kinds.inferenceService).length, 3);
    assert.deepEqual(world.duplicates, []);
    assert.equal(world.judged[0]?.ref.name, NOT_YET_KNOWN);
    assert.throws(() => world.judged[0]?.object.metadata.name, UnknownValueError);
  });

  it("accepts objects whose metadata or kind is not known yet", () => {
    const world = buildWorld(inStack({ ...granite(), metadata: UNKNOWN }, { ...granite(), kind: UNKNOWN }));
    assert.deepEqual(
      world.judged.map(({ ref }) => [ref.kind, ref.name]),
      [
        ["InferenceService", NOT_YET_KNOWN],
        [NOT_YET_KNOWN, "granite"],
      ],
    );
  });

  it("names things as people do", () => {
    assert.equal(nameOf({ apiVersion: "v1", kind: "Pod", namespace: "a", name: "b" }), "Pod a/b");
    assert.equal(nameOf({ apiVersion: "v1", kind: "Node", name: "b" }), "Node b");
    assert.deepEqual([groupOf("v1"), groupOf("apps/v1")], ["", "apps"]);
  });
});
