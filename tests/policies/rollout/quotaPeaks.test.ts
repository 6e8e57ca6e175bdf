import assert from "node:assert/strict";
import { node, planOf, predictor, quota, type Service } from "./plans";
import { changed, granite, graniteRuntime } from "../rules/granite";

const key = "requests.nvidia.com/gpu";
const recreate = { type: "Recreate" };
const rolling = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
const named = (name: string, deploymentStrategy: object, change?: (copy: Service) => void) =>
  changed(granite(), (copy) => {
    copy.metadata.name = name;
    Object.assign(copy.spec.predictor, { deploymentStrategy });
    change?.(copy);
  });

describe("the peak of a ResourceQuota", () => {
  for (const [what, services, cluster, expected] of [
    [
      "counts the surge beside what is used",
      [named("granite", rolling)],
      [node("a", 8), predictor("a", 1), quota({ [key]: 4 }, { [key]: 1 })],
      [[key, "4", "1", "2"]],
    ],
    [
      "counts pods that are still to come",
      [named("granite", rolling)],
      [node("a", 8), quota({ [key]: 4, pods: 9 }, {})],
      [
        ["pods", "9", "0", "2"],
        [key, "4", "0", "2"],
      ],
    ],
    [
      "adds nothing for Recreate",
      [named("granite", recreate)],
      [node("a", 8), predictor("a", 1), quota({ [key]: 4 }, { [key]: 1 })],
      [[key, "4", "1", "1"]],
    ],
    [
      "adds what a wave adds at once",
      [named("a", rolling), named("b", rolling)],
      [node("a", 8), quota({ [key]: 8 }, {})],
      [[key, "8", "0", "4"]],
    ],
    [
      "adds only the larger of two waves",
      [named("a", rolling), named("b", rolling)],
      [node("a", 3), quota({ [key]: 8 }, {})],
      [[key, "8", "0", "3"]],
    ],
    [
      "counts each alone of those that have no wave",
      [named("a", rolling), named("b", rolling)],
      [node("a", 8), quota({ [key]: 2 }, {})],
      [[key, "2", "0", "3"]],
    ],
    [
      "is beyond what the quota allows where it stops an update",
      [named("granite", rolling)],
      [node("a", 8), predictor("a", 1), quota({ [key]: 1 }, { [key]: 1 })],
      [[key, "1", "1", "2"]],
    ],
    [
      "is written as quantities",
      [named("granite", rolling)],
      [
        node("a", 8),
        predictor("a", 1),
        quota({ "requests.memory": "96Gi", "limits.cpu": "64" }, { "requests.memory": "16Gi", "limits.cpu": "8" }),
      ],
      [
        ["limits.cpu", "64", "8", "16010m"],
        ["requests.memory", "96Gi", "16Gi", "32783Mi"],
      ],
    ],
    [
      "is not told where the quota counts no such pods",
      [named("granite", rolling)],
      [quota({ services: 4 })],
      undefined,
    ],
  ] as const) {
    it(what, () => {
      const { quotas } = planOf([...services, graniteRuntime()], cluster);
      assert.deepEqual(
        quotas?.map(({ namespace, quota: name, resource, hard, used, peak }) => {
          assert.deepEqual([namespace, name], ["models", "gpus"]);
          return [resource, hard, used, peak];
        }),
        expected,
      );
    });
  }

  it("is told of each service as what its pods request at once", () => {
    const [service] = planOf([named("granite", rolling), graniteRuntime()], [node("a", 8), predictor("a", 1)]).services;
    assert.equal(service?.rollout.peakRequests?.["nvidia.com/gpu"], "2");
    assert.equal(service.rollout.peakRequests.pods, "2");
    assert.match(service.rollout.peakRequests.memory ?? "", /^[0-9]+Mi$/);
  });
});
