import assert from "node:assert/strict";
import * as fc from "fast-check";
import { PROGRESS_DEADLINE_SECONDS, readySeconds, startupSeconds } from "../../../../sdk/spec/inference/loadTime";

const GRANITE_8B = 16_341_696_512;
const LLAMA_70B = 141_107_412_992;

describe("load time", () => {
  /** @covers IS-27 */
  it("gives a larger model longer, and never less than a smaller one", () => {
    assert.ok(readySeconds(GRANITE_8B) < readySeconds(LLAMA_70B));
    const size = fc.integer({ min: 1, max: 1e12 });
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        return startupSeconds(small) <= startupSeconds(large) && readySeconds(small) <= readySeconds(large);
      }),
    );
  });

  it("restarts a server that hangs before the rollout counts as failed, where loading fits the deadline", () => {
    assert.equal(startupSeconds(GRANITE_8B), 490);
    assert.equal(startupSeconds(70e9), PROGRESS_DEADLINE_SECONDS);
    assert.ok(startupSeconds(LLAMA_70B) > PROGRESS_DEADLINE_SECONDS);
  });

  it("waits longer than the server may take to start", () => {
    for (const bytes of [undefined, 1e9, GRANITE_8B, LLAMA_70B]) assert.ok(readySeconds(bytes) > startupSeconds(bytes));
  });

  it("is generous to a model of unknown size", () => {
    assert.ok(readySeconds(undefined) >= readySeconds(LLAMA_70B));
  });
});
