import assert from "node:assert/strict";
import { wavesGoWell } from "../../../../sdk/capacity/rollout/rolloutTogether";
import { heldBy, runningPods, type Update } from "../../../../sdk/capacity/rollout/update";
import { freeNode, GPU, gpuPod } from "../nodes";

const pod = gpuPod(2);
const { requests } = pod;

function recreated(replicas: number): Update {
  return { name: "models/a", replicas, strategy: "Recreate", pod, running: [{ node: "a", requests }] };
}

describe("waves that go one after another", () => {
  for (const [what, replicas, expected] of [
    ["as many places as pods", 4, true],
    ["a place too few", 5, false],
    ["a million places too few", 1_000_000, false],
  ] as const) {
    it(`on ${what}: ${expected ? "go well" : "do not"}`, () => {
      assert.equal(wavesGoWell([[recreated(replicas)]], [freeNode("a", 2), freeNode("b", 4)]), expected);
    });
  }
});

describe("running pods", () => {
  it("are counted by node and by what they ask for", () => {
    const other = { [GPU]: 1, cpu: 500 };
    const running = [
      { node: "a", requests },
      { node: "b", requests },
      { node: "a", requests },
      { node: "a", requests: other },
    ];
    const counted = runningPods({ running });
    assert.deepEqual(counted, [
      { node: "a", requests, count: 2 },
      { node: "a", requests: other, count: 1 },
      { node: "b", requests, count: 1 },
    ]);
    assert.deepEqual([heldBy(counted)[GPU], heldBy(counted).pods], [7, 4]);
  });
});
