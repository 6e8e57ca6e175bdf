import assert from "node:assert/strict";
import type { StorageNeeds } from "../../../sdk/advice/storage";
import { adviseStorage } from "../../../sdk/advice/storage";

/** @covers ST-19 */
describe("advice on storage", () => {
  const cases: [what: string, needs: StorageNeeds, best: string][] = [
    ["a validated model that should run soon", { inCatalogue: true, quickStart: true }, "modelcar"],
    ["versions that must be told apart", { versioned: true }, "modelcar"],
    [
      "an object store, files shared and often updated",
      { hasObjectStorage: true, shared: true, frequentUpdates: true },
      "s3",
    ],
    ["own files on a shared file system", { ownFiles: true, hasSharedFileSystem: true }, "pvc"],
    ["own files that must start fast", { ownFiles: true, fastStart: true }, "pvc"],
    ["own files, without a shared file system", { ownFiles: true, hasSharedFileSystem: false }, "s3"],
    [
      "no store and no shared file system",
      { hasObjectStorage: false, hasSharedFileSystem: false, ownFiles: true },
      "modelcar",
    ],
  ];
  for (const [what, needs, best] of cases) {
    it(`says ${best} for ${what}`, () => {
      assert.equal(adviseStorage(needs)[0]?.method, best);
    });
  }

  it("says why, for and against, and which way cannot be used", () => {
    assert.deepEqual(adviseStorage({ frequentUpdates: true, hasObjectStorage: false, hasSharedFileSystem: true }), [
      { method: "pvc", score: 1, reasons: ["for: the file system is there already"] },
      { method: "modelcar", score: -1, reasons: ["against: objects are replaced in place; an image is built anew"] },
      { method: "s3", score: undefined, reasons: ["there is no object store"] },
    ]);
  });
});
