import assert from "node:assert/strict";
import { eventualText, isEventual, splitEventual } from "../../../../sdk/spec/schema/eventual";

describe("eventual text", () => {
  it("is recognised alone and inside other text", () => {
    assert.ok(isEventual(eventualText(0)));
    assert.ok(isEventual(`oci://${eventualText(3)}:latest`));
    assert.equal(isEventual("oci://example.com/0"), false);
    assert.equal(isEventual(undefined), false);
  });

  it("comes apart into fixed parts and indices, in order", () => {
    assert.deepEqual(splitEventual(`http://${eventualText(1)}.${eventualText(12)}.svc`), [
      "http://",
      1,
      ".",
      12,
      ".svc",
    ]);
    assert.deepEqual(splitEventual(eventualText(0)), [0]);
    assert.deepEqual(splitEventual("plain"), ["plain"]);
  });
});
