import assert from "node:assert/strict";
import { policies, policyName, ruleId } from "../../../policies/pack/policies";
import { rules } from "../../../policies/rules";

describe("names of policies", () => {
  it("spell every rule in a way CrossGuard accepts, and back", () => {
    for (const { id } of rules) {
      assert.match(policyName(id), /^[a-zA-Z0-9-_.]{1,100}$/);
      assert.equal(ruleId(policyName(id)), id);
    }
    assert.equal(new Set(policies.map(({ name }) => name)).size, rules.length + 1);
  });
});
