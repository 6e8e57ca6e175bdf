import assert from "node:assert/strict";
import type { z } from "zod";
import { formatPath } from "../../../sdk/spec/schema/problem";
import type { SpecRule } from "../../../sdk/spec/schema/validate";
import { validate } from "../../../sdk/spec/schema/validate";

/** What is wrong, the change that makes it so, and what is said of it. */
export type Case = [what: string, change: Record<string, unknown>, ...problems: string[]];

/** Each case changes one thing of arguments that are right. */
export function table<S extends z.ZodType>(
  subject: string,
  schema: S,
  rules: readonly SpecRule<z.input<S>>[],
  right: Record<string, unknown>,
  cases: readonly Case[],
): void {
  describe(subject, () => {
    it("has nothing to say of right arguments", () => {
      assert.deepEqual(validate(schema, rules, right).problems, []);
    });
    for (const [what, change, ...expected] of cases) {
      it(`explains ${what}`, () => {
        const { problems } = validate(schema, rules, { ...right, ...change });
        assert.deepEqual(
          problems.map(({ path, message }) => `${formatPath(path)}: ${message}`),
          expected,
        );
      });
    }
  });
}
