import assert from "node:assert/strict";
import { node, planOf, predictor, quota, type Service } from "./plans";
import { changed, granite, graniteRuntime } from "../rules/granite";

const key = "requests.nvidia.com/gpu";
const rolling = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
const named = (name: string, deploymentStrategy: object = rolling, gpus = "1") =>
  changed(granite(), (copy: Service) => {
    copy.metadata.name = name;
    const { model } = copy.spec.predictor;
    if (model !== undefined)
      model.resources = { requests: { "nvidia.com/gpu": gpus }, limits: { "nvidia.com/gpu": gpus } };
    Object.assign(copy.spec.predictor, { deploymentStrategy });
  });

describe("waves under a ResourceQuota", () => {
  for (const [what, services, hard, used, waves] of [
    ["are one where it has room for all at once", [named("a"), named("b")], 4, 2, [["models/a", "models/b"]]],
    ["are cut where it has room for one", [named("a"), named("b")], 3, 2, [["models/a"], ["models/b"]]],
    [
      "hold as many as it has room for",
      ["a", "b", "c"].map((one) => named(one)),
      5,
      3,
      [["models/a", "models/b"], ["models/c"]],
    ],
    [
      "count what a service that grows keeps of it",
      [named("a", { type: "Recreate" }, "2"), named("b")],
      3,
      2,
      [["models/a"]],
    ],
    ["know no quota of another namespace", [named("a"), named("b")], undefined, 2, [["models/a", "models/b"]]],
  ] as const) {
    it(what, () => {
      const running = services.map(({ metadata: { name } }) => predictor("x", 1, name));
      const own = quota({ [key]: hard ?? 0 }, { [key]: used });
      if (hard === undefined) own.metadata.namespace = "elsewhere";
      assert.deepEqual(planOf([...services, graniteRuntime()], [node("x", 8), ...running, own]).waves, waves);
    });
  }
});
