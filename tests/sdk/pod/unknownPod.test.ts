import assert from "node:assert/strict";
import * as fc from "fast-check";
import { effectivePod, type EffectivePod } from "../../../sdk/pod/effectivePod";
import { guard, UNKNOWN, UnknownValueError } from "../../../sdk/pod/unknown";
import { type Loose, podOf, runtime, service, shown } from "./objects";
import { named, pairs } from "./arbitraries/pairs";

describe("unknown values in the effective pod", () => {
  it("never make it throw, wherever they are", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), fc.nat(), (pair, first, second) => {
        const { service: own, runtime: base } = named(pair, "p");
        const holes = [hide(own, first), base === undefined ? undefined : hide(base, second)] as const;
        const pod = effectivePod({ service: holes[0], runtime: holes[1] });
        pod.origin("spec.containers[kserve-container].args[0]");
      }),
    );
  });

  it("are copied where they are leaves", () => {
    const pod = podOf(
      { args: ["--a", UNKNOWN], image: UNKNOWN, resources: { limits: { "nvidia.com/gpu": UNKNOWN } } },
      { args: ["--b"] },
    );
    assert.deepEqual(pod.main.args, ["--b", "--a", UNKNOWN]);
    assert.equal(pod.main.image, UNKNOWN);
    assert.deepEqual(pod.main.resources?.limits, { "nvidia.com/gpu": UNKNOWN });
  });

  const whole: [string, Loose, Loose, keyof EffectivePod["main"]][] = [
    ["arguments of the service", { args: UNKNOWN }, { args: ["--a"] }, "args"],
    ["arguments of the runtime", { args: ["--a"] }, { args: UNKNOWN }, "args"],
    ["variables of the service", { env: UNKNOWN }, { env: [{ name: "A", value: "1" }] }, "env"],
    ["a variable's name", { env: [{ name: UNKNOWN, value: "1" }] }, { env: [{ name: "A", value: "1" }] }, "env"],
    ["resources of the runtime", { resources: { limits: { cpu: "1" } } }, { resources: UNKNOWN }, "resources"],
  ];
  for (const [what, model, container, key] of whole) {
    it(`make the whole unknown when they are ${what} and meet something`, () => {
      assert.equal(podOf(model, container).main[key], UNKNOWN);
    });
  }

  it("give way to a known value laid over them", () => {
    const pod = podOf({ image: "mine:1", command: ["a"] }, { image: UNKNOWN, command: UNKNOWN });
    assert.deepEqual([pod.main.image, pod.main.command], ["mine:1", ["a"]]);
  });

  it("spread through names, placeholders and replicas", () => {
    const pod = effectivePod({
      service: service(
        { args: ["--name={{.Name}}", "plain"] },
        { minReplicas: UNKNOWN, maxReplicas: 3 },
        { name: UNKNOWN },
      ),
      runtime: runtime(),
    });
    assert.deepEqual(pod.main.args, [UNKNOWN, "plain"]);
    assert.equal(pod.labels.app, UNKNOWN);
    assert.deepEqual(pod.replicas, { min: UNKNOWN, max: UNKNOWN });
  });

  it("keep the main container readable when only other containers are unknown", () => {
    const pod = effectivePod({ service: service({}, { containers: UNKNOWN }), runtime: runtime() });
    assert.equal(pod.main.image, "vllm:1");
    assert.throws(() => guard(pod).spec.containers.map(({ name }) => name), UnknownValueError);
  });

  it("are blamed on what made them unknown", () => {
    const pod = podOf({ args: UNKNOWN }, { args: ["--a"] });
    assert.equal(shown(pod, "main.args"), "InferenceService: spec.predictor.model.args");
    assert.equal(shown(pod, "main.args[3]"), "InferenceService: spec.predictor.model.args");
  });

  it("make the head of a multi-node service unknown where KServe computes it", () => {
    const pod = effectivePod({ service: service({}, { workerSpec: { tensorParallelSize: 2 } }), runtime: runtime() });
    assert.equal(pod.main.resources, UNKNOWN);
    assert.equal(pod.main.image, "vllm:1");
  });

  it("stand for the credentials with which storageUris are downloaded", () => {
    const storageUris = [
      { uri: "pvc://claim", mountPath: "/mnt/claim" },
      { uri: "s3://b/a", mountPath: "/mnt/models/a" },
      { uri: "s3://b/b", mountPath: "/mnt/models/b" },
    ];
    const pod = effectivePod({ service: service({}, { storageUris }), runtime: runtime() });
    assert.equal(pod.spec.initContainers?.[0]?.env?.[0], UNKNOWN);
    assert.deepEqual(pod.main.volumeMounts, [
      { name: "mnt-claim", mountPath: "/mnt/claim", readOnly: true },
      { name: "mnt-models", mountPath: "/mnt/models", readOnly: true },
    ]);
  });
});

/** A copy in which the value at some place, chosen by a number, is unknown. */
function hide<T>(object: T, choice: number): T {
  const places: { holder: Loose; key: string }[] = [];
  const copy = structuredClone(object);
  const visit = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null) return;
    for (const [key, value] of Object.entries(holder)) {
      places.push({ holder: holder as Loose, key });
      visit(value);
    }
  };
  visit(copy);
  const place = places[choice % places.length];
  if (place !== undefined) place.holder[place.key] = UNKNOWN;
  return copy;
}
