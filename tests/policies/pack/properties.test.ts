import assert from "node:assert/strict";
import fc from "fast-check";
import { plainProperties } from "../../../policies/pack/properties";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { UNKNOWN_TEXT, secret } from "./stacks";

describe("properties from the wire", () => {
  it("keep secrets for the rules and tell them apart", () => {
    assert.deepEqual(
      plainProperties({
        metadata: { name: "granite" },
        spec: secret({ args: ["--api-key=abc", "granite"], gpus: 2, later: UNKNOWN_TEXT }),
        output: { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: "x1", secret: true },
        pending: { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: false },
      }),
      {
        value: {
          metadata: { name: "granite" },
          spec: { args: ["--api-key=abc", "granite"], gpus: 2, later: UNKNOWN },
          output: "x1",
          pending: UNKNOWN,
        },
        secrets: ["--api-key=abc", "x1"],
      },
    );
  });

  it("keep every value, whatever part of it is secret", () => {
    const wrapped = (value: unknown, random: () => boolean): unknown => {
      const inner = Array.isArray(value)
        ? value.map((item) => wrapped(item, random))
        : typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrapped(item, random)]))
          : value;
      return random() ? secret(inner) : inner;
    };
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.infiniteStream(fc.boolean()),
        (properties, choices) => {
          const random = () => choices.next().value as boolean;
          const wire = Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [key, wrapped(value, random)]),
          );
          assert.equal(JSON.stringify(plainProperties(wire).value), JSON.stringify(properties));
        },
      ),
    );
  });
});
