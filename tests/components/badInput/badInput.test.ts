import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../../../sdk/catalog/nearest";
import { outcomeOf, refusalOf } from "./harness";
import { exportedComponents, subject, SUBJECTS } from "./subjects";

/** Wording of zod, of JavaScript and of this package's insides, which tells a user nothing. */
const INTERNAL =
  /Invalid input|Too (small|big)|Unrecognized|received|TypeError|\[object|undefined is not|NaNGi|[\uE000\uE001]/;

/** What anybody may put anywhere, in the words of the refusal. */
const VALUES: readonly (readonly [what: string, value: unknown, quoted: string])[] = [
  ["null", null, "null"],
  ["NaN", Number.NaN, "NaN"],
  ["a number without end", Number.POSITIVE_INFINITY, "Infinity"],
  ["a huge number", 1e308, "1e+308"],
  ["a bigint", 10n, "10n"],
  ["a function", () => 1, "a function"],
  ["a symbol", Symbol("a"), "Symbol(a)"],
  ["empty text", "", '""'],
  ["text that is no name", "Ünï.Code", '"Ünï.Code"'],
  ["an empty list", [], "[]"],
  ["a list of nothing", [null], "null"],
  ["a list of functions", [() => 1], "a function"],
  ["a mapping to nothing", { a: null }, "null"],
];

function everywhere(keys: readonly string[], value: unknown): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, value]));
}

/** A letter short, which is the commonest slip of all. */
function misspelt(key: string): string {
  return key.slice(0, -2) + key.slice(-1);
}

describe("bad input", () => {
  it("is tried on every component that the package exports", () => {
    assert.deepEqual(SUBJECTS, exportedComponents());
  });

  for (const name of SUBJECTS) {
    const { keys, right } = subject(name);

    describe(name, () => {
      it("takes the arguments that the rest of these tests break", async () => {
        const { thrown, late } = await outcomeOf(subject(name), "granite-x", right);
        assert.deepEqual([thrown, late], [undefined, []]);
      });

      it("answers arguments that are none", async () => {
        for (const args of [null, "text", [], 1, () => 1]) {
          const message = await refusalOf(subject(name), "x", args);
          assert.match(message, new RegExp(`^${name} "x" has one problem:\n  .+ is not an object (with|of) `));
          assert.doesNotMatch(message, INTERNAL);
        }
        const late = await refusalOf(subject(name), "x", pulumi.output(right));
        assert.match(late, /has one problem:\n {2}is (known only after apply|an Output)|is not an object/);
      });

      it("answers every misspelt key with the nearest right one, all at once", async () => {
        const slips = keys.filter((key) => key.length > 3).map(misspelt);
        const message = await refusalOf(subject(name), "x", { ...right, ...everywhere(slips, 1) });
        for (const slip of slips) {
          const line = new RegExp(`^  ${slip}: (.*)$`, "m").exec(message)?.[1] ?? "not told";
          assert.match(line, /unknown key/, slip);
          const hint = nearest(slip, keys);
          if (hint !== undefined && line.includes("did you mean"))
            assert.ok(line.includes(`${hint}?`), `${slip}: ${line}`);
        }
      });

      for (const [what, value, quoted] of VALUES) {
        it(`explains ${what} in whatever argument it stands, and registers nothing`, async () => {
          const { resources, thrown, late } = await outcomeOf(subject(name), "x", everywhere(keys, value));
          assert.ok(pulumi.RunError.isInstance(thrown), thrown instanceof Error ? thrown.stack : "accepted");
          assert.equal(thrown.stack, undefined);
          assert.deepEqual([resources, late], [[], []]);
          const [heading = "", ...lines] = thrown.message.split("\n");
          assert.equal(heading, `${name} "x" has ${lines.length === 1 ? "one problem" : `${lines.length} problems`}:`);
          for (const line of lines) {
            assert.match(line, /^ {2}\S/);
            assert.doesNotMatch(line, INTERNAL);
          }
          assert.ok(thrown.message.includes(quoted) || /secret|credential|empty/.test(thrown.message), thrown.message);
        });
      }

      it("refuses what is no data: whole resources, dates, circles", async () => {
        const circle: Record<string, unknown> = { ...right };
        const [first = "namespace"] = keys;
        circle[first] = circle;
        assert.match(
          await refusalOf(subject(name), "x", circle),
          new RegExp(`${first}: contains itself; expected plain data`),
        );
        const dated = await refusalOf(subject(name), "x", { ...right, [first]: new Date(0) });
        assert.match(dated, new RegExp(`  ${first}: is a Date; expected plain data`));
      });

      it("is not made under a name that its objects cannot bear", async () => {
        for (const component of ["n".repeat(64), "Granite", "granité", "granite.8b", "granite 8b", "-granite"]) {
          const { resources, thrown, late } = await outcomeOf(subject(name), component, right);
          if (thrown === undefined) {
            assert.deepEqual(late, [], component);
            const names = resources.slice(1).map(({ inputs }) => inputs.metadata?.name ?? "");
            for (const object of names) assert.match(object, /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)?$/, component);
            continue;
          }
          assert.ok(pulumi.RunError.isInstance(thrown), component);
          assert.deepEqual([resources, thrown.stack], [[], undefined], component);
          assert.match(
            thrown.message,
            /^\S+ ".*" has (one problem|2 problems):\n {2}(name|connectionName|<name>|\S+): /,
          );
        }
      });
    });
  }
});
